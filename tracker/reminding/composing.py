"""A message as it goes over its channel: written once, at the first claim, from what its reminders say then."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext

from projects.choices import InvolvementRole
from projects.models import Involvement
from tracker.choices import Channel as ChannelName
from tracker.models import Delivery, Reminder
from tracker.reminding.channels.protocol import Channel, Message
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.rendering import body_text, group_text, short_text, subject_line
from tracker.reminding.sealing import opened

RENDERED = ("rendered_at", "subject", "body", "sha256")
"""What `compose` writes."""


class OutletRemovedError(Exception):
    """The outlet that a message was to go through was taken out of use since."""


def settings_of_outlet(delivery: Delivery) -> dict[str, str]:
    """Open the seal of the message's outlet; raise OutletRemovedError or SealBrokenError."""
    if delivery.outlet is None:
        return {}
    if not delivery.outlet.active:
        raise OutletRemovedError
    return opened(delivery.outlet.settings_sealed)


def compose(
    delivery: Delivery, reminders: Sequence[Reminder], outlet: Mapping[str, str], *, today: date, at: datetime
) -> None:
    """Write subject and body for good, for the caller to save; raise PermanentFailure for what the channel can't write."""
    delivery.rendered_at = at.replace(microsecond=0)
    delivery.subject = subject_line(reminders, today=today)
    delivery.body = _body(delivery, reminders, today)
    delivery.sha256 = fingerprint(CHANNELS[delivery.channel], message_of(delivery, outlet))


def message_of(delivery: Delivery, outlet: Mapping[str, str]) -> Message:
    if delivery.rendered_at is None:
        raise ValueError("a message is rendered before it is sent")
    return Message(delivery.message_id, delivery.address, delivery.subject, delivery.body, delivery.rendered_at, outlet)


def fingerprint(channel: Channel, message: Message) -> str:
    return hashlib.sha256(channel.encode(message)).hexdigest()


def _body(delivery: Delivery, reminders: Sequence[Reminder], today: date) -> str:
    if delivery.department:
        doers = _doers({row.task_id for row in reminders if row.task_id}, today)
        return group_text(delivery.department.name, reminders, doers=doers, today=today)
    if delivery.channel == ChannelName.SMS:
        return short_text(reminders, today=today)
    return body_text(delivery.person.name if delivery.person else "", reminders, today=today)


def _doers(task_ids: Collection[int], today: date) -> dict[int, str]:
    """Return by item who is to do it: persons and posts by name, as the table names them."""
    rows = Involvement.objects.on(today).filter(role=InvolvementRole.OWNER, task__in=task_ids)
    names: defaultdict[int, list[str]] = defaultdict(list)
    for task, person, post in rows.order_by("position", "pk").values_list("task_id", "person__name", "post__name"):
        names[task] += filter(None, (person or post,))
    return {task: gettext("、").join(found) for task, found in names.items()}
