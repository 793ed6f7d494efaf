"""Versions on the wire: what a caller saw, whether it is still so, and the refusal that shows both."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from django.utils.translation import gettext
from rest_framework.request import Request

from tracker.api.problems import Problem


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions that If-Match names."""

    versions: tuple[int, ...]

    def expected(self, current: int) -> int:
        """Return the version an operation is to find: the current one where it is among those named."""
        return current if current in self.versions else next(iter(self.versions), 0)


def etag_of(version: int, body: bytes) -> str:
    """Name a representation: the row's version, by which writes are judged, and a digest of all that is shown."""
    return f'"{version}-{blake2b(body, digest_size=8).hexdigest()}"'


def seen_by(request: Request) -> Seen:
    """Return what If-Match names; refuse a write that says nothing of what it saw."""
    tags = list(_tags(request.headers.get("If-Match", "")))
    if not tags or tags == ["*"]:
        detail = gettext("写之前请先读：把读到的 ETag 放进 If-Match，这样不会盖掉别人刚改的。")
        raise Problem(428, "if_match_missing", detail)
    return Seen(tuple(version for tag in tags if (version := _version(tag)) is not None))


def unchanged(request: Request, etag: str) -> bool:
    """Say whether the caller has this very representation already."""
    tags = {tag.removeprefix("W/") for tag in _tags(request.headers.get("If-None-Match", ""))}
    return etag in tags or "*" in tags


def lost(*, current: object, yours: object) -> Problem:
    """Return the refusal of a write over a version that is gone, with what stands there and what was sent."""
    detail = gettext("您读过之后，别人改了它。current 是现在的，yours 是您要写的；请决定后带新的 ETag 再写。")
    return Problem(412, "lost", detail, current=current, yours=yours)


def _tags(header: str) -> Iterable[str]:
    return (tag.strip() for tag in header.split(",") if tag.strip())


def _version(tag: str) -> int | None:
    number = tag.strip('"').partition("-")[0]
    strong = tag.startswith('"') and tag.endswith('"')
    return int(number) if strong and number.isascii() and number.isdecimal() and len(number) < 10 else None
