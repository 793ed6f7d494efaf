"""Signing in and out, passwords, language and type size, through HTTP."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import HistoryEntry
from tests.cast import PASSWORD, Cast

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
PLANS = "/plans/"


@pytest.fixture
def checked_client() -> Client:
    """Return a client whose forms need their token, as browsers' do."""
    return Client(enforce_csrf_checks=True)


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str) -> int:
    return client.post(LOGIN, {"username": username, "password": password, **extra}).status_code


def text_of(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_page_asks_who_is_there_and_returns_there_after_signing_in(cast: Cast, client: Client) -> None:
    asked = client.get(PLANS)
    assert asked.headers["Location"] == f"{LOGIN}?next={PLANS}"
    page = client.get(asked.headers["Location"]).content.decode()
    assert f'name="next" value="{PLANS}"' in page
    answer = client.post(LOGIN, {"username": "clerk", "password": PASSWORD, "next": PLANS})
    assert answer.headers["Location"] == PLANS
    assert client.get(PLANS).status_code == 200


def test_the_way_back_never_leads_to_another_host(cast: Cast, client: Client) -> None:
    answer = client.post(LOGIN, {"username": "clerk", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_half_was_wrong(cast: Cast, client: Client) -> None:
    wrong = client.post(LOGIN, {"username": "clerk", "password": "x"}).content.decode()
    unknown = client.post(LOGIN, {"username": "nobody", "password": "x"}).content.decode()
    said = "用户名或密码不对"
    assert said in wrong
    assert said in unknown


def test_after_five_failures_even_the_right_password_waits(cast: Cast, client: Client) -> None:
    assert [sign_in(client, "clerk", "wrong") for _ in range(4)] == [200] * 4
    assert sign_in(client, "clerk", "wrong") == 429
    assert sign_in(client, "clerk") == 429
    assert sign_in(Client(), "head") == 302


def test_failures_before_a_success_are_forgotten(cast: Cast, client: Client) -> None:
    for _ in range(2):
        assert [sign_in(client, "clerk", "wrong") for _ in range(4)] == [200] * 4
        assert sign_in(client, "clerk") == 302
        client.logout()


def test_a_deactivated_sign_in_stays_out(cast: Cast, client: Client) -> None:
    cast.clerk.is_active = False
    cast.clerk.save(update_fields=["is_active"])
    assert sign_in(client, "clerk") == 200
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_press_and_ends_the_session(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    assert client.get("/accounts/logout/").status_code == 405
    client.post("/accounts/logout/")
    assert client.get(PLANS).status_code == 302


def test_htmx_sends_the_whole_window_to_the_sign_in(client: Client) -> None:
    answer = client.get(PLANS, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == LOGIN


class TestPassword:
    def change(self, client: Client, old: str, new: str) -> int:
        answer = client.post(
            reverse("accounts:password_change"), {"old_password": old, "new_password1": new, "new_password2": new}
        )
        return answer.status_code

    def test_a_changed_password_holds_and_the_session_goes_on(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        assert self.change(client, PASSWORD, "Xin-de-mima-2026-qi") == 302
        assert client.get(PLANS).status_code == 200
        assert sign_in(Client(), "clerk", "Xin-de-mima-2026-qi") == 302
        assert sign_in(Client(), "clerk") == 200

    def test_history_says_that_it_changed_and_not_what_it_is(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        self.change(client, PASSWORD, "Xin-de-mima-2026-qi")
        entry = HistoryEntry.objects.get(action="user.password_changed")
        assert (entry.object_id, entry.user_id, entry.before, entry.after) == (cast.clerk.pk, cast.clerk.pk, {}, {})

    @pytest.mark.parametrize(("old", "new"), [("wrong", "Xin-de-mima-2026-qi"), (PASSWORD, "1234567890")])
    def test_a_wrong_old_or_weak_new_password_changes_nothing(
        self, cast: Cast, client: Client, old: str, new: str
    ) -> None:
        client.force_login(cast.clerk)
        assert self.change(client, old, new) == 422
        assert sign_in(Client(), "clerk") == 302


class TestLanguage:
    def test_chinese_is_spoken_whatever_the_browser_says(self, client: Client) -> None:
        answer = client.get(LOGIN, headers={"Accept-Language": "en-US,en;q=0.9"})
        assert answer.headers["Content-Language"] == "zh-hans"
        assert '<html lang="zh-Hans"' in answer.content.decode()

    def test_the_choice_is_kept_and_leads_back_to_the_page(self, client: Client) -> None:
        answer = client.post("/accounts/language/", {"language": "en", "next": LOGIN})
        assert answer.headers["Location"] == LOGIN
        assert '<html lang="en"' in text_of(client, LOGIN)
        client.post("/accounts/language/", {"language": "zh-hans", "next": LOGIN})
        assert '<html lang="zh-Hans"' in text_of(client, LOGIN)

    @pytest.mark.parametrize(("language", "day"), [("zh-hans", "6月4日"), ("en", "4 Jun")])
    def test_days_are_written_as_the_language_s_offices_write_them(self, language: str, day: str) -> None:
        with translation.override(language):
            assert date_format(date(2026, 6, 4), "MONTH_DAY_FORMAT") == day

    @pytest.mark.parametrize("cookie", ["xx", "../../etc/passwd", "de", ""])
    def test_a_language_we_do_not_speak_is_chinese(self, client: Client, cookie: str) -> None:
        client.cookies["django_language"] = cookie
        assert client.get(LOGIN).headers["Content-Language"] == "zh-hans"

    def test_one_request_s_language_does_not_stay_for_the_next(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        client.get(LOGIN)
        assert Client().get(LOGIN).headers["Content-Language"] == "zh-hans"


class TestLargeType:
    def test_large_type_is_kept_with_the_account(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        answer = client.post("/accounts/large-type/", {"next": PLANS})
        assert answer.headers["Location"] == PLANS
        elsewhere = Client()
        elsewhere.force_login(cast.clerk)
        assert re.search(r'<html[^>]* class="large"', text_of(elsewhere, PLANS))
        client.post("/accounts/large-type/")
        assert not re.search(r'<html[^>]* class="large"', text_of(elsewhere, PLANS))

    def test_the_switch_never_leads_to_another_host(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk)
        answer = client.post("/accounts/large-type/", {"next": "//elsewhere.example/"})
        assert answer.headers["Location"] == "/"


class TestFailures:
    def test_a_form_without_its_token_changes_nothing_and_shows_what_was_typed(
        self, cast: Cast, checked_client: Client
    ) -> None:
        checked_client.force_login(cast.clerk)
        typed = {"next": "三月底前已完成选址 <b>", "old_password": "geheim-geheim"}
        answer = checked_client.post("/accounts/large-type/", typed)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "三月底前已完成选址 &lt;b&gt;" in page
        assert "geheim" not in page
        cast.clerk.refresh_from_db()
        assert not cast.clerk.large_type

    def test_an_address_nobody_serves_is_told_in_words(self, client: Client) -> None:
        answer = client.get("/no-such-page/")
        assert answer.status_code == 404
        assert "没有找到这一页" in answer.content.decode()

    def test_a_failure_carries_a_number_that_stands_in_the_log(
        self,
        cast: Cast,
        client: Client,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        client.force_login(cast.clerk)
        client.raise_request_exception = False
        monkeypatch.setattr("projects.plan_views.plan_lines", broken)
        answer = client.get(PLANS)
        (logged,) = [record.getMessage() for record in caplog.records if record.name == "accounts.errors"]
        number = logged.split()[1]
        assert answer.status_code == 500
        assert number in answer.content.decode()


def broken(*args: object, **kwargs: object) -> None:
    raise RuntimeError("the database is gone")


def test_every_page_forbids_foreign_scripts_and_frames(client: Client) -> None:
    headers = client.get(LOGIN).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_no_page_holds_script_or_style_of_its_own(cast: Cast, client: Client) -> None:
    pages: list[Callable[[], str]] = [
        lambda: text_of(client, LOGIN),
        lambda: text_of(client, PLANS),
        lambda: text_of(client, "/accounts/password/"),
    ]
    assert "<script>" not in pages[0]()
    client.force_login(cast.clerk)
    for page in pages[1:]:
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=", page())
