"""Who gets in: a session or a token, for what the token is for, and nobody else."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.choices import Scope
from accounts.entry import MUST_CHOOSE_PASSWORD
from accounts.tokens import withdraw_token
from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.tracker.api.calling import ROOT, Program, content, problem, program
from tests.tracker.visits import signed_in

pytestmark = pytest.mark.django_db


def test_without_a_token_the_answer_says_which_scheme_is_spoken() -> None:
    answer = Client().get(f"{ROOT}/plans/")
    assert problem(answer)["status"] == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="duban"'


@pytest.mark.parametrize("header", ["Bearer dbn_unknown", "Bearer ", "Bearer \xff", "Basic b2ZmaWNlOg=="])
def test_a_token_nobody_holds_opens_nothing(header: str, db: None) -> None:
    assert problem(Client().get(f"{ROOT}/plans/", headers={"Authorization": header}))["status"] == 401


def test_a_withdrawn_token_is_refused_at_the_next_request(cast: Cast, plan: Plan, clerk: Program) -> None:
    assert content(clerk.get("/plans/"))["items"]
    withdraw_token(token=clerk.token, by=cast.actor())
    assert problem(clerk.get("/plans/"))["type"].endswith("#problem-token_invalid")


def test_a_token_is_refused_after_its_last_day(clerk: Program, settings: pytest.FixtureRequest) -> None:
    clerk.token.expires_on = TODAY - timedelta(days=1)
    clerk.token.save(update_fields=["expires_on"])
    assert clerk.get("/plans/").status_code == 401


def test_a_token_for_reading_writes_nothing(cast: Cast, plan: Plan) -> None:
    reader = program(cast, cast.clerk, [Scope.READ])
    answer = reader.post(f"/tasks/{task_of(plan, '1').pk}/reports/", {"state": "on_plan", "sentence": "进行中。"})
    assert problem(answer)["type"].endswith("#problem-scope_missing")


def test_a_session_of_the_pages_may_all_it_may_there(cast: Cast, plan: Plan, client: Client) -> None:
    assert content(signed_in(client, cast.clerk).get(f"{ROOT}/plans/"))["items"]


def test_a_session_writes_only_with_the_pages_own_protection_against_forged_requests(cast: Cast, plan: Plan) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.office)
    answer = browser.post(f"{ROOT}/plans/", b"{}", content_type="application/json")
    assert problem(answer)["status"] == 403


def test_who_came_in_with_a_one_time_code_chooses_a_password_first(cast: Cast, client: Client) -> None:
    signed_in(client, cast.clerk)
    session = client.session
    session[MUST_CHOOSE_PASSWORD] = True
    session.save()
    assert problem(client.get(f"{ROOT}/plans/"))["type"].endswith("#problem-password_first")


def test_nothing_crosses_an_organizations_border(plan: Plan, outsider: Program) -> None:
    assert content(outsider.get("/plans/"))["items"] == []
    assert content(outsider.get(f"/tasks/?plan={plan.pk}"))["items"] == []
    assert problem(outsider.get(f"/plans/{plan.pk}/"))["status"] == 404
    assert problem(outsider.get(f"/tasks/{task_of(plan, '1').pk}/"))["status"] == 404
