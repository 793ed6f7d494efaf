"""What is owed follows the item: waived when it ends, and on to the unit that leads it now."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from itertools import batched
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import HistoryEntry
from accounts.models.among import among
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement
from tracker.choices import STILL_OWED, OwedState, RoundState
from tracker.facts import PER_STATEMENT
from tracker.models import Owed, ProgressReport

ASKED_FOR = Q(round__state=RoundState.OPEN) | Q(state=OwedState.RETURNED)
"""Rows that still can be answered: a closed round takes only what was returned."""
UNANSWERED = (*STILL_OWED, OwedState.UNSIGNED)
"""What hasn't gone up to the office."""
RESTORED = "task.restored"
"""The action of an import's undoing."""
ENDINGS = ("task.cancelled", "task.suspended", "task.closed", "task.withdrawn")
ENDED = (TaskState.CANCELLED, TaskState.CLOSED, TaskState.SUSPENDED, TaskState.WITHDRAWN)


def settle_owed(task_ids: Collection[int], *, now: datetime) -> None:
    """Let what is owed follow these items; one look tells which of the ways below there is anything for."""
    for ids in batched(task_ids, PER_STATEMENT):
        found = _looked_at(ids, timezone.localtime(now).date())
        if any(row.ended and not row.waived for row in found):
            waive_owed(ids)
        if any(row.waived and row.open and not row.ended for row in found):
            revive_owed(ids, now=now)
        if any(row.open and row.dissolved for row in found):
            follow_leads(ids, now=now)
        if any(row.to_answer for row in found):
            look_anew(Q(among("task", ids)), now=now)


class _Found(NamedTuple):
    """What is owed or waived of an item: is its item ended, its round open, its unit dissolved."""

    state: str
    ended: bool
    open: bool
    dissolved: bool

    @property
    def waived(self) -> bool:
        return self.state == OwedState.WAIVED

    @property
    def to_answer(self) -> bool:
        return self.state == OwedState.RETURNED or (self.open and self.state == OwedState.OWED)


def _looked_at(task_ids: Collection[int], today: date) -> set[_Found]:
    rows = Owed.objects.filter(among("task", task_ids), state__in=(*UNANSWERED, OwedState.WAIVED))
    columns = ("state", "task__state", "round__state", "department__dissolved_on")
    return {
        _Found(state, task in ENDED, asked == RoundState.OPEN, gone is not None and gone <= today)
        for state, task, asked, gone in rows.values_list(*columns).distinct()
    }


def look_anew(rows: Q, *, now: datetime) -> None:
    """Let reminders look now at those of these rows that are to be reported: what they go by may have changed."""
    asked = Owed.objects.filter(ASKED_FOR, rows, state__in=STILL_OWED)
    asked.exclude(next_step_at__lte=now).update(next_step_at=now)


def waive_owed(task_ids: Collection[int]) -> None:
    """Ask nothing more of items that were suspended, cancelled, closed or withdrawn."""
    for ids in batched(task_ids, PER_STATEMENT):
        Owed.objects.filter(among("task", ids), task__state__in=ENDED, state__in=UNANSWERED).update(
            state=OwedState.WAIVED
        )


def revive_owed(task_ids: Collection[int], *, now: datetime) -> None:
    """Ask again in the open round for what the undoing of an import brought back.

    It was waived for that import and nothing else: an item that was also suspended, closed or struck otherwise since
    the round opened stays unasked.
    """
    for ids in batched(task_ids, PER_STATEMENT):
        waived = Owed.objects.filter(
            among("task", ids), state=OwedState.WAIVED, round__state=RoundState.OPEN, task__state=TaskState.ISSUED
        )
        last = HistoryEntry.objects.filter(object_type="task", object_id=OuterRef("task")).order_by("-object_version")
        rows = list(
            waived.annotate(
                last=Subquery(last.values("action")[:1]),
                reported=Exists(ProgressReport.objects.filter(owed=OuterRef("pk"))),
            )
            .filter(last=RESTORED)
            .select_related("round")
        )
        ended = _ended({row.task_id for row in rows}) if rows else {}
        back = [row for row in rows if sum(day >= row.round.opened_on for day in ended[row.task_id]) == 1]
        for row in back:
            row.state = OwedState.RETURNED if row.reported else OwedState.OWED
            row.next_step_at = now
        Owed.objects.bulk_update(back, ["state", "next_step_at"])


def _ended(task_ids: Collection[int]) -> Mapping[int, list[date]]:
    """Return by item the days on which it ended, however it did."""
    found: defaultdict[int, list[date]] = defaultdict(list)
    entries = HistoryEntry.objects.filter(object_type="task", object_id__in=task_ids, action__in=ENDINGS)
    for task, day in entries.values_list("object_id", "business_on"):
        found[task].append(day)
    return found


def follow_leads(task_ids: Collection[int], *, now: datetime) -> None:
    """Let the unit that leads now answer in the open round for one that is no more.

    Any other change of the lead counts from the next round on: what is owed is fixed when a round opens. Where
    nobody new leads in its place, what the dissolved unit owed is waived; what it has reported stays its own.
    """
    today = timezone.localtime(now).date()
    for ids in batched(task_ids, PER_STATEMENT):
        still = Owed.objects.filter(
            among("task", ids), state__in=STILL_OWED, round__state=RoundState.OPEN, department__dissolved_on__lte=today
        )
        rows = list(still.order_by("pk"))
        if rows:
            _follow(rows, today, now)


def _follow(rows: list[Owed], today: date, now: datetime) -> None:
    tasks = {row.task_id for row in rows}
    leads: defaultdict[int, list[int]] = defaultdict(list)
    leading = Involvement.objects.on(today).filter(task__in=tasks, role=InvolvementRole.LEAD, department__isnull=False)
    for task, unit in leading.order_by("position", "pk").values_list("task_id", "department_id"):
        if unit is not None:
            leads[task].append(unit)
    answering = set(
        Owed.objects.filter(task__in=tasks, round__in={row.round_id for row in rows}).values_list(
            "task_id", "round_id", "department_id"
        )
    )
    for row in rows:
        if row.department_id in leads[row.task_id]:
            continue
        free = [unit for unit in leads[row.task_id] if (row.task_id, row.round_id, unit) not in answering]
        if free:
            row.department_id, row.cycle, row.next_step_at = free[0], row.cycle + 1, now
            answering.add((row.task_id, row.round_id, free[0]))
        else:
            row.state = OwedState.WAIVED
        row.save(update_fields=["department", "cycle", "next_step_at", "state"])
