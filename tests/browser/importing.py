"""How a browser goes about the import's check page: a pasted table, what is left to decide, what is in hand."""

from datetime import datetime

from django.core.files.base import ContentFile
from playwright.sync_api import Locator, Page, expect

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import User
from projects.importing.batches import open_batch
from projects.models import ImportBatch, Plan
from tests.browser.pages import sign_in
from tests.cast import SHANGHAI, TODAY

OPEN = "fieldset[data-undecided]"
DOUBTFUL = """序号\t工作内容\t完成时限\t责任单位
1\t特色街区改造方案报批\t9月31日前\t规划建设科
2\t建设28座公交站\t6月底前\t经济发展科
3\t食品安全宣传\t年底前\t各有关科室
"""
FOREIGN = """序号\t工作内容\t节点安排\t责任单位
1\t改造农贸市场3个\t6月底前\t东湖街道
2\t新建口袋公园2处\t9月31日前\t南山镇
3\t建成充电桩20个\t年底前\t区水务局、东湖街道
"""


def actor(user: User) -> Actor:
    return Actor(user, Door.PAGE, TODAY)


def pasted(user: User, table: str, *, plan: Plan | None = None) -> ImportBatch:
    assert user.organization is not None
    return open_batch(
        organization=user.organization,
        year=2026,
        plan=plan,
        file=ContentFile(table.encode(), name="粘贴的表格.txt"),
        file_name="粘贴的表格.txt",
        by=actor(user),
        now=datetime(2026, 6, 24, 9, tzinfo=SHANGHAI),
    )


def open_check(page: Page, user: User, table: str = DOUBTFUL) -> ImportBatch:
    batch = pasted(user, table)
    sign_in(page, user, to=f"/imports/{batch.pk}/")
    return batch


def say_left(page: Page, left: int) -> None:
    """Wait until sentence, queue and foot all say how many questions are left."""
    expect(page.locator("#import-sentence")).to_contain_text(f"还剩 {left} 处")
    if left:
        expect(page.locator("#confirm")).to_contain_text(f"还有 {left} 处待决定")
    expect(page.locator(OPEN)).to_have_count(left)


def in_hand(page: Page) -> Locator:
    return page.locator("fieldset.problem.in-hand")


def come_to_rest(page: Page) -> None:
    """Wait until htmx has put a part of the page in place and listens to it."""
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-swapping")).to_have_count(0)
    page.wait_for_timeout(60)
