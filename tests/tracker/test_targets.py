"""All quantified targets against schedule: which stand there, in which order, and what several promise together."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan, Target, Task
from projects.planning import add_tasks
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.visits import in_may, report, signed_in
from tracker.boards.filters import Filters
from tracker.boards.targets import Comparing, comparing
from tracker.lights import Light
from tracker.rounds import open_rounds
from tracker.views.targets import HEIGHT, WIDTH, spark

pytestmark = pytest.mark.django_db
YEAR_END = date(2026, 12, 31)


def read(cast: Cast, plan: Plan, **filters: object) -> Comparing:
    asked = Filters(plan=plan.pk, **filters)  # type: ignore[arg-type]
    return comparing(plan, cast.reach(cast.office), asked, today=TODAY)


def promised(cast: Cast, plan: Plan, number: str, *targets: TargetDraft) -> Task:
    lead = PartyDraft(InvolvementRole.LEAD, cast.economy.name, department_id=cast.economy.pk)
    draft = TaskDraft(title=f"事项{number}", number=number, parties=(lead,), targets=targets)
    return add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))[0]


def test_every_amount_of_a_counted_item_is_listed_those_behind_first(cast: Cast, plan: Plan) -> None:
    promised(cast, plan, "0", TargetDraft("培训", Decimal(4), "次", start_on=TODAY, due_on=YEAR_END))
    lines = read(cast, plan).lines
    assert (lines[0].figure.name, lines[0].figure.light) == ("引进企业", Light.BEHIND)
    standing = Target.objects.filter(task__plan=plan, dropped_on__isnull=True)
    assert {line.figure.target.id for line in lines} == set(standing.values_list("pk", flat=True))


def test_what_waits_for_review_counts_for_nothing(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    target = Target.objects.get(task__plan=plan, name="引进企业")
    report(cast, plan, "2", values={target.pk: Decimal(6)})
    line = next(line for line in read(cast, plan).lines if line.figure.target.id == target.pk)
    assert (line.figure.target.accepted, line.accepted) == (None, ())


def test_the_way_of_an_amount_is_what_was_due_and_what_was_accepted(cast: Cast, plan: Plan) -> None:
    target = Target.objects.get(task__plan=plan, name="引进企业")
    in_may(cast, plan, "2", sentence="已引进 3 家。", values={target.pk: Decimal(3)})
    line = next(line for line in read(cast, plan).lines if line.figure.target.id == target.pk)
    assert [percent for _, percent in line.schedule] == [0, 100]
    assert line.accepted == ((date(2026, 5, 20), Decimal("42.8")),)
    drawn = spark(line, today=TODAY)
    assert drawn is not None
    assert drawn.due == f"0.0,{HEIGHT}.0 {WIDTH}.0,0.0"
    # Accepted in May, and as high still today: the line ends there and not at the year's end.
    assert [point.split(",")[1] for point in drawn.done.split()] == [f"{HEIGHT}.0", "16.0", "16.0"]
    assert drawn.done.split()[-1].startswith(f"{drawn.now},")
    assert 0 < drawn.now < WIDTH


def test_amounts_of_one_name_and_unit_are_added_up_for_the_plan(cast: Cast, plan: Plan) -> None:
    for number, value, unit in (("8", 30, "亿元"), ("9", 10, "亿元"), ("10", 5, "个")):
        due = TargetDraft("投资", Decimal(value), unit, start_on=date(2026, 1, 1), due_on=YEAR_END)
        promised(cast, plan, number, due)
    (together,) = read(cast, plan).sums
    assert (together.name, together.unit, together.targets, together.lacking) == ("投资", "亿元", 2, 2)
    assert (together.goal, together.current) == (Decimal(40), Decimal(0))
    assert 47 < together.due_percent < 49
    assert together.behind
    assert together.gap_word == f"−{together.due_percent}"


def test_a_filter_narrows_lines_and_sums(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    found = read(cast, plan, section=task.section_id)
    assert {line.figure.task_id for line in found.lines} <= {task.pk}
    assert found.sums == ()


@pytest.mark.usefixtures("business_day")
def test_the_board_leads_to_all_targets(cast: Cast, plan: Plan, client: Client) -> None:
    signed_in(client, cast.office)
    assert f'href="/board/targets/?plan={plan.pk}"' in client.get("/board/").content.decode()
    page = client.get("/board/targets/").content.decode()
    assert "引进企业" in page
    assert "<polyline" in page
