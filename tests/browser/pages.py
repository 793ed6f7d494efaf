"""How the cast gets onto a page in the browser."""

from playwright.sync_api import Locator, Page, ViewportSize, expect

from accounts.models import User
from tests.cast import PASSWORD

DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}


def sign_in(page: Page, user: User, *, to: str = "/") -> None:
    """Sign in as a person does, and wait for the page asked for."""
    page.goto(f"/accounts/login/?next={to}")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{to}")


def no_side_scroll(page: Page) -> bool:
    """Tell whether the page fits its window; only a sheet may scroll, inside itself."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def tab_to(page: Page, target: Locator, *, within: int = 60) -> None:
    """Go from control to control, as a person without a mouse does, until this one is reached."""
    for _ in range(within):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    expect(target).to_be_focused()


class Hand:
    """A mouse that counts its clicks."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, on: Locator) -> None:
        self.clicks += 1
        on.click()
