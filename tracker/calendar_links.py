"""Links for a person's own calendar: made and withdrawn by whom they tell of, asked for by the calendar's program."""

from datetime import datetime

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.keys import digest_of, new_key
from accounts.models import User
from tracker.models import CalendarLink


@transaction.atomic
def make_calendar_link(*, user: User, by: Actor, now: datetime) -> str:
    """Return the secret of a new link, shown this once; the one before opens nothing any more."""
    if user.organization_id is None:
        raise ValueError("a sign-in without an organization has no days")
    User.objects.select_for_update().get(pk=user.pk)
    _withdraw(user, by=by)
    token = new_key()
    row = CalendarLink.objects.create(
        organization_id=user.organization_id, user=user, digest=digest_of(token), made_on=by.today, made_at=now
    )
    record(Change(user.organization_id, "calendar_link", row.pk, 1, "calendar_link.made", {"user": user.pk}), by=by)
    return token


@transaction.atomic
def withdraw_calendar_link(*, user: User, by: Actor) -> bool:
    """Close the link for good; return whether there was one."""
    User.objects.select_for_update().get(pk=user.pk)
    return _withdraw(user, by=by)


def link_in_use(user_id: int) -> CalendarLink | None:
    return CalendarLink.objects.filter(user=user_id, withdrawn_on__isnull=True).first()


def user_of(token: str) -> User | None:
    """Return whose days this secret opens; nobody's once it is withdrawn or the sign-in closed."""
    rows = CalendarLink.objects.select_related("user__organization")
    row = rows.filter(digest=digest_of(token), withdrawn_on__isnull=True, user__is_active=True).first()
    return row.user if row else None


def _withdraw(user: User, *, by: Actor) -> bool:
    row = link_in_use(user.pk)
    if row is None:
        return False
    row.withdrawn_on = by.today
    row.save(update_fields=["withdrawn_on"])
    told = {"user": user.pk}
    record(Change(row.organization_id, "calendar_link", row.pk, 2, "calendar_link.withdrawn", told), by=by)
    return True
