"""The pages of lists and items fit their window, and a reminder's link opens the form it is about."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.cast import Cast, task_of


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_fit_their_window(page: Page, cast: Cast, plan: Plan, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    sign_in(page, cast.office, to="/board/")
    item = task_of(plan, "1").pk
    for address in ("/board/", "/items/", f"/items/{item}/", f"/items/{item}/history/", "/reviews/", "/rules/"):
        page.goto(address)
        assert no_side_scroll(page), address


def test_a_reminders_link_opens_the_form_it_is_about(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to=f"/mine/?open={task_of(plan, '4').pk}")
    expect(page.locator("form.report")).to_have_count(1)
    expect(page.locator("tbody.item.open")).to_contain_text("建设公交站")
