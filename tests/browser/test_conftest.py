"""The browser tells on a page, or the other tests of this folder prove nothing."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints

PLAIN = "/static/duban/favicon.svg"


@pytest.mark.parametrize(
    ("script", "heard"),
    [
        ("console.error('something broke')", "something broke"),
        ("setTimeout(() => { throw new Error('nobody caught me') })", "nobody caught me"),
        ("fetch('http://127.0.0.1:9/far').catch(() => 0)", "foreign request: http://127.0.0.1:9/far"),
        ("fetch('/no-such-page/').catch(() => 0)", "404"),
    ],
    ids=["console", "error", "foreign", "missing"],
)
def test_a_page_that_misbehaves_is_heard(page: Page, complaints: Complaints, script: str, heard: str) -> None:
    page.goto(PLAIN)
    page.evaluate(script)
    page.wait_for_timeout(300)
    assert [words for words in complaints.unexpected() if heard in words] != []
    complaints.expect("")


def test_a_quiet_page_is_not_complained_of(page: Page, complaints: Complaints) -> None:
    page.goto(PLAIN)
    assert complaints.heard == []
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
