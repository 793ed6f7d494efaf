"""The container of old office files ([MS-CFB]): whether its chains of sectors end, which its readers take on trust."""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator

SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFF9
_ENTRY = 128
_STREAM, _ROOT = 2, 5


class _Loop(Exception):
    """A chain of sectors comes back to one of its own."""


def runs_in_circles(content: bytes) -> bool:
    """Tell a file whose directory or streams would be read for ever."""
    if not content.startswith(SIGN) or len(content) < 512:
        return False
    try:
        _walk_all(content)
    except _Loop:
        return True
    return False


def _walk_all(content: bytes) -> None:
    size = 1 << struct.unpack_from("<H", content, 30)[0] % 16
    directory, cutoff, mini = (struct.unpack_from("<I", content, place)[0] for place in (48, 56, 60))
    table = _table(content, size, _table_sectors(content, size))
    entries = b"".join(_sector(content, size, number) for number in _chain(table, directory))
    minor = _table(content, size, list(_chain(table, mini)))
    for place in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        kind = entries[place + 66]
        start, length = struct.unpack_from("<II", entries, place + 116)
        if kind == _ROOT or (kind == _STREAM and length >= cutoff):
            _exhaust(_chain(table, start))
        elif kind == _STREAM:
            _exhaust(_chain(minor, start))


def _table_sectors(content: bytes, size: int) -> list[int]:
    """Return the sectors that hold the table of sectors: 109 named in the head, more in a chain of their own."""
    found = list(struct.unpack_from("<109I", content, 76))
    following = struct.unpack_from("<I", content, 68)[0]
    seen: set[int] = set()
    while following <= _LAST_SECTOR and size >= 8:
        if following in seen:
            raise _Loop
        seen.add(following)
        sector = _sector(content, size, following)
        if len(sector) < size:
            break
        *more, following = struct.unpack(f"<{size // 4}I", sector)
        found += more
    return [number for number in found if number <= _LAST_SECTOR]


def _table(content: bytes, size: int, sectors: list[int]) -> array[int]:
    table = array("I")
    for number in sectors:
        sector = _sector(content, size, number)
        table.frombytes(sector[: len(sector) // 4 * 4])
    if sys.byteorder == "big":
        table.byteswap()
    return table


def _sector(content: bytes, size: int, number: int) -> bytes:
    start = (number + 1) * size
    return content[start : start + size]


def _chain(table: array[int], number: int) -> Iterator[int]:
    seen: set[int] = set()
    while number < len(table):
        if number in seen:
            raise _Loop
        seen.add(number)
        yield number
        number = table[number]


def _exhaust(chain: Iterator[int]) -> None:
    for _ in chain:
        pass
