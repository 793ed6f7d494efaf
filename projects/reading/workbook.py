"""Open a file by what it really is, whatever its name says, and return its sheets as they are shown."""

from __future__ import annotations

from pathlib import Path

from projects.reading.grid import Workbook
from projects.reading.ledger import without_own
from projects.reading.refusals import ReadingRefused
from projects.reading.remarks import Remark
from projects.reading.sources.bare import read_bare_excel
from projects.reading.sources.binary import BinaryLooks
from projects.reading.sources.compound import SIGN, runs_in_circles
from projects.reading.sources.document import read_document
from projects.reading.sources.excel import read_excel
from projects.reading.sources.looks import PackageLooks
from projects.reading.sources.old_excel import read_old_excel
from projects.reading.sources.opendocument import read_open_document
from projects.reading.sources.package import Package
from projects.reading.sources.signs import clean, cleaned
from projects.reading.sources.text import read_text

MAX_BYTES = 20 * 1024 * 1024
_TEXTS = frozenset(("csv", "pasted", "txt"))
_KINDS = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), frozenset(("xlsx",))),
    **dict.fromkeys((".xls", ".xlt"), frozenset(("xls",))),
    **{f".{kind}": frozenset((kind,)) for kind in ("xlsb", "ods", "docx")},
    **dict.fromkeys((".csv", ".tsv", ".txt"), _TEXTS),
}
ACCEPTED = tuple(_KINDS)
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
_SAVE_AS = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".et": ".xlsx",
    ".numbers": ".xlsx",
    ".pdf": ".docx",
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


def is_old_excel(head: bytes) -> bool:
    return head.startswith(SIGN) or head.startswith(_BIFF)


def open_workbook(path: Path, *, name: str = "") -> Workbook:
    """Return the file's content; `name` is what it was called; raises ReadingRefused."""
    suffix = Path(name or path.name).suffix.lower()
    size = path.stat().st_size
    if size == 0:
        raise ReadingRefused("empty_file")
    if size > MAX_BYTES:
        raise ReadingRefused("file_too_big", limit=MAX_BYTES // 1024 // 1024)
    if suffix in _SAVE_AS:
        raise ReadingRefused("save_as", suffix=suffix, target=_SAVE_AS[suffix])
    try:
        book = _opened(path, suffix)
    except RecursionError as error:  # elements nested deeper than any program writes them
        raise ReadingRefused("damaged") from error
    for grid in book.grids:
        clean(grid)
        without_own(grid)
    book.paragraphs = [cleaned(text) for text in book.paragraphs]
    if suffix in ACCEPTED and book.kind not in _KINDS[suffix]:
        book.remarks.insert(0, Remark("renamed", params={"suffix": suffix, "kind": f".{book.kind}"}))
    return book


def _opened(path: Path, suffix: str) -> Workbook:
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(b"PK"):
        package = Package(path)
        book = _from_package(path, package)
        book.remarks += _inside(package)
        return book
    if is_old_excel(head):
        return _from_ole(path)
    if head.startswith(_FOREIGN):
        raise ReadingRefused("unsupported")
    return _from_text(path, head, suffix)


def _inside(package: Package) -> list[Remark]:
    """Return what a package carries that is never run or opened."""
    found = []
    if any(name.endswith("vbaProject.bin") for name in package.names):
        found.append(Remark("macros"))
    if any(name.startswith(("xl/externalLinks/", "xl/connections")) for name in package.names):
        found.append(Remark("external_links"))
    return found


def _from_package(path: Path, package: Package) -> Workbook:
    if "xl/workbook.bin" in package.names:
        return read_excel(path, "xlsb", BinaryLooks(package))
    if "word/document.xml" in package.names:
        return read_document(package)
    if "content.xml" in package.names:
        return read_open_document(package)
    if any(name.startswith("xl/") or name == "[Content_Types].xml" for name in package.names):
        return _from_excel(path, package)
    raise ReadingRefused("unsupported")


def _from_excel(path: Path, package: Package) -> Workbook:
    try:
        return read_excel(path, "xlsx", PackageLooks(package))
    except ReadingRefused as refusal:
        if refusal.code != "damaged":
            raise
        return read_bare_excel(package)


def _from_ole(path: Path) -> Workbook:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise ReadingRefused("encrypted")
    if "WordDocument".encode("utf-16-le") in content and "Workbook".encode("utf-16-le") not in content:
        raise ReadingRefused("save_as", suffix=".doc", target=_SAVE_AS[".doc"])
    if runs_in_circles(content):
        raise ReadingRefused("damaged")
    book = read_old_excel(path)
    if "_VBA_PROJECT".encode("utf-16-le") in content:
        book.remarks.append(Remark("macros"))
    return book


def _from_text(path: Path, head: bytes, suffix: str) -> Workbook:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(
        (b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<?xml", b"<style", b"mime-version")
    ):
        raise ReadingRefused("html_file")
    if suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".docx") and b"\x00" in head:
        raise ReadingRefused("damaged")
    if suffix not in ACCEPTED and suffix:
        raise ReadingRefused("unsupported")
    return read_text(path.read_bytes(), tabular=suffix != ".txt")
