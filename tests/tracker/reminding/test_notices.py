"""What is told at once waits for waking hours, and only as long as it is worth telling."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.statutory_days import statutory_days
from projects.workdays import Workdays
from tracker.choices import NoticeStep, ReminderState, SubjectKind
from tracker.reminding.due import Audience, ReminderRules
from tracker.reminding.notices import STATES, Facts, Notice, asks, events, opening, why_void

ZONE = ZoneInfo("Asia/Shanghai")
WORKDAYS = Workdays({named.day: named.working for named in statutory_days()}, frozenset({2024, 2025, 2026}))
RULES = ReminderRules()


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "told_at"),
    [
        (at(6, 24, 10, 7), at(6, 24, 10, 7)),
        (at(6, 24, 8), at(6, 24, 8)),
        (at(6, 24, 7, 59), at(6, 24, 8)),
        (at(6, 24, 17, 59), at(6, 24, 17, 59)),
        (at(6, 24, 18), at(6, 25, 8)),
        (at(6, 26, 23), at(6, 29, 8)),
        (at(6, 27, 10), at(6, 29, 8)),
        (at(6, 27, 3), at(6, 29, 8)),
        (at(6, 19, 10), at(6, 22, 8)),
        (at(2, 14, 9), at(2, 14, 9)),
        (at(2, 14, 20), at(2, 24, 8)),
    ],
    ids=[
        "within the hours",
        "as they begin",
        "before them",
        "to their last minute",
        "as they end",
        "on Friday night",
        "on a Saturday",
        "on a Saturday before dawn",
        "on a holiday",
        "on a made-up Saturday",
        "on the evening before the New Year's days",
    ],
)
def test_it_is_told_in_waking_hours_of_a_working_day(moment: datetime, told_at: datetime) -> None:
    assert opening(moment, RULES, WORKDAYS) == told_at


@given(
    st.integers(0, 500 * 24 * 60).map(lambda minutes: at(1, 1, 0) + timedelta(minutes=minutes)),
    st.integers(0, 11),
    st.integers(12, 23),
)
def test_the_next_opening_is_waking_is_reached_once_and_skips_none(moment: datetime, begin: int, end: int) -> None:
    rules = ReminderRules(digest_at=time(begin, 30), quiet_to=time(begin), quiet_from=time(end))
    told_at = opening(moment, rules, WORKDAYS)
    assert told_at >= moment
    assert WORKDAYS.is_workday(told_at.date())
    assert rules.quiet_to <= told_at.time() < rules.quiet_from
    assert opening(told_at, rules, WORKDAYS) == told_at
    if told_at > moment:
        earlier = [moment.date() + timedelta(days=n) for n in range((told_at.date() - moment.date()).days)]
        assert not any(WORKDAYS.is_workday(day) for day in earlier if day > moment.date())


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        opening(at(6, 24, 10).replace(tzinfo=None), RULES, WORKDAYS)


def notice(recipients: dict[Audience, tuple[int | str, ...]]) -> Notice:
    return Notice(SubjectKind.DIRECTIVE, 7, 1, NoticeStep.GIVEN, recipients)


def test_each_person_is_told_once_in_the_first_of_their_parts_and_not_who_did_it() -> None:
    who = notice({Audience.OWNER: (1, 2, 1), Audience.HEAD: (2, 3, 4)})
    found = events(who, RULES, WORKDAYS, at(6, 27, 10), besides=3)
    assert [(event.recipient, event.audience) for event in found] == [
        (1, Audience.OWNER),
        (2, Audience.OWNER),
        (4, Audience.HEAD),
    ]
    assert {(event.step, event.state, event.tell_at) for event in found} == {
        (NoticeStep.GIVEN, ReminderState.DUE, at(6, 29, 8))
    }


def test_without_anybody_nothing_is_told() -> None:
    assert events(notice({}), RULES, WORKDAYS, at(6, 24, 10)) == ()


@pytest.mark.parametrize(("kind", "step"), sorted(STATES))
class TestVoid:
    def test_it_holds_while_the_subject_stands_in_the_state_it_speaks_of(
        self, kind: SubjectKind, step: NoticeStep
    ) -> None:
        assert why_void(kind, step, 3, Facts(3, STATES[kind, step], item_open=True)) == ""

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            (None, "withdrawn"),
            ({"state": "withdrawn"}, "withdrawn"),
            ({"state": "somewhere else"}, "answered"),
            ({"cycle": 4}, "answered"),
            ({"settled": True}, "answered"),
            ({"item_open": False}, "item_ended"),
            ({"item_open": False, "state": "withdrawn"}, "item_ended"),
        ],
    )
    def test_any_other_state_cycle_or_answer_voids_it_with_the_reason(
        self, kind: SubjectKind, step: NoticeStep, facts: dict[str, object] | None, why: str
    ) -> None:
        standing = {"cycle": 3, "state": STATES[kind, step], "item_open": True}
        found = None if facts is None else Facts(**{**standing, **facts})  # type: ignore[arg-type]
        assert why_void(kind, step, 3, found) == why


def test_decisions_and_an_obstacles_answer_are_news_and_all_else_asks_for_something() -> None:
    assert {(kind, step) for kind, step in STATES if not asks(kind, step)} == {
        ("obstacle", "answered"),
        ("extension", "granted"),
        ("extension", "refused"),
    }


def test_the_new_year_of_2026_is_in_the_calendar_these_cases_count_by() -> None:
    assert WORKDAYS.is_workday(date(2026, 2, 14))
    assert not WORKDAYS.is_workday(date(2026, 2, 23))
