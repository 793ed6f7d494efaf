"""A meeting calls up what is unsettled, late or unanswered, stands from its opening on, and keeps what it decided."""

from datetime import date, timedelta

import pytest

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.meetings.acts import closed, decided, item_of, opened, prepared
from tracker.choices import AgendaReason, DirectiveState
from tracker.directives import settle_directive, withdraw_directive
from tracker.meetings.agenda import earlier_decisions
from tracker.meetings.running import (
    WrongMeetingState,
    add_to_agenda,
    decide,
    keep_decision_draft,
    leave_out,
    move_item,
    renew_agenda,
)
from tracker.models import AgendaItem, Decision, DecisionDraft, Directive, Meeting
from tracker.obstacles import raise_obstacle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
LATER = TODAY + timedelta(days=14)


def agenda(row: Meeting) -> list[tuple[str, str]]:
    rows = AgendaItem.objects.filter(meeting=row, left_out=False).order_by("position")
    return [(each.task.number, each.reason) for each in rows]


def select_site(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    done = {road.milestones.get(text="选址").pk: TODAY}
    mark_milestones(task=road, done=done, by=cast.actor(), now=at(TODAY))


def blocked(cast: Cast, plan: Plan) -> None:
    """Let the answer to what blocks the road be over, and the road itself be in time."""
    select_site(cast, plan)
    by, day = cast.actor(cast.clerk, today=date(2026, 6, 1)), date(2026, 6, 1)
    raise_obstacle(
        task=task_of(plan, "1"),
        department=cast.building,
        text="土地没有批下来。",
        answerer=cast.economy,
        due_on=date(2026, 6, 10),
        token="blocked",
        by=by,
        now=at(day),
    )


def test_the_agenda_calls_up_what_is_overdue(cast: Cast, plan: Plan) -> None:
    assert agenda(prepared(cast, plan))[0] == ("1", AgendaReason.OVERDUE)


def test_what_nobody_answered_in_time_is_called_up(cast: Cast, plan: Plan) -> None:
    blocked(cast, plan)
    assert ("1", AgendaReason.OBSTACLE) in agenda(prepared(cast, plan))


def test_what_the_last_meeting_decided_comes_first_until_it_is_settled(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    directive = decided(cast, row).directive
    closed(cast, row)
    select_site(cast, plan)
    assert agenda(prepared(cast, plan, day=LATER))[0] == ("1", AgendaReason.DECIDED)
    settle_directive(directive=directive, version=directive.version, by=cast.actor())
    after = prepared(cast, plan, day=LATER)
    assert all(reason != AgendaReason.DECIDED for _, reason in agenda(after))
    assert [each.directive_id for each in earlier_decisions(plan.pk, before=after)] == [directive.pk], (
        "shown as settled"
    )


def test_a_withdrawn_decision_is_not_asked_after(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    directive = decided(cast, row).directive
    withdraw_directive(directive=directive, version=directive.version, reason="记错了", by=cast.actor())
    assert earlier_decisions(plan.pk, before=prepared(cast, plan, day=LATER)) == ()


def test_the_office_orders_adds_and_leaves_out_until_the_opening(cast: Cast, plan: Plan) -> None:
    row = prepared(cast, plan)
    row = add_to_agenda(meeting=row, version=row.version, task=task_of(plan, "3"), by=cast.actor())
    row = move_item(item=item_of(row, "3"), version=row.version, up=True, by=cast.actor())
    numbers = [number for number, _ in agenda(row)]
    assert numbers.index("3") == len(numbers) - 2
    row = leave_out(item=item_of(row), version=row.version, out=True, by=cast.actor())
    row = renew_agenda(meeting=row, version=row.version, by=cast.actor())
    assert "1" not in [number for number, _ in agenda(row)], "what was left out stays out"
    versions = HistoryEntry.objects.filter(object_type="meeting", object_id=row.pk).values_list(
        "object_version", flat=True
    )
    assert sorted(versions) == [1, 2, 3, 4, 5]


def test_two_who_change_the_agenda_do_not_write_over_each_other(cast: Cast, plan: Plan) -> None:
    row = prepared(cast, plan)
    leave_out(item=item_of(row), version=row.version, out=True, by=cast.actor())
    with pytest.raises(Conflict):
        leave_out(item=item_of(row), version=row.version, out=False, by=cast.actor())


def test_from_the_opening_on_the_agenda_stands_as_it_was(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    before = (item_of(row).light, item_of(row).days_late, item_of(row).units)
    select_site(cast, plan)
    assert before == (item_of(row).light, item_of(row).days_late, item_of(row).units) == ("overdue", 85, "规划建设科")
    row.refresh_from_db()
    with pytest.raises(WrongMeetingState):
        leave_out(item=item_of(row), version=row.version, out=True, by=cast.actor())


def test_a_decision_is_a_directive_at_once_and_the_same_one_sent_twice_counts_once(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    first = decided(cast, row)
    again = decided(cast, row)
    assert (first.pk, Directive.objects.count()) == (again.pk, 1)
    directive = Directive.objects.get()
    assert (directive.department, directive.meeting_on, directive.state) == (cast.building, TODAY, DirectiveState.OPEN)


def test_of_two_who_decide_on_one_item_the_second_is_told(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    item = item_of(row)
    decided(cast, row)
    assert cast.leader.person is not None
    with pytest.raises(Conflict):
        decide(
            item=item,
            seen=1,
            leader=cast.leader.person,
            department=cast.building,
            text="另一句。",
            due_on=LATER,
            token="second",
            by=cast.actor(cast.leader),
            now=at(TODAY),
        )
    assert Decision.objects.count() == 1


def test_nothing_is_decided_before_the_opening_or_after_the_close(cast: Cast, plan: Plan) -> None:
    row = prepared(cast, plan)
    with pytest.raises(WrongMeetingState):
        decided(cast, row)
    assert Directive.objects.count() == 0


def test_a_draft_is_one_person_s_and_goes_with_the_decision(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    for user in (cast.office, cast.leader):
        keep_decision_draft(
            item=item_of(row), content={"text": "先写一半"}, token="decided", by=cast.actor(user), now=at(TODAY)
        )
    decided(cast, row)
    assert [each.user for each in DecisionDraft.objects.all()] == [cast.leader]
    late = keep_decision_draft(
        item=item_of(row), content={"text": "迟到"}, token="decided", by=cast.actor(), now=at(TODAY)
    )
    assert late is None, "a draft that arrives after what it was a draft of"


def test_minutes_stand_as_they_were_made_and_a_second_edition_stands_beside_them(cast: Cast, plan: Plan) -> None:
    row = opened(cast, plan)
    directive = decided(cast, row).directive
    first = closed(cast, row, remarks="各单位按周报进度。")
    assert "7月10日前报批" in str(first.blocks)
    withdraw_directive(directive=directive, version=directive.version, reason="记错了", by=cast.actor())
    second = closed(cast, row)
    first.refresh_from_db()
    assert (first.edition, second.edition) == (1, 2)
    assert ("7月10日前报批" in str(first.blocks), "7月10日前报批" in str(second.blocks)) == (True, False)
