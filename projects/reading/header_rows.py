"""Which rows are a header, and the columns they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from projects.reading.columns import Header, plain, split_remark
from projects.reading.furniture import LONGEST_NAME
from projects.reading.grid import Grid
from projects.reading.headers import GENERIC, known_sign
from projects.reading.merging import Cells
from projects.reading.said import Said

_TASKLIKE = frozenset({GENERIC, "content", "title", "category", "target", "measures", "note"})
_NEUTRAL = frozenset({"no", "ignore", "contact", "note", *_TASKLIKE}) - {"measures"}
_SENTENCE = re.compile(r"[。；;]|.{25,}")
_NAMELIKE = "ignore"
_PERIOD = re.compile(r"^(?:第?[一二三四1-4]季度?|[上下]半年|全年|[\d一二三四五六七八九十]{1,3}月份?|Q[1-4]).{0,4}$")
_ITEM = re.compile(r"^\s*(?:\d{1,3}[.、．]|[(（]\d|[①-⑳])")
_NAME_END = re.compile(
    r"(?:序号?|编号|号|№|类别|类型|分类|板块|领域|名称|标题|任务|事项|内容|工作|项目|要求|目标|指标|成果|成效|标准|措施|举措|安排|要点|步骤|[单主]位|主体|部门|科室|处室|股室|站办|委室"
    r"|领导|[人员者]|电话|方式|传真|时限|期限|时间|日期|节点|时点|进度|进展|进程|情况|状态|结果|备注|说明|问题|原因|困难|分工|计划|规划|季度?|月份?|半年|全年|分值|得分|评分|意见|来源|阶段|环节"
    r"|投资|规模|地点|区域|[数额量率值表图]|实事|清单|材料|资料|简介|与否|销号|配合|牵头|协办|主办|办结|姓名|职务|目录|依据|公里|家|万元|亿元|否|完成|到期日|事由|岗位|级别)$"
)
_VALUE = re.compile(
    r"^(?:各|全体|每|按|已|正在|持续|长期|及时|适时|立即|常年|全年$|年内|年底|[上下]半年|\d{1,2}月|\d{4}[年.-]\d|第?[一二三四]季度|.*[底前]$)"
)
_AMOUNT = re.compile(r"^[\d.,%年月日/:-]+$")
_LOOK_AT = 40
_RUNNING = re.compile(r"^\d+[.、]?$")


def is_header(texts: Sequence[str], *, among_tasks: bool = False) -> bool:
    """Tell whether a row's own texts are the names of columns; `among_tasks` asks for more than a likeness."""
    if len(texts) < 2 or _RUNNING.match(texts[0].strip()):
        return False
    if among_tasks and not _are_names(texts):
        return False
    signs = {sign for text in texts if len(text) <= LONGEST_NAME and (sign := _header_sign(text))}
    if len(signs - {"no", "ignore", "note"}) < 2 or not signs & _TASKLIKE or not signs - _NEUTRAL:
        return False
    known = sum(len(text) <= LONGEST_NAME and bool(_header_sign(text)) for text in texts)
    return known >= 2 and known * 5 >= len(texts) * 3


def is_numbered_header(texts: Sequence[str]) -> bool:
    """Tell a header beyond doubt: it begins with 序号 and every text is a column's name."""
    signs = (_header_sign(text) if len(text) <= LONGEST_NAME else "" for text in texts)
    return next(signs, "") == "no" and all(signs)


def likely_header(cells: Cells, height: int, said: Said) -> int | None:
    """Return the row that best passes for a header where no row plainly is one: short names over filled rows."""
    for row in range(min(height, _LOOK_AT)):
        texts = cells.own_texts(row)
        if (
            len(texts) < 3
            or said.header(texts) is False
            or len(set(texts)) < len(texts)
            or any(len(text) > 16 or _AMOUNT.match(text) for text in texts)
        ):
            continue
        signs = [_header_sign(text) for text in texts]
        below = [found for at in range(row + 1, min(row + 6, height)) if len(found := cells.own_texts(at)) > 1]
        words = max((len(text) for found in below for text in found), default=0)
        if sum(map(bool, signs)) * 2 >= len(texts) and set(signs) & _TASKLIKE and len(below) > 1 and words > 3:
            return row
    return None


