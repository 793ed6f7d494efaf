"""Answering by mouse: what comes next, what was refused, what is to be changed, each where the eye is."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Complaints
from tests.browser.importing import FOREIGN, OPEN, come_to_rest, in_hand, open_check, say_left
from tests.cast import Cast


@pytest.fixture
def office(cast: Cast) -> User:
    return cast.office


def test_a_name_like_anothers_left_open_is_asked_for_in_its_row(
    page: Page, office: User, complaints: Complaints
) -> None:
    complaints.expect("422")
    table = FOREIGN + "".join(f"{n}\t修建第{n}条路\t年底前\t第{n}街道\n" for n in "四五六七八九")
    open_check(page, office, table + "10\t修建栈道\t年底前\t规划建设办\n")
    page.get_by_role("link", name="看名单，一起定").click()
    page.get_by_label("没有逐个选的，都按").select_option("new")
    page.get_by_role("button", name="按名单处理").click()
    expect(page.get_by_role("alert")).to_have_text("请选定“规划建设办”指谁。")
    expect(page.get_by_role("alert")).to_be_in_viewport()
    expect(page.get_by_role("radiogroup", name="规划建设办")).to_be_focused()
    page.get_by_role("radiogroup", name="规划建设办").get_by_text("规划建设科").click()
    page.get_by_role("button", name="按名单处理").click()
    say_left(page, 0)


def test_an_answer_by_mouse_brings_the_next_question_of_its_row_to_hand(page: Page, office: User) -> None:
    open_check(page, office, FOREIGN.replace("3个\t6月底前\t东湖街道", "3个\t6月底前\t东湖街道、南山镇"))
    page.locator(OPEN, has_text="东湖街道").get_by_text("新建单位").click()
    say_left(page, 2)
    expect(in_hand(page)).to_contain_text("南山镇")
    expect(in_hand(page)).to_be_in_viewport()
    expect(in_hand(page).get_by_role("radio").first).to_be_focused()


def test_a_refused_name_is_told_where_it_was_typed_and_a_click_meanwhile_is_not_lost(page: Page, office: User) -> None:
    rows = [f"{n}\t建设第{n}座公交站\t6月底前\t经济发展科" for n in range(1, 30)]
    rows.append("30\t修建栈道\t9月31日前\t东湖街道")
    open_check(page, office, "序号\t工作内容\t完成时限\t责任单位\n" + "\n".join(rows) + "\n")
    name = page.locator("fieldset.problem", has_text="东湖街道")
    name.get_by_label("另选").fill("没有这个科")
    page.locator("fieldset.problem", has_text="没有9月31日").locator("label.choice").first.click()
    say_left(page, 1)
    expect(name.get_by_role("alert")).to_contain_text("名录里没有“没有这个科”")
    expect(name.get_by_role("alert")).to_be_in_viewport()
    expect(name.get_by_label("另选")).to_have_value("没有这个科")
    name.get_by_label("另选").fill("也没有这个科")
    page.keyboard.press("Enter")
    expect(name.get_by_role("alert")).to_contain_text("名录里没有“也没有这个科”")
    expect(name.get_by_label("另选")).to_be_focused()


def test_what_is_to_be_changed_in_a_row_is_asked_there_ready_to_be_typed(page: Page, office: User) -> None:
    open_check(page, office)
    row = page.locator("#row-1")
    row.get_by_role("button", name="改时限").click()
    expect(in_hand(page)).to_contain_text("时限改为哪一天")
    expect(in_hand(page).locator("[type=date]")).to_be_focused()
    come_to_rest(page)
    row.get_by_role("button", name="改配合").click()
    expect(in_hand(page)).to_contain_text("配合改为哪些单位")
    expect(in_hand(page).get_by_label("另选")).to_be_focused()
    page.keyboard.type("规划建设科、招商服务科")
    page.keyboard.press("Enter")
    expect(row.locator("dl.reading")).to_contain_text("配合 规划建设科、招商服务科")
