"""Pages of a list: at most a hundred rows, in the order of their ids, gone on with by an opaque signed word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext

from tracker.api.problems import Problem

MOST = 100
USUAL = 50
SALT = "api.cursor"
OUTSIDE = {"cursor", "limit", "fields", "expand"}
"""What may change from page to page; a cursor belongs to the filters it was made under."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page begins, after the row `after`, and how long it may be."""

    path: str
    query: QueryDict
    limit: int
    after: int | None
    newest_first: bool = False

    def slice_of[M: Model](self, rows: QuerySet[M, Any]) -> QuerySet[M, Any]:
        """Return one row more than the page holds, so that it is known whether another page follows."""
        if self.after is not None:
            rows = rows.filter(pk__lt=self.after) if self.newest_first else rows.filter(pk__gt=self.after)
        return rows.order_by("-pk" if self.newest_first else "pk")[: self.limit + 1]

    def fit[R: Mapping[str, Any]](self, rows: Sequence[R]) -> tuple[Sequence[R], str | None]:
        """Return the rows of this page, and the address of the next where more follow."""
        page = rows[: self.limit]
        return page, self._next(page[-1]["id"]) if len(rows) > self.limit else None

    def part_of[R](self, rows: Sequence[R]) -> tuple[Sequence[R], str | None]:
        """Return the rows of this page of a list in an order of its own, and the address of the next; it is gone on with by place."""
        begin = self.after or 0
        end = begin + self.limit
        return rows[begin:end], self._next(end) if end < len(rows) else None

    def _next(self, last: int) -> str:
        kept = {name: value for name, value in self.query.items() if name != "cursor"}
        return f"{self.path}?{urlencode({**kept, 'cursor': cursor_after(last, self.query)})}"


def cursor_after(last: int, query: QueryDict) -> str:
    return signing.Signer(salt=SALT).sign_object([last, _filters(query)])


def read_cursor(word: str, query: QueryDict) -> int:
    """Return the id that the cursor stands after; refuse one that isn't ours or belongs to another list."""
    try:
        last, filters = signing.Signer(salt=SALT).unsign_object(word)
    except (signing.BadSignature, ValueError, UnicodeError):
        last, filters = 0, ""
    if filters != _filters(query):
        raise Problem(404, "no_such_page", gettext("翻页标记不对，或属于另一个列表。请用上一页 next 里的地址。"))
    return int(last)


def _filters(query: QueryDict) -> str:
    kept = sorted((name, value) for name, value in query.items() if name not in OUTSIDE)
    return sha256(urlencode(kept).encode()).hexdigest()[:16]
