"""The main leader looks: the sentence, counters that sum, what is late and why, and two clicks to the history."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.pages import DESK, PHONE, Hand, no_side_scroll, sign_in
from tests.cast import Cast

TOTAL = 5


def number_in(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found[0])


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_leader_sees_the_state_of_affairs_at_once(page: Page, cast: Cast, plan: Plan, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    sign_in(page, cast.leader, to="/board/")
    page.goto("/")
    expect(page.locator("main .sentence")).to_contain_text(f"{TOTAL} 项中 1 项逾期")
    figures = [number_in(text) for text in page.locator(".counter-figure b").all_inner_texts()]
    assert len(figures) == 5
    assert sum(figures[:4]) == TOTAL
    late = page.locator("#list tbody tr")
    expect(late).to_have_count(1)
    expect(late).to_contain_text("逾期 85 天")
    expect(late.locator(".why")).to_contain_text("选址")
    assert no_side_scroll(page)


def test_units_against_lights_sum_to_what_the_unit_leads(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.leader, to="/board/")
    units = page.locator("table.matrix").first.locator("tbody tr")
    expect(units).to_have_count(3)
    for row in units.all():
        total, *lights = [
            number_in(cell)
            for cell in row.locator("td:not(.w-bar):not(.apart)").all_inner_texts()
            if cell.strip() != "·"
        ]
        assert sum(lights) == total


def test_two_clicks_lead_to_an_item_and_its_history(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.leader, to="/board/")
    hand = Hand()
    hand.click(page.locator("#list").get_by_role("link", name="新塘路建设"))
    expect(page.locator("#promise")).to_contain_text("选址，6月底前")
    hand.click(page.locator("#history").get_by_role("link", name="全部"))
    expect(page.locator("main")).to_contain_text("示例·督办员")
    expect(page.locator("main table tbody tr")).not_to_have_count(0)
    assert hand.clicks == 2


def test_a_counter_swaps_the_list_and_has_its_own_address(page: Page, cast: Cast, plan: Plan) -> None:
    sign_in(page, cast.leader, to="/board/")
    page.locator(".counter", has_text="临期").click()
    expect(page.locator("#list h2")).to_contain_text("临期、滞后 2 项")
    expect(page.locator("#list")).to_contain_text("建设公交站")
    assert "light=attention" in page.url
    page.go_back()
    expect(page.locator("#list h2")).to_contain_text("逾期 1 项")
