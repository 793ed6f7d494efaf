"""What was typed into a form when its sign-in had run out: it goes along with the sign-in and is offered for sending again.

It travels in the sign-in's own form, signed and packed, so nothing is stored for strangers.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

UNTOLD = ("password", "csrfmiddlewaretoken", "token")
"""Parts of field names whose values are never written back onto a page for people to read."""
FIELD = "unsent"
MOST = 1_000_000
"""Characters that go along with a sign-in; the form itself may hold no more than the server takes."""
KEPT_SECONDS = 12 * 3600
SALT = "accounts.unsent"
CSRF = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form as it was pressed: where to, and its names and values in order. Files don't travel."""

    to: str
    fields: tuple[tuple[str, str], ...]
    files: bool = False

    @property
    def typed(self) -> list[str]:
        """Return what a person will know again: words, not the ids and days that were picked."""
        return [
            text for text in told((name, [value]) for name, value in self.fields) if not text.isascii() or " " in text
        ]


def told(lists: Iterable[tuple[str, Sequence[object]]]) -> Iterator[str]:
    """Yield the values that may stand on a page."""
    for name, values in lists:
        if not any(part in name for part in UNTOLD):
            yield from (text for value in values if (text := str(value).strip()))


def packed(request: HttpRequest) -> str:
    """Return the form that was sent, for the sign-in's own; empty where nothing was typed, or a password."""
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values if name != CSRF]
    if request.method != "POST" or not fields or any("password" in name for name, _ in fields):
        return ""
    said = [request.get_full_path(), fields, bool(request.FILES)]
    found = signing.dumps(said, salt=SALT, compress=True)
    return found if len(found) <= MOST else ""


def unpacked(form: Mapping[str, str]) -> Unsent | None:
    """Return what came along with a sign-in; nothing when it is too old or not ours."""
    try:
        to, fields, files = signing.loads(form.get(FIELD, ""), salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return None
    return Unsent(to, tuple((name, value) for name, value in fields), files)
