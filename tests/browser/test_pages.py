"""The pages of lists and items fit their window, and a reminder's link opens the form it is about."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.access.world import World
from tests.browser.everywhere import PAGES, world_fixture
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.cast import PASSWORD, Cast, task_of

__all__ = ["world_fixture"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", PAGES)
def test_the_pages_fit_their_window(
    page: Page, world: World, base_url: str, role: str, window: ViewportSize, language: str
) -> None:
    user = world.users[role]
    assert user is not None
    page.context.add_cookies([{"name": "django_language", "value": language, "url": base_url}])
    page.set_viewport_size(window)
    page.goto("/accounts/login/?next=/plans/")
    page.locator("input[name=username]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/plans/")
    assert page.locator("html").get_attribute("lang") == language.replace("hans", "Hans")
    wide = []
    for address in ("/rules/", *PAGES[role]):
        page.goto(address.format_map(world.ids))
        if not no_side_scroll(page):
            wide.append(address)
    assert wide == []


def test_a_reminders_link_opens_the_form_it_is_about(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to=f"/mine/?open={task_of(plan, '4').pk}")
    expect(page.locator("form.report")).to_have_count(1)
    expect(page.locator("tbody.item.open")).to_contain_text("建设公交站")
