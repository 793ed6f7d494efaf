"""Signs no one sees: control characters, marks of direction, zero-width spaces."""

from __future__ import annotations

from projects.reading.grid import Grid
from projects.reading.remarks import Remark

_GONE = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\t\n\r"),
        *range(0x7F, 0xA0),
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
    ]
)


def cleaned(text: str) -> str:
    """Return a text without them, its line breaks all of one kind."""
    if text.isprintable():
        return text
    return text.translate(_GONE).replace("\r\n", "\n").replace("\r", "\n")


def clean(grid: Grid) -> None:
    """Clean every cell of a sheet, and remark how many held such signs."""
    stripped: list[tuple[int, int]] = []
    for number, row in enumerate(grid.rows):
        for column, text in enumerate(row):
            if not text.isprintable():
                row[column] = cleaned(text)
                if len(row[column]) < len(text.replace("\r\n", "\n")):
                    stripped.append((number, column))
    if stripped:
        grid.remarks.append(Remark("stripped_signs", *stripped[0], params={"count": len(stripped)}))
