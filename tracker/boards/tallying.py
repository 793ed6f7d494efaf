"""A board's figures, added up by the database in one statement: by light, heading, unit, leader and change."""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet, Subquery

from accounts.models.dated import in_force
from accounts.prepared import Prepared
from projects.choices import DateKind, InvolvementRole
from projects.models import Involvement, MilestoneDate, Plan, Task
from tracker.boards.changes import NOT_GREEN, Change, lit_then, month_after
from tracker.lights import Counter, Light
from tracker.lights_sql import lights_of
from tracker.models import LightChange

Groups = defaultdict[int | None, "Group"]
Sql = tuple[str, Sequence[Any]]

FIGURES = 7
"""How many figures a row of the statement has, the number of items first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: `tasks` with their `light`, what the round asks of them, and the day since which they changed.

    `owed` are the round's rows that are asked for, each with `lacks`: 1 where nothing has come yet. Without `since` no
    changes are told.
    """

    plan: Plan
    tasks: QuerySet[Any]
    owed: QuerySet[Any] | None
    since: date | None
    today: date


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
    """Count everything in one statement that looks once at the items and once at each of what hangs on them."""
    try:
        sql, parameters = _statement(asked)
    except EmptyResultSet:  # the filters leave nothing: no database needs to be asked
        return Tallied({}, {}, {}, 0, 0, dict.fromkeys(Change, 0) if asked.since else {})
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _read(cursor.fetchall(), with_changes=asked.since is not None)


def _read(rows: Sequence[tuple[Any, ...]], *, with_changes: bool) -> Tallied:
    """Sort the statement's rows into groups, by the kind that stands first in each."""
    headings, units, leaders = Groups(Group), Groups(Group), Groups(Group)
    groups = {"heading": headings, "unit": units, "leader": leaders}
    sums, of_units = Tally[str](), {}
    for kind, key, light, items, *more in rows:
        if kind in groups:
            asked, lacking, *plain = more
            if light:
                groups[kind][key].lights[Light(light)] += items
            if light or key in groups[kind]:
                groups[kind][key].add(Group(asked=asked, lacking=lacking))
            sums.update(dict(zip(("month", "coming", "closed", "issued"), plain, strict=True)))
        elif kind == "owed":
            of_units[key] = Group(asked=items, lacking=more[0])
        elif kind == "turned":
            sums.update({"overdue": items, "green": more[0]})
        else:
            sums["put_off"] = items
    for key, group in of_units.items():
        if key in units:
            units[key].add(group)
    changes = {
        Change.OVERDUE: sums["overdue"],
        Change.GREEN: sums["green"],
        Change.CLOSED: sums["closed"],
        Change.EXTENDED: sums["put_off"],
        Change.ISSUED: sums["issued"],
    }
    coming = sums["coming"] if with_changes else 0
    return Tallied(headings, units, leaders, sums["month"], coming, changes if with_changes else {})


def _statement(asked: Asked) -> Sql:
    """Write the statement.

    What arrives in masses, the rows of a round and the log, is looked up by IN and never joined: a database that
    doesn't know yet how many they are would go through all items for each of them.
    """
    tables = list(_tables(asked))
    counts = list(_counts(asked))
    sql = f"WITH {', '.join(each for each, _ in tables)} {' UNION ALL '.join(each for each, _ in counts)}"
    return sql, tuple(parameter for _, told in (*tables, *counts) for parameter in told)


def _tables(asked: Asked) -> Iterator[Sql]:
    """Yield what the counts are made of; what isn't kept is only a name for a query of ours."""
    state = "0"
    if asked.owed is not None:
        sql, told = _written(asked.owed.values_list("task", "department", "lacks"))
        yield f"owed (task, unit, lacks) AS MATERIALIZED ({sql})", told
        state = """CASE WHEN id IN (SELECT task FROM owed WHERE lacks = 1) THEN 2
                        WHEN id IN (SELECT task FROM owed WHERE lacks = 0) THEN 1 ELSE 0 END"""
    columns = ("pk", "section", "light", "closed_on", "issued_on", "standing__overdue_from")
    sql, told = _written(asked.tasks.values_list(*columns))
    yield f"counted (id, section, light, closed_on, issued_on, overdue_from) AS ({sql})", told
    yield f"item AS MATERIALIZED (SELECT counted.*, {state} AS owed FROM counted)", ()  # noqa: S608 - as above
    own = {"organization": asked.plan.organization_id, "plan": asked.plan.pk}
    for name, parts in (("led", _LED), ("answered", _ANSWERED)):
        sql, said = parts.said(today=asked.today, **own)
        yield f"{name}_for (task, party) AS ({sql})", said
        yield f"{name} (party, light, owed) AS ({_lit_parts(f'{name}_for')})", ()
    if asked.since:
        sql, said = _NOTED.said(plan=asked.plan.pk, since=asked.since)
        yield f"noted (task, light) AS MATERIALIZED ({sql})", said
        sql, said = _MOVED.said(organization=asked.plan.organization_id, since=asked.since)
        yield f"moved (task) AS ({sql})", said


def _parts(role: InvolvementRole, party: str, *, organization: int, plan: int, today: date) -> QuerySet[Any, Any]:
    """Return who leads, or who answers for what, found by the office; a unit can lead twice, as itself and one of a group.

    Between the first and the last item of a plan there are few of other plans of the office.
    """
    items = Task.objects.filter(plan=plan).values("pk")
    rows = Involvement.objects.filter(
        in_force(today),
        role=role,
        organization=organization,
        task__gte=Subquery(items.order_by("pk")[:1]),
        task__lte=Subquery(items.order_by("-pk")[:1]),
        **{f"{party}__isnull": False},
    )
    return rows.order_by().values_list("task", party).distinct()


