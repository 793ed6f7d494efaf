"""A board's figures, added up by the database: by light, heading, unit, leader and change."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from accounts.models.dated import in_force
from projects.choices import DateKind, InvolvementRole, TaskState
from projects.models import MilestoneDate, Plan
from tracker.boards.changes import NOT_GREEN, Change, lights_then, turning_overdue
from tracker.choices import STILL_OWED, OwedState
from tracker.lights import Counter, Light
from tracker.lights_sql import light_expression, lights_of
from tracker.models import ReportingRound

PARTIES = ("involvements__department", "involvements__post", "light")
Groups = defaultdict[int | None, "Group"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: `tasks` with their `light`, what the round asks of them, and the day since which they changed.

    `unit` narrows what is asked to one unit's rows; `owed` is what holds of a row that is asked for, `lacks` of one
    that the round still lacks. Without `since` no changes are told.
    """

    plan: Plan
    tasks: QuerySet[Any]
    round: ReportingRound | None
    unit: int | None
    since: date | None
    today: date
    owed: Q = ~Q(owed__state=OwedState.WAIVED)
    lacks: Q = Q(owed__state__in=STILL_OWED)  # noqa: RUF009 - as above


@dataclass(slots=True)
class Group:
    """The items of one heading, unit or leader: by light, how many the round asks for and how many it still lacks."""

    lights: Tally[Light] = field(default_factory=Tally)
    asked: int = 0
    lacking: int = 0

    def add(self, other: "Group") -> None:
        self.lights.update(other.lights)
        self.asked += other.asked
        self.lacking += other.lacking


@dataclass(frozen=True, slots=True)
class Tallied:
    """All figures of a board. Every item stands under one heading, or in the group None of those without one."""

    headings: Mapping[int | None, Group]
    units: Mapping[int | None, Group]
    leaders: Mapping[int | None, Group]
    closed_this_month: int
    coming: int
    changes: Mapping[Change, int]

    @property
    def lights(self) -> Tally[Light]:
        return sum((group.lights for group in self.headings.values()), Tally())

    @property
    def asked(self) -> int:
        return sum(group.asked for group in self.headings.values())

    @property
    def lacking(self) -> int:
        return sum(group.lacking for group in self.headings.values())


def tallied(asked: Asked) -> Tallied:
    """Count everything in a fixed number of statements, each one pass over the items or what hangs on them."""
    headings, plain = _headings(asked)
    units, leaders = _parties(asked)
    _add_owed(asked, headings, units, leaders)
    changes = _changes(asked, plain, asked.since) if asked.since else {}
    return Tallied(headings, units, leaders, plain["closed_this_month"], plain["coming"], changes)


def _headings(asked: Asked) -> tuple[Groups, Tally[str]]:
    """Count by heading and light, and with it what a look at the item alone tells."""
    month = Q(closed_on__gte=asked.today.replace(day=1), closed_on__lte=asked.today)
    plain = {"closed_this_month": Q(light=Light.CLOSED) & month}
    if asked.since:
        plain |= {
            "coming": turning_overdue(asked.today),
            "closed": Q(state=TaskState.CLOSED, closed_on__gte=asked.since),
            "issued": Q(issued_on__gte=asked.since),
            "fresh": Q(light=Light.OVERDUE, standing__overdue_from__gt=asked.since),
        }
    counts = {name: Count("pk", filter=holds) for name, holds in plain.items()}
    rows = asked.tasks.order_by().values("section", "light").annotate(items=Count("pk"), **counts)
    groups, sums = Groups(Group), Tally[str]()
    for section, light, items, *found in rows.values_list("section", "light", "items", *plain):
        if light:
            groups[section].lights[Light(light)] += items
        sums.update(dict(zip(plain, found, strict=True)))
    return groups, sums


def _changes(asked: Asked, plain: Mapping[str, int], since: date) -> dict[Change, int]:
    overdue, green = _turned(asked, since, fresh=plain["fresh"])
    return {
        Change.OVERDUE: overdue,
        Change.GREEN: green,
        Change.CLOSED: plain["closed"],
        Change.EXTENDED: _put_off(asked, since),
        Change.ISSUED: plain["issued"],
    }


def _parties(asked: Asked) -> tuple[Groups, Groups]:
    """Count by leading unit and by the post that answers; an item of two of them is counted with both."""
    lead = Q(involvements__role=InvolvementRole.LEAD, involvements__department__isnull=False)
    leader = Q(involvements__role=InvolvementRole.LEADER, involvements__post__isnull=False)
    rows = asked.tasks.filter(lead | leader, in_force(asked.today, prefix="involvements__")).order_by()
    counts = rows.values("involvements__department", "involvements__post", "light")
    units, leaders = Groups(Group), Groups(Group)
    # A unit can lead twice, by its own name and as one of a group: once counts.
    for unit, post, light, items in counts.annotate(items=Count("pk", distinct=True)).values_list(*PARTIES, "items"):
        if light:
            (units[unit] if unit else leaders[post]).lights[Light(light)] += items
    return units, leaders


def _add_owed(asked: Asked, headings: Groups, units: Groups, leaders: Groups) -> None:
    """Add what the round asks and lacks: of a unit its own rows, elsewhere each item once."""
    if asked.round is None:
        return
    owed = Q(owed__round=asked.round) & asked.owed
    rows = asked.tasks.filter(owed if asked.unit is None else owed & Q(owed__department=asked.unit)).order_by()
    of_leaders = rows.filter(
        in_force(asked.today, prefix="involvements__"),
        involvements__role=InvolvementRole.LEADER,
        involvements__post__isnull=False,
    )
    items = partial(Count, "pk", distinct=True)
    for groups, found, by, number in (
        (headings, rows, "section", items),
        (units, rows, "owed__department", partial(Count, "pk")),
        (leaders, of_leaders, "involvements__post", items),
    ):
        counts = found.values(by).annotate(asked=number(), lacking=number(filter=asked.lacks))
        for key, every, lacking in counts.values_list(by, "asked", "lacking"):
            if key in groups:
                groups[key].asked, groups[key].lacking = every, lacking


def _turned(asked: Asked, since: date, *, fresh: int) -> tuple[int, int]:
    """Count what turned overdue and what turned green, by the lights that were the last on the day it began.

    `fresh` items are overdue by their own days since then; of those the log says whether they were so before.
    """
    then = lights_then(asked.plan.pk, since).order_by()
    now = then.annotate(now=light_expression(asked.today, prefix="task__standing__"))
    new = Case(When(task__standing__overdue_from__gt=since, then=True), default=False)
    rows = now.filter(task__in=asked.tasks.values("pk")).annotate(new=new).values("light", "now", "new")
    overdue, green = fresh, 0
    for was, light, new_by_days, items in rows.annotate(items=Count("pk")).values_list("light", "now", "new", "items"):
        if light == Light.OVERDUE and (was == Light.OVERDUE) == new_by_days:
            overdue += -items if new_by_days else items
        if light in lights_of(Counter.ON_SCHEDULE) and was in NOT_GREEN:
            green += items
    return overdue, green


def _put_off(asked: Asked, since: date) -> int:
    dates = MilestoneDate.objects.filter(
        organization=asked.plan.organization_id,
        kind=DateKind.EXTENDED,
        set_on__gte=since,
        withdrawn_on__isnull=True,
        milestone__task__in=asked.tasks.values("pk"),
    )
    found: int = dates.aggregate(items=Count("milestone__task", distinct=True))["items"]
    return found
