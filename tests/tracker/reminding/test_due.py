"""What is told of a date, to whom and when."""

from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.statutory_days import statutory_days
from projects.workdays import Workdays
from tracker.choices import ReminderState, SubjectKind
from tracker.reminding.due import Audience, Event, ReminderRules, Subject, Timetable, events, forecast, next_step_at

ZONE = ZoneInfo("Asia/Shanghai")
WORKDAYS = Workdays({named.day: named.working for named in statutory_days()}, frozenset({2024, 2025, 2026}))
RULES = ReminderRules()
TIMETABLE = Timetable(RULES, WORKDAYS)
OWNER, HEAD, LEADER, MAIN, OFFICE = 1, 2, 3, 4, 5
EVERYONE = {
    Audience.OWNER: (OWNER,),
    Audience.HEAD: (HEAD,),
    Audience.LEADER: (LEADER,),
    Audience.MAIN_LEADER: (MAIN,),
    Audience.OFFICE: (OFFICE,),
}
ISSUE = date(2026, 1, 5)


def at(month: int, day: int, hour: int = 8, minute: int = 30, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZONE)


def milestone(due: date, issued_on: date = ISSUE) -> Subject:
    return Subject(SubjectKind.MILESTONE, 7, 1, due, issued_on, EVERYONE)


def owed(cutoff: date) -> Subject:
    return Subject(SubjectKind.OWED, 8, 1, cutoff, ISSUE, {Audience.OWNER: (OWNER,)})


def recorded(*found: Event) -> set[tuple[str, int | str]]:
    return {(event.step, event.recipient) for event in found}


def told(found: tuple[Event, ...]) -> list[tuple[str, int | str, datetime]]:
    return [(e.step, e.recipient, e.tell_at) for e in found if e.state == ReminderState.DUE]


def merged(found: tuple[Event, ...]) -> list[tuple[str, int | str, str | None]]:
    return [(e.step, e.recipient, e.merged_into) for e in found if e.state == ReminderState.MERGED]


def rungs(subject: Subject, number: int) -> list[tuple[str, date]]:
    found = TIMETABLE.steps(subject, at(1, 5))
    return [(step.code, step.tell_at.date()) for step in takewhile(lambda step: step.number <= number, found)]


def test_a_milestone_is_told_five_and_one_working_days_before_on_the_day_and_up_the_ladder() -> None:
    assert rungs(milestone(date(2026, 7, 15)), 9) == [
        ("before-5", date(2026, 7, 8)),
        ("before-1", date(2026, 7, 14)),
        ("day", date(2026, 7, 15)),
        ("after-1", date(2026, 7, 16)),
        ("after-3", date(2026, 7, 20)),
        ("after-7", date(2026, 7, 22)),
        ("after-15", date(2026, 7, 30)),
        ("weekly-1", date(2026, 8, 6)),
        ("weekly-2", date(2026, 8, 13)),
    ]


def test_an_owed_report_is_told_before_its_cutoff_and_the_day_after_and_then_no_more() -> None:
    assert rungs(owed(date(2026, 6, 25)), 99) == [
        ("before-5", date(2026, 6, 17)),
        ("before-1", date(2026, 6, 24)),
        ("after-1", date(2026, 6, 26)),
    ]


def test_each_rung_goes_to_its_own_audience() -> None:
    found = forecast(milestone(date(2026, 7, 15)), TIMETABLE, since=at(7, 1), until=at(8, 7))
    assert [(step, who) for step, who, _ in told(found)] == [
        ("before-5", OWNER),
        ("before-1", OWNER),
        ("day", OWNER),
        ("after-1", OWNER),
        ("after-3", HEAD),
        ("after-7", LEADER),
        ("after-15", MAIN),
        ("after-15", OFFICE),
        ("weekly-1", OWNER),
        ("weekly-1", MAIN),
        ("weekly-1", OFFICE),
    ]
    assert not merged(found)


def test_a_step_before_a_holiday_date_is_told_before_it_and_a_later_one_after_it() -> None:
    told_on = dict(rungs(milestone(date(2026, 10, 4)), 5))
    assert told_on["day"] == date(2026, 9, 30)
    assert told_on["after-1"] == date(2026, 10, 8)