def is_foreign_header(texts: Sequence[str]) -> bool:
    """Tell the header of a table that holds no tasks: 姓名 单位 职务 联系电话."""
    if len(texts) < 3 or is_header(texts) or any(len(text) > 12 for text in texts):
        return False
    return all(_header_sign(text) for text in texts) and _are_names(texts, least=1.0)


def _are_names(texts: Sequence[str], *, least: float = 0.8) -> bool:
    """Tell texts that end like names of columns; a task's own cells (规划科, 分管副主任) do not."""
    if any(len(text) > LONGEST_NAME or _ITEM.match(text) for text in texts):
        return False
    bare = [plain(text) for text in texts]
    periods = sum(bool(_PERIOD.match(text)) for text in bare)
    if any(_VALUE.match(text) and not (periods > 1 and _PERIOD.match(text)) for text in bare):
        return False
    named = sum(bool(_NAME_END.search(split_remark(plain(text))[0])) for text in texts)
    return named >= least * len(texts) and len(set(texts)) * 4 >= len(texts) * 3


@lru_cache(maxsize=8192)
def _header_sign(text: str) -> str:
    """Return the role a short text would have as a header; empty when it is no header's name."""
    name = split_remark(plain(text))[0]
    if len(name) > 16 or name.isdigit() or _SENTENCE.search(name):
        return ""
    sign = known_sign(name)
    if sign:
        return sign.role
    return _NAMELIKE if _PERIOD.match(name) or (_NAME_END.search(name) and len(name) <= 8) else ""


def header_end(grid: Grid, cells: Cells, row: int) -> int:
    """Return the last row of a header that begins at `row`."""
    last = max([row, *(box.bottom for box in cells.boxes_from(row) if box.bottom <= row + 2 and box.left < grid.width)])
    if last > row:
        return last
    below = row + 1
    if below >= len(grid.rows):
        return row
    wide = [box for box in cells.boxes_from(row) if box.right > box.left]
    under = [column for box in wide for column in range(box.left, min(box.right + 1, grid.width))]
    if not wide:
        under = [column for column in range(1, grid.width) if not grid.cell(row, column) and grid.cell(below, column)]
        if not under or any(
            grid.cell(below, column) and grid.cell(row, column) and column + 1 not in under
            for column in range(grid.width)
        ):
            return row
    children = [plain(grid.cell(below, column)) for column in under if grid.cell(below, column)]
    fits = len(children) >= 2 and all(len(child) <= 12 and not child.isdigit() for child in children)
    named = sum(known_sign(child) is not None or bool(re.search(r"季度?|月|半年", child)) for child in children)
    outside = [column for column in range(grid.width) if column not in under and grid.cell(below, column)]
    return below if fits and named * 2 >= len(children) and (not outside or not wide) else row


def flattened(grid: Grid, cells: Cells, first: int, last: int) -> list[Header]:
    """Return one header a column, the lower rows under the upper ones."""
    headers = []
    parent = ""
    for column in range(grid.width):
        names: list[str] = []
        for row in range(first, last + 1):
            name = cells.filled(row, column).strip() if last > first else cells.own(row, column).strip()
            if name and (not names or names[-1] != name):
                names.append(name)
        if last > first and not cells.filled(first, column) and names:
            names.insert(0, parent)
        parent = names[0] if names and cells.filled(first, column) else parent
        names = [name for name in names if name]
        headers.append(Header(_flat(names[-1]), _flat("/".join(names[:-1]))) if names else Header(""))
    return headers


def _flat(name: str) -> str:
    return re.sub(r"\s+", "", name)


_TENS = "甲乙丙丁戊己庚辛壬癸"


def is_column_count(texts: Sequence[str]) -> bool:
    """Tell the row below a header that only counts its columns: 1 2 3 …, 甲 乙 1 2 …."""
    if any(len(text) > 12 for text in texts):
        return False
    bare = [plain(text).strip("()[]栏") for text in texts]
    while bare and bare[0] in _TENS:
        bare = bare[1:]
    numbers = [int(text) for text in bare if text.isdigit() and len(text) <= 3]
    return len(texts) >= 3 and len(numbers) == len(bare) and numbers == list(range(1, len(numbers) + 1))
