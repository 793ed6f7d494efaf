"""Requests for later dates as operations: reminders rest while one waits, and of many who decide one wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry, User
from projects.choices import TaskState
from projects.models import Milestone, Plan, Task
from projects.planning import mark_milestones, suspend_tasks
from tests.cast import Cast, at, issued_plan, make_cast, task_of
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, record, run
from tracker.asking import Refusal
from tracker.choices import ClosureState, ExtensionState
from tracker.closing import Ended, NotClosable, Statement, ask_closing, close_asked, close_directly, return_closing
from tracker.extending import (
    NotDecidable,
    NotExtendable,
    Request,
    ask_extension,
    decide_extension,
    withdraw_extension,
)
from tracker.models import Closure, Extension, ExtensionDecision, Reminder
from tracker.reminding.lastlook import open_steps, still_holds

JULY = date(2026, 7, 31)
ASKED_ON = date(2026, 6, 24)
WRITERS = 8


def ask(cast: Cast, step: Milestone, *, form: str = "one", user: User | None = None) -> Extension:
    return ask_extension(
        milestone=step,
        department=cast.building,
        request=Request(JULY, "用地未批", "已报初审", form),
        by=cast.actor(user or cast.clerk, today=ASKED_ON),
        now=at(ASKED_ON),
    )


def decide(cast: Cast, row: Extension, version: int, *, agrees: bool, reason: str = "已核") -> Extension:
    by = cast.actor(today=ONE_BEFORE)
    return decide_extension(extension=row, version=version, agrees=agrees, reason=reason, by=by, now=at(ONE_BEFORE, 8))


@pytest.fixture
def step(cast: Cast, plan: Plan) -> Milestone:
    """Return the road's second step, due on 30 June; the first is done."""
    road, march = task_of(plan, "1"), date(2026, 3, 27)
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: march}, by=cast.actor(today=march), now=at(march))
    return road.milestones.get(position=1)


@pytest.mark.django_db
class TestReminders:
    def test_what_waits_for_a_decision_is_not_told(self, cast: Cast, step: Milestone) -> None:
        run(digest(FIVE_BEFORE))
        told = record()
        ask(cast, step)
        assert step not in open_steps()
        run(digest(ONE_BEFORE))
        run(digest(THE_DAY))
        assert record() == told

    def test_what_was_raised_and_not_told_yet_no_longer_holds(self, cast: Cast, step: Milestone) -> None:
        run(digest(FIVE_BEFORE))
        reminder = Reminder.objects.get(subject_id=step.pk, step="before-5")
        assert reminder.pk in still_holds([reminder])
        ask(cast, step)
        assert reminder.pk not in still_holds([reminder])

    def test_a_refusal_lets_the_step_go_on_in_its_cycle(self, cast: Cast, step: Milestone) -> None:
        run(digest(FIVE_BEFORE))
        row = ask(cast, step)
        decide(cast, row, row.version, agrees=False)
        run(digest(ONE_BEFORE))
        step.refresh_from_db()
        assert step.cycle == 1
        assert [entry[0] for entry in record()] == ["before-5", "refused", "before-1"]

    def test_what_came_due_while_it_waited_is_told_after_the_refusal(self, cast: Cast, step: Milestone) -> None:
        row = ask(cast, step)
        run(digest(THE_DAY))
        assert record() == []
        by = cast.actor(today=date(2026, 7, 2))
        decide_extension(
            extension=row, version=row.version, agrees=False, reason="已核", by=by, now=at(date(2026, 7, 2))
        )
        run(digest(date(2026, 7, 3)))
        assert {step for step, _, state in record() if state != "merged"} == {"refused", "after-3"}
        assert {step for step, _, _ in record("merged")} == {"before-5", "before-1", "day", "after-1"}

    def test_a_granted_date_begins_a_new_cycle(self, cast: Cast, step: Milestone) -> None:
        run(digest(FIVE_BEFORE))
        row = ask(cast, step)
        decide(cast, row, row.version, agrees=True)
        run(digest(THE_DAY))
        step.refresh_from_db()
        assert (step.cycle, step.current_due_on) == (2, JULY)
        assert [entry[0] for entry in record()] == ["before-5", "granted"]
        run(digest(date(2026, 7, 24)))
        assert [entry[0] for entry in record()] == ["before-5", "granted", "before-5"]


