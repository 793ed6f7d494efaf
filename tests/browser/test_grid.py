"""A clerk answers a whole month on one sheet: by keyboard, on a phone, without script, and after a colleague was faster."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.conftest import Complaints
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.cast import Cast
from tests.tracker.visits import report
from tracker.models import ProgressReport, ReportDraft

SENTENCE, OTHER = "已选定地块，正在报批。", "主体完工，正在装修。"


def row_of(page: Page, title: str) -> Locator:
    return page.locator("tbody.item", has=page.get_by_role("link", name=title, exact=True))


def sentence_of(page: Page, title: str) -> Locator:
    return row_of(page, title).get_by_label("一句话进展")


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_a_month_is_answered_in_one_sitting(page: Page, cast: Cast, plan: Plan, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    sign_in(page, cast.clerk, to="/mine/grid/")
    assert no_side_scroll(page)
    sentence_of(page, "新塘路建设").fill(SENTENCE)
    row_of(page, "建设公交站").get_by_role("textbox", name="公交站 28 座").fill("21")
    sentence_of(page, "建设公交站").fill(OTHER)
    row_of(page, "贯通滨河绿道").get_by_text("无变化", exact=True).click()
    sentence_of(page, "贯通滨河绿道").fill("等待供地。")
    assert no_side_scroll(page)
    page.get_by_role("button", name="提交已填的").click()
    expect(page.get_by_role("status")).to_contain_text("已报送 3 项")
    assert page.locator("tbody.item a.row-title").all_inner_texts() == ["安全生产"]
    assert set(ProgressReport.objects.values_list("sentence", flat=True)) == {SENTENCE, OTHER, "等待供地。"}


def test_the_sheet_is_filled_in_by_keyboard_alone(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/grid/")
    sentence_of(page, "新塘路建设").focus()
    page.keyboard.type(SENTENCE)
    page.keyboard.press("Enter")
    expect(sentence_of(page, "安全生产")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(sentence_of(page, "建设公交站")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(sentence_of(page, "新塘路建设")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("已报送 1 项：第 1 项。")
    assert ProgressReport.objects.get().sentence == SENTENCE


def test_a_row_that_is_left_is_kept_and_found_again(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to="/mine/grid/")
    sentence_of(page, "新塘路建设").fill(SENTENCE)
    sentence_of(page, "建设公交站").focus()
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已存")
    assert ReportDraft.objects.get().content["sentence"] == SENTENCE
    page.goto("/mine/grid/")
    expect(sentence_of(page, "新塘路建设")).to_have_value(SENTENCE)


def test_the_last_sentence_is_taken_over_by_a_click(page: Page, cast: Cast, plan: Plan) -> None:
    report(cast, plan, "1", sentence="上次写的。")
    report(cast, plan, "4", sentence="上次写的另一句。")
    ProgressReport.objects.update(owed=None)
    plan.rounds.get().owed.update(state="owed")
    sign_in(page, cast.clerk, to="/mine/grid/")
    row_of(page, "建设公交站").get_by_role("button", name="沿用").click()
    expect(sentence_of(page, "建设公交站")).to_have_value("上次写的另一句。")
    expect(sentence_of(page, "新塘路建设")).to_have_value("")


def test_a_colleague_who_was_faster_stands_beside_what_was_typed(
    page: Page, cast: Cast, plan: Plan, complaints: Complaints
) -> None:
    complaints.expect("409")
    sign_in(page, cast.clerk, to="/mine/grid/")
    sentence_of(page, "新塘路建设").fill(SENTENCE)
    report(cast, plan, "1", sentence="科长先报了。")
    page.get_by_role("button", name="提交已填的").click()
    row = row_of(page, "新塘路建设")
    expect(row.get_by_role("alert")).to_contain_text("科长先报了。")
    expect(sentence_of(page, "新塘路建设")).to_have_value(SENTENCE)
    row.get_by_text("看过了，仍用下面写的").click()
    page.get_by_role("button", name="提交已填的").click()
    expect(page.get_by_role("status")).to_contain_text("已报送 1 项")
    assert ProgressReport.objects.latest("pk").sentence == SENTENCE


def test_the_sheet_works_without_script(new_context: Callable[..., BrowserContext], cast: Cast, plan: Plan) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, cast.clerk, to="/mine/grid/")
    sentence_of(page, "新塘路建设").fill(SENTENCE)
    page.get_by_role("button", name="提交已填的").click()
    expect(page.get_by_role("status")).to_contain_text("已报送 1 项")
    assert ProgressReport.objects.get().sentence == SENTENCE
