"""What is worth knowing about a file that was read: each remark as a stable code, its parameters and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# As with refusals, a page in another language says the same by code and params.
SENTENCES: Mapping[str, str] = {
    "renamed": "文件名以 {suffix} 结尾，内容却是 {kind}，已按内容读取。",
    "macros": "文件中的宏没有运行，只读取了单元格的值。",
    "external_links": "文件引用了其他文件或网络上的数据，没有去打开，按保存的值读取。",
    "unreadable_sheet": "工作表“{sheet}”读不出来，已跳过。",
    "hidden_columns": "有{count}个隐藏列，已一并读取。",
    "stripped_signs": "有{count}个单元格含有控制符或不可见字符，已去掉。",
    "unsaved_formula": "公式没有保存计算结果，按空白读取，请在表格软件中打开并保存后再导入。",
    "cell_too_long": "单元格超过{limit}个字符，已截断。",
    "unclosed_quote": "引号没有成对，已按普通字符读取。",
}
_ONLY_TOLD = frozenset(("renamed", "macros", "hidden_columns", "stripped_signs"))


@dataclass(frozen=True, slots=True)
class Remark:
    """`row` and `column` count from 0; `value` is what stands there."""

    code: str
    row: int | None = None
    column: int | None = None
    value: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return SENTENCES[self.code].format(**self.params)

    @property
    def severity(self) -> str:
        return "info" if self.code in _ONLY_TOLD else "warning"
