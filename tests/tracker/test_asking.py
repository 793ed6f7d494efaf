"""What may be asked when, and whose word is waited for, over all chains and days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from projects.choices import TaskState
from projects.workdays import Workdays
from tests.tracker.facts import FIRST, LAST, amount, step, task, tasks
from tracker.asking import (
    Refusal,
    StepAsked,
    closing_refusal,
    extension_refusal,
    left_open,
    look_back_on,
    may_decide,
    step_refusal,
    turn,
    way_on,
)
from tracker.choices import ApprovalStep
from tracker.turning import TaskFacts

WORKDAYS = Workdays()
PEOPLE = (ApprovalStep.HEAD, ApprovalStep.LEADER, ApprovalStep.MAIN_LEADER)
days = st.dates(FIRST, LAST)
chains = st.lists(st.sampled_from(ApprovalStep), min_size=1, max_size=4, unique=True).map(tuple)
roles = st.frozensets(st.sampled_from(ApprovalStep))
held_by_people = st.frozensets(st.sampled_from(PEOPLE))


@st.composite
def asked_steps(draw: st.DrawFn) -> StepAsked:
    return StepAsked(draw(st.booleans()), draw(st.none() | days), draw(st.booleans()), draw(st.booleans()))


@given(asked_steps(), days, days)
def test_a_later_date_is_asked_in_time_for_an_open_step_and_falls_on_a_later_working_day(
    asked: StepAsked, to_on: date, today: date
) -> None:
    refusal = extension_refusal(asked, to_on, today=today, workdays=WORKDAYS)
    right = asked.item_open and not asked.done and not asked.waiting and asked.due_on is not None
    right = right and today <= asked.due_on < to_on and to_on.weekday() < 5  # type: ignore[operator]
    assert (refusal is None) == right


@given(days, st.integers(-40, 40))
def test_on_the_day_itself_it_can_still_be_asked_and_the_day_after_not(due: date, after: int) -> None:
    today = due + timedelta(days=after)
    refusal = step_refusal(StepAsked(True, due, False, False), today=today)
    assert refusal == (Refusal.TOO_LATE if after > 0 else None)


def test_each_hindrance_is_named() -> None:
    due, to_on = date(2026, 6, 30), date(2026, 7, 31)
    free = StepAsked(item_open=True, due_on=due, done=False, waiting=False)

    def refusal(asked: StepAsked = free, to_on: date = to_on) -> Refusal | None:
        return extension_refusal(asked, to_on, today=due, workdays=WORKDAYS)

    assert refusal() is None
    assert refusal(StepAsked(False, due, False, False)) == Refusal.ITEM_NOT_OPEN
    assert refusal(StepAsked(True, due, True, False)) == Refusal.STEP_DONE
    assert refusal(StepAsked(True, None, False, False)) == Refusal.NO_DATE
    assert refusal(StepAsked(True, due, False, True)) == Refusal.WAITING
    assert refusal(to_on=due) == Refusal.NOT_LATER
    assert refusal(to_on=date(2026, 8, 1)) == Refusal.NOT_A_WORKDAY


@given(chains, held_by_people, held_by_people)
def test_every_chain_ends_and_somebody_else_or_the_office_has_said_yes(
    chain: tuple[ApprovalStep, ...],
    held: frozenset[ApprovalStep],
    asker: frozenset[ApprovalStep],
) -> None:
    """Walk the chain with yes everywhere: it never takes more words than it has steps and the office."""
    said: list[ApprovalStep] = []
    decided, longest = 0, len(chain) + 1
    while True:
        way = way_on(chain, decided, asker=asker, agreed=bool(said))
        chain, decided = way.chain, decided + len(way.passed)
        assert ApprovalStep.OFFICE not in way.passed
        waited = turn(chain, decided, held)
        if waited is None:
            break
        assert waited.step == ApprovalStep.OFFICE or waited.step not in asker
        assert waited.vacant == (waited.step not in held and waited.step != ApprovalStep.OFFICE)
        assert may_decide(waited, {ApprovalStep.OFFICE}, asked_it=False)
        said.append(waited.decider)
        decided += 1
        assert decided <= longest
    assert said
    assert decided == len(chain)


@given(chains, st.integers(0, 4), held_by_people, roles, st.booleans())
def test_only_who_is_waited_for_or_the_office_speaks_and_never_who_asked_for_another(
    chain: tuple[ApprovalStep, ...],
    decided: int,
    held: frozenset[ApprovalStep],
    own: frozenset[ApprovalStep],
    asked_it: bool,
) -> None:
    waited = turn(chain, decided, held)
    if waited is None:
        assert decided >= len(chain)
        return
    office = ApprovalStep.OFFICE in own
    if may_decide(waited, own, asked_it=asked_it):
        assert office or (waited.step in own and not asked_it)
        assert not asked_it or waited.decider == ApprovalStep.OFFICE
    else:
        assert not office or asked_it
        assert waited.step not in own or asked_it


@given(tasks(), st.booleans(), st.booleans(), st.integers(0, 2))
def test_closing_is_asked_when_nothing_is_left_open(facts: TaskFacts, waiting: bool, needed: bool, files: int) -> None:
    refusal = closing_refusal(facts, waiting=waiting, evidence_needed=needed, files=files)
    right = facts.state == TaskState.ISSUED and not waiting and not left_open(facts)
    assert (refusal is None) == (right and (files > 0 or not needed))
    assert (refusal == Refusal.NO_EVIDENCE) == (right and needed and not files)


def test_what_is_left_open_is_counted_in_steps_and_amounts() -> None:
    done, to_do = step(1, LAST, done_on=FIRST), step(2, LAST)
    assert left_open(task(done, to_do, targets=(amount(100, 40), amount(10, 10, id=2)))) == 2
    assert left_open(task(done, targets=(amount(100, 40, milestone_id=1),))) == 0
    assert left_open(task()) == 0


@given(days, st.integers(-5, 400))
def test_the_second_look_falls_on_a_working_day_not_before_its_time(closed_on: date, after: int) -> None:
    due = look_back_on(closed_on, after, WORKDAYS)
    assert (due is None) == (after <= 0)
    if due is not None:
        assert due.weekday() < 5
        assert timedelta(0) <= due - (closed_on + timedelta(days=after)) <= timedelta(days=2)