def test_of_two_steps_on_one_day_the_higher_is_told_and_the_other_merged() -> None:
    subject = milestone(date(2026, 10, 4))
    raised = {("before-5", OWNER)}
    found = events(subject, TIMETABLE, at(9, 30), raised)
    assert told(found) == [("day", OWNER, at(9, 30))]
    assert merged(found) == [("before-1", OWNER, "day")]


def test_whoever_a_merged_step_was_meant_for_is_told_the_higher_one() -> None:
    friday = milestone(date(2026, 6, 5))
    raised = {("before-5", OWNER), ("before-1", OWNER), ("day", OWNER)}
    found = events(friday, TIMETABLE, at(6, 8), raised)
    assert told(found) == [("after-3", OWNER, at(6, 8)), ("after-3", HEAD, at(6, 8))]
    assert merged(found) == [("after-1", OWNER, "after-3")]


def test_what_was_missed_is_told_once_at_its_highest_and_the_owner_before_the_leader() -> None:
    found = events(milestone(date(2026, 7, 15)), TIMETABLE, at(7, 22, 14, 10), ())
    assert told(found) == [
        ("after-7", OWNER, at(7, 22, 14, 10)),
        ("after-7", HEAD, at(7, 22, 15, 10)),
        ("after-7", LEADER, at(7, 22, 15, 10)),
    ]
    assert {into for _, _, into in merged(found)} == {"after-7"}
    assert [step for step, _, _ in merged(found)] == ["before-5", "before-1", "day", "after-1", "after-3"]


def test_a_leader_need_not_wait_when_the_owner_was_told_in_time() -> None:
    subject = milestone(date(2026, 7, 15))
    raised = recorded(*forecast(subject, TIMETABLE, since=at(7, 1), until=at(7, 21)))
    found = events(subject, TIMETABLE, at(7, 22, 14, 10), raised)
    assert told(found) == [("after-7", LEADER, at(7, 22, 14, 10))]


def test_two_hours_late_still_counts_as_its_time() -> None:
    subject = owed(date(2026, 6, 25))
    in_time = events(subject, TIMETABLE, at(6, 17, 10, 30), ())
    late = events(subject, TIMETABLE, at(6, 17, 10, 31), ())
    assert told(in_time) == [("before-5", OWNER, at(6, 17))]
    assert told(late) == [("before-5", OWNER, at(6, 17, 10, 31))]


def test_steps_before_the_issue_are_recorded_as_merged_and_never_told() -> None:
    subject = milestone(date(2026, 3, 31), issued_on=date(2026, 6, 1))
    first = events(subject, TIMETABLE, at(6, 1), ())
    assert not told(first)
    assert {into for _, _, into in merged(first)} == {None}
    later = forecast(subject, TIMETABLE, since=at(6, 1), until=at(6, 3), raised=recorded(*first))
    assert told(later) == [
        ("weekly-7", OWNER, at(6, 3)),
        ("weekly-7", MAIN, at(6, 3)),
        ("weekly-7", OFFICE, at(6, 3)),
    ]


@pytest.mark.parametrize("now", [at(7, 18), at(7, 20, 7, 59), at(7, 20, 8, 29), at(7, 20, 18, 0), at(10, 3, 9)])
def test_nothing_is_told_on_a_day_off_in_quiet_hours_or_before_the_digest(now: datetime) -> None:
    assert events(milestone(date(2026, 7, 15)), TIMETABLE, now, ()) == ()


def test_what_is_found_too_late_for_the_leaders_wait_waits_for_the_next_digest() -> None:
    subject = milestone(date(2026, 7, 15))
    assert events(subject, TIMETABLE, at(7, 17, 17, 1), ()) == ()
    assert next_step_at(subject, TIMETABLE, at(7, 17, 17, 1), ()) == at(7, 20)


