"""Word documents: tables as sheets, and the paragraphs outside them as prose."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from projects.reading.grid import Box, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.sources.numbering import Numbering
from projects.reading.sources.package import Package, count, local

MAX_CELLS = 500_000


def read_document(package: Package) -> Workbook:
    """Return each table as a grid, with the line above it as its first row, and all other paragraphs."""
    root = package.tree("word/document.xml")
    body = next((element for element in root if local(element.tag) == "body"), None) if root is not None else None
    if body is None:
        raise ReadingRefused("incomplete")
    numbering = Numbering(package)
    grids: list[Grid] = []
    paragraphs: list[str] = []
    for element in _blocks(body):
        if local(element.tag) == "tbl":
            grids.append(_grid(element, f"表{len(grids) + 1}", paragraphs, numbering))
        elif local(element.tag) == "p":
            text = paragraph_text(element)
            numbered = numbering.before(element, text)
            paragraphs.append(numbered if text.strip() else text)
    return Workbook(grids, "docx", paragraphs=paragraphs)


def _blocks(parent: Element) -> list[Element]:
    """Return paragraphs and tables in order, those inside content controls too."""
    found = []
    for element in parent:
        name = local(element.tag)
        if name in ("p", "tbl"):
            found.append(element)
        elif name in ("sdt", "sdtContent", "customXml", "ins"):
            found += _blocks(element)
    return found


def paragraph_text(paragraph: Element) -> str:
    text = ""
    for element in paragraph.iter():
        name = local(element.tag)
        if name == "t":
            text += element.text or ""
        elif name == "tab":
            text += "\t" if not element.attrib else ""
        elif name in ("br", "cr"):
            text += "\n"
        elif name == "noBreakHyphen":
            text += "-"
    return text.strip("\t")


def _grid(table: Element, name: str, above: list[str], numbering: Numbering) -> Grid:
    rows: list[list[str]] = []
    boxes: list[Box] = []
    open_boxes: dict[int, Box] = {}
    for line in _rows(table):
        _add_row(line, rows, boxes, open_boxes, numbering)
        if sum(map(len, rows)) > MAX_CELLS:
            raise ReadingRefused("too_many_cells", sheet=name)
    boxes += open_boxes.values()
    grid = Grid(name, rows, [box for box in boxes if (box.top, box.left) != (box.bottom, box.right)])
    _with_title(grid, above)
    width = max((len(row) for row in grid.rows), default=0)
    grid.rows = trimmed(name, [row + [""] * (width - len(row)) for row in grid.rows])
    return grid


def _rows(table: Element) -> list[Element]:
    found = []
    for element in table:
        if local(element.tag) == "tr":
            found.append(element)
        elif local(element.tag) in ("sdt", "sdtContent", "customXml"):
            found += _rows(element)
    return found


def _add_row(
    line: Element, rows: list[list[str]], boxes: list[Box], open_boxes: dict[int, Box], numbering: Numbering
) -> None:
    number = len(rows)
    texts: list[str] = [""] * _skipped_columns(line)
    seen: set[int] = set()
    for cell in (element for element in line if local(element.tag) == "tc"):
        left, span, merge = len(texts), *_spans(cell)
        above = open_boxes.get(left)
        seen.add(left)
        if merge == "continue" and above is not None:
            open_boxes[left] = Box(above.top, left, number, above.right)
            texts += [""] * span
            continue
        if above is not None:
            boxes.append(open_boxes.pop(left))
        blocks = (block for block in cell.iter() if local(block.tag) == "p")
        text = "\n".join(numbering.before(block, paragraph_text(block)) for block in blocks).strip()
        texts += [text, *[""] * (span - 1)]
        if merge == "restart" or span > 1:
            open_boxes[left] = Box(number, left, number, left + span - 1)
    boxes.extend(open_boxes.pop(left) for left in [left for left in open_boxes if left not in seen])
    rows.append(texts)


def _skipped_columns(line: Element) -> int:
    for properties in line:
        if local(properties.tag) == "trPr":
            for element in properties:
                if local(element.tag) == "gridBefore":
                    return min(_number(element), 100)
    return 0


def _spans(cell: Element) -> tuple[int, str]:
    span, merge = 1, ""
    for properties in cell:
        if local(properties.tag) != "tcPr":
            continue
        for element in properties:
            if local(element.tag) == "gridSpan":
                span = max(1, min(_number(element), 101))
            elif local(element.tag) == "vMerge":
                merge = next((value for key, value in element.attrib.items() if local(key) == "val"), "continue")
    return span, merge


def _number(element: Element) -> int:
    value = next((value for key, value in element.attrib.items() if local(key) == "val"), "0")
    return count(value, 0)


def _with_title(grid: Grid, above: list[str]) -> None:
    """Remember the line above a table as its name: it is the table's title in the document."""
    title = next((text.strip() for text in reversed(above[-4:]) if text.strip()), "")
    grid.caption = title if len(title) <= 60 else ""
