"""The pages of a month's work hold nothing that keeps a screen reader or a keyboard out, as axe-core sees it."""

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from projects.models import Plan
from tests.access.world import World
from tests.browser.conftest import Complaints
from tests.browser.everywhere import PAGES, world_fixture
from tests.browser.pages import DESK, sign_in
from tests.cast import Cast, task_of

__all__ = ["world_fixture"]

GRAVE = {"serious", "critical"}
RUN = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"


@cache
def script() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def grave_in(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page as it is now: the rule and where."""
    page.evaluate(script())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{page.url}: {each['id']} ({each['help']}): {node['target']} {node['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def looked_through(page: Page, user: User, addresses: Iterable[str]) -> list[str]:
    page.set_viewport_size(DESK)
    sign_in(page, user, to="/plans/")
    found: list[str] = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found += grave_in(page)
    return found


@pytest.mark.parametrize("role", PAGES)
def test_no_page_keeps_anybody_out(page: Page, world: World, role: str) -> None:
    user = world.users[role]
    assert user is not None
    addresses = [address.format_map(world.ids) for address in PAGES[role]]
    assert looked_through(page, user, addresses) == []


def test_the_page_of_signing_in_keeps_nobody_out(page: Page, cast: Cast) -> None:
    page.set_viewport_size(DESK)
    page.goto("/accounts/login/")
    assert grave_in(page) == []


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
