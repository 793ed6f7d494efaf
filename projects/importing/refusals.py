"""Why a file was not read, as a sentence in the language of whoever looks; kept as a code with its parameters."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from projects.choices import BatchState
from projects.models import ImportBatch
from projects.reading.refusals import is_secret

NO_TABLE = "no_table"
Params = Mapping[str, str | int]


def refusal_summary(code: str, params: Params) -> dict[str, Any]:
    """Return how a batch keeps its refusal."""
    return {"refused": {"code": code, "params": dict(params)}}


def refusal_of(batch: ImportBatch) -> tuple[str, Params]:
    """Return the code and its parameters; an empty code for a batch that was refused before codes were kept."""
    kept = batch.summary.get("refused", {})
    return kept.get("code", ""), kept.get("params", {})


def refusal_text(batch: ImportBatch) -> str:
    code, params = refusal_of(batch)
    return refusal_sentence(code, params) or batch.refusal


def lacks_header(batch: ImportBatch) -> bool:
    """Say whether the file was read, and only no header known in it: a person may still name one."""
    return batch.state == BatchState.REFUSED and refusal_of(batch)[0] == NO_TABLE and bool(batch.file)


def is_kept(batch: ImportBatch) -> bool:
    """Say whether the file is there: one with a marking of secrecy is not."""
    return bool(batch.file) and not is_secret(refusal_of(batch)[0])


def refusal_sentence(code: str, params: Params) -> str:
    sentence = (_arrived() | _inside() | _over_limits() | _marked() | _gone()).get(code, "")
    level = str(params.get("level", ""))
    return sentence % {**params, "level": _levels().get(level, level)} if sentence else ""


def _levels() -> dict[str, str]:
    return {"绝密": gettext("绝密"), "机密": gettext("机密"), "秘密": gettext("秘密")}


def _arrived() -> dict[str, str]:
    return {
        "missing": gettext("打不开文件：%(reason)s。"),
        "empty_file": gettext("文件是空的。"),
        "file_too_big": gettext("文件超过%(limit)s MiB，请拆分后再导入。"),
        "save_as": gettext("不支持 %(suffix)s，请用原来的程序（如 Word、Excel 或 WPS）另存为 %(target)s 后再导入。"),
        "unsupported": gettext("不支持这种文件，请使用 .xlsx、.xls、.ods、.csv、.docx 或 .txt。"),
        "html_file": gettext("这是网页或 XML 文件，只是名字像表格，请用表格软件打开后另存为 .xlsx。"),
        NO_TABLE: gettext("这个文件里没有读到责任分解表：没有认出表头，或者表里没有事项。"),
        "not_text": gettext("文件内容不是文字，无法读取。"),
        "unknown_encoding": gettext("第%(line)s行的文字编码无法识别，请另存为 UTF-8 编码后再导入。"),
        "mixed_encoding": gettext("第%(line)s行的编码与其他行不同，请统一另存为 UTF-8 后再导入。"),
        "unreadable_line": gettext("第%(line)s行无法按表格读取，请检查引号和分隔符。"),
    }


def _inside() -> dict[str, str]:
    return {
        "encrypted": gettext("文件已加密，请去掉密码后再导入。"),
        "damaged": gettext("文件已损坏或不是表格文件，请用表格软件另存为 .xlsx 后再导入。"),
        "incomplete": gettext("文件已损坏或不完整，请重新保存后再上传。"),
        "no_sheets": gettext("文件里没有工作表，请使用表格文件。"),
        "unsafe_path": gettext("文件内含越界路径，已拒绝读取。"),
        "unsafe_entities": gettext("文件的 XML 中含有实体声明，已拒绝读取。"),
        "too_big_unpacked": gettext("文件解压后过大，疑似压缩炸弹，未读取。"),
    }


def _over_limits() -> dict[str, str]:
    return {
        "too_many_rows": gettext("工作表“%(sheet)s”超过%(limit)s行，请拆分后再导入。"),
        "too_many_columns": gettext("工作表“%(sheet)s”超过%(limit)s列，请删去无关的列后再导入。"),
        "too_many_cells": gettext("工作表“%(sheet)s”的单元格过多，请删去空白的行和列后再导入。"),
        "too_many_merges": gettext("工作表“%(sheet)s”的合并单元格过多，请取消合并后再导入。"),
        "too_much_text": gettext("文件里的文字过多，请删去无关内容或拆分后再导入。"),
        "too_much_memory": gettext("文件需要的内存超过%(limit)s GiB，请删去无关内容后再导入。"),
        "too_slow": gettext("读取超过%(limit)s秒，请删去无关内容或拆分后再导入。"),
    }


def _marked() -> dict[str, str]:
    return {
        "secret_name": gettext("文件名标有密级“%(level)s”。涉密文件不得在本系统处理，没有读取，也没有保存。"),
        "secret_cell": gettext(
            "第%(sheet)s个工作表第%(row)s行第%(column)s列标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"
        ),
        "secret_line": gettext("第%(line)s段标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"),
        "secret_sheet_name": gettext(
            "第%(sheet)s个工作表的名称标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"
        ),
        "secret_header": gettext("页眉或页脚标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"),
        "secret_box": gettext("文本框、水印或批注标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"),
        "secret_property": gettext("文件属性标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"),
        "secret_text": gettext("文件里标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。"),
    }


def _gone() -> dict[str, str]:
    return {
        "unreadable": gettext("文件读不出来，请用表格软件另存为 .xlsx 后再试。"),
        "no_reader": gettext("读表程序暂时无法启动，请稍后再试。"),
        "abandoned": gettext("这个文件读了 %(count)s 次都没有读完，请用表格软件另存为 .xlsx 后再试。"),
    }
