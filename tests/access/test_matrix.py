"""Who gets in where: every address, method and role has its line in matrix.tsv, and every line is tried.

A cell says what comes back: `in` (the page, a redirect after a write, or a refusal of what was typed), `login` (sent to
the sign-in), a status that refuses (403, 404, 405), or 503 from a service that isn't ready. An address without a line fails, and so does a line without one.
"""

import csv
import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.world import ROLES, World, make_world
from tests.cast import Cast, cast_fixture

__all__ = ["cast_fixture"]

MATRIX = Path(__file__).with_name("matrix.tsv")
FORMS = {"projects:plan_cell": "field=title&text=x", "projects:plan_column": "field=title&text=x"}
"""What a form has to say so that its view looks further than at the form."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

Line = tuple[str, str]


def routes() -> dict[str, URLPattern]:
    """Return every address of ours by its full name; Django's admin guards its own."""
    return dict(_named(get_resolver().url_patterns, ""))


def _named(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern
        elif pattern.app_name != admin.site.name:
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from _named(pattern.url_patterns, namespace)


@cache
def lines() -> dict[Line, dict[str, str]]:
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {(row.pop("route"), row.pop("method")): row for row in csv.DictReader(file, delimiter="\t")}


def test_every_address_has_its_lines_and_every_line_its_address() -> None:
    assert {name for name, _ in lines()} == set(routes())


def test_every_line_says_something_of_every_role() -> None:
    assert {tuple(row) for row in lines().values()} == {ROLES}
    assert {cell for row in lines().values() for cell in row.values()} <= {
        "in",
        "login",
        "401",
        "403",
        "404",
        "405",
        "503",
    }


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Refusals are what is tried here: a thousand lines of log would say nothing."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def test_every_role_gets_what_its_line_says(cast: Cast) -> None:
    world = make_world(cast)
    for role in ROLES:
        world.client(role)
    found = {(name, method): {role: came_back(world, name, method, role) for role in ROLES} for name, method in lines()}
    assert found == lines()


def test_a_method_without_a_line_is_not_offered(cast: Cast) -> None:
    world = make_world(cast)
    unwritten = [(name, method) for name in routes() for method in METHODS if (name, method) not in lines()]
    world.client("office")
    offered = [line for line in unwritten if came_back(world, *line, "office") == "in"]
    assert offered == []


def came_back(world: World, name: str, method: str, role: str) -> str:
    """Knock, and undo whatever the knock did."""
    with transaction.atomic():
        said, form = FORMS.get(name, ""), "application/x-www-form-urlencoded"
        answer = world.client(role).generic(method, address(world, name), said, form)
        said = in_a_word(answer)
        transaction.set_rollback(True)
    return said


def address(world: World, name: str) -> str:
    """Return the route's address with an id of the world for every name in it; a new name needs a new id there."""
    return reverse(name, kwargs={word: world.ids[word] for word in routes()[name].pattern.converters})


def in_a_word(answer: HttpResponseBase) -> str:
    if answer.status_code in {301, 302} and answer.headers["Location"].startswith("/accounts/login/"):
        return "login"
    return str(answer.status_code) if answer.status_code in {401, 403, 404, 405} or answer.status_code >= 500 else "in"
