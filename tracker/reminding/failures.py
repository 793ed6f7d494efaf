"""A message that could not be delivered is never silent: the office finds it in its inbox."""

from datetime import date, datetime

from accounts.models import Person
from tracker.models import Delivery
from tracker.reminding.bundling import inbox_entry
from tracker.reminding.recipients import office_of
from tracker.reminding.rendering import failure_body, failure_subject

BUNDLE = "f"


def failed_message(notice: Delivery) -> int | None:
    """Return the id of the message that a notice of this module is about."""
    number = notice.bundle.removeprefix(BUNDLE)
    return int(number) if number != notice.bundle and number.isdecimal() else None


def tell_office(delivery: Delivery, *, today: date, at: datetime) -> None:
    """Write the notice in the caller's transaction, once a message and person."""
    people = Person.objects.filter(pk__in=office_of(delivery.organization_id, today=today)).order_by("pk")
    Delivery.objects.bulk_create(
        [
            inbox_entry(
                organization_id=delivery.organization_id,
                person=person,
                bundle=f"{BUNDLE}{delivery.pk}",
                subject=failure_subject(delivery, today=today),
                body=failure_body(person.name, delivery, today=today),
                at=at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )
