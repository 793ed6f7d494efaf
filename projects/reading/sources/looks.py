"""How the cells of a workbook are shown: number formats and hidden rows, as far as the file lets them be seen."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from projects.reading.grid import MAX_COLUMNS
from projects.reading.sources.formats import BUILTIN
from projects.reading.sources.package import Package, count, local

# Beyond these the rest is told by the first.
MOST_UNSAVED = 50
# How the binary kinds number the errors of formulas.
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
EPOCH = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)


@dataclass(slots=True)
class SheetLooks:
    """What calamine doesn't tell of a sheet, all places from 0: `codes` are the formats of number cells.

    `unsaved` are formulas without a stored value, `errors` those that ended in one (#REF!), `ranges` merged ranges of those kinds it finds none in.
    """

    codes: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    epoch: datetime = EPOCH
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


class Looks:
    """Nothing known: every cell without a format."""

    def sheet(self, name: str) -> SheetLooks:  # noqa: ARG002 -- the kinds that know more look it up
        return SheetLooks()


class PackageLooks(Looks):
    """The formats of an .xlsx or .xlsm package."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._codes = style_codes(package)
        self._parts, self._epoch = sheet_parts(package)

    def sheet(self, name: str) -> SheetLooks:
        part = self._parts.get(name)
        if part is None or part not in self._package.names:
            return SheetLooks(epoch=self._epoch)
        content = self._package.read(part)
        head, _, body = content.partition(b"sheetData")
        codes, hidden = _scan(body, self._codes)
        return SheetLooks(codes, hidden, _hidden_columns(head), _unsaved(body), _errors(body), self._epoch)


def style_codes(package: Package) -> list[str]:
    """Return the format code of every cell style by its number."""
    root = package.tree("xl/styles.xml")
    if root is None:
        return []
    custom = {}
    codes = []
    for element in root.iter():
        if local(element.tag) == "numFmt":
            custom[element.get("numFmtId", "")] = element.get("formatCode", "")
        if local(element.tag) == "cellXfs":
            codes = [xf.get("numFmtId", "0") for xf in element if local(xf.tag) == "xf"]
    return [custom.get(code) or BUILTIN.get(count(code, 0), "General") for code in codes]


def sheet_parts(package: Package) -> tuple[dict[str, str], datetime]:
    """Return the part of every sheet by the sheet's name, and the day its dates count from."""
    book = package.tree("xl/workbook.xml")
    links = linked_parts(package, "xl/_rels/workbook.xml.rels")
    parts: dict[str, str] = {}
    epoch = EPOCH
    for element in book.iter() if book is not None else ():
        if local(element.tag) == "sheet":
            link = next((value for key, value in element.attrib.items() if local(key) == "id" and key != "id"), "")
            parts[element.get("name", "")] = links.get(link, "")
        elif local(element.tag) == "workbookPr" and element.get("date1904") in ("1", "true"):
            epoch = EPOCH_1904
    return parts, epoch


def linked_parts(package: Package, links: str) -> dict[str, str]:
    """Return the parts a workbook points to by the ids of its links."""
    root = package.tree(links)
    targets = {link.get("Id", ""): link.get("Target", "") for link in root} if root is not None else {}
    return {
        key: target.lstrip("/") if target[:1] == "/" else posixpath.normpath(f"xl/{target}")
        for key, target in targets.items()
    }


_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'\b(r|s|t|hidden)\s*=\s*["\']([^"\']*)["\']')


# What Excel, WPS, LibreOffice and the usual libraries write; a sheet of nothing else is scanned ten times as fast.
_NUMBER = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="n")?(?: ?/)?>')
_WORDS = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")? t="(?:s|str|inlineStr|b|e)"')
_ANY_CELL = re.compile(rb"<(?:\w+:)?c\b")


def _scan(content: bytes, styles: list[str]) -> tuple[dict[tuple[int, int], str], frozenset[int]]:
    """Note the format of every number cell; cells of text have none."""
    numbers = _NUMBER.findall(content)
    if len(numbers) + _count(_WORDS, content) != _count(_ANY_CELL, content) or b"hidden" in content:
        return _scan_slowly(content, styles)
    codes = {}
    for letters, row, style in numbers:
        index = int(style or 0)
        codes[int(row) - 1, _column(letters)] = styles[index] if index < len(styles) else "General"
    return codes, frozenset()


_COLUMNS = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_SPAN = re.compile(rb'\b(min|max|hidden)\s*=\s*["\']([^"\']*)["\']')
_UNSAVED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?![^>]*t="str")[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)


def _hidden_columns(head: bytes) -> frozenset[int]:
    hidden: set[int] = set()
    for attributes in _COLUMNS.findall(head):
        found = dict(_SPAN.findall(attributes))
        if found.get(b"hidden") in (b"1", b"true"):
            first, last = count(found.get(b"min", b""), 1), count(found.get(b"max", b""), 0)
            hidden.update(range(first - 1, min(last, MAX_COLUMNS)))
    return frozenset(hidden)


def _unsaved(body: bytes) -> list[tuple[int, int]]:
    if b"<f" not in body:
        return []
    return [(int(row) - 1, _column(letters)) for letters, row in _UNSAVED.findall(body)[:MOST_UNSAVED]]


_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\br="([A-Z]{1,3})(\d{1,7})")(?=[^>]*\bt="e")[^>]*>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(#[^<]{1,20})<',
    re.DOTALL,
)


def _errors(body: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in body:
        return {}
    return {
        (int(row) - 1, _column(letters)): error.decode("ascii", errors="replace")
        for letters, row, error in _ERROR.findall(body)
    }


def _count(pattern: re.Pattern[bytes], content: bytes) -> int:
    return len(pattern.findall(content))


def _scan_slowly(content: bytes, styles: list[str]) -> tuple[dict[tuple[int, int], str], frozenset[int]]:
    codes: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    row, column = -1, -1
    for match in _ROW_OR_CELL.finditer(content):
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        if match[1] == b"row":
            row = count(attributes.get(b"r", b""), row + 2) - 1
            column = -1
            if attributes.get(b"hidden") in (b"1", b"true"):
                hidden.add(row)
            continue
        place = _place(attributes.get(b"r", b""))
        column = place[1] if place else column + 1
        if attributes.get(b"t", b"n") in (b"n", b"d"):
            index = count(attributes.get(b"s", b""), 0)
            codes[place or (row, column)] = styles[index] if index < len(styles) else "General"
    return codes, frozenset(hidden)


_REFERENCE = re.compile(rb"^([A-Z]{1,3})(\d{1,7})$")


def _place(reference: bytes) -> tuple[int, int] | None:
    match = _REFERENCE.match(reference)
    if not match:
        return None
    return int(match[2]) - 1, _column(match[1])


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1
