"""A round from opening to closing: who hasn't reported is listed, figures are stored, and it opens again with a reason."""

from datetime import date, timedelta

import pytest
from django.test import Client
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from accounts.models import HistoryEntry
from projects.models import Plan, Task
from projects.workdays import Workdays
from tests.cast import JANUARY, TODAY, Cast, at, task_of
from tests.tracker.accounts import given, opened_round
from tests.tracker.visits import answer_for, in_may, owed_of, signed_in
from tracker.choices import OwedState, RoundState
from tracker.models import PlanRules, ReportingRound
from tracker.reporting import NotReportable, accept_report, return_report
from tracker.rhythm import late_after
from tracker.rounds import close_round, close_rounds, open_rounds, reopen_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
CUTOFF = date(2026, 6, 25)


@pytest.fixture
def june(plan: Plan) -> ReportingRound:
    return opened_round(plan)


@pytest.fixture
def road(plan: Plan, june: ReportingRound) -> Task:
    return task_of(plan, "1")


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(Client(), cast.office)


def test_the_page_lists_who_hasnt_reported_by_unit(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound, office: Client
) -> None:
    given(cast, road, june)
    view = office.get(f"/rounds/{june.pk}/").context["view"]
    missing = {unit.name: [owed.task.number for owed in unit.rows] for unit in view.missing}
    assert missing == {"规划建设科": ["3"], "经济发展科": ["3"], "招商服务科": ["2", "3"]}
    assert (view.line.counts["owed"], view.line.counts["reported"], view.line.not_up) == (5, 1, 4)


def test_late_ones_are_marked_with_their_time(cast: Cast, road: Task, june: ReportingRound, office: Client) -> None:
    given(cast, road, june, today=CUTOFF + timedelta(days=1))
    view = office.get(f"/rounds/{june.pk}/").context["view"]
    assert [owed.task.number for owed in view.late] == ["1"]
    assert "迟报的" in office.get(f"/rounds/{june.pk}/").content.decode()


def test_days_of_grace_count_working_days(cast: Cast, plan: Plan) -> None:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=JANUARY, grace_days=2)
    june, task = opened_round(plan), task_of(plan, "1")
    monday, tuesday = date(2026, 6, 29), date(2026, 6, 30)  # the cut-off is a Thursday
    assert given(cast, task, june, today=monday, hour=17).late is False
    assert given(cast, task, june, token="form-2", today=tuesday).late is True


@hypothesis_given(
    cutoff=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    grace=st.integers(0, 10),
    off=st.sets(st.integers(1, 30), max_size=8),
)
def test_grace_is_a_working_day_that_never_comes_before_the_cutoff(cutoff: date, grace: int, off: set[int]) -> None:
    workdays = Workdays({cutoff + timedelta(days=n): False for n in off}, frozenset({cutoff.year}))
    last = late_after(cutoff, grace, workdays)
    assert last >= cutoff
    assert workdays.between(cutoff, last) == grace
    assert grace == 0 or workdays.is_workday(last)
    assert late_after(cutoff, grace + 1, workdays) > last


