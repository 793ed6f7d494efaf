"""What a report consists of and what hangs on it: its parts, its history, and the state of what it answers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record_all
from projects.models import Milestone, Target, TargetItem, Task
from tracker.choices import STILL_OWED, Decision, OwedState, ReportState, ReviewState
from tracker.models import ItemTick, MilestoneMark, Owed, ProgressReport, Review, Standing, TargetValue
from tracker.owed_rows import waive_owed

Part = TargetValue | ItemTick | MilestoneMark
VOID = (ReviewState.RETURNED, ReviewState.REPLACED)
"""Reports that answer nothing."""


class NotReportable(Exception):
    """The report can't be taken or answered.

    `reason` is a code: `not_issued`, `already_accepted`, `not_waiting`, `round_closed`, `no_round`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Account:
    """What the department says. `ticks` are all items of a list that are done; a list given by ticks needs no value."""

    state: ReportState
    sentence: str
    no_change: bool = False
    problems: str = ""
    next_step: str = ""
    help_needed: str = ""
    values: Mapping[int, Decimal] = field(default_factory=dict)
    ticks: Collection[int] = ()
    ticked_targets: Collection[int] = ()
    marks: Mapping[int, date] = field(default_factory=dict)


def lock_items(ids: Iterable[int]) -> dict[int, Task]:
    """Lock the items first and in one order: a correction and an answer to what it corrects follow each other."""
    return {task.pk: task for task in Task.objects.select_for_update().filter(pk__in=set(ids)).order_by("pk")}


def lock_reports(
    reports: Sequence[ProgressReport], state: ReviewState, *, versions: Mapping[int, int] | None
) -> dict[int, ProgressReport]:
    """Lock reports that must stand in a state; raise Conflict or NotReportable.

    Nothing is written yet: of several reports either all are answered or none.
    """
    lock_items(report.task_id for report in reports)
    same = ProgressReport.objects.filter(pk__in=[report.pk for report in reports]).order_by("pk")
    current = {row.pk: row for row in same.select_for_update()}
    for row in current.values():
        if versions is not None and versions[row.pk] != row.version:
            raise Conflict(row)
        if row.review_state != state:
            raise NotReportable("not_waiting")
    return current


def write_parts(parts: Sequence[tuple[ProgressReport, Account]]) -> None:
    """Keep figures, ticks and steps of these very items; what belongs to another is a fault of the caller."""
    tasks = [report.task_id for report, _ in parts]
    targets = dict(Target.objects.filter(task__in=tasks).values_list("pk", "task_id"))
    steps = dict(Milestone.objects.filter(task__in=tasks).values_list("pk", "task_id"))
    lists = _lists_of([item for _, account in parts for item in account.ticks])
    rows: list[Part] = []
    for report, account in parts:
        ticks = {item: lists[item] for item in account.ticks if targets.get(lists.get(item, 0)) == report.task_id}
        counts = {target: Decimal(list(ticks.values()).count(target)) for target in account.ticked_targets}
        figures = {**account.values, **counts}
        _refuse_foreign(target for target in figures if targets.get(target) != report.task_id)
        _refuse_foreign(step for step in account.marks if steps.get(step) != report.task_id)
        rows += _part_rows(report, figures, ticks, account.marks)
    TargetValue.objects.bulk_create(row for row in rows if isinstance(row, TargetValue))
    ItemTick.objects.bulk_create(row for row in rows if isinstance(row, ItemTick))
    MilestoneMark.objects.bulk_create(row for row in rows if isinstance(row, MilestoneMark))


def _part_rows(
    report: ProgressReport, figures: Mapping[int, Decimal], ticks: Collection[int], marks: Mapping[int, date]
) -> Iterator[Part]:
    organization = report.organization_id
    for target, value in figures.items():
        yield TargetValue(organization_id=organization, report=report, target_id=target, value=value)
    for item in ticks:
        yield ItemTick(organization_id=organization, report=report, item_id=item)
    for step, on in marks.items():
        yield MilestoneMark(organization_id=organization, report=report, milestone_id=step, done_on=on)


def _refuse_foreign(ids: Iterable[int]) -> None:
    if foreign := sorted(ids):
        raise ValueError(f"not of this item: {foreign}")


def _lists_of(items: Collection[int]) -> dict[int, int]:
    """Return the target of each list item."""
    return dict(TargetItem.objects.filter(pk__in=items).values_list("pk", "target_id")) if items else {}


def answer_owed(reports: Collection[ProgressReport], now: datetime) -> None:
    """Note on what was owed that it is answered, or that the answer waits for the unit's head.

    An answer that waits doesn't undo one that has gone up already: that one stands until the head has signed.
    """
    groups: defaultdict[tuple[OwedState, bool], list[int]] = defaultdict(list)
    for report in reports:
        if report.owed is None:
            continue
        unsigned = report.review_state == ReviewState.UNSIGNED
        if not unsigned or report.owed.state in {*STILL_OWED, OwedState.UNSIGNED}:
            state = OwedState.UNSIGNED if unsigned else OwedState.SUBMITTED
            report.owed.state, report.owed.late, report.owed.answered_at = state, report.late, now
            groups[state, report.late].append(report.owed.pk)
    for (state, late), ids in groups.items():
        Owed.objects.filter(pk__in=ids).update(state=state, late=late, answered_at=now)


