"""What an uploaded file really is, told from its bytes; and the name under which it may be given out again."""

import re
import struct
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from projects.reading.sources.package import UNREADABLE

MOST_PIXELS = 200_000_000
MOST_NAME_BYTES = 180
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:[!?a-z])", re.IGNORECASE)
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BARRED = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|clock\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)

_WORDS = ("doc", "dot", "wps", "wpt", "rtf")
_SHEETS = ("xls", "xlt", "et", "ett")
_SLIDES = ("ppt", "pps", "dps")
_PICTURES = ("png", "jpg", "jpeg", "jfif", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif")
_TEXTS = ("txt", "csv", "tsv", "md", "log", "json", "xml", "html", "htm", "svg")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type and the endings its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


class NotTaken(Exception):
    """The file isn't one of the kinds that are kept; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


PDF = Kind("application/pdf", ("pdf",))
TEXT = Kind("text/plain", _TEXTS)
MARKUP = Kind("application/octet-stream", _TEXTS)
"""Text that a browser would run: it is given out as bytes and nothing else."""
RICH_TEXT = Kind("application/rtf", ("rtf", "doc", "wps"))
OFD = Kind("application/ofd", ("ofd",))
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_BY_FOLDER: Mapping[str, Kind] = {
    "word/": Kind(f"{_OFFICE}.wordprocessingml.document", ("docx", "wps")),
    "xl/": Kind(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx", "xlsb", "et")),
    "ppt/": Kind(f"{_OFFICE}.presentationml.presentation", ("pptx", "ppsx", "dps")),
}
_BY_TYPE: Mapping[bytes, Kind] = {
    f"{_OPEN}.{name}".encode(): Kind(f"{_OPEN}.{name}", (ending,))
    for name, ending in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"))
}
_BY_STREAM: Mapping[str, Kind] = {
    "WordDocument": Kind("application/msword", _WORDS),
    "Workbook": Kind("application/vnd.ms-excel", _SHEETS),
    "Book": Kind("application/vnd.ms-excel", _SHEETS),
    "PowerPoint Document": Kind("application/vnd.ms-powerpoint", _SLIDES),
}


def kind_of(file: BinaryIO) -> Kind:
    """Tell the kind from the content; raise NotTaken for programs, archives, macros, passwords and what is unknown."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise NotTaken("empty")
    if head.startswith(_PROGRAMS):
        raise NotTaken("program")
    if head.startswith(_ARCHIVES):
        raise NotTaken("archive")
    if head.startswith(b"PK"):
        return _of_package(file)
    if head.startswith(_OLE):
        return _of_compound(file)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"{\\rtf"):
        return RICH_TEXT
    return _of_picture(head, file) or _of_text(file)


def fits(name: str, kind: Kind) -> bool:
    """Say whether a name ends as its content would be expected to; a name without an ending is given one."""
    ending = _ending(name)
    return not ending or ending in (_PICTURES if kind.media_type.startswith("image/") else kind.endings)


def clean_name(name: str, kind: Kind) -> str:
    """Return a name that is safe on any computer: no folders, unseen signs, devices; short enough, with its ending."""
    said = unicodedata.normalize("NFC", name.encode("utf-8", errors="ignore").decode())
    bare = PurePosixPath(PureWindowsPath(said).name).name
    shown = re.sub(r"\s+", " ", _BARRED.sub("_", _UNSEEN.sub("", bare))).strip()
    stem, _, ending = shown.rpartition(".") if _ending(shown) else (shown, "", "")
    stem = stem.strip(" .") or "file"
    if _DEVICES.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    ending = ending or kind.endings[0]
    room = MOST_NAME_BYTES - len(ending.encode()) - 1
    return f"{stem.encode()[:room].decode(errors='ignore').strip(' .')}.{ending}"


def _ending(name: str) -> str:
    """Return the ending in small letters: up to eight letters and digits after the last full stop."""
    found = re.search(r"\.([A-Za-z0-9]{1,8})\s*$", _UNSEEN.sub("", name))
    return found[1].lower() if found else ""


