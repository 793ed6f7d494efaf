"""The office brings its table in with a browser: it sees the reading beside the sheet, decides, and writes it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import Department, User
from projects.importing.batches import decide
from projects.importing.page.laying import PAGE_ROWS
from projects.models import Task
from seeds.loading_office import Staff, register
from seeds.office import load_office
from tests.browser.conftest import Complaints
from tests.browser.importing import DOUBTFUL, FOREIGN, OPEN, actor, come_to_rest, in_hand, open_check, pasted, say_left
from tests.browser.pages import DESK, PHONE, no_side_scroll, sign_in
from tests.cast import JANUARY, PASSWORD, Cast

TABLE = Path(__file__).resolve().parents[2] / "seeds" / "key-work-142.xlsx"


@pytest.fixture
def office(cast: Cast) -> User:
    return cast.office


@pytest.fixture
def sample_office(transactional_db: None) -> User:
    """Register the sample office, whose names the table of 142 items uses, and return its sign-in of the office."""
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


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_decides_by_mouse_and_writes_the_plan(page: Page, sample_office: User, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    upload(page, sample_office)
    assert no_side_scroll(page)
    first = page.locator("#row-0")
    expect(first).to_contain_text("4月底前完成申报辅导")
    expect(first.locator("dl.reading")).to_contain_text("4月30日 完成申报辅导")
    for left in range(page.locator(OPEN).count(), 0, -1):
        say_left(page, left)
        page.locator(OPEN).first.locator("label.choice:has([type=radio])").first.click()
    say_left(page, 0)
    assert not Task.objects.exists()
    page.get_by_role("button", name="确认写入 142 项").click()
    expect(page.locator("main .sentence")).to_contain_text("新增 142 项")
    assert no_side_scroll(page)
    assert Task.objects.count() == 142


def test_the_whole_queue_is_worked_off_by_keyboard(page: Page, office: User) -> None:
    open_check(page, office)
    say_left(page, 2)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_hidden()
    page.keyboard.press("n")
    expect(in_hand(page)).to_contain_text("没有9月31日")
    expect(in_hand(page)).to_be_in_viewport()
    page.keyboard.press("j")
    expect(in_hand(page)).to_contain_text("各有关科室")
    page.keyboard.press("k")
    expect(in_hand(page)).to_contain_text("没有9月31日")
    page.keyboard.press("1")
    say_left(page, 1)
    expect(in_hand(page)).to_contain_text("各有关科室")
    expect(page.locator("#import-said")).to_have_text("还有 1 处待决定")
    page.keyboard.press("Control+Enter")  # not yet: it goes to what is still open
    expect(in_hand(page).locator("input:focus")).to_have_count(1)
    page.keyboard.press("1")
    say_left(page, 0)
    expect(page.get_by_role("button", name="确认写入 3 项")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已写入")).to_be_attached()
    assert Task.objects.count() == 3


def test_every_control_of_the_check_has_a_name_and_every_id_is_one_things_alone(page: Page, office: User) -> None:
    open_check(page, office, FOREIGN)
    say_left(page, 3)
    nameless = page.eval_on_selector_all(
        "#check :is(input:not([type=hidden]), select, button, a)",
        "all => all.filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim())).map(e => e.outerHTML)",
    )
    assert nameless == []
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert sorted(ids) == sorted(set(ids))


def test_arrows_change_a_choice_without_leaving_the_question(page: Page, office: User) -> None:
    open_check(page, office)
    question = page.locator("fieldset.problem", has_text="没有9月31日")
    question.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(question).not_to_have_attribute("data-undecided", "")
    expect(question.get_by_role("radio").nth(1)).to_be_focused()
    expect(question.get_by_role("radio").nth(1)).to_be_checked()


def test_another_day_or_name_may_be_typed_and_is_read_at_once(page: Page, office: User) -> None:
    open_check(page, office)
    question = page.locator("fieldset.problem", has_text="没有9月31日")
    question.locator("[type=date]").fill("2026-10-15")
    page.wait_for_timeout(2500)  # however long one looks at it: the day is sent when the field is left
    expect(question.locator("[type=date]")).to_be_focused()
    expect(page.locator("#import-sentence")).to_contain_text("还剩 2 处")
    other = page.locator("fieldset.problem", has_text="各有关科室")
    other.get_by_label("另选").click()
    say_left(page, 1)
    expect(other.get_by_label("另选")).to_be_focused()
    expect(page.locator("tbody", has=question).locator("dl.reading")).to_contain_text("10月15日")
    other.get_by_label("另选").fill("没有这个科")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("名录里没有“没有这个科”")
    # Nobody types within the twentieth of a second in which the page settles.
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)
    other.get_by_label("另选").fill("经济发展科")
    page.keyboard.press("Enter")
    say_left(page, 0)
    expect(page.locator("#row-2 dl.reading")).to_contain_text("各有关科室")


def test_a_column_is_given_another_role_and_the_reading_follows_at_once(page: Page, office: User) -> None:
    open_check(page, office, FOREIGN)
    expect(page.locator("#row-0 dl.reading")).not_to_contain_text("6月30日")
    page.locator(OPEN, has_text="东湖街道").get_by_text("新建单位").click()
    expect(page.locator("#row-0 dl.reading")).to_contain_text("东湖街道")
    come_to_rest(page)
    role = page.get_by_label("C 节点安排")
    role.focus()
    role.select_option("deadline")
    expect(page.locator("#row-0 dl.reading")).to_contain_text("6月30日")
    expect(page.locator("fieldset.problem.impossible")).to_contain_text("没有9月31日")
    expect(page.locator("fieldset.problem", has_text="东湖街道").get_by_text("新建单位")).to_be_visible()
    expect(page.locator("fieldset.problem", has_text="东湖街道").get_by_role("radio").first).to_be_checked()
    expect(page.get_by_label("C 节点安排")).to_be_focused()


def test_unknown_names_are_made_together_after_a_look_at_the_list(page: Page, office: User) -> None:
    open_check(page, office, FOREIGN)
    page.get_by_role("link", name="看名单，一起定").click()
    expect(page.get_by_role("heading", name="名录里没有的名称")).to_be_attached()
    expect(page.locator("option[data-follows]").first).to_have_text("按上面：先不定")
    page.get_by_label("没有逐个选的，都按").select_option("new")
    expect(page.locator("option[data-follows]").first).to_have_text("按上面：新建单位")
    page.locator("select[name='name:department:区水务局']").select_option(label="照录，不分派")
    page.get_by_role("button", name="按名单处理").click()
    expect(page.locator("#import-sentence")).to_contain_text("还剩 0 处")
    page.get_by_role("button", name="确认写入 3 项").click()
    expect(page.get_by_role("heading", name="已写入")).to_be_attached()
    made = Department.objects.filter(name__in=["东湖街道", "南山镇", "区水务局"]).values_list("name", flat=True)
    assert set(made) == {"东湖街道", "南山镇"}


def test_the_next_question_is_found_on_another_page(page: Page, office: User) -> None:
    rows = [f"{n}\t建设第{n}座公交站\t6月底前\t经济发展科" for n in range(1, PAGE_ROWS + 3)]
    rows[1], rows[-1] = rows[1].replace("6月底前", "9月31日前"), rows[-1].replace("6月底前", "6月31日前")
    open_check(page, office, "序号\t工作内容\t完成时限\t责任单位\n" + "\n".join(rows) + "\n")
    expect(page.locator("#import-pages a", has_text="行")).to_have_count(2)
    expect(page.locator("#import-pages a", has_text="待定 1")).to_have_count(2)
    page.keyboard.press("n")
    page.keyboard.press("1")
    expect(in_hand(page)).to_contain_text("没有6月31日")
    expect(in_hand(page)).to_be_in_viewport()
    expect(page.locator("#import-pages [aria-current]")).to_contain_text(f"{PAGE_ROWS + 2}—")
    come_to_rest(page)
    page.keyboard.press("1")
    expect(page.get_by_role("button", name=f"确认写入 {PAGE_ROWS + 2} 项")).to_be_focused()


def test_a_decision_under_a_filter_changes_only_what_stands_there(page: Page, office: User) -> None:
    open_check(page, office)
    page.get_by_role("link", name="需决定").click()
    expect(page.get_by_role("link", name="需决定")).to_have_attribute("aria-current", "page")
    come_to_rest(page)
    assert page.locator("tbody.asks").count() == page.locator("table.sheet tbody").count() == 2
    page.locator(OPEN).last.locator("label.choice").first.click()
    say_left(page, 1)
    assert page.url.endswith("?show=asked")


def test_a_change_is_taken_or_left_by_column_and_by_row(page: Page, office: User) -> None:
    first = open_check(page, office, DOUBTFUL.replace("9月31日", "9月30日").replace("各有关科室", "经济发展科"))
    page.get_by_role("button", name="确认写入 3 项").click()
    expect(page.get_by_role("heading", name="已写入")).to_be_attached()
    changed = DOUBTFUL.replace("9月31日", "10月底").replace("28座", "30座").replace("各有关科室", "经济发展科")
    first.refresh_from_db()
    page.goto(f"/imports/{pasted(office, changed, plan=first.plan).pk}/?show=changed")
    expect(page.locator("#confirm")).to_contain_text("修改 2")
    page.locator("#row-0").get_by_role("button", name="留原来的 时限").click()
    expect(page.locator("#row-0").get_by_role("button", name="采用新的 时限")).to_be_focused()
    expect(page.locator("#confirm")).to_contain_text("修改 1")
    page.locator("#row-1").get_by_role("button", name="不采用").click()
    expect(page.locator("#row-1")).to_contain_text("这一行不写入")
    expect(page.locator("#confirm")).to_contain_text("修改 0")
    page.set_viewport_size(PHONE)
    assert no_side_scroll(page)


def test_what_a_colleague_decided_meanwhile_is_shown_and_not_overruled(
    page: Page, office: User, complaints: Complaints
) -> None:
    complaints.expect("409")
    batch = open_check(page, office)
    key = page.locator("fieldset.problem [type=radio]").first.get_attribute("name") or ""
    decide(batch=batch, decisions={key: "as_read"}, by=actor(office))
    page.locator("fieldset.problem", has_text="没有9月31日").locator("label.choice").first.click()
    expect(page.get_by_role("alert")).to_contain_text("您的没有保存")
    expect(page.get_by_role("alert")).to_contain_text("照上面的读法")
    expect(page.locator("fieldset.problem", has_text="没有9月31日").get_by_label("照上面的读法")).to_be_checked()


def test_an_import_is_looked_back_at_and_undone(page: Page, office: User) -> None:
    open_check(page, office)
    for key in ("n", "1"):
        page.keyboard.press(key)
    say_left(page, 1)
    page.keyboard.press("1")
    say_left(page, 0)
    page.keyboard.press("Enter")
    expect(page.locator(".decided-list")).to_contain_text("没有9月31日")
    page.get_by_role("link", name="撤回这次导入").click()
    page.get_by_label("撤回的原因").fill("导错了年度")
    page.get_by_role("button", name="撤下 3 项").click()
    expect(page.get_by_role("heading", name="已撤回")).to_be_attached()
    expect(page.locator("main .sentence")).to_contain_text("导错了年度")
    assert not Task.objects.exclude(state="withdrawn").exists()


def test_cells_pasted_anywhere_and_a_file_dropped_are_taken(page: Page, office: User) -> None:
    sign_in(page, office, to="/imports/")
    page.evaluate(
        """table => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", table);
          document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        DOUBTFUL,
    )
    expect(page.get_by_label("或粘贴表格")).to_have_value(DOUBTFUL)
    expect(page.get_by_role("status").filter(has_text="已粘贴 4 行")).to_be_visible()
    page.get_by_label("或粘贴表格").fill("")
    page.evaluate(
        """table => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([table], "城建.csv"));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        DOUBTFUL.replace("\t", ","),
    )
    expect(page.get_by_role("status").filter(has_text="已选 城建.csv")).to_be_visible()
    page.get_by_role("button", name="上传并读取").click()
    expect(page.locator("#import-sentence")).to_contain_text("城建.csv 读出 3 行")


def test_a_long_file_shows_how_far_it_is_and_opens_by_itself(page: Page, office: User) -> None:
    rows = [f"{n},{'建设第' * 30}{n}座公交站,6月底前,经济发展科" for n in range(1, 1300)]
    sign_in(page, office, to="/imports/")
    table = "序号,工作内容,完成时限,责任单位\n" + "\n".join(rows) + "\n"
    page.get_by_label("责任分解表", exact=True).set_input_files(
        {"name": "全年.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.get_by_role("button", name="上传并读取").click()
    expect(
        page.get_by_role("heading", name="正在读取").or_(page.get_by_role("heading", name="导入核对"))
    ).to_be_attached()
    expect(page.locator("#import-sentence")).to_contain_text("全年.csv 读出 1299 行", timeout=20_000)


def test_a_day_typed_and_entered_leads_on_to_the_next_question(page: Page, office: User) -> None:
    open_check(page, office)
    question = page.locator("fieldset.problem", has_text="没有9月31日")
    question.locator("[type=date]").fill("2026-10-15")
    page.keyboard.press("Enter")
    say_left(page, 1)
    expect(in_hand(page)).to_contain_text("各有关科室")


UNKNOWN_HEAD = """哪桩\t谁上手\t拖到哪天\t旁的话
修好通往园区的断头路三条\t规划建设科\t6月底前\t材料已报
给四个村装上路灯一百二十盏\t经济发展科\t年底前\t无
"""


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_points_out_the_header_and_takes_it_back(page: Page, office: User, window: ViewportSize) -> None:
    page.set_viewport_size(window)
    open_check(page, office, UNKNOWN_HEAD)
    expect(page.get_by_role("heading", name="哪一行是表头")).to_be_visible()
    assert no_side_scroll(page)
    page.get_by_role("button", name="这一行是表头").first.click()
    expect(page.locator("#row-0 dl.reading")).to_contain_text("6月30日")
    expect(page.locator("#row-1 dl.reading")).to_contain_text("12月31日")
    assert no_side_scroll(page)
    page.get_by_role("button", name="下面这行不是表头").click()
    expect(page.get_by_text("没有认出表头")).to_be_visible()
    page.get_by_role("button", name="这一行是表头").first.click()
    expect(page.locator("#row-0 dl.reading")).to_contain_text("6月30日")


def test_a_table_is_put_aside_and_taken_up_again(page: Page, office: User) -> None:
    open_check(page, office)
    page.get_by_role("button", name="放弃这次导入").click()
    expect(page.locator("table.ledger")).to_contain_text("已放弃")
    page.get_by_role("link", name="粘贴的表格.txt").first.click()
    page.get_by_role("button", name="接着核对").click()
    say_left(page, 2)


def test_what_was_read_stays_in_sight_beside_a_broad_sheet(page: Page, office: User) -> None:
    head = "顺号\t事项名称\t工作内容\t责任领导\t牵头单位\t配合单位\t责任人\t开工时间\t完成时限\t花多少钱（万元）\t备注"
    rows = [
        "1\t东片区标准厂房二期\t主体封顶，建筑面积4.2万平方米\t分管建设副主任\t规划建设科\t经济发展科\t\t3月\t10月底前\t8600\t土地已摘牌",
        "2\t老旧管网改造\t改造雨污管网12公里\t分管建设副主任\t规划建设科\t各街道\t\t5月\t供暖季前\t1450\t分三段施工",
    ]
    page.set_viewport_size({"width": 1366, "height": 768})
    open_check(page, office, "\n".join([head, *rows]) + "\n")
    for part in (page.locator("thead .w-reading"), page.locator(".reading").first, page.locator(OPEN).first):
        box = part.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1366
