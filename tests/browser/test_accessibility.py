"""A form in its row, and what it says to what was typed, keeps no screen reader out; test_pages.py looks at every page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from projects.models import Plan
from tests.browser.conftest import Complaints
from tests.browser.looking import grave_in
from tests.browser.pages import DESK, sign_in
from tests.cast import Cast, task_of


def opened(page: Page, plan: Plan, cast: Cast) -> None:
    sign_in(page, cast.clerk, to=f"/mine/?open={task_of(plan, '4').pk}")
    expect(page.locator("form.report")).to_have_count(1)


def refused(page: Page, plan: Plan, cast: Cast) -> None:
    opened(page, plan, cast)
    page.locator("form.report input[name^=value-]").fill("很多")
    page.locator("form.report").get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("form.report [aria-invalid=true]").first).to_be_visible()


def asked(page: Page, plan: Plan, cast: Cast) -> None:
    opened(page, plan, cast)
    page.locator("form.report").get_by_text("已完成", exact=True).click()
    page.get_by_label("一句话进展").fill("主体完工。")
    page.locator("form.report").get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("button", name="确实如此，仍要提交")).to_be_visible()


@pytest.mark.parametrize("state", [opened, refused, asked])
def test_the_form_in_its_row_keeps_nobody_out(
    page: Page, plan: Plan, cast: Cast, complaints: Complaints, state: Callable[[Page, Plan, Cast], None]
) -> None:
    complaints.expect("status of 422")
    page.set_viewport_size(DESK)
    state(page, plan, cast)
    assert grave_in(page) == []


def test_what_keeps_somebody_out_is_found(page: Page, cast: Cast) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    assert any("label" in complaint for complaint in grave_in(page))
