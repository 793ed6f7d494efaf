"""Keys for programs: shown once, for a time, for some things, withdrawn by their owner or the office."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.choices import Scope
from accounts.models import ApiToken, HistoryEntry, User
from accounts.registering import set_active
from accounts.tokens import GOOD_TOKENS, PREFIX, TooManyTokensError, make_token, token_of, withdraw_token
from tests.cast import TODAY, Cast, at, cast_fixture
from tests.tracker.conftest import business_day
from tests.tracker.visits import signed_in

__all__ = ["business_day", "cast_fixture"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
UNTIL = TODAY + timedelta(days=30)


def key(cast: Cast, user: User | None = None) -> tuple[ApiToken, str]:
    user = user or cast.clerk
    return make_token(user=user, name="OA", scopes=[Scope.READ], expires_on=UNTIL, by=cast.actor(user), now=at(TODAY))


def test_only_the_secrets_digest_is_kept(cast: Cast) -> None:
    row, secret = key(cast)
    kept = [str(value) for value in ApiToken.objects.filter(pk=row.pk).values_list()[0]]
    kept += [str(entry.after) for entry in HistoryEntry.objects.filter(object_type="api_token")]
    assert secret.startswith(PREFIX)
    assert not any(secret in value for value in kept)
    assert token_of(secret, today=TODAY) == row


def test_a_token_is_good_to_its_last_day_and_not_a_day_longer(cast: Cast) -> None:
    _, secret = key(cast)
    assert token_of(secret, today=UNTIL) is not None
    assert token_of(secret, today=UNTIL + timedelta(days=1)) is None


def test_the_last_day_of_use_is_noted(cast: Cast) -> None:
    row, secret = key(cast)
    token_of(secret, today=TODAY)
    row.refresh_from_db()
    assert row.last_used_on == TODAY


def test_a_withdrawn_token_is_gone_for_good_and_history_says_who_did_both(cast: Cast) -> None:
    row, secret = key(cast)
    assert withdraw_token(token=row, by=cast.actor())
    assert token_of(secret, today=TODAY) is None
    assert not withdraw_token(token=row, by=cast.actor())
    told = HistoryEntry.objects.filter(object_type="api_token").order_by("object_version")
    assert [(entry.action, entry.user) for entry in told] == [
        ("api_token.made", cast.clerk),
        ("api_token.withdrawn", cast.office),
    ]


def test_a_sign_in_that_was_closed_takes_its_tokens_with_it(cast: Cast) -> None:
    _, secret = key(cast)
    set_active(user=cast.clerk, active=False, by=cast.actor())
    assert token_of(secret, today=TODAY) is None


def test_nobody_holds_more_tokens_than_can_be_looked_over(cast: Cast) -> None:
    for _ in range(GOOD_TOKENS):
        key(cast)
    with pytest.raises(TooManyTokensError):
        key(cast)


def test_a_token_never_outlives_a_year(cast: Cast) -> None:
    with pytest.raises(ValueError, match="2028"):
        make_token(
            user=cast.clerk,
            name="OA",
            scopes=[Scope.READ],
            expires_on=TODAY.replace(year=2028),
            by=cast.actor(cast.clerk),
            now=at(TODAY),
        )


def test_the_page_shows_a_new_tokens_secret_once(cast: Cast, client: Client) -> None:
    desk = signed_in(client, cast.clerk)
    answer = desk.post("/accounts/tokens/", {"name": "OA", "scopes": ["read", "report"], "days": "30"})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    found = token_of(secret, today=TODAY)
    assert found is not None
    assert found.scopes == ["read", "report"]
    assert secret not in desk.get("/accounts/tokens/").content.decode()


def test_a_token_without_a_purpose_or_a_name_is_not_made(cast: Cast, client: Client) -> None:
    answer = signed_in(client, cast.clerk).post("/accounts/tokens/", {"name": "", "days": "30"})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"name", "scopes"})
    assert not ApiToken.objects.exists()


def test_the_office_sees_and_withdraws_the_tokens_of_its_organization_and_others_only_their_own(
    cast: Cast, client: Client
) -> None:
    row, secret = key(cast)
    address = f"/accounts/tokens/{row.pk}/withdraw/"
    assert signed_in(client, cast.head).post(address).status_code == 404
    assert signed_in(client, cast.outsider).post(address).status_code == 404
    assert [each for each, *_ in signed_in(client, cast.head).get("/accounts/tokens/").context["rows"]] == []
    assert [each for each, *_ in signed_in(client, cast.office).get("/accounts/tokens/").context["rows"]] == [row]
    signed_in(client, cast.office).post(address)
    assert token_of(secret, today=TODAY) is None
