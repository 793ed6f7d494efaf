"""A small .xlsb written by hand, record by record: no library writes them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

Cell = str | float | tuple[float, str]
"""A text, a number, or a number with its format code."""

_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="worksheets/sheet1.bin" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
)


def binary_workbook(
    path: Path,
    rows: Sequence[Sequence[Cell]],
    *,
    merges: Sequence[tuple[int, int, int, int]] = (),
    hidden: Sequence[int] = (),
    since_1904: bool = False,
) -> Path:
    """Write one sheet; `merges` are first row, first column, last row, last column, from 0."""
    codes = list(dict.fromkeys(cell[1] for row in rows for cell in row if isinstance(cell, tuple)))
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES.encode(),
        "xl/_rels/workbook.bin.rels": _LINKS.encode(),
        "xl/workbook.bin": _book(since_1904=since_1904),
        "xl/styles.bin": _styles(codes),
        "xl/worksheets/sheet1.bin": _sheet(rows, codes, merges, hidden),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(body)
    length = b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + body


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _book(*, since_1904: bool) -> bytes:
    sheet = struct.pack("<II", 0, 1) + _text("rId1") + _text("责任分解表")
    properties = struct.pack("<III", int(since_1904), 0, 0)
    return b"".join(
        (_record(131), _record(153, properties), _record(143), _record(156, sheet), _record(144), _record(132))
    )


def _styles(codes: Sequence[str]) -> bytes:
    formats = b"".join(_record(44, struct.pack("<H", 164 + place) + _text(code)) for place, code in enumerate(codes))
    numbers = [0, *(164 + place for place in range(len(codes)))]
    styles = b"".join(_record(47, struct.pack("<HHHHHHHH", 0, number, 0, 0, 0, 0, 0, 0)) for number in numbers)
    return b"".join(
        (
            _record(278),
            _record(615, struct.pack("<I", len(codes))),
            formats,
            _record(616),
            _record(617, struct.pack("<I", len(numbers))),
            styles,
            _record(618),
            _record(279),
        )
    )


def _sheet(
    rows: Sequence[Sequence[Cell]],
    codes: Sequence[str],
    merges: Sequence[tuple[int, int, int, int]],
    hidden: Sequence[int],
) -> bytes:
    width = max(len(row) for row in rows)
    found = [_record(129), _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)), _record(145)]
    for number, row in enumerate(rows):
        flags = bytes([0, 0x10 if number in hidden else 0, 0])
        found.append(_record(0, struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0)))
        found += [_cell(column, cell, codes) for column, cell in enumerate(row) if cell != ""]
    found.append(_record(146))
    if merges:
        found.append(_record(177, struct.pack("<I", len(merges))))
        found += [_record(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in merges]
        found.append(_record(178))
    found.append(_record(130))
    return b"".join(found)


def _cell(column: int, cell: Cell, codes: Sequence[str]) -> bytes:
    if isinstance(cell, str):
        return _record(6, struct.pack("<II", column, 0) + _text(cell))
    number, style = (cell, 0) if not isinstance(cell, tuple) else (cell[0], 1 + codes.index(cell[1]))
    return _record(5, struct.pack("<II", column, style) + struct.pack("<d", number))
