"""The zip package of an office file: checked for size, tricks and declarations before anything is parsed."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

from projects.reading.refusals import ReadingRefused

MAX_MEMBERS = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION_WIDE = tuple(
    "".join(f"<!{word}").encode(form) for word in ("DOCTYPE", "ENTITY") for form in ("utf-16-le", "utf-16-be")
)


UNREADABLE = (
    zipfile.BadZipFile,
    OSError,
    KeyError,
    EOFError,
    ValueError,
    zlib.error,
    NotImplementedError,  # a compression that zipfile doesn't know
    RuntimeError,  # a password
)
"""All that zipfile raises over a file somebody broke, or never meant to be read here."""


class Package:
    """An open zip whose every member was declared small enough and free of entity tricks."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            members = self._zip.infolist()
        except UNREADABLE as error:
            raise _damaged() from error
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise ReadingRefused("too_big_unpacked")
        for member in members:
            if ".." in member.filename.replace("\\", "/").split("/"):
                raise ReadingRefused("unsafe_path")
            if member.flag_bits & 1:
                raise ReadingRefused("encrypted")
        self.names = {member.filename.lstrip("/").replace("\\", "/"): member.filename for member in members}
        self._check_declarations(members)

    def _check_declarations(self, members: list[zipfile.ZipInfo]) -> None:
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")) and declares(self.read(member.filename)):
                raise ReadingRefused("unsafe_entities")

    def read(self, name: str) -> bytes:
        """Return one member's bytes; refuse a damaged one."""
        try:
            with self._zip.open(self.names.get(name, name)) as stream:
                content = stream.read(MAX_UNPACKED + 1)
        except UNREADABLE as error:
            raise _damaged() from error
        if len(content) > MAX_UNPACKED:
            raise ReadingRefused("too_big_unpacked")
        return content

    def tree(self, name: str) -> ET.Element | None:
        """Return a parsed member, or None where it is missing or not well-formed."""
        if name not in self.names:
            return None
        try:
            return ET.fromstring(self.read(name))  # noqa: S314 -- declarations were refused above
        except ET.ParseError:
            return None


def declares(content: bytes) -> bool:
    return bool(_DECLARATION.search(content)) or any(mark in content for mark in _DECLARATION_WIDE)


def _damaged() -> ReadingRefused:
    return ReadingRefused("incomplete")


def count(written: str | bytes, otherwise: int) -> int:
    """Return a number written in a file; `otherwise` where it is none or longer than any sheet needs."""
    return int(written) if written.isdigit() and len(written) <= 9 and written.isascii() else otherwise


def local(tag: str) -> str:
    """Return an XML name without its namespace."""
    return tag.rsplit("}", 1)[-1]
