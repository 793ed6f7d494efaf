"""A clerk reports in three clicks, under the row, at a desk and on a phone; what is wrong keeps what was typed."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, ViewportSize, expect
from pytest_django import Settings

from projects.models import Plan
from tests.browser.pages import DESK, PHONE, Hand, no_side_scroll, sign_in
from tests.cast import TODAY, Cast, issued_plan, make_cast, task_of
from tracker.choices import ReportState
from tracker.models import Owed, ProgressReport
from tracker.rounds import open_rounds


@pytest.fixture
def cast(transactional_db: None, settings: Settings) -> Cast:
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localtime().date()).days
    return make_cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    made = issued_plan(cast)
    open_rounds(today=TODAY)
    return made


def key_of(plan: Plan, number: str) -> str:
    return f"#owed-{Owed.objects.get(task=task_of(plan, number), department__name='规划建设科').pk}"


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_report_takes_three_clicks(page: Page, cast: Cast, plan: Plan, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    sign_in(page, cast.clerk, to="/mine/")
    row, hand = page.locator(key_of(plan, "1")), Hand()
    hand.click(row.get_by_role("link", name="填报"))
    hand.click(row.get_by_text("偏慢"))
    row.get_by_label("一句话进展").fill("选址已上会。")
    hand.click(row.get_by_role("button", name="提交"))
    expect(row.get_by_text("待审")).to_be_visible()
    expect(page.locator("#mine-sentence")).to_contain_text("还差 1 项")
    assert hand.clicks == 3
    made = ProgressReport.objects.get()
    assert (made.state, made.sentence, made.submitted_on) == (ReportState.SLOW, "选址已上会。", TODAY)
    assert no_side_scroll(page)


def test_an_empty_sentence_is_asked_for_where_it_belongs(
    page: Page, cast: Cast, plan: Plan, complaints: object
) -> None:
    complaints.expect("422")  # type: ignore[attr-defined]
    sign_in(page, cast.clerk, to=f"/mine/?open={task_of(plan, '1').pk}")
    row = page.locator(key_of(plan, "1"))
    row.get_by_text("完成的节点").click()
    row.get_by_label("选址").fill(date(2026, 6, 20).isoformat())
    row.get_by_role("button", name="提交").click()
    expect(row.get_by_label("一句话进展")).to_be_focused()
    expect(row.get_by_text("请写一句话")).to_be_visible()
    expect(row.get_by_label("选址")).to_have_value("2026-06-20")


def test_a_form_closes_again_without_a_report(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/")
    row = page.locator(key_of(plan, "1"))
    row.get_by_role("link", name="无变化").click()
    expect(row.get_by_label("无变化的原因")).to_be_visible()
    expect(row.get_by_label("一句话进展")).to_be_hidden()
    row.get_by_role("link", name="收起").click()
    expect(row.get_by_role("link", name="填报")).to_be_visible()
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_pages_fit_their_window(page: Page, cast: Cast, plan: Plan, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    sign_in(page, cast.office, to="/board/")
    item = task_of(plan, "1").pk
    for address in ("/board/", "/items/", f"/items/{item}/", f"/items/{item}/history/", "/reviews/", "/rules/"):
        page.goto(address)
        assert no_side_scroll(page), address
