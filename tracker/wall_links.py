"""Links for screens on a wall: made and withdrawn by the office, asked for by whoever holds one."""

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.keys import digest_of, new_key
from projects.choices import PlanState
from projects.models import Plan
from tracker.models import WallLink

LONGEST = timedelta(days=366)


class RestrictedError(ValueError):
    """Items of a restricted plan hang in public only where the office says so."""


@transaction.atomic
def make_wall_link(
    *, plan: Plan, place: str, expires_on: date, restricted_said: bool = False, by: Actor, now: datetime
) -> tuple[WallLink, str]:
    """Make a link and return it with its secret, shown this once. Raise RestrictedError."""
    if plan.restricted and not restricted_said:
        raise RestrictedError
    if not by.today <= expires_on <= by.today + LONGEST:
        raise ValueError(expires_on)
    token = new_key()
    row = WallLink.objects.create(
        organization_id=plan.organization_id,
        plan=plan,
        place=place,
        digest=digest_of(token),
        restricted_said=restricted_said,
        made_by=by.user,
        made_name=by.name,
        made_on=by.today,
        made_at=now,
        expires_on=expires_on,
    )
    kept = {"plan": plan.pk, "place": place, "expires_on": expires_on, "restricted_said": restricted_said}
    record(Change(plan.organization_id, "wall_link", row.pk, 1, "wall_link.made", kept), by=by)
    return row, token


@transaction.atomic
def withdraw_wall_link(*, link: WallLink, by: Actor) -> bool:
    """Close a link for good; return whether it was open. Of two at once one withdraws."""
    row = WallLink.objects.select_for_update().get(pk=link.pk)
    if row.withdrawn_on is not None:
        return False
    row.withdrawn_on, row.withdrawn_name = by.today, by.name
    row.save(update_fields=["withdrawn_on", "withdrawn_name"])
    kept = {"plan": row.plan_id, "place": row.place}
    record(Change(row.organization_id, "wall_link", row.pk, 2, "wall_link.withdrawn", kept), by=by)
    return True


def link_of(token: str, *, today: date) -> WallLink | None:
    """Return the link that this secret opens today; a plan that became restricted since hangs no longer."""
    row = WallLink.objects.select_related("plan__organization").filter(digest=digest_of(token)).first()
    if row is None or not row.is_good(today=today) or row.plan.state == PlanState.DRAFT:
        return None
    return None if row.plan.restricted and not row.restricted_said else row