def test_a_successor_is_told_the_latest_step_once() -> None:
    before = forecast(milestone(date(2026, 7, 15)), TIMETABLE, since=at(7, 1), until=at(7, 16))
    successor = Subject(SubjectKind.MILESTONE, 7, 1, date(2026, 7, 15), ISSUE, EVERYONE | {Audience.OWNER: (9,)})
    found = events(successor, TIMETABLE, at(7, 17), recorded(*before))
    assert [(step, who) for step, who, _ in told(found)] == [("after-1", 9)]


def test_a_step_added_by_new_rules_below_one_already_told_is_not_told() -> None:
    subject = milestone(date(2026, 7, 15))
    raised = recorded(*forecast(subject, TIMETABLE, since=at(7, 1), until=at(7, 9)))
    found = events(subject, Timetable(ReminderRules(before_days=(10, 5, 1)), WORKDAYS), at(7, 10), raised)
    assert merged(found) == [("before-10", OWNER, "before-5")]
    assert not told(found)


def test_who_stands_in_two_audiences_of_a_step_is_told_once() -> None:
    both = Subject(
        SubjectKind.MILESTONE, 7, 1, date(2026, 7, 15), ISSUE, {Audience.MAIN_LEADER: (4,), Audience.OFFICE: (4, 5)}
    )
    found = events(both, TIMETABLE, at(7, 30), ())
    assert [(step, who) for step, who, _ in told(found)] == [("after-15", 4), ("after-15", 5)]


def test_a_subject_nobody_is_named_for_is_never_due() -> None:
    nobody = Subject(SubjectKind.MILESTONE, 7, 1, date(2026, 7, 15), ISSUE, {})
    assert events(nobody, TIMETABLE, at(8, 20), ()) == ()
    assert next_step_at(nobody, TIMETABLE, at(7, 1)) is None


def test_without_the_record_the_next_step_is_the_first_one_still_to_come() -> None:
    assert next_step_at(milestone(date(2026, 7, 15)), TIMETABLE, at(7, 14)) == at(7, 15)
    assert next_step_at(owed(date(2026, 6, 25)), TIMETABLE, at(6, 26)) is None


def test_a_held_step_of_the_future_does_not_swallow_the_ones_before_it() -> None:
    found = events(milestone(date(2026, 7, 15)), TIMETABLE, at(7, 8), {("before-1", OWNER)})
    assert told(found) == [("before-5", OWNER, at(7, 8))]


def test_a_digest_in_quiet_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="waking hours"):
        ReminderRules(digest_at=time(7, 0))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        events(milestone(date(2026, 7, 15)), TIMETABLE, datetime(2026, 7, 15, 8, 30), ())  # noqa: DTZ001


DUES = st.dates(date(2026, 1, 10), date(2026, 12, 20))
KINDS = st.sampled_from((SubjectKind.MILESTONE, SubjectKind.OWED))
SUBJECTS = st.builds(
    Subject,
    kind=KINDS,
    id=st.just(7),
    cycle=st.just(1),
    due_on=DUES,
    issued_on=st.dates(date(2025, 12, 1), date(2026, 12, 31)),
    recipients=st.fixed_dictionaries(
        {}, optional={audience: st.lists(st.integers(1, 6), max_size=2).map(tuple) for audience in Audience}
    ),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 31)).map(lambda moment: moment.replace(tzinfo=ZONE))  # noqa: DTZ001
PASSES = st.lists(MOMENTS, min_size=1, max_size=12).map(sorted)


def run(subject: Subject, passes: list[datetime]) -> list[tuple[datetime, Event]]:
    """Record what each pass of the clock finds."""
    found: list[tuple[datetime, Event]] = []
    for now in passes:
        new = events(subject, TIMETABLE, now, recorded(*(event for _, event in found)))
        found += [(now, event) for event in new]
    return found


@given(subject=SUBJECTS, passes=PASSES)
def test_a_second_pass_at_the_same_moment_adds_nothing(subject: Subject, passes: list[datetime]) -> None:
    assert run(subject, [now for now in passes for _ in range(2)]) == run(subject, passes)


@given(subject=SUBJECTS, passes=PASSES)
def test_no_step_is_recorded_twice_for_one_recipient(subject: Subject, passes: list[datetime]) -> None:
    found = [event for _, event in run(subject, passes)]
    assert len(recorded(*found)) == len(found)


