"""A leader's line becomes a dated follow-up: answered by a unit, settled or asked again, each leader's by itself."""

from datetime import date, timedelta

import pytest

from accounts.conflicts import Conflict
from accounts.history import Actor
from accounts.models import HistoryEntry, User
from projects.models import Plan
from projects.planning import close_task
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import DirectiveState
from tracker.directives import (
    answer_directive,
    ask_again,
    give_directive,
    settle_directive,
    withdraw_directive,
)
from tracker.follow_ups import NotOpenError
from tracker.models import Directive

pytestmark = pytest.mark.django_db
DUE = date(2026, 7, 1)


def given(
    cast: Cast,
    plan: Plan,
    *,
    leader: User | None = None,
    token: str = "first",  # noqa: S107 - a form's number
    by: Actor | None = None,
) -> Directive:
    who = leader or cast.leader
    assert who.person is not None
    return give_directive(
        task=task_of(plan, "1"),
        leader=who.person,
        department=cast.building,
        text="月底前拿出方案。",
        due_on=DUE,
        token=token,
        by=by or cast.actor(who),
        now=at(TODAY),
    )


def answered(cast: Cast, row: Directive, *, answer: str = "方案已报。") -> Directive:
    by = cast.actor(cast.clerk)
    return answer_directive(directive=row, version=row.version, answer=answer, by=by, now=at(TODAY))


def test_a_leaders_own_line_has_no_recorder_and_one_written_for_a_leader_has(cast: Cast, plan: Plan) -> None:
    own, recorded = given(cast, plan), given(cast, plan, token="for", by=cast.actor())
    assert (own.leader_name, own.recorder_name) == ("示例·主任", "")
    assert (recorded.leader_name, recorded.recorder_name) == ("示例·主任", "示例·督办员")
    assert HistoryEntry.objects.get(object_type="directive", object_id=recorded.pk).after["recorder"] == "示例·督办员"


def test_the_same_form_sent_twice_gives_one_directive(cast: Cast, plan: Plan) -> None:
    assert given(cast, plan) == given(cast, plan)
    assert HistoryEntry.objects.filter(action="directive.given").count() == 1


def test_a_second_leaders_directive_goes_its_own_way(cast: Cast, plan: Plan) -> None:
    first, second = given(cast, plan), given(cast, plan, leader=cast.deputy, token="two")
    settle_directive(directive=first, version=1, by=cast.actor(cast.leader))
    second.refresh_from_db()
    assert second.state == DirectiveState.OPEN


def test_an_answer_waits_until_it_is_settled_with_a_line(cast: Cast, plan: Plan) -> None:
    row = answered(cast, given(cast, plan))
    assert row.state == DirectiveState.ANSWERED
    row = settle_directive(directive=row, version=2, settlement="可以。", by=cast.actor(cast.leader))
    assert (row.state, row.settled_on, row.settlement) == (DirectiveState.SETTLED, TODAY, "可以。")
    with pytest.raises(NotOpenError):
        ask_again(directive=row, version=3, due_on=DUE, reason="再报", by=cast.actor(cast.leader), now=at(TODAY))


def test_asking_again_begins_a_new_cycle_with_a_line(cast: Cast, plan: Plan) -> None:
    row = answered(cast, given(cast, plan))
    later = DUE + timedelta(days=7)
    by = cast.actor(cast.leader)
    row = ask_again(directive=row, version=2, due_on=later, reason="经费写清楚", by=by, now=at(TODAY))
    assert (row.state, row.cycle, row.due_on) == (DirectiveState.OPEN, 2, later)
    entry = HistoryEntry.objects.get(action="directive.asked_again")
    assert (entry.before["due_on"], entry.after["due_on"], entry.reason) == ("2026-07-01", "2026-07-08", "经费写清楚")


def test_the_second_writer_gets_what_the_first_one_left(cast: Cast, plan: Plan) -> None:
    row = given(cast, plan)
    answered(cast, row)
    with pytest.raises(Conflict) as found:
        withdraw_directive(directive=row, version=1, reason="不用了", by=cast.actor(cast.leader))
    assert found.value.current.answer == "方案已报。"


def test_the_same_answer_sent_twice_counts_once(cast: Cast, plan: Plan) -> None:
    row = given(cast, plan)
    assert answered(cast, row).version == answered(cast, row).version == 2
    with pytest.raises(Conflict):
        answered(cast, row, answer="另一句")


def test_a_closed_item_takes_no_new_line(cast: Cast, plan: Plan) -> None:
    close_task(task=task_of(plan, "1"), on=TODAY, reason="已办结", by=cast.actor(), now=at(TODAY))
    with pytest.raises(NotOpenError):
        given(cast, plan)
    assert not Directive.objects.exists()
