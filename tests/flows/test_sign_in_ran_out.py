"""A form pressed after its sign-in ran out: what was typed goes along with the sign-in and is sent by a second press."""

import re
from html import unescape

import pytest
from django.core import signing
from django.test import Client

from accounts.unsent import SALT
from projects.models import Plan
from tests.cast import PASSWORD, Cast, task_of
from tracker.models import Obstacle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

LOGIN = "/accounts/login/"
WORDS = "变电站用地未批\n请六月内答复 <b>"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(cast: Cast) -> Client:
    """Return a clerk's client whose forms need their token, as browsers' do."""
    found = Client(enforce_csrf_checks=True)
    found.force_login(cast.investment_clerk)
    return found


@pytest.fixture
def address(plan: Plan) -> str:
    return f"/items/{task_of(plan, '3').pk}/obstacles/add/"


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the page's sheet."""
    sheet = page[page.index("single-sheet") :] if "single-sheet" in page else page
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', sheet)}


def late(cast: Cast, client: Client, address: str, headers: dict[str, str] | None = None) -> str:
    """Fill the form, let the sign-in run out, and press; return the page that comes."""
    page = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    client.session.flush()
    said = {
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
        "token": token[1],
        "department": cast.investment.pk,
        "text": WORDS,
        "answerer": f"unit:{cast.economy.pk}",
        "due_on": "2026-07-10",
    }
    answer = client.post(address, said, headers=headers or {})
    assert answer.status_code == (200 if headers else 401)
    if headers:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("body", "innerHTML")
    assert Obstacle.objects.count() == 0
    return answer.content.decode()


def sign_in(client: Client, page: str, *, username: str = "investment", password: str = PASSWORD) -> str:
    said = hidden(page) | {"username": username, "password": password}
    return client.post(LOGIN, said).content.decode()


@pytest.mark.parametrize("headers", [None, HTMX])
def test_what_was_typed_is_shown_after_the_sign_in_and_sent_by_a_press(
    cast: Cast, client: Client, address: str, headers: dict[str, str] | None
) -> None:
    page = late(cast, client, address, headers)
    assert "还没有提交，也没有丢" in page
    offered = sign_in(client, page)
    assert "变电站用地未批\n请六月内答复 &lt;b&gt;" in offered
    assert "示例·王五" in offered
    assert ">unit:" not in offered
    assert Obstacle.objects.count() == 0
    answer = client.post(address, hidden(offered))
    assert answer.status_code == 302
    found = Obstacle.objects.get()
    assert (found.text.replace("\r\n", "\n"), found.department) == (WORDS, cast.investment)


def test_a_wrong_password_loses_nothing(cast: Cast, client: Client, address: str) -> None:
    again = sign_in(client, late(cast, client, address), password="wrong")
    assert "没有登录成功" in again
    assert "请六月内答复" in sign_in(client, again)


def test_who_signed_in_on_another_page_meanwhile_is_asked_no_second_time(
    cast: Cast, client: Client, address: str
) -> None:
    page = late(cast, client, address)
    client.force_login(cast.investment_clerk)
    client.get("/")
    said = hidden(page) | {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert "请六月内答复" in client.post(LOGIN, said).content.decode()


def test_another_s_sign_in_sends_only_what_it_may(cast: Cast, client: Client, address: str) -> None:
    offered = sign_in(client, late(cast, client, address), username="outsider")
    assert client.post(address, hidden(offered)).status_code == 404
    assert Obstacle.objects.count() == 0


@pytest.mark.parametrize("unsent", ["", "x", signing.dumps(["/", [["text", "假"]], False], salt="other")])
def test_what_we_did_not_sign_is_not_offered(cast: Cast, unsent: str) -> None:
    answer = Client().post(LOGIN, {"username": "investment", "password": PASSWORD, "unsent": unsent})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_a_password_never_goes_along(cast: Cast, client: Client) -> None:
    client.get("/accounts/password/")
    client.session.flush()
    said = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "old_password": PASSWORD, "new_password1": "x"}
    answer = client.post("/accounts/password/", said)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(LOGIN)


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (-1, 302)])
def test_what_came_along_is_forgotten_after_half_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    kept = signing.dumps(["/items/1/", [["text", "真"]], False], salt=SALT)
    monkeypatch.setattr("accounts.unsent.KEPT_SECONDS", seconds)
    answer = Client().post(LOGIN, {"username": "investment", "password": PASSWORD, "unsent": kept})
    assert answer.status_code == status
