"""A meeting on the big screen and on a phone: one item after the other by keyboard, what is decided typed on the spot."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from projects.models import Plan
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in, tab_to
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.meetings.acts import item_of, prepared
from tracker.meetings.running import add_to_agenda, open_meeting
from tracker.models import DecisionDraft, Directive, Meeting

LINE = "月底前报批。"


@pytest.fixture(name="meeting")
def meeting_fixture(cast: Cast, plan: Plan) -> Meeting:
    """Return an open meeting whose last item is the standing duty."""
    row = prepared(cast, plan)
    row = add_to_agenda(meeting=row, version=row.version, task=task_of(plan, "3"), by=cast.actor())
    return open_meeting(meeting=row, version=row.version, by=cast.actor(), now=at(TODAY))


def test_a_meeting_is_held_by_keyboard_alone(page: Page, cast: Cast, meeting: Meeting) -> None:
    page.set_viewport_size(DESK)
    road = item_of(meeting)
    order = list(meeting.items.order_by("position").values_list("pk", flat=True))
    sign_in(page, cast.office, to=f"/meetings/items/{road.pk}/")
    tab_to(page, page.get_by_label("写下定的事"), within=40)
    page.keyboard.type(LINE)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(f"{page.url}")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".decided")).to_contain_text(LINE)
    assert Directive.objects.get().text == LINE
    page.keyboard.press("PageDown")
    page.wait_for_url(f"**/meetings/items/{order[order.index(road.pk) + 1]}/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(f"**/meetings/items/{road.pk}/")
    expect(page.locator(".decided")).to_contain_text(LINE)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_typed_and_not_sent_is_there_again(
    page: Page, cast: Cast, meeting: Meeting, window: ViewportSize
) -> None:
    page.set_viewport_size(window)
    sign_in(page, cast.leader, to=f"/meetings/items/{item_of(meeting).pk}/")
    assert no_side_scroll(page)
    page.locator("textarea[name=text]").fill("写到一半")
    page.get_by_label("哪天前报结果").focus()
    expect(page.locator("[data-draft-note]")).to_contain_text("草稿已存")
    page.reload()
    expect(page.locator("textarea[name=text]")).to_have_value("写到一半")
    assert DecisionDraft.objects.get().user == cast.leader


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_arranges_opens_and_closes(page: Page, cast: Cast, plan: Plan, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    row = prepared(cast, plan)
    sign_in(page, cast.office, to=f"/meetings/{row.pk}/")
    page.get_by_label("加一项，序号").fill("3")
    page.get_by_role("button", name="加上").click()
    expect(page.locator(".agenda")).to_contain_text("安全生产")
    assert no_side_scroll(page)
    page.get_by_role("button", name="打开会议").click()
    page.locator("textarea[name=text]").fill(LINE)
    page.get_by_role("button", name="记下").click()
    expect(page.locator(".decided")).to_contain_text(LINE)
    page.goto(page.url.split("/meetings/")[0] + f"/meetings/{row.pk}/")
    page.get_by_text("结束会议，生成纪要").click()
    page.get_by_role("button", name="结束会议", exact=True).click()
    expect(page.locator(".official")).to_contain_text(LINE.rstrip("。"))
    assert no_side_scroll(page)
