"""Every page in both languages: whole at every size, quiet, and open to a screen reader; `new_context` listens all along."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.access.world import World
from tests.browser.conftest import Complaints
from tests.browser.everywhere import PAGES, world_fixture
from tests.browser.looking import grave_in, wrong_in
from tests.browser.pages import DESK, PHONE, sign_in
from tests.cast import Cast, task_of

__all__ = ["world_fixture"]

ZOOMED: ViewportSize = {"width": 1093, "height": 614}
"""A laptop of 1366 by 768 at 125 percent."""
SIZES = {"zoomed": ZOOMED, "phone": PHONE, "desk": DESK}


def enter(page: Page, world: World, role: str, base_url: str) -> None:
    """Come in with the role's own session: signing in has tests of its own."""
    session = world.client(role).cookies.get(settings.SESSION_COOKIE_NAME)
    if session is not None:
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": base_url}])


def speak(page: Page, language: str, base_url: str) -> None:
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": base_url}])


def wrong_at_any_size(page: Page) -> list[str]:
    found: list[str] = []
    for name, size in SIZES.items():
        page.set_viewport_size(size)
        found += [f"{page.url}, {name}: {each}" for each in wrong_in(page)]
    return found


def opened(page: Page, address: str, language: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    assert page.locator("html").get_attribute("lang") == language.replace("hans", "Hans")


@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_whole_in_both_languages_and_keeps_nobody_out(
    page: Page, world: World, base_url: str, role: str
) -> None:
    enter(page, world, role, base_url)
    found: list[str] = []
    for language in ("en", "zh-hans"):
        speak(page, language, base_url)
        for address in PAGES[role]:
            opened(page, address.format_map(world.ids), language)
            found += wrong_at_any_size(page)
            found += grave_in(page) if language == "zh-hans" else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_a_wrong_address_is_whole(
    page: Page, cast: Cast, base_url: str, complaints: Complaints, language: str
) -> None:
    complaints.expect("status of 404")
    speak(page, language, base_url)
    page.goto("/no-such-page/")
    assert wrong_at_any_size(page) == []
    assert grave_in(page) == []


WRONG = {
    "wider than the window": "<p style='width:3000px'>长</p>",
    "cut": "<p style='width:3em;overflow:hidden;white-space:nowrap'>说了一半的话没有说完</p>",
    "overlap": "<p><button>甲甲甲</button><button style='margin-left:-2em'>乙乙乙</button></p>",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_on_a_page_is_found(page: Page, wrong: str) -> None:
    page.set_content(f"<main>{WRONG[wrong]}</main>")
    assert any(wrong in each for each in wrong_in(page))


def test_a_page_that_is_whole_is_not_complained_of(page: Page) -> None:
    page.set_content(
        "<main><p>话</p><p style='width:3em;overflow:auto'>说了一半的话没有说完</p><button>甲</button></main>"
    )
    assert wrong_in(page) == []


def test_a_reminders_link_opens_the_form_it_is_about(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.clerk, to=f"/mine/?open={task_of(plan, '4').pk}")
    expect(page.locator("form.report")).to_have_count(1)
    expect(page.locator("tbody.item.open")).to_contain_text("建设公交站")
