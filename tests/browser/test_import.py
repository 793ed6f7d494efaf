"""The office brings its table in with a browser: it sees the reading beside the sheet, decides, and writes it."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, ViewportSize, expect

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import User
from projects.importing.batches import open_batch
from projects.models import Task
from seeds.loading_office import Staff, register
from seeds.office import load_office
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.cast import JANUARY, PASSWORD, SHANGHAI, TODAY

TABLE = Path(__file__).resolve().parents[2] / "seeds" / "key-work-142.xlsx"
OPEN = "fieldset[data-undecided]"
DOUBTFUL = """序号\t工作内容\t完成时限\t责任单位
1\t特色街区改造方案报批\t9月31日前\t规划建设科
2\t建设28座公交站\t6月底前\t城市管理科
3\t食品安全宣传\t年底前\t各有关科室
"""


@pytest.fixture
def office(transactional_db: None) -> User:
    """Register the sample office, whose names the table uses, and return its sign-in of the office."""
    home: Staff = next(
        register(each, year=2026, password=PASSWORD, by=Actor(None, Door.COMMAND, JANUARY))
        for each in load_office().organizations
    )
    return home.users["office"]


def upload(page: Page, user: User) -> None:
    sign_in(page, user, to="/imports/")
    page.get_by_label("责任分解表", exact=True).set_input_files(TABLE)
    page.get_by_role("button", name="上传并读取").click()
    expect(page.get_by_role("heading", name="导入核对")).to_be_attached()


def open_doubtful(page: Page, user: User) -> None:
    """Open the check of three pasted rows, two of them with a question."""
    by, at = Actor(user, Door.PAGE, TODAY), datetime(2026, 6, 24, 9, tzinfo=SHANGHAI)
    assert user.organization is not None
    batch = open_batch(
        organization=user.organization,
        year=2026,
        plan=None,
        file=ContentFile(DOUBTFUL.encode(), name="粘贴的表格.txt"),
        file_name="粘贴的表格.txt",
        by=by,
        now=at,
    )
    sign_in(page, user, to=f"/imports/{batch.pk}/")
    say_left(page, 2)


def undecided(page: Page) -> int:
    return page.locator(OPEN).count()


def say_left(page: Page, left: int) -> None:
    """Wait until sentence, queue and foot all say how many questions are left."""
    expect(page.locator("#import-sentence")).to_contain_text(f"还剩 {left} 处")
    if left:
        expect(page.locator("#confirm")).to_contain_text(f"还有 {left} 处待决定")
    expect(page.locator(OPEN)).to_have_count(left)
    total = page.locator("fieldset.problem").count()
    expect(page.locator("#queue h2")).to_contain_text(f"已定 {total - left}")


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_decides_by_mouse_and_writes_the_plan(page: Page, office: User, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    upload(page, office)
    assert no_side_scroll(page)
    first = page.locator("#row-0")
    expect(first).to_contain_text("4月底前完成申报辅导")
    expect(first.locator("dl.reading")).to_contain_text("4月30日 完成申报辅导")
    for left in range(undecided(page), 0, -1):
        say_left(page, left)
        page.locator(OPEN).first.locator("label.choice:has([type=radio])").first.click()
    say_left(page, 0)
    assert not Task.objects.exists()
    page.get_by_role("button", name="确认写入 142 项").click()
    page.wait_for_url("**/plans/*/")
    expect(page.locator("main .sentence")).to_contain_text("142 项")
    expect(page.locator(".messages")).to_contain_text("新增 142 项")
    assert no_side_scroll(page)
    assert Task.objects.count() == 142


def test_the_office_decides_by_keyboard_alone(page: Page, office: User) -> None:
    upload(page, office)
    left = undecided(page)
    while page.evaluate("document.activeElement.dataset.firstUndecided === undefined"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    for still in range(left - 1, -1, -1):
        expect(page.locator(f"{OPEN} input[type=radio]:focus")).to_have_count(1)
        page.keyboard.press("Space")
        say_left(page, still)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/plans/*/")
    assert Task.objects.count() == 142


def test_arrows_change_a_choice_without_leaving_the_question(page: Page, office: User) -> None:
    open_doubtful(page, office)
    question = page.locator("fieldset.problem", has_text="没有9月31日")
    question.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(question).not_to_have_attribute("data-undecided", "")
    expect(question.get_by_role("radio").nth(1)).to_be_focused()
    expect(question.get_by_role("radio").nth(1)).to_be_checked()


def test_another_day_may_be_typed_and_is_read_at_once(page: Page, office: User) -> None:
    open_doubtful(page, office)
    question = page.locator("fieldset.problem", has_text="没有9月31日")
    question.locator("[type=date]").fill("2026-10-15")
    page.keyboard.press("Tab")
    say_left(page, 1)
    expect(page.locator("tbody", has=question).locator("dl.reading")).to_contain_text("10月15日")


def test_a_decision_under_a_filter_changes_only_what_stands_there(page: Page, office: User) -> None:
    open_doubtful(page, office)
    page.get_by_role("link", name="需决定").click()
    page.wait_for_url("**?show=asked")
    assert page.locator("tbody.asks").count() == page.locator("table.sheet tbody").count()
    page.locator(OPEN).last.locator("label.choice").first.click()
    say_left(page, 1)


def test_the_button_that_says_what_is_missing_goes_there(page: Page, office: User) -> None:
    open_doubtful(page, office)
    page.locator("#confirm [data-first-undecided]").click()
    expect(page.locator(OPEN).first).to_be_in_viewport()
    expect(page.locator(f"{OPEN} input:focus")).to_have_count(1)
