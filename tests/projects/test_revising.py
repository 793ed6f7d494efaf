"""What an edit does to a promise: whole new values, compared with what the editor saw, nothing lost that ever held."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.conflicts import Conflict
from projects import planning
from projects.choices import DateKind, InvolvementRole
from projects.drafts import (
    MilestoneChange,
    MilestoneDraft,
    PartyDraft,
    TargetChange,
    TargetDraft,
    TaskChange,
    TaskDraft,
)
from projects.models import Involvement, Plan, Target, Task
from projects.revising import NoSuchPartError
from tests.cast import TODAY, Cast, issued_plan, make_plan, road, task_of
from tests.projects.promises import NOW, change, history, leads, step

pytestmark = pytest.mark.django_db


def test_of_two_editors_the_second_learns_what_the_first_wrote(cast: Cast) -> None:
    task = task_of(issued_plan(cast), "1")
    change(cast, task, fields={"title": "先改"})
    with pytest.raises(Conflict) as lost:
        change(cast, task, fields={"title": "后改"})
    assert lost.value.current.title == "先改"


def test_one_lost_edit_of_many_writes_none(cast: Cast, plan: Plan) -> None:
    first, second = task_of(plan, "1"), task_of(plan, "2")
    edits = [
        TaskChange(first.pk, first.version, {"note": "甲"}),
        TaskChange(second.pk, second.version - 1, {"note": "乙"}),
    ]
    with pytest.raises(Conflict):
        planning.change_tasks(plan=plan, changes=edits, by=cast.actor(), now=NOW)
    assert not Task.objects.filter(note="甲").exists()


def test_an_item_has_only_the_fields_it_has(cast: Cast, plan: Plan) -> None:
    with pytest.raises(NoSuchPartError):
        change(cast, task_of(plan, "1"), fields={"state": "closed"})


def test_an_item_of_another_plan_is_not_changed_through_this_one(cast: Cast, plan: Plan) -> None:
    other = task_of(plan, "1")
    second = planning.create_plan(organization=cast.organization, year=2027, title="明年", by=cast.actor(), now=NOW)
    edit = TaskChange(other.pk, other.version, {"note": "错"})
    with pytest.raises(ValueError, match="not of plan"):
        planning.change_tasks(plan=second, changes=[edit], by=cast.actor(), now=NOW)


def test_a_new_leading_unit_leads_from_today_and_the_old_one_led_until_yesterday(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    kept = [party for party in road(cast).parties if party.role != InvolvementRole.LEAD]
    lead = PartyDraft(InvolvementRole.LEAD, "招商科", department_id=cast.investment.pk)
    change(cast, task, parties=(lead, *kept))
    assert leads(task, TODAY) == {cast.investment.pk}
    assert leads(task, TODAY - timedelta(days=1)) == {cast.building.pk}
    assert Involvement.objects.filter(task=task).count() == 4


def test_parties_of_a_draft_are_simply_replaced(cast: Cast) -> None:
    task = task_of(make_plan(cast), "1")
    lead = PartyDraft(InvolvementRole.LEAD, "招商科", department_id=cast.investment.pk)
    change(cast, task, parties=(lead,))
    (only,) = Involvement.objects.filter(task=task)
    assert (only.department, only.from_on) == (cast.investment, None)


def test_a_corrected_date_mends_the_issued_day_and_is_no_move(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    draft = MilestoneDraft("选址", "4月底前", date(2026, 4, 30))
    change(cast, task, milestones=(MilestoneChange(step(task).pk, draft, DateKind.CORRECTED),))
    row = step(task)
    assert (row.issued_due_on, row.current_due_on, row.moves, row.cycle) == (
        date(2026, 4, 30),
        date(2026, 4, 30),
        0,
        2,
    )
    assert list(row.dates.order_by("pk").values_list("kind", flat=True)) == [DateKind.ISSUED, DateKind.CORRECTED]


def test_a_dropped_step_stays_readable_with_its_day(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    change(cast, task, milestones=(MilestoneChange(id=step(task).pk),))
    assert step(task).dropped_on == TODAY


def test_a_new_step_takes_its_place_among_the_others(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    draft = MilestoneDraft("竣工", "明年", date(2027, 6, 30))
    change(cast, task, milestones=(MilestoneChange(draft=draft),))
    row = step(task, 3)
    assert (row.text, row.issued_due_on) == ("竣工", date(2027, 6, 30))


def test_a_step_does_not_lose_its_date(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    with pytest.raises(NoSuchPartError):
        change(cast, task, milestones=(MilestoneChange(step(task).pk, MilestoneDraft("选址")),))


def test_a_target_changes_in_place(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "2")
    target = Target.objects.get(task=task)
    change(cast, task, targets=(TargetChange(target.pk, TargetDraft("引进企业", Decimal(9), "家", milestone=0)),))
    target.refresh_from_db()
    assert (target.value, target.dropped_on) == (Decimal(9), None)


def test_a_list_grows_in_place_but_a_shorter_one_is_another_list(cast: Cast, plan: Plan) -> None:
    names = ("一小", "二小")
    drafts = [TaskDraft("办学", targets=(TargetDraft("学校", Decimal(2), "所", items=names),))]
    (task,) = planning.add_tasks(plan=plan, drafts=drafts, by=cast.actor(), now=NOW)
    target = Target.objects.get(task=task)
    longer = TargetDraft("学校", Decimal(3), "所", items=(*names, "三小"))
    (task,) = change(cast, task, targets=(TargetChange(target.pk, longer),))
    assert target.items.count() == 3
    shorter = TargetDraft("学校", Decimal(1), "所", items=("一小",))
    change(cast, task, targets=(TargetChange(target.pk, shorter),))
    target.refresh_from_db()
    assert target.dropped_on == TODAY
    assert target.items.count() == 3
    assert Target.objects.get(task=task, dropped_on__isnull=True).items.count() == 1


def test_edits_of_many_items_cost_the_same_statements(cast: Cast, heard: list[int]) -> None:
    plan = make_plan(cast)

    def statements(count: int) -> int:
        tasks = planning.add_tasks(plan=plan, drafts=[road(cast)] * count, by=cast.actor(), now=NOW)
        edits = [TaskChange(task.pk, task.version, {"note": "改"}) for task in tasks]
        with CaptureQueriesContext(connection) as queries:
            planning.change_tasks(plan=plan, changes=edits, by=cast.actor(), now=NOW)
        return len(queries)

    assert statements(2) == statements(60)


def test_a_unit_that_came_today_and_goes_today_leaves_no_row(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    before = set(Involvement.objects.filter(task=task).values_list("pk", flat=True))
    parties = road(cast).parties
    guest = PartyDraft(InvolvementRole.SUPPORT, "招商科", department_id=cast.investment.pk)
    (task,) = change(cast, task, parties=(*parties, guest))
    change(cast, task, parties=parties)
    assert set(Involvement.objects.filter(task=task).values_list("pk", flat=True)) == before
    assert len(history(task)) == 4
