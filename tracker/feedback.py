"""Taking feedback on the pages."""

from datetime import datetime

from django.db import transaction

from accounts.history import Actor, Change, record
from accounts.models import Organization
from tracker.models import Feedback


@transaction.atomic
def give_feedback(*, organization: Organization, text: str, page: str, by: Actor, now: datetime) -> Feedback:
    row = Feedback.objects.create(
        organization=organization,
        user=by.user,
        author_name=by.name,
        text=text,
        page=page,
        given_on=by.today,
        at=now,
    )
    said = {"text": text, "page": page}
    record(Change(organization.pk, "feedback", row.pk, 1, "feedback.given", said), by=by)
    return row