@pytest.mark.django_db
class TestRefusals:
    def test_one_request_waits_at_a_time(self, cast: Cast, step: Milestone) -> None:
        ask(cast, step)
        with pytest.raises(NotExtendable) as refused:
            ask(cast, step, form="two")
        assert refused.value.refusal == Refusal.WAITING

    def test_the_same_token_finds_the_first_request(self, cast: Cast, step: Milestone) -> None:
        assert ask(cast, step).pk == ask(cast, step).pk
        assert HistoryEntry.objects.filter(action="extension.asked").count() == 1

    def test_a_suspended_item_waits_with_its_request(self, cast: Cast, step: Milestone) -> None:
        row = ask(cast, step)
        suspend_tasks(task_ids=[step.task_id], reason="停", by=cast.actor(), now=at(ASKED_ON))
        with pytest.raises(NotDecidable, match="item_not_open"):
            decide(cast, row, row.version, agrees=True)
        row.refresh_from_db()
        assert row.state == ExtensionState.PENDING

    def test_who_holds_no_step_decides_nothing(self, cast: Cast, step: Milestone) -> None:
        row = ask(cast, step)
        by = cast.actor(cast.economy_clerk, today=ASKED_ON)
        with pytest.raises(NotDecidable, match="not_yours"):
            decide_extension(extension=row, version=1, agrees=True, reason="好", by=by, now=at(ASKED_ON))
        assert not ExtensionDecision.objects.exists()

    def test_striking_the_item_off_ends_what_waits_on_it(self, cast: Cast, step: Milestone) -> None:
        row = ask(cast, step)
        task = Task.objects.get(pk=step.task_id)
        by = cast.actor(today=ASKED_ON)
        close_directly(
            task=task, version=task.version, on=ASKED_ON, reason="已验收", despite="并入", by=by, now=at(ASKED_ON)
        )
        row.refresh_from_db()
        assert row.state == ExtensionState.WITHDRAWN
        step.refresh_from_db()
        assert step.current_due_on == date(2026, 6, 30)


def at_once(writers: int, act: Callable[[int], object]) -> list[object]:
    """Let threads begin together on connections of their own; return what each got, an exception as itself."""
    begin = Barrier(writers)

    def one(number: int) -> object:
        begin.wait(30)
        try:
            return act(number)
        except (Conflict, NotDecidable, NotExtendable, NotClosable, Ended) as lost:
            return lost
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        return list(pool.map(one, range(writers)))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    @pytest.fixture
    def zone(self) -> Cast:
        return make_cast()

    @pytest.fixture
    def approval(self, zone: Cast) -> Milestone:
        return task_of(issued_plan(zone), "1").milestones.get(text="报批")

    @pytest.mark.parametrize("writers", [2, WRITERS])
    def test_of_many_who_decide_one_wins_and_the_others_see_what_stands(
        self, zone: Cast, approval: Milestone, writers: int
    ) -> None:
        row = ask(zone, approval)
        got = at_once(writers, lambda number: decide(zone, row, 1, agrees=number % 2 == 0, reason=f"第{number}人"))
        won = [one for one in got if isinstance(one, Extension)]
        lost = [one for one in got if isinstance(one, Conflict)]
        assert (len(won), len(lost)) == (1, writers - 1)
        row.refresh_from_db()
        assert {one.current.version for one in lost} == {row.version}
        assert {one.current.state for one in lost} == {row.state}
        assert ExtensionDecision.objects.filter(extension=row).count() == 1
        approval.refresh_from_db()
        assert approval.moves == (row.state == ExtensionState.GRANTED)

    def test_deciding_and_taking_back_do_not_both_happen(self, zone: Cast, approval: Milestone) -> None:
        row = ask(zone, approval)
        by = zone.actor(zone.clerk, today=ASKED_ON)

        def act(number: int) -> Extension:
            if number:
                return withdraw_extension(extension=row, version=1, by=by, now=at(ASKED_ON))
            return decide(zone, row, 1, agrees=True)

        got = at_once(2, act)
        assert sum(isinstance(one, Conflict) for one in got) == 1

    def test_one_form_sent_many_times_asks_once(self, zone: Cast, approval: Milestone) -> None:
        got = at_once(WRITERS, lambda _: ask(zone, approval).pk)
        assert len(set(got)) == 1
        assert Extension.objects.count() == 1

    def test_two_forms_at_once_leave_one_request(self, zone: Cast, approval: Milestone) -> None:
        got = at_once(4, lambda number: ask(zone, approval, form=f"form-{number}"))
        assert sum(isinstance(one, NotExtendable) for one in got) == 3

    def test_a_request_is_closed_or_returned_and_not_both(self, zone: Cast, approval: Milestone) -> None:
        task = approval.task
        steps = {step.pk: ASKED_ON for step in task.milestones.all()}
        by = zone.actor(today=ASKED_ON)
        mark_milestones(task=task, done=steps, by=by, now=at(ASKED_ON))
        row = ask_closing(
            task=task, department=zone.building, statement=Statement("已开工", "one"), by=by, now=at(ASKED_ON)
        )

        def answer(number: int) -> Closure:
            if number % 2:
                return return_closing(closure=row, version=1, reason="补材料", by=by, now=at(ASKED_ON))
            return close_asked(closure=row, version=1, how="现场核实", on=ASKED_ON, by=by, now=at(ASKED_ON))

        got = at_once(4, answer)
        assert sum(isinstance(one, Closure) for one in got) == 1
        assert sum(isinstance(one, Conflict) for one in got) == 3
        row.refresh_from_db()
        closed = Task.objects.get(pk=task.pk).state == TaskState.CLOSED
        assert closed == (row.state == ClosureState.CLOSED)