@given(subject=SUBJECTS, passes=PASSES)
def test_nothing_is_told_before_its_time_in_quiet_hours_or_on_a_day_off(
    subject: Subject, passes: list[datetime]
) -> None:
    nominal = {step.code: step for step in takewhile(lambda s: s.number < 80, TIMETABLE.steps(subject, passes[0]))}
    for now, event in run(subject, passes):
        step = nominal[event.step]
        assert step.tell_at <= now
        if event.state == ReminderState.DUE:
            assert event.tell_at >= step.tell_at
            assert event.tell_at.date() >= subject.issued_on
            assert WORKDAYS.is_workday(event.tell_at.date())
            assert time(8) <= event.tell_at.time() <= time(18)


@given(subject=SUBJECTS, passes=PASSES)
def test_every_step_passed_is_told_or_merged_for_each_of_its_recipients(
    subject: Subject, passes: list[datetime]
) -> None:
    last = datetime.combine(WORKDAYS.on_or_after(passes[-1].date() + timedelta(days=1)), time(8, 30), tzinfo=ZONE)
    found = recorded(*(event for _, event in run(subject, [*passes, last])))
    passed = takewhile(lambda step: step.tell_at <= last, TIMETABLE.steps(subject, last))
    owed_to = {(s.code, who) for s in passed for group in s.audience for who in subject.recipients.get(group, ())}
    assert owed_to <= found


@given(subject=SUBJECTS, passes=PASSES)
def test_nobody_is_told_twice_of_one_subject_on_one_day(subject: Subject, passes: list[datetime]) -> None:
    found = [(event.recipient, event.tell_at.date()) for _, event in run(subject, passes) if event.state == "due"]
    assert len(set(found)) == len(found)


@given(subject=SUBJECTS, passes=PASSES)
def test_one_pass_tells_one_step_and_what_it_merges_lies_below(subject: Subject, passes: list[datetime]) -> None:
    numbers = {s.code: s.number for s in takewhile(lambda s: s.number < 80, TIMETABLE.steps(subject, passes[0]))}
    found = run(subject, passes)
    for moment in passes:
        assert len({event.step for now, event in found if now == moment and event.state == "due"}) <= 1
    for _, event in found:
        if event.merged_into:
            assert numbers[event.step] < numbers[event.merged_into]


@given(subject=SUBJECTS, passes=PASSES)
def test_no_leader_hears_of_what_was_missed_before_the_owner(subject: Subject, passes: list[datetime]) -> None:
    late = [(now, e) for now, e in run(subject, passes) if e.state == "due" and now - e.tell_at != timedelta(0)]
    for now in {moment for moment, _ in late}:
        owners = [e.tell_at for moment, e in late if moment == now and e.audience == Audience.OWNER]
        others = [e.tell_at for moment, e in late if moment == now and e.audience != Audience.OWNER]
        assert all(first <= second for first in owners for second in others)


@given(subject=SUBJECTS, since=MOMENTS, days=st.integers(0, 60))
def test_the_forecast_is_what_a_clock_that_never_rests_will_record(
    subject: Subject, since: datetime, days: int
) -> None:
    ticks = [since]
    for offset in range(days + 1):
        digest = datetime.combine(since.date() + timedelta(days=offset), time(8, 30), tzinfo=ZONE)
        ticks += [digest] if digest > since else []
    until = ticks[-1]
    assert forecast(subject, TIMETABLE, since=since, until=until) == tuple(e for _, e in run(subject, ticks))


@given(subject=SUBJECTS, after=MOMENTS, passes=PASSES, minutes=st.integers(0, 100_000))
def test_nothing_is_to_be_recorded_before_the_next_step(
    subject: Subject, after: datetime, passes: list[datetime], minutes: int
) -> None:
    raised = recorded(*(event for _, event in run(subject, [now for now in passes if now <= after])))
    following = next_step_at(subject, TIMETABLE, after, raised)
    moment = after + timedelta(minutes=minutes)
    if following is None or moment < following:
        assert events(subject, TIMETABLE, moment, raised) == ()
    if following is not None:
        assert events(subject, TIMETABLE, following, raised)
