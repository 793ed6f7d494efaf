"""An .xlsx by its bare XML, for those the usual reader refuses: UTF-16 parts, lost links, macro and dialog sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from projects.reading.grid import MAX_COLUMNS, MAX_ROWS, Grid, Workbook
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.excel import grid_of
from projects.reading.sources.formats import Value
from projects.reading.sources.looks import SheetLooks, sheet_parts, style_codes
from projects.reading.sources.package import Package, count, local

# Read whole into memory, unlike the sheets of the usual reader.
_MOST_BYTES = 30 * 1024 * 1024
_WIDEST = 16_384
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_RANGE = re.compile(r"^([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})$")


@dataclass(slots=True)
class _Sheet:
    rows: list[list[Value]] = field(default_factory=list)
    look: SheetLooks = field(default_factory=SheetLooks)
    ranges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def read_bare_excel(package: Package) -> Workbook:
    """Read every worksheet that can be found; raise ReadingRefused where there is none."""
    texts = _shared_texts(package)
    styles = style_codes(package)
    linked, epoch = sheet_parts(package)
    hidden = _hidden_sheets(package)
    grids: list[Grid] = []
    for name, part in _worksheets(package, linked):
        root = _tree(package, part)
        if root is None or local(root.tag) != "worksheet":
            continue
        sheet = _read(root, texts, styles)
        sheet.look.epoch = epoch
        grid = grid_of(name, sheet.rows, sheet.look, sheet.ranges)
        grid.hidden = name in hidden
        grids.append(grid)
    if not grids:
        raise ReadingRefused("damaged")
    return Workbook(grids, "xlsx")


def _worksheets(package: Package, linked: dict[str, str]) -> list[tuple[str, str]]:
    """Return names and parts of the sheets: as the workbook links them, else in the order of their numbers."""
    named = [(name, part) for name, part in linked.items() if part in package.names]
    if named:
        return named
    parts = sorted(name for name in package.names if re.fullmatch(r"xl/worksheets/\w+\.xml", name))
    return [(f"Sheet{number}", part) for number, part in enumerate(parts, start=1)]


def _hidden_sheets(package: Package) -> set[str]:
    book = _tree(package, "xl/workbook.xml")
    sheets = book.iter() if book is not None else ()
    return {
        element.get("name", "")
        for element in sheets
        if local(element.tag) == "sheet" and element.get("state", "visible") != "visible"
    }


def _tree(package: Package, part: str) -> Element | None:
    if part in package.names and len(package.read(part)) > _MOST_BYTES:
        raise ReadingRefused("damaged")
    return package.tree(part)


def _shared_texts(package: Package) -> list[str]:
    root = _tree(package, "xl/sharedStrings.xml")
    return [_text(item) for item in root if local(item.tag) == "si"] if root is not None else []


def _text(element: Element) -> str:
    """Return the words of a rich text without its phonetic guide."""
    text = ""
    for part in element:
        if local(part.tag) == "t":
            text += part.text or ""
        elif local(part.tag) == "r":
            text += _text(part)
    return text


def _read(root: Element, texts: list[str], styles: list[str]) -> _Sheet:
    sheet = _Sheet()
    hidden: set[int] = set()
    columns: set[int] = set()
    for element in root.iter():
        name = local(element.tag)
        if name == "row":
            number = max(0, count(element.get("r", ""), len(sheet.rows) + 1) - 1)
            if number > 4 * MAX_ROWS:
                break
            if element.get("hidden") in ("1", "true"):
                hidden.add(number)
            _add_row(element, number, sheet, texts, styles)
        elif name == "col" and element.get("hidden") in ("1", "true"):
            first, last = count(element.get("min", ""), 1), count(element.get("max", ""), 0)
            columns.update(range(first - 1, min(last, MAX_COLUMNS)))
        elif name == "mergeCell":
            match = _RANGE.match(element.get("ref", ""))
            if match:
                sheet.ranges.append((_place(match[1]), _place(match[2])))
    sheet.look.hidden_rows, sheet.look.hidden_columns = frozenset(hidden), frozenset(columns)
    return sheet


def _add_row(element: Element, number: int, sheet: _Sheet, texts: list[str], styles: list[str]) -> None:
    while len(sheet.rows) <= number:
        sheet.rows.append([])
    line = sheet.rows[number]
    for cell in element:
        if local(cell.tag) != "c":
            continue
        match = _REFERENCE.match(cell.get("r", ""))
        column = _place(match[0])[1] if match else len(line)
        value = _value(cell, texts)
        if value == "" or column >= _WIDEST:
            continue
        line.extend([""] * (column + 1 - len(line)))
        line[column] = value
        if isinstance(value, float):
            index = count(cell.get("s", ""), 0)
            sheet.look.codes[number, column] = styles[index] if index < len(styles) else "General"


def _value(cell: Element, texts: list[str]) -> Value:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(_text(part) for part in cell if local(part.tag) == "is")
    written = next((part.text or "" for part in cell if local(part.tag) == "v"), "").strip()
    if kind == "s":
        place = count(written, len(texts))
        return texts[place] if place < len(texts) else ""
    if kind == "b":
        return written == "1" if written else ""
    return _number(written) if kind == "n" and written else written


def _number(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(reference[len(letters) :]) - 1, column - 1
