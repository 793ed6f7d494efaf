"""A real Chromium that tells on the page: errors, refused scripts and styles, and requests to other hosts."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from projects.models import Plan
from tests.browser.stories import midyear
from tests.cast import TODAY, Cast, cast_fixture

__all__ = ["cast_fixture"]

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Complaints:
    """What the browser had to say; a test that provokes an error names it by `expect`."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[str] = []

    def expect(self, words: str) -> None:
        self.expected.append(words)

    def unexpected(self) -> list[str]:
        return [complaint for complaint in self.heard if not any(words in complaint for words in self.expected)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM.is_file():
        pytest.skip("Chromium is not installed (Debian: apt install chromium fonts-noto-cjk)")
    # Playwright's synchronous calls run in a loop of their own, which Django takes for asynchronous code of ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def _own_static_files() -> Iterator[None]:
    """Let style and scripts come through our own middleware, as they do where it is deployed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.staticfiles.handlers.StaticFilesHandler", lambda pages: pages)
        yield


@pytest.fixture(scope="session")
def live_server(_own_static_files: None, live_server: LiveServer) -> LiveServer:
    return live_server


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], base_url: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": base_url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def plan(cast: Cast, settings: Settings) -> Plan:
    """Put the pages on the story's day, and return its plan in its sixth month."""
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    return midyear(cast)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], base_url: str, complaints: Complaints
) -> Iterator[Callable[..., BrowserContext]]:
    """Watch every window a test opens and fail it for what it didn't expect."""
    ours = urlsplit(base_url).netloc

    def watched(**arguments: Any) -> BrowserContext:
        context = new_context(**arguments)
        context.on("console", lambda message: note_console(complaints, message.type, message.text))
        context.on("weberror", lambda error: complaints.heard.append(f"error: {error.error}"))
        context.on("request", lambda request: note_request(complaints, request.url, ours))
        return context

    yield watched
    assert complaints.unexpected() == []


def note_console(complaints: Complaints, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        complaints.heard.append(f"{kind}: {text}")


def note_request(complaints: Complaints, url: str, ours: str) -> None:
    address = urlsplit(url)
    if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != ours:
        complaints.heard.append(f"foreign request: {url}")