def _of_package(file: BinaryIO) -> Kind:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            names = [name.replace("\\", "/").lstrip("/") for name in package.namelist()]
            said = _type_said(package) if "mimetype" in package.namelist() else b""
    except UNREADABLE as error:
        raise NotTaken("damaged") from error
    if any(name.endswith(("vbaProject.bin", "vbaProject.xml")) or name.startswith("Basic/") for name in names):
        raise NotTaken("macros")
    if "OFD.xml" in names:
        return OFD
    kind = _BY_TYPE.get(said.strip()) or _in_folder(names)
    if kind is None:
        raise NotTaken("archive")
    return kind


def _type_said(package: zipfile.ZipFile) -> bytes:
    """Read as much as a type is long: a member may unpack to far more than it was sent as."""
    with package.open("mimetype") as member:
        return member.read(100)


def _in_folder(names: Iterable[str]) -> Kind | None:
    listed = list(names)
    if "[Content_Types].xml" not in listed:
        return None
    found = (kind for folder, kind in _BY_FOLDER.items() if any(name.startswith(folder) for name in listed))
    return next(found, None)


def _of_compound(file: BinaryIO) -> Kind:
    """Look for the names of streams: the old office programs', but no installer's or mail's."""
    file.seek(0)
    content = file.read()
    if _stream("EncryptedPackage") in content:
        raise NotTaken("encrypted")
    if _stream("_VBA_PROJECT") in content:
        raise NotTaken("macros")
    found = (kind for name, kind in _BY_STREAM.items() if _stream(name) in content)
    kind = next(found, None)
    if kind is None:
        raise NotTaken("unknown")
    return kind


def _stream(name: str) -> bytes:
    return name.encode("utf-16-le") + b"\x00\x00"


def _of_picture(head: bytes, file: BinaryIO) -> Kind | None:
    name = _picture_name(head)
    if name is None:
        return None
    width, height = _size(name, head, file)
    if width * height > MOST_PIXELS:
        raise NotTaken("picture_too_large")
    return Kind(f"image/{name}", (name,))


def _picture_name(head: bytes) -> str | None:
    for sign, name in (
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"GIF8", "gif"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
    ):
        if head.startswith(sign):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"}:
        return "heic"
    return "bmp" if head[:2] == b"BM" and head[6:10] == bytes(4) else None


def _size(name: str, head: bytes, file: BinaryIO) -> tuple[int, int]:
    """Return width and height as the head says them; nothing is decoded, here or anywhere."""
    try:
        match name:
            case "png":
                return struct.unpack_from(">II", head, 16)
            case "gif":
                return struct.unpack_from("<HH", head, 6)
            case "bmp":
                width, height = struct.unpack_from("<ii", head, 18)
                return abs(width), abs(height)
            case "jpeg":
                return _jpeg_size(file)
    except struct.error as error:
        raise NotTaken("damaged") from error
    return 0, 0


def _jpeg_size(file: BinaryIO) -> tuple[int, int]:
    """Walk the segments up to the frame, which holds height and width."""
    file.seek(2)
    while (mark := file.read(4)) and len(mark) == 4 and mark[0] == 0xFF:
        length = int.from_bytes(mark[2:], "big")
        if mark[1] in {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}:
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        if mark[1] == 0xDA or length < 2:
            break
        file.seek(length - 2, 1)
    return 0, 0


def _of_text(file: BinaryIO) -> Kind:
    """Take what reads as text in one of the encodings used here; markup is text too, and is only ever given out as a file."""
    file.seek(0)
    content = file.read()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        forms: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in content:
        raise NotTaken("unknown")
    else:
        forms = ("utf-8", "gb18030")
    for form in forms:
        try:
            content.decode(form)
        except UnicodeDecodeError:
            continue
        return MARKUP if _MARKUP.match(content) else TEXT
    raise NotTaken("unknown")