class TestClosing:
    def test_it_stores_the_figures_and_leaves_a_line_in_history(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound, office: Client
    ) -> None:
        accept_report(report=given(cast, road, june), by=cast.actor(), now=at(TODAY))
        answer = office.post(f"/rounds/{june.pk}/close/", {"version": june.version, "early": "1"}, follow=True)
        assert "本期已结束，数字已存下。" in answer.content.decode()
        june.refresh_from_db()
        assert june.figures is not None
        counts = {name: june.figures[name] for name in ("owed", "reported", "accepted", "late", "missing")}
        assert counts == {"owed": 5, "reported": 1, "accepted": 1, "late": 0, "missing": 4}
        assert sum(unit["owed"] for unit in june.figures["units"]) == 5
        assert sum(june.figures["lights"].values()) == 3
        entry = HistoryEntry.objects.get(object_type="round", object_id=june.pk, action="round.closed")
        assert entry.after["figures"]["owed"] == 5

    def test_stored_figures_stay_whatever_comes_after(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound, office: Client
    ) -> None:
        report = given(cast, road, june)
        close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
        return_report(report=report, reason="请写明文号", by=cast.actor(), now=at(TODAY))
        line = office.get(f"/rounds/{june.pk}/").context["view"].line
        assert (line.counts["reported"], line.counts["returned"]) == (1, 0)

    def test_a_closed_round_takes_only_what_was_returned(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound
    ) -> None:
        report = given(cast, road, june)
        close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotReportable, match="round_closed"):
            given(cast, task_of(plan, "3"), june, token="form-2")
        return_report(report=report, reason="请写明文号", by=cast.actor(), now=at(TODAY))
        given(cast, road, june, token="form-3", sentence="已写明文号。")
        assert owed_of(plan, "1").state == OwedState.SUBMITTED

    def test_a_clerk_is_told_why_nothing_is_taken(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound
    ) -> None:
        close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
        page = signed_in(Client(), cast.clerk).get(f"/items/{road.pk}/report/").content.decode()
        assert "这一期已经结束" in page

    def test_before_the_cutoff_it_takes_a_second_yes(
        self, cast: Cast, road: Task, june: ReportingRound, office: Client
    ) -> None:
        given(cast, road, june)
        page = office.get(f"/rounds/{june.pk}/").content.decode()
        assert "待审核 1 份，还没有报齐的单位 3 个。" in page
        answer = office.post(f"/rounds/{june.pk}/close/", {"version": june.version})
        assert answer.status_code == 422
        assert "还没到截止时间，仍要结束" in answer.content.decode()
        june.refresh_from_db()
        assert june.state == RoundState.OPEN
        assert office.post(f"/rounds/{june.pk}/close/", {"version": june.version, "early": "1"}).status_code == 302

    def test_after_the_cutoff_one_click_closes_it(self, cast: Cast, june: ReportingRound, office: Client) -> None:
        ReportingRound.objects.filter(pk=june.pk).update(cutoff_on=TODAY - timedelta(days=1))
        assert "还没到截止时间" not in office.get(f"/rounds/{june.pk}/").content.decode()
        assert office.post(f"/rounds/{june.pk}/close/", {"version": june.version}).status_code == 302

    def test_what_is_typed_meanwhile_is_a_draft_that_a_reopened_round_shows(
        self, cast: Cast, plan: Plan, road: Task, june: ReportingRound
    ) -> None:
        in_may(cast, plan, "1", sentence="五月的话。", values={})
        clerk, address = signed_in(Client(), cast.clerk), f"/items/{road.pk}/report/"
        typed = answer_for(clerk.get(address).content.decode(), sentence="六月写到一半")
        close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
        refused = clerk.post(address, typed)
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "六月写到一半" in page
        assert "您写的已存为草稿" in page
        assert "五月的话" not in page
        assert "at" in clerk.post(f"{address}draft/", typed | {"sentence": "六月写完了"}).json()
        reopen_round(reporting_round=june, reason="漏报", by=cast.actor(), now=at(TODAY))
        assert clerk.get(address).context["form"]["sentence"] == "六月写完了"

    def test_it_opens_again_only_with_a_reason(self, cast: Cast, june: ReportingRound, office: Client) -> None:
        close_round(reporting_round=june, by=cast.actor(), now=at(TODAY))
        address = f"/rounds/{june.pk}/reopen/"
        assert office.post(address, {"version": june.version, "reason": " "}).status_code == 422
        office.post(address, {"version": june.version, "reason": "漏报两项"})
        june.refresh_from_db()
        assert (june.state, june.figures) == (RoundState.OPEN, None)
        entry = HistoryEntry.objects.get(object_type="round", object_id=june.pk, action="round.reopened")
        assert (entry.reason, entry.before["figures"]["owed"]) == ("漏报两项", 5)

    def test_two_at_once_the_second_sees_what_stands(self, june: ReportingRound, office: Client) -> None:
        seen = {"version": june.version, "early": "1"}
        assert office.post(f"/rounds/{june.pk}/close/", seen).status_code == 302
        answer = office.post(f"/rounds/{june.pk}/close/", seen)
        assert answer.status_code == 409
        assert "别人已经改过这一期" in answer.content.decode()
        assert HistoryEntry.objects.filter(object_type="round", action="round.closed").count() == 1


class TestTheClock:
    @pytest.mark.parametrize(("day", "closed"), [(date(2026, 7, 2), False), (date(2026, 7, 3), True)])
    def test_it_closes_a_round_five_working_days_after_the_cutoff(
        self, june: ReportingRound, day: date, closed: bool
    ) -> None:
        assert bool(close_rounds(today=day, now=at(day))) is closed

    def test_it_waits_for_the_span_to_end_and_for_the_grace(self, cast: Cast, plan: Plan) -> None:
        PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=JANUARY, grace_days=3)
        june = opened_round(plan)
        assert close_rounds(today=june.ends_on, now=at(june.ends_on)) == []
        assert close_rounds(today=date(2026, 7, 7), now=at(date(2026, 7, 7))) == []
        assert close_rounds(today=date(2026, 7, 8), now=at(date(2026, 7, 8))) == [june]

    def test_what_was_reopened_waits_for_a_person(self, cast: Cast, june: ReportingRound) -> None:
        later = date(2026, 7, 20)
        close_rounds(today=later, now=at(later))
        june.refresh_from_db()
        reopen_round(reporting_round=june, reason="漏报", by=cast.actor(today=later), now=at(later))
        assert close_rounds(today=later, now=at(later)) == []

    def test_opening_again_makes_no_second_round(self, june: ReportingRound, plan: Plan) -> None:
        close_rounds(today=date(2026, 7, 20), now=at(date(2026, 7, 20)))
        open_rounds(today=date(2026, 7, 20))
        assert ReportingRound.objects.filter(plan=plan, key="2026-06").count() == 1


def test_several_are_accepted_at_once_and_the_one_answered_meanwhile_is_named(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound, office: Client
) -> None:
    first = given(cast, road, june)
    second = given(cast, task_of(plan, "3"), june, token="form-2")
    return_report(report=second, reason="请写明文号", by=cast.actor(), now=at(TODAY))
    answer = office.post("/reviews/accept/", {"report": [f"{first.pk}:1", f"{second.pk}:1"]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "已通过 1 份报送。" in page
    assert "请写明文号" in page
    assert owed_of(plan, "1").state == OwedState.ACCEPTED
    assert owed_of(plan, "3").state == OwedState.RETURNED
