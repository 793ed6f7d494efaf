"""OpenDocument spreadsheets: cells as their own text, which is what the program shows."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element

from projects.reading.grid import MAX_COLUMNS, MAX_ROWS, Box, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.excel import hidden_columns
from projects.reading.sources.package import Package, count, local

MAX_REPEATS = 1_000


def read_open_document(package: Package) -> Workbook:
    if "META-INF/manifest.xml" in package.names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise ReadingRefused("encrypted")
    root = package.tree("content.xml")
    if root is None:
        raise ReadingRefused("incomplete")
    hidden = _hidden_styles(root)
    tables = [element for element in root.iter() if local(element.tag) == "table" and _attribute(element, "name")]
    if not tables:
        raise ReadingRefused("no_sheets")
    return Workbook([_grid(table, hidden) for table in tables], "ods")


def _hidden_styles(root: Element) -> set[str]:
    styles = set()
    for style in root.iter():
        if local(style.tag) == "style" and any(_attribute(part, "display") == "false" for part in style):
            styles.add(_attribute(style, "name"))
    return styles


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def _grid(table: Element, hidden_styles: set[str]) -> Grid:
    name = _attribute(table, "name")
    rows: list[list[str]] = []
    boxes: list[Box] = []
    days: dict[tuple[int, int], date] = {}
    hidden: set[int] = set()
    for line in (element for element in table.iter() if local(element.tag) == "table-row"):
        texts = _row(line, len(rows), boxes, days)
        repeats = _count(line, "number-rows-repeated")
        if _attribute(line, "visibility") in ("collapse", "filter"):
            hidden.update(range(len(rows), len(rows) + min(repeats, MAX_REPEATS)))
        rows.extend(list(texts) for _ in range(min(repeats, MAX_REPEATS)))
        if len(rows) > MAX_ROWS + MAX_REPEATS:
            if any(texts):
                raise ReadingRefused("too_many_rows", sheet=name, limit=MAX_ROWS)
            break
    width = max((len(row) for row in rows), default=0)
    rows = trimmed(name, [row + [""] * (width - len(row)) for row in rows])
    grid = Grid(name, rows, boxes, hidden=_attribute(table, "style-name") in hidden_styles)
    grid.hidden_rows, grid.days = frozenset(hidden), days
    grid.remarks += hidden_columns(rows, _hidden_columns(table))
    return grid


def _row(line: Element, number: int, boxes: list[Box], days: dict[tuple[int, int], date]) -> list[str]:
    texts: list[str] = []
    for cell in line:
        if local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        covered = local(cell.tag) == "covered-table-cell"
        text = "" if covered else "\n".join(_paragraph(part) for part in cell if local(part.tag) == "p").strip()
        column = len(texts)
        across, down = _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")
        if across > 1 or down > 1:
            boxes.append(Box(number, column, number + down - 1, column + across - 1))
        days |= _day(_attribute(cell, "date-value"), (number, column))
        repeats = min(_count(cell, "number-columns-repeated"), MAX_COLUMNS + 2)
        texts += [text] * (repeats if text or len(texts) + repeats <= MAX_COLUMNS + 1 else 1)
        if len(texts) > 4 * MAX_COLUMNS:
            break
    return texts


def _day(written: str, place: tuple[int, int]) -> dict[tuple[int, int], date]:
    try:
        return {place: date.fromisoformat(written[:10])} if written else {}
    except ValueError:
        return {}


def _hidden_columns(table: Element) -> set[int]:
    hidden: set[int] = set()
    place = 0
    for column in (element for element in table.iter() if local(element.tag) == "table-column"):
        repeats = _count(column, "number-columns-repeated")
        if _attribute(column, "visibility") in ("collapse", "filter"):
            hidden.update(range(place, min(place + repeats, MAX_COLUMNS)))
        place += repeats
    return hidden


def _paragraph(element: Element) -> str:
    text = element.text or ""
    for child in element:
        if local(child.tag) == "s":
            text += " " * _count(child, "c")
        elif local(child.tag) == "line-break":
            text += "\n"
        elif local(child.tag) != "annotation":
            text += _paragraph(child)
        text += child.tail or ""
    return text


def _count(element: Element, name: str) -> int:
    return max(1, min(count(_attribute(element, name), 1), 2_000_000))
