"""Reading a plan and a period for a bulletin: from the closed round's stored lists where there are, else as of today."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max
from django.utils import translation

from accounts.models import Department
from accounts.models.among import among
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Plan, Task
from projects.promise import section_paths
from tracker.bulletins.facts import LAGGING, Asked, Gathered, ItemFacts
from tracker.bulletins.periods import Period
from tracker.choices import BulletinState, OwedState, ReviewState, RoundState
from tracker.directives import UNSETTLED
from tracker.explaining import explain
from tracker.facts import task_facts
from tracker.lights import Light
from tracker.models import Bulletin, Directive, Owed, ProgressReport, ReportingRound, RoundLists
from tracker.rounds import LitItem, lacking_rows, lit_items
from tracker.rules import light_rules, rules_for
from tracker.sentences import reason_text

LANGUAGE = "zh-hans"
"""What a bulletin is written in, whoever presses the button."""


@dataclass(frozen=True, slots=True)
class _Stood:
    """The lights of one day and the reports that were missing; `round` is the closed one they were stored with."""

    as_of: date
    round: ReportingRound | None
    lit: tuple[LitItem, ...]
    asked: ReportingRound | None
    lacking: tuple[tuple[int, str], ...]


def gather(plan: Plan, period: Period, *, today: date) -> Gathered:
    """Read everything in a fixed number of queries."""
    stood = _stood(plan, period, today=today)
    units = {name for _, name in stood.lacking}
    order = Department.objects.filter(organization=plan.organization_id, name__in=units).order_by("position", "pk")
    owed = Owed.objects.filter(round=stood.asked).exclude(state=OwedState.WAIVED).count() if stood.asked else 0
    with translation.override(LANGUAGE):
        items = _items(plan, period, stood)
    return Gathered(
        plan_title=plan.title,
        document=plan.document,
        period=period,
        as_of=stood.as_of,
        round_id=stood.round.pk if stood.round else None,
        items=items,
        suspended=Task.objects.filter(plan=plan, state=TaskState.SUSPENDED).count(),
        owed=owed,
        units=tuple(order.values_list("name", flat=True)),
        cutoff_on=stood.asked.cutoff_on if stood.asked else None,
        asked=_asked(plan),
        before=_before(plan, period),
    )


def _stood(plan: Plan, period: Period, *, today: date) -> _Stood:
    rounds = list(
        ReportingRound.objects.filter(
            plan=plan, starts_on__lte=min(period.ends_on, today), ends_on__gte=period.starts_on
        ).order_by("-ends_on")
    )
    within = [row for row in rounds if row.ends_on <= period.ends_on]
    asked = next(iter(within or rounds), None)
    lists = RoundLists.objects.filter(round=asked, round__state=RoundState.CLOSED).first()
    if asked is None or lists is None or asked not in within:
        lacking = tuple((row.task_id, row.department.name) for row in lacking_rows(asked)) if asked else ()
        return _Stood(today, None, tuple(lit_items(plan.pk, today=today)), asked, lacking)
    return _Stood(
        as_of=date.fromisoformat((asked.figures or {})["on"]),
        round=asked,
        lit=tuple(LitItem(*row) for row in lists.items),
        asked=asked,
        lacking=tuple((task, name) for task, name in lists.lacking),
    )


def _items(plan: Plan, period: Period, stood: _Stood) -> tuple[ItemFacts, ...]:
    ids = [row.task_id for row in stood.lit]
    tasks = {task.pk: task for task in Task.objects.filter(among("pk", ids)).select_related("standing")}
    sections, until = section_paths({plan.pk}), min(period.ends_on, stood.as_of)
    parties, said = _parties(ids, on=stood.as_of), _last_accepted(ids, on=stood.as_of)
    why = _why(plan, [row for row in stood.lit if row.light in LAGGING], on=stood.as_of)
    steps = _steps_done(ids, period.starts_on, until)
    lacking: defaultdict[int, list[str]] = defaultdict(list)
    for task_id, unit in stood.lacking:
        lacking[task_id].append(unit)
    return tuple(
        ItemFacts(
            task_id=task.pk,
            number=task.number,
            title=task.title,
            section="／".join(sections.get(task.section_id or 0, ())),
            light=Light(row.light),
            days_late=row.days_late,
            moves=task.standing.moves,
            units="、".join(parties[task.pk, InvolvementRole.LEAD]),
            leaders="、".join(parties[task.pk, InvolvementRole.LEADER]),
            due_on=task.standing.next_due_on,
            why=why.get(task.pk, ""),
            said=said[task.pk].sentence if task.pk in said else "",
            problems=said[task.pk].problems if task.pk in said else "",
            closed_in=task.closed_on is not None and period.starts_on <= task.closed_on <= until,
            steps_done=steps.get(task.pk, 0),
            lacking=tuple(lacking[task.pk]),
        )
        for row in stood.lit
        for task in (tasks[row.task_id],)
    )


def _parties(task_ids: Collection[int], *, on: date) -> defaultdict[tuple[int, str], dict[str, None]]:
    """Return who leads and who answers for it, a group by its own word: that is how the table names its members."""
    found: defaultdict[tuple[int, str], dict[str, None]] = defaultdict(dict)
    roles = (InvolvementRole.LEAD, InvolvementRole.LEADER)
    rows = Involvement.objects.on(on).filter(among("task", task_ids), role__in=roles).order_by("position", "pk")
    for row in rows.select_related("department", "post", "person", "group"):
        found[row.task_id, row.role][str(row.group or row.department or row.post or row.person)] = None
    return found


def _last_accepted(task_ids: Collection[int], *, on: date) -> dict[int, ProgressReport]:
    rows = ProgressReport.objects.filter(
        among("task", task_ids), review_state=ReviewState.ACCEPTED, submitted_on__lte=on
    )
    latest = rows.order_by().values("task").annotate(last=Max("pk"))
    return {row.task_id: row for row in ProgressReport.objects.filter(pk__in=latest.values("last"))}


def _why(plan: Plan, lagging: Collection[LitItem], *, on: date) -> dict[int, str]:
    """Write why each light is what it was; one that what happened since explains otherwise is left without."""
    facts = task_facts([row.task_id for row in lagging])
    rules = light_rules(rules_for(plan, on=on))
    found = {}
    for row in lagging:
        explanation = explain(facts[row.task_id], rules, on)
        if explanation.light == row.light:
            found[row.task_id] = reason_text(explanation.reason, year=on.year)
    return found


def _steps_done(task_ids: Collection[int], since: date, until: date) -> Mapping[int, int]:
    done = Milestone.objects.filter(among("task", task_ids), dropped_on__isnull=True, done_on__range=(since, until))
    return dict(done.order_by().values_list("task").annotate(steps=Count("pk")))


def _asked(plan: Plan) -> tuple[Asked, ...]:
    rows = Directive.objects.filter(task__plan=plan, task__state=TaskState.ISSUED, state__in=UNSETTLED)
    return tuple(
        Asked(row.task.number, row.text, row.department.name, row.leader_name, row.due_on)
        for row in rows.select_related("task", "department").order_by("due_on", "pk")
    )


def _before(plan: Plan, period: Period) -> dict[str, Any] | None:
    """Return the figures of the last bulletin of this kind that was published of an earlier period."""
    earlier = Bulletin.objects.filter(
        plan=plan, kind=period.kind, state=BulletinState.PUBLISHED, starts_on__lt=period.starts_on
    )
    last = earlier.order_by("-starts_on").first()
    return None if last is None else dict(last.figures)
