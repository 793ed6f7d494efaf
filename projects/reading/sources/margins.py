"""The words of a file outside its cells and paragraphs: headers, footers, text boxes, comments, properties, watermarks."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from xlrd.compdoc import CompDoc, CompDocError

from projects.reading.sources.compound import runs_in_circles
from projects.reading.sources.package import MAX_UNPACKED, UNREADABLE, declares, local

HEADER, BOX, PROPERTY, CELL = "header", "box", "property", "cell"
"""Where a text stands: printed on every page, in a box, shape or comment, in the file's properties, in a cell."""

Said = tuple[str, str]

_SOUGHT = "密"
_FORMS = (
    *(_SOUGHT.encode(form) for form in ("utf-8", "utf-16-le", "utf-16-be")),
    b"&#23494;",
    b"&#x5BC6;",
    b"&#x5bc6;",
)
_PARAGRAPHS = frozenset({"p", "si", "is", "text", "comment"})
_BOXES = frozenset({"txbxContent", "txBody", "textbox", "text-box", "annotation"})
_SPOKEN = frozenset({"string", "title", "descr", "alt"})
_READ_ELSEWHERE = frozenset({"word/document.xml", "content.xml"})
_HEADER_CODES = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&K[0-9+-]{5}|&\d+|&[A-JM-QS-Za-z]')
_SIDES = re.compile(r"&[LCR]")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTY_STREAMS = ("\x05SummaryInformation", "\x05DocumentSummaryInformation")
_LONGEST_RUN = 200


def outside_words(path: Path, *, cells_too: bool = False) -> Iterator[Said]:
    """Yield those words that may be a marking, with where they stand; `cells_too` for a file whose cells were not read."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"PK"):
        yield from _of_package(path, cells_too=cells_too)
    elif head.startswith(_OLE):
        yield from _of_ole(path.read_bytes())
    elif cells_too:
        yield from _of_text(path.read_bytes())


def _of_package(path: Path, *, cells_too: bool) -> Iterator[Said]:
    try:
        with zipfile.ZipFile(path) as package:
            if sum(member.file_size for member in package.infolist()) > MAX_UNPACKED:
                return
            for member in package.namelist():
                yield from _of_part(member.replace("\\", "/").lstrip("/"), package.read(member), cells_too=cells_too)
    except UNREADABLE:
        return


def _of_part(name: str, content: bytes, *, cells_too: bool) -> Iterator[Said]:
    if not any(form in content for form in _FORMS):
        return
    if name.endswith(".bin"):
        if cells_too or name != "xl/sharedStrings.bin":
            yield from ((CELL, text) for text in _wide_runs(content))
        return
    if not name.endswith((".xml", ".vml")) or declares(content):
        return
    if name.startswith("xl/worksheets/") and not cells_too:
        content = _after_cells(content)
    elif name == "xl/sharedStrings.xml" and not cells_too:
        return
    only_boxes = not cells_too and name in _READ_ELSEWHERE
    yield from ((_place(name, tag), text) for tag, text in _spoken(content, only_boxes=only_boxes))


def _after_cells(content: bytes) -> bytes:
    """Return a sheet without its rows: its headers and footers, in an element of their own."""
    found = re.search(
        rb"<((?:\w+:)?)headerFooter\b.*</\1headerFooter>", content[content.rfind(b"sheetData") :], re.DOTALL
    )
    return re.sub(rb"(</?)\w+:", rb"\1", found[0]) if found else b""


def _place(name: str, tag: str) -> str:
    if name.startswith("docProps/") or name == "meta.xml":
        return PROPERTY
    if tag.endswith(("Header", "Footer")) or re.match(r"word/(?:header|footer)", name) or name == "styles.xml":
        return HEADER
    if tag in _BOXES:
        return BOX
    if tag in ("si", "is") or name in ("word/document.xml", "content.xml", "xl/workbook.xml"):
        return CELL
    return BOX


def _spoken(content: bytes, *, only_boxes: bool) -> Iterator[tuple[str, str]]:
    """Yield the words of a part with their element: every box, paragraph, single text and spoken attribute."""
    try:
        root = ET.fromstring(content)  # noqa: S314 -- declarations were refused above
    except ET.ParseError:
        return
    for element in root.iter():
        tag = local(str(element.tag))
        for name, value in element.attrib.items():
            if _SOUGHT in value and (local(name) in _SPOKEN or (tag == "sheet" and name == "name")):
                yield tag, value
        if tag in _BOXES:
            yield tag, "\n".join(text for name, text in _paragraphs(element) if name in _PARAGRAPHS)
            if only_boxes:
                yield from ((tag, text) for _, text in _paragraphs(element))
    if not only_boxes:
        yield from _paragraphs(root)


def _paragraphs(root: ET.Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        tag = local(str(element.tag))
        if tag in _PARAGRAPHS:
            yield tag, _own_text(element)
        elif element.text and _SOUGHT in element.text:
            for side in _SIDES.split(element.text):
                yield tag, _HEADER_CODES.sub("", side)


def _own_text(paragraph: ET.Element) -> str:
    """Return a paragraph's text without that of the boxes anchored in it, which are paragraphs themselves."""
    text = paragraph.text or ""
    for child in paragraph:
        if local(str(child.tag)) not in _PARAGRAPHS:
            text += _own_text(child)
        text += child.tail or ""
    return text


def _of_ole(content: bytes) -> Iterator[Said]:
    yield from ((CELL, text) for text in _wide_runs(content))
    if runs_in_circles(content):
        return
    try:
        document = CompDoc(content)
        streams = [document.get_named_stream(name) for name in _PROPERTY_STREAMS]
    except (CompDocError, AssertionError, IndexError, ValueError, OSError, MemoryError, RecursionError, struct.error):
        return
    for stream in streams:
        for form in ("utf-8", "gb18030", "utf-16-le"):
            for text in re.split(r"[\x00-\x1f\ufffd]+", (stream or b"").decode(form, errors="replace")):
                if _SOUGHT in text:
                    yield PROPERTY, text


def _of_text(content: bytes) -> Iterator[Said]:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for form in ("utf-16",) if wide else ("utf-8", "gb18030"):
        for text in re.split(r"[\t\r\n,;|，]+", content.decode(form, errors="replace")):
            if _SOUGHT in text:
                yield CELL, text.strip(' "')


def _wide_runs(content: bytes) -> Iterator[str]:
    """Yield the runs of text around every 密 in the two-byte strings of a binary part."""
    sought = _SOUGHT.encode("utf-16-le")
    place = content.find(sought)
    while place >= 0:
        start, end = place, place + 2
        while start >= 2 and place - start < 2 * _LONGEST_RUN and _is_text(content[start - 2 : start]):
            start -= 2
        while end - place < 2 * _LONGEST_RUN and _is_text(content[end : end + 2]):
            end += 2
        for side in _SIDES.split(content[start:end].decode("utf-16-le", errors="replace")):
            yield _HEADER_CODES.sub("", side)
        place = content.find(sought, end)


def _is_text(unit: bytes) -> bool:
    code = int.from_bytes(unit, "little") if len(unit) == 2 else 0
    return 0x20 <= code < 0x7F or 0x2010 <= code < 0x2E00 or 0x3000 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0
