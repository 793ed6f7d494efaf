"""What the pages of a year's table weigh on the wire, on the sample of 142 items: a county office's line is thin."""

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from seeds.loading import load_sample
from tests.cast import PASSWORD, TODAY, at

FIRST, AGAIN = 150_000, 40_000
"""Bytes of a first visit with nothing kept, and of the next."""


@pytest.fixture
def leader_page(page: Page, transactional_db: None, base_url: str, settings: Settings) -> Page:
    """Sign the sample's main leader in."""
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    sample = load_sample(today=TODAY, year=TODAY.year, now=at(TODAY, hour=12), password=PASSWORD)
    client = Client()
    client.force_login(sample.staff["demo"].users["leader"])
    session = client.cookies[site.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": base_url}])
    return page


def test_a_first_visit_is_light_and_the_next_one_lighter(leader_page: Page) -> None:
    came: list[int] = []
    wire = leader_page.context.new_cdp_session(leader_page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda event: came.append(int(event["encodedDataLength"])))
    for address in ("/board/", "/wall/", "/items/"):
        wire.send("Network.clearBrowserCache")
        for most in (FIRST, AGAIN):
            came.clear()
            leader_page.goto(address, wait_until="networkidle")
            assert leader_page.locator("main table").count() > 0
            assert 0 < sum(came) <= most, (address, came)
