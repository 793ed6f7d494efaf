"""What a list was asked for, and the items of a plan that answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.access import Reach
from accounts.models import Department, Post
from accounts.models.dated import in_force
from accounts.prepared import Prepared, attributes, instance
from projects.access import tasks_for
from projects.choices import COUNTED_STATES, InvolvementRole
from projects.models import Involvement, Plan, Section, Task
from projects.sections import standing_sections
from tracker.boards.changes import Change, changed, turning_overdue
from tracker.boards.finding import holding, sought_in
from tracker.boards.owing import rows_of_current_rounds
from tracker.choices import STILL_OWED
from tracker.lights import Counter
from tracker.lights_sql import light_expression, lights_of
from tracker.models import Owed

NOT_REPORTED = "not_reported"
"""Counted beside the lights, never instead."""

COMING = "coming"
"""What will be overdue by the end of the month if nothing happens: counted among the lights already."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A list's filters; empty ones ask for nothing.

    `light` is a figure of the board, NOT_REPORTED or COMING; `month`, as 2026-06, is that of the date an item stands at;
    `changed` is what an item did since the day `since`; `on` looks back to a day.
    """

    plan: int | None = None
    light: str = ""
    unit: int | None = None
    leader: int | None = None
    section: int | None = None
    month: str = ""
    q: str = ""
    changed: str = ""
    since: date | None = None
    on: date | None = None

    @classmethod
    def from_query(cls, query: str) -> "Filters":
        """Return the filters that `but` wrote."""
        asked = dict(parse_qsl(query))
        numbers: dict[str, Any] = {
            name: int(asked[name]) if name in asked else None for name in ("plan", "unit", "leader", "section")
        }
        words: dict[str, Any] = {name: asked.get(name, "") for name in ("light", "month", "q", "changed")}
        days: dict[str, Any] = {name: date.fromisoformat(asked[name]) for name in ("since", "on") if name in asked}
        return cls(**numbers, **words, **days)

    def but(self, **changed: object) -> str:
        """Return the address's query with some filters changed; what is empty is left out."""
        kept = {name: changed[name] if name in changed else getattr(self, name) for name in Filters.__slots__}
        return urlencode({name: value for name, value in kept.items() if value not in {None, ""}})

    @property
    def narrowed(self) -> bool:
        return any((self.unit, self.leader, self.section, self.month, self.q))

    @property
    def change(self) -> Change | None:
        """Return what the items are to have done since the day; an unknown word asks for nothing."""
        return Change(self.changed) if self.since and self.changed in set(Change) else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by, each in its own order: units and posts of the organization, top headings of the plan.

    `above` leads from every heading to its parent; one under which nothing stands any more leads nowhere.
    """

    units: tuple[Department, ...]
    leaders: tuple[Post, ...]
    sections: tuple[Section, ...]
    above: Mapping[int, int | None]

    def outermost(self, section: int) -> int:
        while (parent := self.above.get(section)) is not None:
            section = parent
        return section


def counted(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> QuerySet[Task]:
    """Return the items a board counts, issued and closed ones, by all filters but the light's."""
    tasks = tasks_for(reach, today=today).filter(plan=plan, state__in=COUNTED_STATES)
    return narrowed(tasks, filters, reach, today=today)


def narrowed(tasks: QuerySet[Task], filters: Filters, reach: Reach, *, today: date) -> QuerySet[Task]:
    parts = Involvement.objects.filter(in_force(today))
    if filters.unit is not None:
        leads = parts.filter(department=filters.unit, role=InvolvementRole.LEAD)
        tasks = tasks.filter(pk__in=leads.values("task"))
    if filters.leader is not None:
        led = parts.filter(post=filters.leader, role=InvolvementRole.LEADER)
        tasks = tasks.filter(pk__in=led.values("task"))
    if filters.section is not None:
        tasks = tasks.filter(section__in=_headings_below(filters.section))
    if filters.month:
        first = date.fromisoformat(f"{filters.month}-01")
        tasks = tasks.filter(standing__next_due_on__year=first.year, standing__next_due_on__month=first.month)
    if not filters.q:
        return tasks
    return holding(tasks, sought_in(filters.q, reach.organization_id), reach, today=today)


def lit(tasks: QuerySet[Task], filters: Filters, *, today: date) -> QuerySet[Task]:
    """Return those of the items that the chosen figure counts; an unknown word chooses none, so all are shown."""
    if filters.change and filters.since:
        tasks = changed(tasks, filters.change, filters.plan, filters.since, today=today)
    if filters.light == NOT_REPORTED:
        return tasks.filter(pk__in=unreported(filters, today=today).values("task"))
    if filters.light == COMING:
        return tasks.filter(turning_overdue(today))
    if filters.light in set(Counter):
        lights = lights_of(Counter(filters.light))
        return tasks.annotate(light=light_expression(today)).filter(light__in=lights)
    return tasks


def unreported(filters: Filters, *, today: date) -> QuerySet[Owed]:
    """Return what the current rounds still lack, of one unit where the list is of one."""
    rows = rows_of_current_rounds(today=today).filter(state__in=STILL_OWED)
    return rows if filters.unit is None else rows.filter(department=filters.unit)


def choices_of(plan: Plan) -> Choices:
    own = {"plan": plan.pk, "office": plan.organization_id}
    headings = standing_sections(plan)
    return Choices(
        units=tuple(instance(Department, row) for row in _UNITS.rows(**own)),
        leaders=tuple(instance(Post, row) for row in _LEADERS.rows(**own)),
        sections=tuple(heading for heading in headings if heading.parent_id is None),
        above={heading.pk: heading.parent_id for heading in headings},
    )


def _taking_part(model: type[Department | Post], role: InvolvementRole, party: str) -> Prepared:
    """Ask for those of an office who have a part in a plan; how many that are differs from office to office."""

    def build(plan: int, office: int) -> QuerySet[Any, Any]:
        parts = Involvement.objects.filter(task__plan=plan, role=role, **{party: OuterRef("pk")})
        rows = model._default_manager.filter(Exists(parts), organization=office)
        return rows.order_by("position", "pk").values_list(*attributes(model))

    return Prepared(build, ids=("plan", "office"), planned=False)


_UNITS = _taking_part(Department, InvolvementRole.LEAD, "department")
_LEADERS = _taking_part(Post, InvolvementRole.LEADER, "post")


def _headings_below(section: int) -> QuerySet[Section]:
    """Return the heading with those under it; tables have four levels at most."""
    under = Q(pk=section) | Q(parent=section) | Q(parent__parent=section) | Q(parent__parent__parent=section)
    return Section.objects.filter(under)
