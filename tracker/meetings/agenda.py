"""What a meeting calls up: what earlier ones decided and isn't settled, then what is overdue, behind, or left unanswered."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import translation

from accounts.models.among import among
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Plan, Task
from tracker.choices import AgendaReason, DirectiveState, ObstacleState
from tracker.directives import UNSETTLED
from tracker.explaining import explain
from tracker.facts import task_facts
from tracker.lights import Light
from tracker.models import Decision, Meeting, Obstacle
from tracker.rounds import LitItem, lit_items
from tracker.rules import light_rules, rules_for
from tracker.sentences import reason_text

LANGUAGE = "zh-hans"
"""What is kept of an item, whoever opens the meeting."""
_ORDER = (AgendaReason.DECIDED, AgendaReason.OVERDUE, AgendaReason.BEHIND, AgendaReason.OBSTACLE)


@dataclass(frozen=True, slots=True)
class Stood:
    """An item as the agenda keeps it; the light is empty for one that boards don't count."""

    number: str
    title: str
    light: str
    days_late: int
    units: str
    why: str


def earlier_decisions(plan_id: int, *, before: Meeting | None = None) -> tuple[Decision, ...]:
    """Return what the last meeting before this one decided, and what is unsettled of those before it."""
    earlier = Meeting.objects.filter(plan=plan_id, decisions__isnull=False)
    if before is not None:
        earlier = earlier.exclude(pk=before.pk).filter(day__lte=before.day)
    last = earlier.order_by("-day", "-pk").first()
    rows = Decision.objects.filter(meeting__in=earlier.values("pk")).exclude(directive__state=DirectiveState.WITHDRAWN)
    rows = rows.select_related("meeting", "item__task", "directive__department", "directive__task")
    return tuple(
        row
        for row in rows.order_by("-meeting__day", "-meeting", "pk")
        if row.directive.state in UNSETTLED or row.meeting == last
    )


def proposed(plan: Plan, *, before: Meeting | None = None, today: date) -> dict[int, AgendaReason]:
    """Return the items to be called up and why, in the order of the agenda."""
    lit = {row.task_id: row for row in lit_items(plan.pk, today=today)}
    asked = Obstacle.objects.filter(
        task__plan=plan, task__state=TaskState.ISSUED, state=ObstacleState.OPEN, due_on__lt=today
    )
    unanswered = set(asked.values_list("task", flat=True))
    found: dict[int, AgendaReason] = {}
    for row in earlier_decisions(plan.pk, before=before):
        if row.directive.state in UNSETTLED and row.directive.task.state == TaskState.ISSUED:
            found[row.directive.task_id] = AgendaReason.DECIDED
    for item in sorted(lit.values(), key=lambda item: -item.days_late):
        if (reason := _reason(item, unanswered)) is not None:
            found.setdefault(item.task_id, reason)
    return dict(sorted(found.items(), key=lambda each: _ORDER.index(each[1])))


def _reason(item: LitItem, unanswered: Collection[int]) -> AgendaReason | None:
    if item.light == Light.OVERDUE:
        return AgendaReason.OVERDUE
    if item.task_id in unanswered:
        return AgendaReason.OBSTACLE
    return AgendaReason.BEHIND if item.light == Light.BEHIND else None


def stood(plan: Plan, task_ids: Collection[int], *, today: date) -> Mapping[int, Stood]:
    """Read how these items stand, in a fixed number of queries."""
    lit = {row.task_id: row for row in lit_items(plan.pk, today=today)}
    facts, rules = task_facts(task_ids), light_rules(rules_for(plan, on=today))
    units: defaultdict[int, dict[str, None]] = defaultdict(dict)
    parts = Involvement.objects.on(today).filter(among("task", task_ids), role=InvolvementRole.LEAD)
    for row in parts.select_related("department", "post", "person", "group").order_by("position", "pk"):
        units[row.task_id][str(row.group or row.department or row.post or row.person)] = None
    with translation.override(LANGUAGE):
        return {
            task.pk: Stood(
                number=task.number,
                title=task.title,
                light=lit[task.pk].light if task.pk in lit else "",
                days_late=lit[task.pk].days_late if task.pk in lit else 0,
                units="、".join(units[task.pk]),
                why=reason_text(explain(facts[task.pk], rules, today).reason, year=today.year),
            )
            for task in Task.objects.filter(among("pk", task_ids))
        }
