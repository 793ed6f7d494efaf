"""Personal tokens for the API: made for a time and for some things, shown once, withdrawn for good."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.choices import Scope
from accounts.history import Actor, Change, record
from accounts.keys import digest_of, new_key
from accounts.models import ApiToken, User
from accounts.prepared import Prepared

_NAMES = {
    Scope.READ: (gettext_lazy("查看"), gettext_lazy("查看")),
    Scope.REPORT: (pgettext_lazy("scope", "报送"), gettext_lazy("报送：报送、申请、答复")),
    Scope.PLAN: (gettext_lazy("计划"), gettext_lazy("计划：责任分解表、事项、导入")),
    Scope.OFFICE: (gettext_lazy("督查"), gettext_lazy("督查：审核、审批、批示、提醒、人员、推送、交办")),
}
"""What a scope is called, and what it is for."""

PREFIX = "dbn_"
"""What a token begins with, so that one in a log or a repository can be found."""

LONGEST = timedelta(days=366)
GOOD_TOKENS = 50
"""How many a sign-in may hold at once."""


OWN, THEIRS = ([field.attname for field in model._meta.concrete_fields] for model in (ApiToken, User))
# Asked with every request of a program.
TOKENS = Prepared(
    lambda digest: ApiToken.objects.filter(digest=digest).values_list(*OWN, *(f"user__{name}" for name in THEIRS)),
    texts=["digest"],
)


def scope_name(scope: Scope) -> Promise:
    return _NAMES[scope][0]


def scope_words(scope: Scope) -> Promise:
    """Return the name with what it opens, as it stands beside the box that is ticked."""
    return _NAMES[scope][1]


class TooManyTokensError(ValueError):
    """A sign-in that holds so many keys has lost sight of them."""


@transaction.atomic
def make_token(
    *, user: User, name: str, scopes: Collection[Scope], expires_on: date, by: Actor, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, shown this once. Raise TooManyTokensError."""
    if user.organization_id is None:
        raise ValueError("a sign-in without an organization has nothing that a program could reach")
    if not by.today <= expires_on <= by.today + LONGEST or not scopes:
        raise ValueError(expires_on)
    User.objects.select_for_update().get(pk=user.pk)
    good = ApiToken.objects.filter(user=user, withdrawn_on__isnull=True, expires_on__gte=by.today)
    if good.count() >= GOOD_TOKENS:
        raise TooManyTokensError
    secret = new_key(PREFIX)
    row = ApiToken.objects.create(
        organization_id=user.organization_id,
        user=user,
        name=name,
        digest=digest_of(secret),
        tail=secret[-4:],
        scopes=sorted(scopes),
        made_at=now,
        made_on=by.today,
        expires_on=expires_on,
    )
    kept = {"user": user.pk, "name": name, "scopes": row.scopes, "expires_on": expires_on}
    record(Change(user.organization_id, "api_token", row.pk, 1, "api_token.made", kept), by=by)
    return row, secret


@transaction.atomic
def withdraw_token(*, token: ApiToken, by: Actor) -> bool:
    """Close a token for good; return whether it was open. Of two at once one withdraws."""
    row = ApiToken.objects.select_for_update().get(pk=token.pk)
    if row.withdrawn_on is not None:
        return False
    row.withdrawn_on, row.withdrawn_name = by.today, by.name
    row.save(update_fields=["withdrawn_on", "withdrawn_name"])
    kept = {"user": row.user_id, "name": row.name}
    record(Change(row.organization_id, "api_token", row.pk, 2, "api_token.withdrawn", kept), by=by)
    return True


def token_of(secret: str, *, today: date) -> ApiToken | None:
    """Return the token that this secret opens today with its user, in one query; note once a day that it was used."""
    found = TOKENS.rows(digest=digest_of(secret))
    if not found:
        return None
    row = ApiToken.from_db(DEFAULT_DB_ALIAS, OWN, found[0][: len(OWN)])
    row.user = User.from_db(DEFAULT_DB_ALIAS, THEIRS, found[0][len(OWN) :])
    if not row.is_good(today=today) or not row.user.is_active:
        return None
    if row.organization_id != row.user.organization_id:
        return None
    if row.last_used_on != today:
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=today)
    return row
