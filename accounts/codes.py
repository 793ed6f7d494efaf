"""One-time sign-in codes: handed out on paper or by telephone, good once and for a week."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.history import Actor
from accounts.models import Person, SignInCode, User
from accounts.noting import record_change
from accounts.registering import create_user

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What can't be misread on paper or misheard: no 0 and O, no 1 and I."""

LENGTH, GROUP = 12, 4
GOOD_FOR = timedelta(days=7)


@transaction.atomic
def open_sign_in(*, person: Person, username: str, by: Actor, now: datetime) -> tuple[User, str]:
    """Make a sign-in without a password and return it with its first code; `now` is the real time."""
    user = create_user(username=username, password=None, organization=person.organization, person=person, by=by)
    return user, hand_out(user=user, by=by, now=now)


@transaction.atomic
def hand_out(*, user: User, by: Actor, now: datetime) -> str:
    """Return a new code, shown this once; codes handed out before are good no more."""
    if user.organization_id is None:
        raise ValueError("a sign-in without an organization gets its password from the command line")
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    SignInCode.objects.filter(user=user, used_at__isnull=True).update(used_at=now)
    expires_at = now + GOOD_FOR
    SignInCode.objects.create(
        organization_id=user.organization_id, user=user, digest=_digest(user, code), made_at=now, expires_at=expires_at
    )
    record_change(user, user.organization_id, "code_handed_out", {"expires_at": expires_at}, by)
    return "-".join(code[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def use(*, user: User, code: str, now: datetime) -> bool:
    """Return whether the code was good, and make it good no more; of two at once one wins."""
    digest = _digest(user, code)
    for row in SignInCode.objects.filter(user=user, used_at__isnull=True, expires_at__gt=now):
        if constant_time_compare(row.digest, digest):
            return bool(SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now))
    return False


def _digest(user: User, code: str) -> str:
    """Return what is kept of a code; dashes, spaces and small letters are how people write it."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return salted_hmac(f"duban.sign-in.{user.pk}", plain, algorithm="sha256").hexdigest()
