"""Pages of items that programs read over and over, asked in statements that are written and planned once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.access import Reach
from accounts.prepared import Prepared
from projects.access import tasks_for
from projects.models import Task
from tracker.boards.filters import Filters
from tracker.boards.plain import TASK_COLUMNS, Row, sought, task_rows
from tracker.lights_sql import light_expression

KINDS = ("departments", "below", "posts")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, after the item `after`, and how many rows are fetched."""

    after: int | None
    rows: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """Whatever decides how the statement is written, and no value of it: how many units and posts, but not which."""

    columns: tuple[str, ...]
    rows: int
    after: bool
    plan: bool
    office: bool
    main_leader: bool
    person: bool
    numbers: tuple[int, ...]

    @property
    def planned(self) -> bool:
        """How many items a unit has a part in decides by which way its people's are found; the office sees all."""
        return self.office or self.main_leader

    def names(self) -> list[str]:
        many = [f"{kind}_{place}" for kind, number in zip(KINDS, self.numbers, strict=True) for place in range(number)]
        given = {"after": self.after, "plan": self.plan, "person": self.person}
        return ["organization", *(name for name, is_given in given.items() if is_given), *many]


def task_page(reach: Reach, filters: Filters, place: Place, names: Collection[str], *, today: date) -> list[Row]:
    """Return a page of the items that answer to the filters with the columns named, in the order of their ids."""
    if filters not in (Filters(), Filters(plan=filters.plan)) or not _sees(reach):
        tasks = sought(reach, filters, today=today)
        if place.after is not None:
            tasks = tasks.filter(pk__gt=place.after)
        return task_rows(tasks.order_by("pk")[: place.rows], names, today=today)
    whole = reach.office or reach.main_leader
    parts = [
        [] if whole else sorted(each) for each in (reach.departments, reach.below - reach.departments, reach.posts)
    ]
    shape = _Shape(
        columns=tuple(name for name in TASK_COLUMNS if name in names or name == "id"),
        rows=place.rows,
        after=place.after is not None,
        plan=filters.plan is not None,
        office=reach.office,
        main_leader=reach.main_leader,
        person=not whole and reach.person_id is not None,
        numbers=tuple(map(len, parts)),
    )
    found = [reach.organization_id, place.after, filters.plan, reach.person_id if shape.person else None]
    values = [value for value in found if value is not None] + [pk for part in parts for pk in part]
    rows = _written(shape).rows(**dict(zip(shape.names(), values, strict=True)), today=today)
    return [dict(zip(shape.columns, row, strict=True)) for row in rows]


def _sees(reach: Reach) -> bool:
    """Say whether anything is asked at all: who has no part in anything gets an empty page unasked."""
    parts = (reach.departments, reach.below, reach.posts)
    return reach.organization_id is not None and (
        reach.office or reach.main_leader or reach.person_id is not None or any(parts)
    )


@cache
def _written(shape: _Shape) -> Prepared:
    """Return the statement of a shape, by the one rule of who sees what."""

    def build(today: date, **ids: int) -> QuerySet[Task, Any]:
        parts = {kind: frozenset(pk for name, pk in ids.items() if name.startswith(f"{kind}_")) for kind in KINDS}
        reach = Reach(
            user_id=0,
            organization_id=ids["organization"],
            person_id=ids.get("person"),
            departments=parts["departments"],
            posts=parts["posts"],
            below=parts["below"],
            main_leader=shape.main_leader,
            office=shape.office,
        )
        tasks = tasks_for(reach, today=today)
        if shape.plan:
            tasks = tasks.filter(plan=ids["plan"])
        if shape.after:
            tasks = tasks.filter(pk__gt=ids["after"])
        page = tasks.order_by("pk")
        if shape.planned:
            # The page is cut before anything is joined to it: planned for any organization, PostgreSQL would else walk
            # through what stands beside every item there is.
            page = Task.objects.filter(pk__in=page.values("pk")[: shape.rows]).order_by("pk")
        if "light" in shape.columns:
            page = page.annotate(light=light_expression(today))
        return page.values_list(*(TASK_COLUMNS[name] for name in shape.columns))[: shape.rows]

    return Prepared(build, ids=shape.names(), days=["today"], planned=shape.planned)
