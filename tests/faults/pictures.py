"""`./run prove pictures`: the pictures of the docs, taken anew from the sample in both languages.

Starts a demo of its own day, walks to each page as the person who works on it, and writes docs/pictures/. Look at each before it is committed.
`--address` and `--password` take them from a demo that runs already.
"""

import argparse
import os
import secrets
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
TABLE = ROOT / "seeds" / "key-work-142.xlsx"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
DAY = "2026-06-24"
LANGUAGES = {"zh": "zh-hans", "en": "en"}
MOST = 150_000
"""Bytes of one picture: a page that shows eight of them opens at once."""


@dataclass(frozen=True, slots=True)
class Picture:
    """`arrange` walks from the person's first page to what is shown."""

    name: str
    user: str
    arrange: Callable[[Page], object]
    window: ViewportSize


def at(address: str) -> Callable[[Page], object]:
    return lambda page: page.goto(address)


def first_of(address: str, links: str) -> Callable[[Page], object]:
    def arrange(page: Page) -> None:
        page.goto(address)
        there = page.locator(links).first.get_attribute("href")
        assert there is not None, links
        page.goto(there)

    return arrange


def reporting(page: Page) -> None:
    page.goto("/mine/")
    page.locator("tbody.item .cell-acts .button").nth(1).click()
    page.locator("form.report").wait_for()
    page.evaluate("scrollTo(0, 0)")


def checking(page: Page) -> None:
    """Upload the table as a new one and wait until it was read; the batch is dropped with the demo."""
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(TABLE)
    page.locator("select[name=plan]").select_option(index=0)
    page.locator("form.drop button.main").click()
    page.locator("table.sheet").wait_for(timeout=90_000)


PICTURES_OF = (
    Picture("board", "leader", at("/board/"), DESK),
    Picture("item", "leader", first_of("/board/", "#list a.row-title"), DESK),
    Picture("report", "clerk", reporting, DESK),
    Picture("import", "office", checking, DESK),
    Picture("wall", "leader", at("/wall/"), DESK),
    Picture("reminders", "office", first_of("/reminders/", ".tabs a:nth-of-type(2)"), DESK),
    Picture("bulletin", "office", first_of("/bulletins/", "tbody tr:last-child a.row-title"), DESK),
    Picture("phone", "clerk", at("/mine/"), PHONE),
)


@contextmanager
def demo(port: int, password: str) -> Iterator[str]:
    command = [sys.executable, "manage.py", "demo", "--port", str(port), "--today", DAY]
    environment = os.environ | {"DEMO_PASSWORD": password, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if not any("Ctrl+C" in line for line in process.stdout):
            raise SystemExit("the demo did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def entered(
    browser: Browser, address: str, picture: Picture, language: str, password: str
) -> tuple[BrowserContext, Page]:
    context = browser.new_context(
        base_url=address, viewport=picture.window, locale="zh-CN" if language == "zh-hans" else "en-GB"
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(picture.user)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state("networkidle")
    return context, page


def taken(context: BrowserContext, page: Page) -> bytes:
    """Return what the window shows as WebP, which only the browser's own protocol gives."""
    page.wait_for_load_state("networkidle")
    shot = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    return b64decode(shot["data"])


def take(address: str, password: str, wanted: Sequence[str]) -> list[str]:
    """Take every picture in both languages; return those that are too heavy."""
    heavy = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for short, language in LANGUAGES.items():
            for picture in PICTURES_OF:
                if wanted and picture.name not in wanted:
                    continue
                context, page = entered(browser, address, picture, language, password)
                picture.arrange(page)
                file, content = PICTURES / f"{picture.name}-{short}.webp", taken(context, page)
                file.write_bytes(content)
                sys.stdout.write(f"{file.relative_to(ROOT)}  {len(content)}\n")
                heavy += [file.name] if len(content) > MOST else []
                context.close()
        browser.close()
    return heavy


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these")
    parser.add_argument("--port", type=int, default=8141)
    parser.add_argument("--address", default="")
    parser.add_argument("--password", default=secrets.token_urlsafe(12))
    said = parser.parse_args(arguments)
    if said.address:
        heavy = take(said.address.rstrip("/"), said.password, said.names)
    else:
        with demo(said.port, said.password) as address:
            heavy = take(address, said.password, said.names)
    if heavy:
        sys.stdout.write(f"too heavy: {', '.join(heavy)}\n")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
