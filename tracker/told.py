"""What units have said of items so far, for whoever goes on from there: a form, the whole sheet, a second look at both."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts.models import Department
from projects.models import Task
from tracker.choices import ReviewState
from tracker.models import Owed, ProgressReport, ReportingRound

WAITING = frozenset({ReviewState.SUBMITTED, ReviewState.UNSIGNED})
"""Reports that their unit may still correct."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One unit that is to report on one item in a round; `owed` is the row that asks for it, where one does."""

    task: Task
    department: Department
    round: ReportingRound
    owed: Owed | None


@dataclass(frozen=True, slots=True)
class Told:
    """Of one item by one unit and by those that were merged into it.

    `own` answers the very row and may still be corrected; `last` is the latest but for that; `said` the latest that
    said something new; `before` the latest such of an earlier round that wasn't sent back.
    """

    own: ProgressReport | None
    last: ProgressReport | None
    said: ProgressReport | None
    before: ProgressReport | None

    @property
    def newest(self) -> ProgressReport | None:
        """Return what a form is made over."""
        return self.own or self.last


def told_of(asked: Sequence[Asked]) -> list[Told]:
    """Return it for each in turn, in two queries."""
    units = _with_former({row.department.pk for row in asked})
    rows = ProgressReport.objects.filter(task__in={row.task.pk for row in asked}, department__in=units)
    found: defaultdict[tuple[int, int], list[ProgressReport]] = defaultdict(list)
    for report in rows.exclude(review_state=ReviewState.REPLACED).select_related("round").order_by("-pk"):
        found[report.task_id, units[report.department_id]].append(report)
    return [_told(row, found[row.task.pk, row.department.pk]) for row in asked]


def _told(asked: Asked, reports: Sequence[ProgressReport]) -> Told:
    owed = asked.owed.pk if asked.owed else None
    own = next((each for each in reports if owed and each.owed_id == owed and each.review_state in WAITING), None)
    earlier = (each for each in reports if each.round.starts_on < asked.round.starts_on and not each.no_change)
    return Told(
        own=own,
        last=next((each for each in reports if each != own), None),
        said=next((each for each in reports if not each.no_change), None),
        before=next((each for each in earlier if each.review_state != ReviewState.RETURNED), None),
    )


def _with_former(units: Collection[int]) -> dict[int, int]:
    """Return by each of these units, and by each that was merged into one of them, which of them it is now."""
    merged = Department.objects.filter(organization__departments__in=units, successor__isnull=False).distinct()
    successors = dict(merged.values_list("pk", "successor_id"))
    found = {unit: unit for unit in units}
    while more := {old: found[new] for old, new in successors.items() if new in found and old not in found}:
        found |= more
    return found
