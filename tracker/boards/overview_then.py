"""A plan's board as a past day began: lights by the log of that morning, facts by history."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Case, Exists, Min, OuterRef, Q, QuerySet, Subquery, When

from accounts.access import Reach
from projects.access import tasks_for
from projects.models import Plan
from tracker.boards.figures import ROWS as FIGURES
from tracker.boards.figures import behind_first, figure_lines
from tracker.boards.filters import NOT_REPORTED, Filters, choices_of, narrowed
from tracker.boards.lines import lines_of
from tracker.boards.overview import Overview, group_rows, section_rows, tallies_of
from tracker.boards.tallying import Asked, tallied
from tracker.choices import Decision, OwedState
from tracker.lights import Counter
from tracker.lights_sql import lights_of
from tracker.models import LightChange, LightsNoted, Owed, ProgressReport, ReportingRound, Review
from tracker.past import facts_as_of
from tracker.rounds import current_round
from tracker.rules import light_rules, rules_for

ROWS = 200
"""Rows of the list: there is no further page that looks back."""


def noted_from() -> date | None:
    """Return the first day whose lights were noted: nobody knows how a board looked before it."""
    first: date | None = LightsNoted.objects.aggregate(first=Min("noted_on"))["first"]
    return first


def overview_then(plan: Plan, reach: Reach, filters: Filters, day: date, *, today: date) -> Overview:
    """Read the board as it was when the day began; what may be seen is what this reach sees today."""
    tasks = _lit(narrowed(tasks_for(reach, today=today).filter(plan=plan), filters, reach, today=day), day)
    asked, choices, rules = current_round(plan.pk, today=day), choices_of(plan), rules_for(plan, on=day)
    lights = light_rules(rules)
    owed = _owed(asked, filters, day)
    found = tallied(Asked(plan, tasks, owed, None, day))
    unreported = tasks.none() if owed is None else tasks.filter(pk__in=owed.filter(lacks=1).values("task"))
    listed = _listed(tasks, filters, unreported)
    rows = list(listed.select_related("plan").order_by("since", "position", "pk")[:ROWS])
    targets = list(behind_first(tasks, today=day)[:FIGURES])
    facts = facts_as_of({task.pk for task in (*rows, *targets)}, day)
    rows = [task for task in rows if task.pk in facts]
    lines = lines_of(rows, today=day, facts=facts, rules={plan.pk: lights}, before=day)
    tallies = tallies_of(found, suspended=0)
    return Overview(
        plan=plan,
        filters=replace(filters, on=day),
        choices=choices,
        rules=rules,
        round=asked,
        tallies=tallies,
        listed=listed.count(),
        # By the days that are shown: they run from the date issued, the light in the log from the date in force.
        lines=tuple(sorted(lines, key=lambda line: -line.days_late)),
        unreported=frozenset(unreported.filter(pk__in=[task.pk for task in rows]).values_list("pk", flat=True)),
        units=group_rows(((unit.pk, unit.name) for unit in choices.units), found.units),
        leaders=group_rows(((post.pk, post.name) for post in choices.leaders), found.leaders),
        sections=section_rows(choices, found.headings),
        figures=figure_lines(
            [(task, task.target) for task in targets if task.pk in facts],  # type: ignore[attr-defined]  # annotated
            facts,
            lights,
            today=day,
        ),
        changes=None,
        comparison=None,
        today=day,
    )


def _lit(tasks: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Return what boards counted that morning, with the light and the day since which it had it."""
    last = LightChange.objects.filter(task=OuterRef("pk"), noted_on__lte=day).order_by("-noted_on")
    columns = {"light": Subquery(last.values("light")[:1]), "since": Subquery(last.values("noted_on")[:1])}
    told: QuerySet[Any] = tasks.annotate(**columns).filter(light__gt="")
    return told


def _owed(asked: ReportingRound | None, filters: Filters, day: date) -> QuerySet[Any] | None:
    """Return what the round asked for, with whether nothing had come in, or only what was returned."""
    if asked is None:
        return None
    returned = Review.objects.filter(report=OuterRef("pk"), decision=Decision.RETURNED, decided_on__lt=day)
    came = ProgressReport.objects.filter(owed=OuterRef("pk"), submitted_on__lt=day).exclude(Exists(returned))
    rows = Owed.objects.filter(~Q(state=OwedState.WAIVED) | Q(task__closed_on__gte=day), round=asked)
    rows = rows if filters.unit is None else rows.filter(department=filters.unit)
    return rows.annotate(lacks=Case(When(Exists(came), then=0), default=1))


def _listed(tasks: QuerySet[Any], filters: Filters, unreported: QuerySet[Any]) -> QuerySet[Any]:
    if filters.light == NOT_REPORTED:
        return tasks.filter(pk__in=unreported.values("pk"))
    if filters.light in set(Counter):
        return tasks.filter(light__in=lights_of(Counter(filters.light)))
    return tasks