def replace_earlier(reports: Collection[ProgressReport], *, by: Actor) -> None:
    """Take what each unit said before of the same row out of the way; its items are locked.

    A report that has gone up to the office is replaced only by one that has too.
    """
    newest: dict[int | None, ProgressReport] = {row.owed_id: row for row in reports if row.owed_id is not None}
    waiting = (ReviewState.SUBMITTED, ReviewState.UNSIGNED)
    others = ProgressReport.objects.filter(owed__in=newest, review_state__in=waiting)
    rows = others.exclude(pk__in=[report.pk for report in newest.values()]).select_related("round", "department")
    given = {report.pk: report for report in reports}
    replaced = [given.get(row.pk, row) for row in rows.order_by("pk") if _replaces(newest[row.owed_id], row)]
    if not replaced:
        return
    was = {report.pk: copy(report) for report in replaced}
    for report in replaced:
        report.review_state, report.version = ReviewState.REPLACED, report.version + 1
    ProgressReport.objects.bulk_update(replaced, ["review_state", "version"])
    note(replaced, "report.replaced", by=by, was=was)


def _replaces(newer: ProgressReport, older: ProgressReport) -> bool:
    if newer.pk < older.pk:
        return False
    return newer.review_state == ReviewState.SUBMITTED or older.review_state == ReviewState.UNSIGNED


def note_completions(reports: Collection[ProgressReport]) -> None:
    """Keep which items are said to be done: a report that waits changes nothing else about a light."""
    up = [report for report in reports if report.review_state == ReviewState.SUBMITTED]
    done = {report.task_id for report in up if report.state == ReportState.DONE}
    Standing.objects.filter(task__in=done, completion_pending=False).update(completion_pending=True)
    others = {report.task_id for report in reports} - done
    Standing.objects.filter(task__in=others, completion_pending=True).update(completion_pending=False)


def write_reviews(
    reports: Collection[ProgressReport], decision: Decision, reason: str, *, by: Actor, now: datetime
) -> None:
    Review.objects.bulk_create(
        Review(
            organization_id=report.organization_id,
            report=report,
            decision=decision,
            reason=reason,
            user=by.user,
            actor_name=by.name,
            at=now,
            decided_on=by.today,
        )
        for report in reports
    )


def owe_again(reports: Collection[ProgressReport], now: datetime) -> None:
    """Ask once more, unless another report answers the same or the item ended meanwhile."""
    standing = ProgressReport.objects.filter(owed=OuterRef("pk")).exclude(review_state__in=VOID)
    owed = Owed.objects.filter(~Exists(standing), pk__in=[report.owed_id for report in reports])
    owed.update(state=OwedState.RETURNED, cycle=F("cycle") + 1, next_step_at=now)
    up = standing.exclude(review_state=ReviewState.UNSIGNED)
    left = Owed.objects.filter(Exists(standing), ~Exists(up), pk__in=[report.owed_id for report in reports])
    left.update(state=OwedState.UNSIGNED)
    waive_owed([report.task_id for report in reports])


def note(
    reports: Collection[ProgressReport],
    action: str,
    *,
    by: Actor,
    reason: str = "",
    was: Mapping[int, ProgressReport] | None = None,
    asked: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """Write each report's entry: what it `was`, if there was one before, and the contradictions `asked` and confirmed, by id."""
    values: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    for report, target, value in _parts(TargetValue, reports, "target_id", "value"):
        values[report][target] = value
    marks: defaultdict[int, dict[int, date]] = defaultdict(dict)
    for report, step, on in _parts(MilestoneMark, reports, "milestone_id", "done_on"):
        marks[report][step] = on
    old, confirmed = was or {}, asked or {}
    record_all(
        [
            Change(
                organization_id=report.organization_id,
                object_type="report",
                object_id=report.pk,
                version=report.version,
                action=action,
                before=_changing(old[report.pk], report) if report.pk in old else {},
                after=_content(report)
                | {"values": values[report.pk], "marks": marks[report.pk]}
                | ({"confirmed": list(confirmed[report.pk])} if confirmed.get(report.pk) else {}),
                task_id=report.task_id,
                reason=reason,
            )
            for report in reports
        ],
        by=by,
    )


def _parts(
    model: type[TargetValue] | type[MilestoneMark], reports: Collection[ProgressReport], *fields: str
) -> Iterable[tuple[int, int, Any]]:
    rows = model._default_manager.filter(report__in=[report.pk for report in reports]).order_by("pk")
    return rows.values_list("report_id", *fields)


def _changing(was: ProgressReport, report: ProgressReport) -> dict[str, Any]:
    """Return what is another now; an account stays as it was given."""
    kept = ("review_state", "late")
    return {name: getattr(was, name) for name in kept if getattr(was, name) != getattr(report, name)}


def _content(report: ProgressReport) -> dict[str, Any]:
    return {
        "round": report.round.key,
        "department": report.department.name,
        "state": report.state,
        "no_change": report.no_change,
        "sentence": report.sentence,
        "problems": report.problems,
        "next_step": report.next_step,
        "help_needed": report.help_needed,
        "review_state": report.review_state,
        "late": report.late,
    }
