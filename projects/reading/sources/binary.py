"""The formats, hidden rows and merged ranges of an .xlsb, from the records that calamine passes over ([MS-XLSB])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import datetime

from projects.reading.grid import MAX_COLUMNS, MAX_MERGES
from projects.reading.sources.formats import BUILTIN
from projects.reading.sources.looks import EPOCH, EPOCH_1904, ERRORS, Looks, SheetLooks, linked_parts
from projects.reading.sources.package import Package

_ROW, _COLUMNS, _MERGED, _FORMAT, _STYLE, _SHEET, _BOOK = 0, 60, 176, 44, 47, 156, 153
_STYLES_BEGIN, _STYLES_END = 617, 618
_NUMBERS, _ERRORS = frozenset({2, 5, 9}), frozenset({3, 11})
_HIDDEN = 0x10
_HIDDEN_COLUMN = 0x01
_DATES_FROM_1904 = 1


class BinaryLooks(Looks):
    def __init__(self, package: Package) -> None:
        self._package = package
        self._codes = _style_codes(_content(package, "xl/styles.bin"))
        self._parts, self._epoch = _sheet_parts(package)

    def sheet(self, name: str) -> SheetLooks:
        look = SheetLooks(epoch=self._epoch)
        hidden: set[int] = set()
        columns: set[int] = set()
        row = -1
        for kind, body in records(_content(self._package, self._parts.get(name, ""))):
            if kind == _ROW and len(body) >= 12:
                row = int.from_bytes(body[:4], "little")
                if body[11] & _HIDDEN:
                    hidden.add(row)
            elif kind in _NUMBERS and len(body) >= 8:
                column = int.from_bytes(body[:4], "little")
                style = int.from_bytes(body[4:7], "little")
                look.codes[row, column] = self._codes[style] if style < len(self._codes) else "General"
            elif kind in _ERRORS and len(body) >= 9:
                look.errors[row, int.from_bytes(body[:4], "little")] = ERRORS.get(body[8], "#N/A")
            elif kind == _COLUMNS and len(body) >= 18 and body[16] & _HIDDEN_COLUMN:
                first, last = struct.unpack_from("<2I", body)
                columns.update(range(first, min(last + 1, MAX_COLUMNS)))
            elif kind == _MERGED and len(body) >= 16 and len(look.ranges) <= MAX_MERGES:
                top, bottom, left, right = struct.unpack_from("<4I", body)
                look.ranges.append(((top, left), (bottom, right)))
        look.hidden_rows, look.hidden_columns = frozenset(hidden), frozenset(columns)
        return look


def records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of every record; stop where they break off."""
    place = 0
    while place < len(content):
        kind = content[place]
        place += 1
        if kind & 0x80 and place < len(content):
            kind = kind & 0x7F | (content[place] & 0x7F) << 7
            place += 1
        size = 0
        for shift in (0, 7, 14, 21):
            if place >= len(content):
                return
            byte = content[place]
            place += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if place + size > len(content):
            return
        yield kind, content[place : place + size]
        place += size


def _content(package: Package, part: str) -> bytes:
    return package.read(part) if part in package.names else b""


def _style_codes(content: bytes) -> list[str]:
    own: dict[int, str] = {}
    numbers: list[int] = []
    in_cells = False
    for kind, body in records(content):
        if kind == _FORMAT and len(body) >= 6:
            own[int.from_bytes(body[:2], "little")] = _text(body, 2)[0]
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            in_cells = kind == _STYLES_BEGIN
        elif kind == _STYLE and in_cells and len(body) >= 4:
            numbers.append(int.from_bytes(body[2:4], "little"))
    return [own.get(number) or BUILTIN.get(number, "General") for number in numbers]


def _sheet_parts(package: Package) -> tuple[dict[str, str], datetime]:
    links = linked_parts(package, "xl/_rels/workbook.bin.rels")
    parts: dict[str, str] = {}
    epoch = EPOCH
    for kind, body in records(_content(package, "xl/workbook.bin")):
        if kind == _SHEET and len(body) >= 12:
            link, place = _text(body, 8)
            parts[_text(body, place)[0]] = links.get(link, "")
        elif kind == _BOOK and body[:1] and body[0] & _DATES_FROM_1904:
            epoch = EPOCH_1904
    return parts, epoch


def _text(body: bytes, place: int) -> tuple[str, int]:
    """Return the text that begins with its length there, and the place behind it."""
    length = int.from_bytes(body[place : place + 4], "little")
    end = place + 4 + 2 * length
    if length == 0xFFFFFFFF or end > len(body):
        return "", place + 4
    return body[place + 4 : end].decode("utf-16-le", errors="replace"), end
