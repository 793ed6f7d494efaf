"""A clerk answers for one item: from the home page in three clicks, by keyboard, on a phone, and without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.conftest import Complaints
from tests.browser.pages import DESK, PHONE, Hand, no_side_scroll, sign_in, tab_to
from tests.cast import Cast
from tracker.models import ProgressReport

SENTENCE = "已选定新塘路北侧地块，正在办理报批。"
CLICKS_AT_MOST = 3


def row_of(page: Page, title: str) -> Locator:
    return page.locator("tbody.item", has=page.get_by_role("link", name=title, exact=True))


def titles(page: Page) -> list[str]:
    return page.locator("tbody.item a.row-title").all_inner_texts()


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_clerk_reports_in_three_clicks_from_the_home_page(
    page: Page, cast: Cast, plan: Plan, window: ViewportSize
) -> None:
    page.set_viewport_size(window)
    sign_in(page, cast.clerk, to="/mine/")
    page.goto("/")
    expect(page.locator("#mine-sentence")).to_contain_text("还差 4 项")
    assert no_side_scroll(page)
    hand, row = Hand(), row_of(page, "新塘路建设")
    hand.click(row.get_by_role("link", name="填报"))
    hand.click(row.get_by_text("按计划推进"))
    row.get_by_label("一句话进展").fill(SENTENCE)
    assert no_side_scroll(page)
    hand.click(row.get_by_role("button", name="提交"))
    expect(row).to_contain_text(SENTENCE)
    expect(row).to_contain_text("已报")
    expect(page.locator("#mine-sentence")).to_contain_text("还差 3 项")
    assert hand.clicks <= CLICKS_AT_MOST
    assert ProgressReport.objects.get().sentence == SENTENCE
    page.reload()
    assert "新塘路建设" not in titles(page)


def test_what_is_owed_stands_most_urgent_first(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/")
    assert titles(page) == ["新塘路建设", "建设公交站", "贯通滨河绿道", "安全生产"]
    expect(row_of(page, "新塘路建设")).to_contain_text("逾期 85 天")


def test_the_clerk_reports_by_keyboard_alone(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/")
    row = row_of(page, "新塘路建设")
    tab_to(page, row.get_by_role("link", name="填报"))
    page.keyboard.press("Enter")
    first = row.get_by_role("radio").first
    expect(first).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, row.get_by_label("一句话进展"))
    page.keyboard.type(SENTENCE)
    page.keyboard.press("Control+Enter")
    expect(row).to_contain_text(SENTENCE)
    expect(row.locator("[data-focus]")).to_be_focused()
    tab_to(page, row_of(page, "建设公交站").get_by_role("link", name="填报"), within=6)


def test_escape_closes_the_form_and_gives_the_focus_back(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/")
    row = row_of(page, "新塘路建设")
    row.get_by_role("link", name="填报").click()
    row.get_by_label("一句话进展").click()
    page.keyboard.press("Escape")
    expect(row.locator("form")).to_have_count(0)
    expect(row.get_by_role("link", name="填报")).to_be_focused()


def test_a_refused_report_keeps_what_was_typed(page: Page, cast: Cast, plan: Plan, complaints: Complaints) -> None:
    complaints.expect("422")
    sign_in(page, cast.clerk, to="/mine/")
    row = row_of(page, "新塘路建设")
    row.get_by_role("link", name="填报").click()
    row.get_by_text("完成的节点").click()
    row.get_by_label("选址").fill("2026-06-20")
    row.get_by_role("button", name="提交").click()
    expect(row.locator(".field-error")).to_be_visible()
    expect(row.get_by_label("一句话进展")).to_be_focused()
    expect(row.get_by_label("选址")).to_have_value("2026-06-20")
    assert not ProgressReport.objects.exists()
    row.get_by_label("一句话进展").fill(SENTENCE)
    row.get_by_role("button", name="提交").click()
    expect(row).to_contain_text("已报")
    assert ProgressReport.objects.get().sentence == SENTENCE


def test_no_change_is_said_in_three_clicks(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/")
    hand, row = Hand(), row_of(page, "贯通滨河绿道")
    hand.click(row.get_by_role("link", name="无变化"))
    expect(row.get_by_label("一句话进展")).to_be_hidden()
    row.get_by_label("无变化的原因").fill("等待供地。")
    hand.click(row.get_by_role("button", name="提交"))
    expect(row).to_contain_text("等待供地。")
    assert hand.clicks < CLICKS_AT_MOST
    assert ProgressReport.objects.get().no_change


def test_a_lost_connection_is_said_and_nothing_is_lost(
    page: Page, cast: Cast, plan: Plan, complaints: Complaints
) -> None:
    complaints.expect("")
    sign_in(page, cast.clerk, to="/mine/")
    row = row_of(page, "新塘路建设")
    row.get_by_role("link", name="填报").click()
    row.get_by_text("按计划推进").click()
    row.get_by_label("一句话进展").fill(SENTENCE)
    page.context.set_offline(True)
    row.get_by_role("button", name="提交").click()
    expect(row.get_by_role("alert")).to_contain_text("内容已保留")
    page.context.set_offline(False)
    row.get_by_role("button", name="提交").click()
    expect(row).to_contain_text("已报")
    assert ProgressReport.objects.get().sentence == SENTENCE


def test_everything_works_without_script(new_context: Callable[..., BrowserContext], cast: Cast, plan: Plan) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, cast.clerk, to="/mine/")
    row_of(page, "新塘路建设").get_by_role("link", name="填报").click()
    page.get_by_text("按计划推进").click()
    page.get_by_label("一句话进展").fill(SENTENCE)
    page.get_by_role("button", name="提交").click()
    expect(page.locator("#mine-sentence")).to_contain_text("还差 3 项")
    assert ProgressReport.objects.get().sentence == SENTENCE
