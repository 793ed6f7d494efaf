"""In the browser: what is typed is kept as draft on leaving a field, and what contradicts is asked about in place."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.conftest import Complaints
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.browser.test_report import row_of
from tests.cast import Cast
from tracker.models import ProgressReport, ReportDraft

SENTENCE = "已选定新塘路北侧地块。"


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_a_draft_is_kept_and_a_contradiction_is_confirmed_in_place(
    page: Page, cast: Cast, plan: Plan, window: ViewportSize, complaints: Complaints
) -> None:
    complaints.expect("status of 422")
    page.set_viewport_size(window)
    sign_in(page, cast.clerk, to="/mine/")
    row = row_of(page, "新塘路建设")
    row.get_by_role("link", name="填报").click()
    row.get_by_label("一句话进展").fill(SENTENCE)
    row.get_by_label("一句话进展").blur()
    expect(row.locator("[data-draft-note]")).to_contain_text("草稿已存")
    assert ReportDraft.objects.get().content["sentence"] == SENTENCE
    page.reload()
    row.get_by_role("link", name="填报").click()
    expect(row.get_by_label("一句话进展")).to_have_value(SENTENCE)
    row.get_by_text("已完成", exact=True).click()
    row.get_by_role("button", name="提交", exact=True).click()
    sure = row.get_by_role("button", name="确实如此，仍要提交")
    expect(sure).to_be_visible()
    assert no_side_scroll(page)
    assert not ProgressReport.objects.filter(sentence=SENTENCE).exists()
    sure.click()
    expect(row).to_contain_text("已报")
    assert ProgressReport.objects.get(sentence=SENTENCE).state == "done"
    assert not ReportDraft.objects.exists()
