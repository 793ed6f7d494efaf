"""The one statement that adds up a board says what counting its items one by one says."""

from collections import Counter as Tally
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Case, When

from projects.choices import COUNTED_STATES, InvolvementRole, TaskState
from projects.drafts import PartyDraft, TargetDraft, TaskDraft
from projects.models import Involvement, Plan, Task
from projects.planning import add_tasks
from tests.cast import TODAY, Cast, at, task_of
from tracker.boards.changes import Change
from tracker.boards.figures import ROWS, behind_first, shown_targets
from tracker.boards.tallying import Asked, Tallied, tallied
from tracker.choices import STILL_OWED, OwedState
from tracker.lights import Light
from tracker.lights_sql import light_expression
from tracker.models import Owed
from tracker.rounds import current_round, open_rounds

pytestmark = pytest.mark.django_db


def asked(plan: Plan, **others: object) -> Asked:
    tasks = Task.objects.filter(plan=plan, state__in=COUNTED_STATES).annotate(light=light_expression(TODAY))
    owed = Owed.objects.filter(round=current_round(plan.pk, today=TODAY)).exclude(state=OwedState.WAIVED)
    given = {
        "plan": plan,
        "tasks": tasks,
        "owed": owed.annotate(lacks=Case(When(state__in=STILL_OWED, then=1), default=0)),
        "since": TODAY - timedelta(days=7),
        "today": TODAY,
    }
    return Asked(**{**given, **others})  # type: ignore[arg-type]


def leads(plan: Plan) -> Tally[tuple[int | None, str]]:
    """Count each unit's items by light, once whatever the number of its rows."""
    lights = dict(asked(plan).tasks.values_list("pk", "light"))
    rows = Involvement.objects.on(TODAY).filter(task__in=lights, role=InvolvementRole.LEAD, department__isnull=False)
    return Tally((unit, lights[task]) for task, unit in set(rows.values_list("task", "department")))


def units(found: Tallied) -> Tally[tuple[int | None, str]]:
    return Tally({(unit, light.value): n for unit, group in found.units.items() for light, n in group.lights.items()})


def test_a_unit_that_leads_twice_counts_the_item_once(cast: Cast, plan: Plan) -> None:
    before = leads(plan)
    row = Involvement.objects.filter(task=task_of(plan, "1"), role=InvolvementRole.LEAD, department__isnull=False)[0]
    Involvement.objects.create(
        organization_id=row.organization_id, task=row.task, role=row.role, department=row.department, position=9
    )
    assert units(tallied(asked(plan))) == leads(plan) == before


def test_who_leads_no_more_or_not_yet_counts_nothing(cast: Cast, plan: Plan) -> None:
    row = Involvement.objects.filter(task=task_of(plan, "1"), role=InvolvementRole.LEAD, department__isnull=False)[0]
    for span in ({"to_on": TODAY - timedelta(days=1)}, {"from_on": TODAY + timedelta(days=1), "to_on": None}):
        Involvement.objects.filter(pk=row.pk).update(**span)
        assert units(tallied(asked(plan))) == leads(plan)


def test_parts_in_items_between_ours_that_are_not_asked_for_are_not_counted(cast: Cast, plan: Plan) -> None:
    inner = task_of(plan, "2")
    before = tallied(asked(plan))
    found = tallied(asked(plan, tasks=asked(plan).tasks.exclude(pk=inner.pk)))
    assert sum(found.lights.values()) == sum(before.lights.values()) - 1
    assert sum(units(found).values()) < sum(units(before).values())


def test_what_is_owed_is_told_of_each_item_once_and_of_a_unit_by_its_own_rows(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    rows = Owed.objects.filter(round=current_round(plan.pk, today=TODAY), task__state__in=COUNTED_STATES)
    first = rows[0]
    Owed.objects.filter(pk=first.pk).update(state=OwedState.ACCEPTED)
    found = tallied(asked(plan))
    assert found.asked == rows.values("task").distinct().count()
    assert found.lacking == rows.filter(state__in=STILL_OWED).values("task").distinct().count()
    own = rows.filter(department=first.department)
    group = found.units[first.department_id]
    assert (group.asked, group.lacking) == (own.count(), own.filter(state__in=STILL_OWED).count())


def test_without_a_round_nothing_is_asked_and_without_a_day_no_changes_are_told(cast: Cast, plan: Plan) -> None:
    found = tallied(asked(plan, owed=None, since=None))
    assert (found.asked, found.lacking, found.coming, found.changes) == (0, 0, 0, {})
    assert found.lights == tallied(asked(plan)).lights


def test_filters_that_leave_nothing_make_noughts(cast: Cast, plan: Plan) -> None:
    found = tallied(asked(plan, tasks=asked(plan).tasks.none()))
    assert (found.lights, found.units, found.closed_this_month) == (Tally[Light](), {}, 0)
    assert found.changes == dict.fromkeys(Change, 0)


@pytest.mark.parametrize("amounts", [1, ROWS - 1, ROWS + 3])
def test_the_amounts_shown_are_the_first_of_all_with_those_behind_first(cast: Cast, plan: Plan, amounts: int) -> None:
    lead = PartyDraft(InvolvementRole.LEAD, cast.economy.name, department_id=cast.economy.pk)
    for number in range(amounts):
        # The first half of its time nearly over, nothing done: behind; and beside it one whose time only begins.
        late = TargetDraft("投资", Decimal(10), "亿元", start_on=date(2026, 1, 1), due_on=date(2026, 12, 31))
        fresh = TargetDraft("培训", Decimal(4), "次", start_on=TODAY, due_on=date(2026, 12, 31))
        both = (late, fresh) if number % 3 else (fresh,)
        draft = TaskDraft(title=f"事项{number}", number=f"n{number}", parties=(lead,), targets=both)
        add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))
    tasks = Task.objects.filter(plan=plan, state__in=COUNTED_STATES)
    every = [(task.pk, task.target) for task in behind_first(tasks.filter(state=TaskState.ISSUED), today=TODAY)]  # type: ignore[attr-defined]  # annotated
    assert shown_targets(tasks, plan, today=TODAY) == every[:ROWS]


def steps_of(work: Callable[[], object]) -> int:
    """Return how many hundreds of steps SQLite's machine took for it."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(count, 100)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return steps[0]


@pytest.mark.sqlite
def test_four_times_the_items_are_some_four_times_the_work_for_sqlite(cast: Cast, plan: Plan) -> None:
    many_items(cast, plan, 100)
    hundred = steps_of(lambda: tallied(asked(plan)))
    many_items(cast, plan, 300, first=100)
    assert steps_of(lambda: tallied(asked(plan))) < 6 * hundred


def many_items(cast: Cast, plan: Plan, number: int, *, first: int = 0) -> None:
    lead = PartyDraft(InvolvementRole.LEAD, cast.economy.name, department_id=cast.economy.pk)
    leader = PartyDraft(InvolvementRole.LEADER, "主任", post_id=cast.director.pk)
    drafts = [
        TaskDraft(title=f"事项{place}", number=f"m{place}", parties=(lead, leader))
        for place in range(first, first + number)
    ]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=at(TODAY))
