"""Workbooks written by hand as text, each with what a careful clerk would read in it.

A file holds sheets (`表 NAME`, `隐` before it hides the sheet), each followed by its rows, one a line: cells between
`|`, `<` continues the cell at its left, `^` the one above, `\\n` is a line break, `~` before a row hides it, `·` is an
empty row. A prose plan holds `文` and its paragraphs instead, `·` an empty one. `读 NAME` lists the tasks: row: number | outer > inner | due;due | lead;lead | support | leaders | owners,
for prose also | amounts with their units | words of the title.
`头 NAME` lists header rows, `略 NAME` the reason of a skipped row where it matters, `问 NAME` row and code of problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from projects.reading.grid import Box

FIELDS = ("number", "category", "due", "lead", "support", "leaders", "owners")
MORE = ("targets", "title")
PROSE = "正文"


@dataclass(slots=True)
class Sheet:
    name: str
    hidden: bool = False
    rows: list[list[str]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    tasks: list[tuple[int, dict[str, tuple[str, ...]]]] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    reasons: dict[int, str] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    name: str
    year: int | None
    sheets: list[Sheet]

    def sheet(self, name: str) -> Sheet:
        return next(sheet for sheet in self.sheets if sheet.name == name)


def book(path: Path) -> Book:
    found = Book(path.stem, None, [])
    part, sheet = "", Sheet("")
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if line.strip() in ("文", "读", "略", "问"):
            part = line.strip()
            if part == "文":
                sheet = Sheet(PROSE)
                found.sheets.append(sheet)
            continue
        if words[0] == "年" and len(words) == 2 and not part:
            found.year = int(words[1])
        elif words[0] in ("表", "隐") and "|" not in line and len(words) == 2:
            sheet = Sheet(words[1], hidden=words[0] == "隐")
            found.sheets.append(sheet)
            part = "表"
        elif words[0] in ("读", "头", "略", "问") and "|" not in line and len(words) == 2 and not line[0].isspace():
            part, sheet = words[0], found.sheet(words[1])
        else:
            _take(part, sheet, line)
    for sheet in found.sheets:
        _merge(sheet)
    return found


def _take(part: str, sheet: Sheet, line: str) -> None:
    if part == "表":
        text = line.strip()
        if text.startswith("~"):
            sheet.hidden_rows.add(len(sheet.rows))
            text = text[1:]
        cells = [] if text == "·" else text.strip("|").split("|")
        sheet.rows.append([cell.strip().replace("\\n", "\n") for cell in cells])
    elif part == "文":
        sheet.paragraphs.append("" if line.strip() == "·" else line)
    elif part == "读":
        row, _, rest = line.partition(":")
        sheet.tasks.append((int(row), expected(rest)))
    elif part == "头":
        sheet.headers += [int(word) for word in line.split()]
    elif part == "略":
        row, _, reason = line.strip().partition(" ")
        sheet.reasons[int(row)] = reason
    elif part == "问":
        row, code = line.split()
        sheet.problems.append((int(row), code))


def expected(line: str) -> dict[str, tuple[str, ...]]:
    """Return the fields of one expected task as lists of names."""
    parts = [part.strip() for part in line.split("|")]
    names = (*FIELDS, *MORE)
    parts += [""] * (len(names) - len(parts))
    cuts = {"number": "\0", "category": ">"}
    return {
        name: tuple(one.strip() for one in text.split(cuts.get(name, ";")) if one.strip())
        for name, text in zip(names, parts, strict=True)
    }


def _merge(sheet: Sheet) -> None:
    """Turn `<` and `^` into merged ranges."""
    width = max((len(row) for row in sheet.rows), default=0)
    for cells in sheet.rows:
        cells.extend([""] * (width - len(cells)))
    marks = {
        (at, column): text for at, row in enumerate(sheet.rows) for column, text in enumerate(row) if text in ("<", "^")
    }
    for at, column in marks:
        sheet.rows[at][column] = ""
    for at in range(len(sheet.rows)):
        for column in range(width):
            if (at, column) in marks:
                continue
            right = column
            while marks.get((at, right + 1)) == "<":
                right += 1
            bottom = at
            while marks.get((bottom + 1, column)) == "^":
                bottom += 1
            if (right, bottom) != (column, at):
                sheet.boxes.append(Box(at, column, bottom, right))
