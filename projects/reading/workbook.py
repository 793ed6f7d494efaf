"""Open a file by what it really is, whatever its name says, and return its sheets as they are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from projects.reading.grid import ReadingRefused, Workbook
from projects.reading.sources.document import read_document
from projects.reading.sources.excel import read_excel
from projects.reading.sources.looks import Looks, PackageLooks
from projects.reading.sources.opendocument import read_open_document
from projects.reading.sources.package import Package
from projects.reading.sources.text import read_text

MAX_BYTES = 20 * 1024 * 1024
ACCEPTED = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".docx", ".txt")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_SAVE_AS = {
    ".doc": "不支持 .doc，请在 Word 或 WPS 中另存为 .docx 后再导入。",
    ".wps": "不支持 .wps，请在 WPS 文字中另存为 .docx 后再导入。",
    ".et": "不支持 .et，请在 WPS 表格中另存为 .xlsx 后再导入。",
    ".numbers": "不支持 .numbers，请导出为 .xlsx 后再导入。",
    ".pdf": "不支持 PDF，请转为 .xlsx 或 .docx 后再导入。",
}
_FOREIGN = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
)
_UNSUPPORTED = "不支持这种文件，请使用 .xlsx、.xls、.ods、.csv、.docx 或 .txt。"


def is_old_excel(head: bytes) -> bool:
    """Tell from its first bytes whether a file needs the reader of old workbooks."""
    return head.startswith(OLE) or head.startswith(_BIFF)


def open_workbook(path: str, *, name: str = "", old: Callable[[str], Workbook] | None = None) -> Workbook:
    """Return the file's content; `name` is what it was called, `old` reads .xls; raises ReadingRefused."""
    suffix = Path(name or path).suffix.lower()
    size = Path(path).stat().st_size
    if size == 0:
        raise ReadingRefused("empty_file", "文件是空的。")
    if size > MAX_BYTES:
        raise ReadingRefused("file_too_big", f"文件超过{MAX_BYTES // 1024 // 1024} MiB，请拆分后再导入。")
    if suffix in _SAVE_AS:
        raise ReadingRefused("save_as", _SAVE_AS[suffix])
    with Path(path).open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        return _from_package(path, Package(path))
    if is_old_excel(head):
        return _from_ole(path, old)
    if head.startswith(_FOREIGN):
        raise ReadingRefused("unsupported", _UNSUPPORTED)
    return _from_text(path, head, suffix)


def _from_package(path: str, package: Package) -> Workbook:
    if "xl/workbook.bin" in package.names:
        return read_excel(path, "xlsb", Looks())
    if "word/document.xml" in package.names:
        return read_document(package)
    if "content.xml" in package.names:
        return read_open_document(package)
    if any(name.startswith("xl/") or name == "[Content_Types].xml" for name in package.names):
        return read_excel(path, "xlsx", PackageLooks(package))
    raise ReadingRefused("unsupported", _UNSUPPORTED)


def _from_ole(path: str, old: Callable[[str], Workbook] | None) -> Workbook:
    content = Path(path).read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ReadingRefused("encrypted", "文件已加密，请去掉密码后再导入。")
    if "WordDocument".encode("utf-16-le") in content and "Workbook".encode("utf-16-le") not in content:
        raise ReadingRefused("save_as", _SAVE_AS[".doc"])
    if old is None:
        raise ReadingRefused("unsupported", _UNSUPPORTED)
    return old(path)


def _from_text(path: str, head: bytes, suffix: str) -> Workbook:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(
        (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<?xml", b"<style", b"mime-version")
    ):
        raise ReadingRefused("html_file", "这是网页或 XML 文件，只是名字像表格，请用表格软件打开后另存为 .xlsx。")
    if suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".docx") and b"\x00" in head:
        raise ReadingRefused("damaged", "文件已损坏或不是表格文件，请用表格软件另存为 .xlsx 后再导入。")
    if suffix not in ACCEPTED and suffix:
        raise ReadingRefused("unsupported", _UNSUPPORTED)
    return read_text(Path(path).read_bytes(), tabular=suffix != ".txt")
