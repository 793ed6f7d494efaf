"""A plan made by its form: one, however often the form is sent."""

from datetime import datetime

from django.db import transaction

from accounts.history import Actor
from accounts.models import Organization
from projects.models import Plan
from projects.planning import create_plan


class AlreadyMadeError(ValueError):
    """The form has made a plan before: `plan`."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(f"plan {plan.pk} was made by this form")
        self.plan = plan


@transaction.atomic
def make_plan(
    *,
    organization: Organization,
    token: str,
    year: int,
    title: str,
    document: str,
    restricted: bool,
    by: Actor,
    now: datetime,
) -> Plan:
    """Make an empty draft; raise AlreadyMadeError when the form's one-time number `token` comes again."""
    # Two presses at once follow each other; whoever writes other rows of the office doesn't wait.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if (first := Plan.objects.filter(organization=organization, token=token).first()) is not None:
        raise AlreadyMadeError(first)
    return create_plan(
        organization=organization,
        year=year,
        title=title,
        document=document,
        restricted=restricted,
        token=token,
        by=by,
        now=now,
    )
