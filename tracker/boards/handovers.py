"""Handovers and delegations: the record, and one of them with what goes over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.http import Http404

from accounts.access import Reach, require_office
from projects.models import Task
from tracker.boards.lines import Line, lines_of
from tracker.choices import HandoverKind
from tracker.models import Handover, HandoverItem

ROWS = 50


@dataclass(frozen=True, slots=True)
class HandoverLine:
    row: Handover
    today: date

    @property
    def delegation(self) -> bool:
        return self.row.kind == HandoverKind.DELEGATION

    @property
    def called_off(self) -> bool:
        return self.row.ended_on is not None and not self.delegation

    @property
    def waiting(self) -> bool:
        return self.row.done_at is None and self.row.ended_on is None

    @property
    def running(self) -> bool:
        """Say whether a delegation holds today or will."""
        return self.delegation and self.row.ended_on is None and self.last_day >= self.today

    @property
    def last_day(self) -> date:
        return self.row.ended_on or self.row.until or self.row.on

    @property
    def may_end(self) -> bool:
        return self.waiting or self.running


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that goes over; `line` is the item as it stands today, for those that are items."""

    item: HandoverItem
    line: Line | None


@dataclass(frozen=True, slots=True)
class HandoverSheet:
    """One handover with everything that its sheet prints."""

    line: HandoverLine
    items: tuple[Duty, ...]
    posts: tuple[Duty, ...]
    units: tuple[Duty, ...]
    questions: tuple[Duty, ...]


def handovers(reach: Reach, *, number: int, today: date) -> tuple[Page[Handover], tuple[HandoverLine, ...]]:
    """Return a page of the record and its lines, the newest first."""
    require_office(reach)
    rows = Handover.objects.filter(organization=reach.organization_id).order_by("-pk")
    page = Paginator(rows, ROWS).get_page(number)
    return page, tuple(HandoverLine(row, today) for row in page)


def get_handover(reach: Reach, handover_id: int) -> Handover:
    """Raise Http404 for one that isn't this organization's."""
    require_office(reach)
    rows = Handover.objects.select_related("giver", "taker")
    row = rows.filter(pk=handover_id, organization=reach.organization_id).first()
    if row is None:
        raise Http404
    return row


def handover_sheet(reach: Reach, handover_id: int, *, today: date) -> HandoverSheet:
    """Return it in a fixed number of queries."""
    row = get_handover(reach, handover_id)
    items = HandoverItem.objects.filter(handover=row).order_by("pk")
    found = list(items.select_related("holding", "membership", "obstacle"))
    tasks = Task.objects.filter(pk__in=[item.task_id for item in found if item.task_id])
    listed = lines_of(list(tasks.select_related("plan", "section")), today=today, with_parties=False)
    lines = {line.task.pk: line for line in listed}
    kinds: Mapping[str, list[Duty]] = {"items": [], "posts": [], "units": [], "questions": []}
    for item in found:
        kinds[_kind(item)].append(Duty(item, lines.get(item.task_id or 0)))
    return HandoverSheet(HandoverLine(row, today), **{name: tuple(duties) for name, duties in kinds.items()})


def _kind(item: HandoverItem) -> str:
    if item.obstacle_id:
        return "questions"
    if item.holding_id:
        return "posts"
    return "units" if item.membership_id else "items"
