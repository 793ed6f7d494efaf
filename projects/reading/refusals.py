"""Why a file was not read: every reason as a stable code, its parameters, and one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping

Params = Mapping[str, str | int]

# A page in another language says the same by code and params; neither is ever renamed, only added to.
SENTENCES: Mapping[str, str] = {
    # The file as it arrived.
    "missing": "打不开文件：{reason}。",
    "empty_file": "文件是空的。",
    "file_too_big": "文件超过{limit} MiB，请拆分后再导入。",
    "save_as": "不支持 {suffix}，请用原来的程序（如 Word、Excel 或 WPS）另存为 {target} 后再导入。",
    "unsupported": "不支持这种文件，请使用 .xlsx、.xls、.ods、.csv、.docx 或 .txt。",
    "html_file": "这是网页或 XML 文件，只是名字像表格，请用表格软件打开后另存为 .xlsx。",
    # What is inside.
    "encrypted": "文件已加密，请去掉密码后再导入。",
    "damaged": "文件已损坏或不是表格文件，请用表格软件另存为 .xlsx 后再导入。",
    "incomplete": "文件已损坏或不完整，请重新保存后再上传。",
    "no_sheets": "文件里没有工作表，请使用表格文件。",
    "unsafe_path": "文件内含越界路径，已拒绝读取。",
    "unsafe_entities": "文件的 XML 中含有实体声明，已拒绝读取。",
    "too_big_unpacked": "文件解压后过大，疑似压缩炸弹，未读取。",
    # Plain text.
    "not_text": "文件内容不是文字，无法读取。",
    "unknown_encoding": "第{line}行的文字编码无法识别，请另存为 UTF-8 编码后再导入。",
    "mixed_encoding": "第{line}行的编码与其他行不同，请统一另存为 UTF-8 后再导入。",
    "unreadable_line": "第{line}行无法按表格读取，请检查引号和分隔符。",
    # Over a limit.
    "too_many_rows": "工作表“{sheet}”超过{limit}行，请拆分后再导入。",
    "too_many_columns": "工作表“{sheet}”超过{limit}列，请删去无关的列后再导入。",
    "too_many_cells": "工作表“{sheet}”的单元格过多，请删去空白的行和列后再导入。",
    "too_many_merges": "工作表“{sheet}”的合并单元格过多，请取消合并后再导入。",
    "too_much_text": "文件里的文字过多，请删去无关内容或拆分后再导入。",
    "too_much_memory": "文件需要的内存超过{limit} GiB，请删去无关内容后再导入。",
    "too_slow": "读取超过{limit}秒，请删去无关内容或拆分后再导入。",
    # A marking of secrecy: the file must not stay in this house. A sheet is told by its number, not in its own words.
    "secret_name": "文件名标有密级“{level}”。涉密文件不得在本系统处理，没有读取，也没有保存。",
    "secret_cell": "第{sheet}个工作表第{row}行第{column}列标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_line": "第{line}段标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_sheet_name": "第{sheet}个工作表的名称标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_header": "页眉或页脚标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_box": "文本框、水印或批注标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_property": "文件属性标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    "secret_text": "文件里标有密级“{level}”。涉密文件不得在本系统处理，没有保存。",
    # The child process.
    "unreadable": "文件读不出来，请用表格软件另存为 .xlsx 后再试。",
    "no_reader": "读表程序暂时无法启动，请稍后再试。",
}


def is_secret(code: str) -> bool:
    """Tell whether a refusal is for a marking of secrecy, after which nothing of the file may stay."""
    return code.startswith("secret_")


class ReadingRefused(Exception):
    """A file that will not be read; `message` is one plain sentence for the person who uploaded it."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params: Params = params
        self.message = SENTENCES[code].format(**params)
        super().__init__(self.message)
