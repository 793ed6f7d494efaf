"""What every list is asked besides its own filters: where to go on, how many, which members, what nested."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from tracker.api.fields import Number, Query
from tracker.api.paging import MOST
from tracker.boards.filters import COMING, NOT_REPORTED
from tracker.lights import Counter

LIGHTS = [(word, word) for word in (*(each.value for each in Counter), NOT_REPORTED, COMING)]
"""The figures of a board by which items are listed."""
MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"


class Names(serializers.Field[Any, Any, Any, Any]):
    """Some names of a closed list, parted by commas."""

    default_error_messages = {
        "invalid_choice": gettext_lazy("不认识“{name}”。可以写：{known}。"),
        "repeated": gettext_lazy("只能写一次。"),
    }

    def __init__(self, *known: str, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known = known

    def to_internal_value(self, data: Any) -> frozenset[str]:
        names = str(data).split(",")
        for name in names:
            if name not in self.known:
                self.fail("invalid_choice", name=name, known=", ".join(self.known))
        if len({*names}) < len(names):
            self.fail("repeated")
        return frozenset(names)


class Listing(Query):
    cursor = serializers.CharField(required=False, max_length=500, help_text=gettext_lazy("上一页 next 里的翻页标记"))
    limit = Number(required=False, min_value=1, max_value=MOST, help_text=gettext_lazy("一页多少条，默认 50"))


def cut(row: Mapping[str, Any], names: Collection[str] | None) -> Mapping[str, Any]:
    """Keep of a row what `fields` asks for, and its id; all where it asks for nothing."""
    return row if names is None else {name: value for name, value in row.items() if name in names or name == "id"}


def rows_as[V](columns: Iterable[str], rows: Iterable[Iterable[V]]) -> list[dict[str, V]]:
    """Name the values of rows."""
    names = tuple(columns)
    return [dict(zip(names, row, strict=True)) for row in rows]


def given(asked: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return those of the filters that were asked for."""
    return {name: asked[name] for name in names if name in asked}
