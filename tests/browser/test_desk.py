"""The office makes a plan, mends it in place, issues it and sees it signed for, without once touching the mouse."""

import re

from playwright.sync_api import Page, expect

from projects.choices import PlanState
from projects.models import Plan, Task
from tests.browser.pages import DESK, sign_in, tab_to
from tests.cast import Cast
from tracker.choices import ReceiptState
from tracker.models import Receipt

TITLE = "示例手写的表"


def press(page: Page, name: str, *, role: str = "button", key: str = "Enter", within: int = 120) -> None:
    tab_to(page, page.get_by_role(role, name=name, exact=True).first, within=within)  # type: ignore[arg-type]
    page.keyboard.press(key)


def write(page: Page, label: str, words: str) -> None:
    tab_to(page, page.get_by_label(re.compile(f"^{label}")).first, within=120)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(words)


def test_a_plan_is_made_mended_issued_and_signed_for_by_keyboard_alone(page: Page, cast: Cast, plan: Plan) -> None:
    page.set_viewport_size(DESK)
    sign_in(page, cast.office, to="/plans/")
    press(page, "新建一张空表", role="link")
    page.wait_for_url("**/plans/add/")
    write(page, "名称", TITLE)
    press(page, "新建")
    page.wait_for_url("**/plans/*/")
    for title, unit in (("新塘路建设", "规建科"), ("招商大会", "招商科")):
        press(page, "添加事项", role="link")
        page.wait_for_url("**/items/add/")
        write(page, "板块", "一、基础设施")
        write(page, "事项", title)
        write(page, "牵头单位", unit)
        write(page, "完成时限", "6月底前报批，年底前完成")
        press(page, "照原文读出节点和指标")
        expect(page.get_by_label("第 2 个节点的时限", exact=True)).to_have_value("2026-12-31")
        press(page, "保存")
        page.wait_for_url("**/plans/*/")
    made = Plan.objects.get(title=TITLE)
    assert list(Task.objects.filter(plan=made).order_by("position").values_list("title", flat=True)) == [
        "新塘路建设",
        "招商大会",
    ]
    press(page, "在表里改", role="link")
    page.wait_for_url("**/table/")
    write(page, "2 事项", "招商推介大会")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="撤销上一步", exact=False)).to_contain_text("事项")
    assert Task.objects.filter(plan=made, title="招商推介大会").exists()
    press(page, "第 2 项上移")
    expect(page.locator("tbody.item textarea").nth(1)).to_have_value("招商推介大会")
    press(page, TITLE, role="link")
    page.wait_for_url(f"**/plans/{made.pk}/")
    press(page, "下达 2 项…", role="link")
    page.wait_for_url("**/issue/")
    press(page, "确认下达 2 项")
    page.wait_for_url("**/?issued=1")
    made.refresh_from_db()
    assert made.state == PlanState.ISSUED
    page.context.clear_cookies()
    sign_in(page, cast.clerk, to="/receipts/")
    mine = Receipt.objects.filter(plan=made, department=cast.building)
    press(page, "签收勾选的")
    expect(page.get_by_role("status").first).to_contain_text("签收")
    assert set(mine.values_list("state", flat=True)) == {ReceiptState.SIGNED}