def _lit_parts(parts: str) -> str:
    """Give each part the light of its item and what the round still asks for it."""
    if connection.vendor == "postgresql":
        # Joined from the side of the parts, and without a word on what is missing: so the items are hashed once.
        return f"SELECT party, light, owed FROM {parts} LEFT JOIN item ON item.id = {parts}.task"  # noqa: S608 - as above
    # SQLite makes an index for a join only where it guesses that there are many rows, and of these it guesses few: it
    # would go through all items for each part. What is looked up by IN always has one.
    within = "task IN (SELECT id FROM item WHERE"
    lights = (f"WHEN {within} light = '{light}') THEN '{light}'" for light in Light)
    states = (f"WHEN {within} owed = {state}) THEN {state}" for state in (1, 2))
    return f"SELECT party, CASE {' '.join(lights)} END, CASE {' '.join(states)} ELSE 0 END FROM {parts}"  # noqa: S608 - as above


def _counts(asked: Asked) -> Iterator[Sql]:
    came = "COUNT(CASE WHEN owed > 0 THEN 1 END)", "COUNT(CASE WHEN owed = 2 THEN 1 END)"
    plain, days = _plain(asked)
    yield _count("'heading', section, light", "COUNT(*)", *came, *plain, of="item GROUP BY section, light"), days
    yield _count("'unit', party, light", "COUNT(*)", of="led GROUP BY party, light"), ()
    yield _count("'leader', party, light", "COUNT(*)", *came, of="answered GROUP BY party, light"), ()
    if asked.owed is not None:
        of = "owed WHERE (task IN (SELECT id FROM item)) IS TRUE GROUP BY unit"
        yield _count("'owed', unit, NULL", "COUNT(*)", "COUNT(CASE WHEN lacks = 1 THEN 1 END)", of=of), ()
    if asked.since:
        yield _turned(asked.plan, asked.since)
        yield _count("'put off', NULL, NULL", "COUNT(*)", of="item WHERE id IN (SELECT task FROM moved)"), ()


def _plain(asked: Asked) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return what a look at the item alone tells: of this month, of what comes, and since the day."""
    since, today = asked.since or asked.today, asked.today
    figures = {
        f"light = '{Light.CLOSED}' AND closed_on >= %s AND closed_on <= %s": (today.replace(day=1), today),
        "closed_on IS NULL AND overdue_from > %s AND overdue_from < %s": (today, month_after(today)),
        "closed_on >= %s": (since,),
        "issued_on >= %s": (since,),
    }
    days = tuple(_day(day) for told in figures.values() for day in told)
    return tuple(f"COUNT(CASE WHEN {holds} THEN 1 END)" for holds in figures), days


def _turned(plan: Plan, since: date) -> Sql:
    """Count what turned overdue since, and what turned green, by the lights that were the last on the day it began.

    What is overdue by its own days since then may have been so before; what was overdue by them already may have had
    another light, as after a pause, if it had one at all.
    """
    log = LightChange._meta.db_table
    noted = f"EXISTS (SELECT 1 FROM {log} WHERE plan_id = %s AND task_id = item.id AND noted_on <= %s)"  # noqa: S608 - a name
    before = f"id IN (SELECT task FROM noted WHERE light = '{Light.OVERDUE}')"  # noqa: S608 - a light
    overdue = f"light = '{Light.OVERDUE}' AND NOT {before} AND (overdue_from > %s OR {noted})"
    green = f"light IN ({_listed(lights_of(Counter.ON_SCHEDULE))}) AND id IN (SELECT task FROM noted)"  # noqa: S608 - lights
    counts = (f"COUNT(CASE WHEN {holds} THEN 1 END)" for holds in (overdue, green))
    return _count("'turned', NULL, NULL", *counts, of="item"), (_day(since), plan.pk, _day(since))


def _noted(*, plan: int, since: date) -> QuerySet[Any, Any]:
    return lit_then(NOT_GREEN, plan, since).order_by().values_list("task", "light")


def _put_off(*, organization: int, since: date) -> QuerySet[Any, Any]:
    dates = MilestoneDate.objects.filter(
        organization=organization, kind=DateKind.EXTENDED, set_on__gte=since, withdrawn_on__isnull=True
    )
    return dates.order_by().values_list("milestone__task")


def _count(keys: str, *figures: str, of: str) -> str:
    """Write one kind of rows: the kind with its key and light, then as many figures as every kind has."""
    return f"SELECT {keys}, {', '.join((*figures, *'0' * (FIGURES - len(figures))))} FROM {of}"  # noqa: S608 - names


def _listed(lights: Any) -> str:
    return ", ".join(f"'{light}'" for light in lights)


def _written(rows: QuerySet[Any, Any]) -> Sql:
    sql, told = rows.order_by().query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return sql, tuple(told)


def _day(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


_LED, _ANSWERED = (
    Prepared(partial(_parts, role, party), ids=["organization", "plan"], days=["today"])
    for role, party in ((InvolvementRole.LEAD, "department"), (InvolvementRole.LEADER, "post"))
)
_NOTED = Prepared(_noted, ids=["plan"], days=["since"])
_MOVED = Prepared(_put_off, ids=["organization"], days=["since"])
