"""Where the plan asks for it a unit's head signs before the office sees a report: in time or late, several at once, or back."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import HistoryEntry, Membership
from projects.models import Plan, Task
from tests.cast import JANUARY, TODAY, Cast, at, evening, task_of
from tests.tracker.accounts import given, opened_round
from tests.tracker.visits import owed_of, signed_in
from tracker.boards.owing import still_owed
from tracker.choices import OwedState, ReviewState
from tracker.derived import differences
from tracker.models import PlanRules, ProgressReport, ReportingRound
from tracker.reporting import NotReportable, accept_report
from tracker.signing_off import give_back, sign_reports

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
AFTER_CUTOFF = date(2026, 6, 26)


@pytest.fixture
def june(cast: Cast, plan: Plan) -> ReportingRound:
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=JANUARY, sign_off=True)
    return opened_round(plan)


@pytest.fixture
def road(plan: Plan, june: ReportingRound) -> Task:
    return task_of(plan, "1")


def by_clerk(cast: Cast, road: Task, june: ReportingRound, **said: object) -> ProgressReport:
    return given(cast, road, june, **said)  # type: ignore[arg-type]


def ticked(report: ProgressReport) -> dict[str, str]:
    return {"report": f"{report.pk}:{report.version}"}


def test_a_clerks_report_waits_for_the_head_and_isnt_owed_any_more(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound
) -> None:
    report = by_clerk(cast, road, june)
    assert report.review_state == ReviewState.UNSIGNED
    assert owed_of(plan, "1").state == OwedState.UNSIGNED
    assert not still_owed([cast.building.pk], today=TODAY).filter(task=road).exists()
    assert not differences(now=evening(TODAY))


def test_the_office_doesnt_see_it_before_it_is_signed(cast: Cast, road: Task, june: ReportingRound) -> None:
    report = by_clerk(cast, road, june)
    office = signed_in(Client(), cast.office)
    assert office.get("/reviews/").context["rows"] == []
    with pytest.raises(NotReportable, match="not_waiting"):
        accept_report(report=report, by=cast.actor(), now=at(TODAY))
    signed_in(Client(), cast.head).post("/mine/sign/", ticked(report))
    assert len(office.get("/reviews/").context["rows"]) == 1


def test_the_head_finds_it_in_a_tab_and_signs_several_at_once(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound
) -> None:
    first = by_clerk(cast, road, june)
    second = by_clerk(cast, task_of(plan, "3"), june, token="form-2")
    head = signed_in(Client(), cast.head)
    assert "待签发" in head.get("/mine/").content.decode()
    page = head.get("/mine/?tab=sign")
    assert {row["waiting"].report.pk for row in page.context["rows"]} == {first.pk, second.pk}
    seen = [f"{first.pk}:1", f"{second.pk}:1"]
    answer = head.post("/mine/sign/", {"report": seen}, follow=True)
    assert "已签发 2 份报送。" in answer.content.decode()
    first.refresh_from_db()
    assert (first.review_state, first.signer_name, first.late) == (ReviewState.SUBMITTED, "示例·科长", False)
    assert owed_of(plan, "1").state == OwedState.SUBMITTED
    entry = HistoryEntry.objects.get(object_type="report", object_id=first.pk, object_version=2)
    assert (entry.action, entry.user) == ("report.signed", cast.head)


def test_a_heads_own_report_goes_up_at_once(cast: Cast, road: Task, june: ReportingRound) -> None:
    report = by_clerk(cast, road, june, user=cast.head)
    assert (report.review_state, report.signed_by) == (ReviewState.SUBMITTED, cast.head)


def test_where_nobody_could_sign_the_report_goes_up(cast: Cast, road: Task, june: ReportingRound) -> None:
    Membership.objects.filter(person=cast.head.person).update(to_on=JANUARY)
    assert by_clerk(cast, road, june).review_state == ReviewState.SUBMITTED


def test_a_plan_without_the_rule_asks_for_no_signature(cast: Cast, plan: Plan) -> None:
    assert given(cast, task_of(plan, "1"), opened_round(plan)).review_state == ReviewState.SUBMITTED


def test_given_back_it_is_owed_again_with_the_reason_and_the_office_never_saw_it(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound
) -> None:
    report = by_clerk(cast, road, june)
    head = signed_in(Client(), cast.head)
    assert head.post(f"/mine/sign/{report.pk}/return/", {"version": 1, "reason": ""}).status_code == 422
    answer = head.post(f"/mine/sign/{report.pk}/return/", {"version": 1, "reason": "写明选址意见文号"}, follow=True)
    assert "已退给经办人" in answer.content.decode()
    owed = owed_of(plan, "1")
    assert (owed.state, owed.cycle) == (OwedState.RETURNED, 2)
    assert "写明选址意见文号" in signed_in(Client(), cast.clerk).get("/mine/").content.decode()
    assert signed_in(Client(), cast.office).get("/reviews/").context["rows"] == []
    assert not differences(now=evening(TODAY))


def test_late_is_what_is_signed_late(cast: Cast, plan: Plan, road: Task, june: ReportingRound) -> None:
    report = by_clerk(cast, road, june)
    sign_reports(reports=[report], by=cast.actor(cast.head, today=AFTER_CUTOFF), now=at(AFTER_CUTOFF))
    report.refresh_from_db()
    assert (report.late, owed_of(plan, "1").late) == (True, True)


def test_a_correction_waits_while_what_was_signed_stands(
    cast: Cast, plan: Plan, road: Task, june: ReportingRound
) -> None:
    first = by_clerk(cast, road, june)
    sign_reports(reports=[first], by=cast.actor(cast.head), now=at(TODAY))
    second = by_clerk(cast, road, june, token="form-2", sentence="更正。")
    first.refresh_from_db()
    assert (first.review_state, second.review_state) == (ReviewState.SUBMITTED, ReviewState.UNSIGNED)
    assert owed_of(plan, "1").state == OwedState.SUBMITTED
    sign_reports(reports=[second], by=cast.actor(cast.head), now=at(TODAY))
    first.refresh_from_db()
    assert first.review_state == ReviewState.REPLACED


def test_two_heads_at_once_one_signs_and_the_other_is_told(cast: Cast, road: Task, june: ReportingRound) -> None:
    report = by_clerk(cast, road, june)
    give_back(report=report, version=1, reason="缺文号", by=cast.actor(cast.head), now=at(TODAY))
    answer = signed_in(Client(), cast.head).post("/mine/sign/", {"report": f"{report.pk}:1"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "您的答复没有写入" in page
    assert "缺文号" in page
    assert HistoryEntry.objects.filter(object_type="report", object_id=report.pk).count() == 2


def test_nobody_signs_for_another_unit(cast: Cast, road: Task, june: ReportingRound) -> None:
    report = by_clerk(cast, road, june)
    assert signed_in(Client(), cast.clerk).post("/mine/sign/", ticked(report)).status_code == 403
    Membership.objects.filter(person=cast.investment_clerk.person).update(role="head")
    assert signed_in(Client(), cast.investment_clerk).post("/mine/sign/", ticked(report)).status_code == 403


def test_the_clerk_sees_that_it_waits_and_may_still_correct_it(
    cast: Cast, road: Task, june: ReportingRound, settings: Settings
) -> None:
    by_clerk(cast, road, june, sentence="第一稿。")
    clerk = signed_in(Client(), cast.clerk)
    page = clerk.get("/mine/?tab=reported").content.decode()
    assert "待签发" in page
    assert clerk.get(f"/items/{road.pk}/report/").context["form"]["sentence"] == "第一稿。"
