"""The office's view of reporting rounds: how each stands, and who hasn't reported in one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from accounts.access import Reach, require_office
from accounts.days import day_words
from projects.access import plans_for
from tracker.choices import OwedState, RoundState
from tracker.models import Owed, ReportingRound
from tracker.reporting import cutoffs_of
from tracker.rounds import WITH_COUNTS
from tracker.sentences import round_text

ROWS = 50
NOT_UP = (OwedState.OWED, OwedState.RETURNED, OwedState.UNSIGNED)
"""States of a row for which nothing has come up to the office."""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round with its counts: as it stands while it is open, as they were stored when it is closed."""

    row: ReportingRound
    counts: dict[str, Any]
    today: date

    @property
    def name(self) -> str:
        return round_text(self.row.key)

    @property
    def cutoff(self) -> str:
        return day_words(self.row.cutoff_on, year=self.today.year)

    @property
    def closed(self) -> bool:
        return self.row.state == RoundState.CLOSED

    @property
    def not_up(self) -> int:
        """Return how many rows nothing has come up for."""
        return int(self.counts["missing"] + self.counts["returned"] + self.counts["unsigned"])


@dataclass(frozen=True, slots=True)
class UnitRows:
    """What one unit hasn't handed in."""

    pk: int
    name: str
    rows: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class RoundView:
    line: RoundLine
    late_from: datetime
    missing: tuple[UnitRows, ...]
    late: tuple[Owed, ...]
    today: date

    @property
    def days_over(self) -> int:
        """Return the days since reports are late; 0 before."""
        return max((self.today - timezone.localtime(self.late_from).date()).days, 0)

    @property
    def unreviewed(self) -> int:
        """Return how many reports came up that the office hasn't answered."""
        return int(self.line.counts["reported"] - self.line.counts["accepted"])

    def is_early(self, now: datetime) -> bool:
        """Say whether reports are still in time."""
        return now < self.late_from

    @property
    def stored_on(self) -> str:
        on = (self.line.row.figures or {}).get("on")
        return day_words(date.fromisoformat(on), year=self.today.year) if on else ""


def rounds(reach: Reach, *, number: int = 1, today: date) -> tuple[list[RoundLine], Page[ReportingRound]]:
    """Return one page of rounds, the latest first, in a fixed number of queries; the office alone sees them."""
    rows = _visible(reach, today=today).order_by("-cutoff_on", "-pk")
    page = Paginator(rows, ROWS).get_page(number)
    return _lines(list(page.object_list), today=today), page


def get_round(reach: Reach, round_id: int, *, today: date) -> ReportingRound:
    """Raise Http404 for a round that isn't this office's, PermissionDenied for all but the office."""
    require_office(reach)
    row = _visible(reach, today=today).filter(pk=round_id).first()
    if row is None:
        raise Http404
    return row


def round_view(reach: Reach, round_id: int, *, today: date) -> RoundView:
    """Return who hasn't reported in a round and who was late, by unit, in a fixed number of queries."""
    row = get_round(reach, round_id, today=today)
    owed = Owed.objects.filter(round=row).select_related("department", "task")
    ordered = owed.order_by("department__position", "department", "task__position", "pk")
    return RoundView(
        line=_lines([row], today=today)[0],
        late_from=cutoffs_of([row], today=today)[row.pk],
        missing=tuple(_by_unit(ordered.filter(state__in=NOT_UP))),
        late=tuple(ordered.filter(late=True).exclude(state__in=(*NOT_UP, OwedState.WAIVED))),
        today=today,
    )


def _visible(reach: Reach, *, today: date) -> QuerySet[ReportingRound]:
    require_office(reach)
    return ReportingRound.objects.filter(plan__in=plans_for(reach, today=today)).select_related("plan")


def _lines(rows: list[ReportingRound], *, today: date) -> list[RoundLine]:
    owed = Owed.objects.filter(round__in=rows).exclude(state=OwedState.WAIVED)
    none: dict[str, Any] = dict.fromkeys(WITH_COUNTS, 0)
    found: dict[int, dict[str, Any]] = {}
    for counts in owed.values("round").annotate(**WITH_COUNTS):
        found[counts["round"]] = dict(counts)
    return [RoundLine(row, row.figures or found.get(row.pk, none), today) for row in rows]


def _by_unit(rows: Iterable[Owed]) -> Iterable[UnitRows]:
    for unit, found in groupby(rows, key=lambda row: row.department):
        yield UnitRows(unit.pk, unit.name, tuple(found))
