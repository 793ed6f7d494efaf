"""No page is left out of the walk: every address that answers a GET is on the list, or it is said why not."""

import re

from django.urls import resolve

from tests.access.test_matrix import lines, routes
from tests.browser.everywhere import NO_PAGES, PAGES

API_MANUAL = "tracker:api:docs"


def walked() -> set[str]:
    """Return the addresses' names; what stands for an id doesn't matter here."""
    listed = {re.sub(r"\{\w+\}", "1", page.partition("?")[0]) for pages in PAGES.values() for page in pages}
    return {resolve(address).view_name for address in listed}


def answered() -> set[str]:
    """Return what answers a GET; what is under /api/ is for machines, but for its manual."""
    return {name for name, method in lines() if method == "GET" and (":api:" not in name or name == API_MANUAL)}


def test_every_page_is_walked_or_it_is_said_why_not() -> None:
    assert walked() | set(NO_PAGES) == answered()
    assert walked() & set(NO_PAGES) == set()


def test_what_is_said_to_be_no_page_is_an_address() -> None:
    assert set(NO_PAGES) <= set(routes())
