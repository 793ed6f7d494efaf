"""A message that could not be delivered is never silent: another channel takes it over, and the office finds it in its inbox."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext

from accounts.choices import Door
from accounts.clock import business_time
from accounts.days import day_words
from accounts.history import Actor
from accounts.models import Person
from accounts.noting import record_change
from tracker.choices import Channel, DeliveryState, EventSource
from tracker.models import Delivery, DeliveryItem, EventDue, Outlet, Reminder
from tracker.reminding.bundling import address_hash, inbox_entry, item_of, message_to
from tracker.reminding.channels.protocol import one_line
from tracker.reminding.channels.webhook import GONE
from tracker.reminding.hours import hours_of
from tracker.reminding.naming import channel_name
from tracker.reminding.recipients import office_of
from tracker.reminding.ways import people_reached

BUNDLE = "f"
STAND_IN = "v"


def failed_message(notice: Delivery) -> int | None:
    """Return the id of the message that a notice of this module is about."""
    number = notice.bundle.removeprefix(BUNDLE)
    return int(number) if number != notice.bundle and number.isdecimal() else None


def not_delivered(delivery: Delivery, *, today: date, at: datetime) -> None:
    """Do in the caller's transaction what follows from a message's end without being delivered.

    What failed for good goes another way; of what may have arrived only the office knows. Other systems are told of it,
    but of no event that didn't reach one of them.
    """
    stand_in = _told_otherwise(delivery, at) if delivery.state == DeliveryState.FAILED else None
    tell_office(delivery, stand_in, today=today, at=at)
    if delivery.channel != Channel.WEBHOOK:
        EventDue.objects.get_or_create(
            organization_id=delivery.organization_id, source=EventSource.DELIVERY, source_id=delivery.pk
        )
    elif delivery.last_error == GONE:
        _stop_telling(delivery, today=today, at=at)


def _stop_telling(delivery: Delivery, *, today: date, at: datetime) -> None:
    """Switch off a webhook whose other side said that it listens no more; what waits for it ends at its claim."""
    row = Outlet.objects.select_for_update(of=("self",)).filter(deliveries=delivery, active=True).first()
    if row is not None:
        row.active, row.changed_at = False, at
        row.save(update_fields=["active", "changed_at"])
        job = Actor(None, Door.JOB, today)
        record_change(row, row.organization_id, "removed", {"active": False}, job, reason=GONE)


def tell_office(delivery: Delivery, stand_in: Delivery | None = None, *, today: date, at: datetime) -> None:
    """Write the notice in the caller's transaction, once a message and person."""
    people = Person.objects.filter(pk__in=office_of(delivery.organization_id, today=today)).order_by("pk")
    Delivery.objects.bulk_create(
        [
            inbox_entry(
                organization_id=delivery.organization_id,
                person=person,
                bundle=f"{BUNDLE}{delivery.pk}",
                subject=_subject(delivery, today=today),
                body=_body(person.name, delivery, stand_in, today=today),
                at=at,
            )
            for person in people
        ],
        ignore_conflicts=True,
    )


def recipient_name(delivery: Delivery) -> str:
    """Name the person, the unit or the system to whom a message goes."""
    return str(delivery.person or delivery.department or delivery.outlet or delivery.recipient)


def _told_otherwise(failed: Delivery, at: datetime) -> Delivery | None:
    """Let the next channel that the person has, wanted or not, tell what it hasn't told; return that message."""
    if failed.person is None:
        return None
    reminders = list(Reminder.objects.filter(items__delivery=failed).order_by("tell_at", "pk"))
    (to,) = people_reached([failed.person]).values()
    told = set(DeliveryItem.objects.filter(reminder__in=reminders).values_list("reminder", "channel", "address_hash"))
    for way in to.ways:
        hashed = address_hash(way.address)
        left = [row for row in reminders if (row.pk, way.channel, hashed) not in told]
        if way.channel == failed.channel or not left:
            continue
        message = message_to(to, way, organization_id=failed.organization_id, at=at)
        message.bundle, message.stands_for = f"{STAND_IN}{failed.pk}", failed
        message.next_try_at = _waking(left, at)
        message.save()
        DeliveryItem.objects.bulk_create(item_of(message, row) for row in left)
        return message
    return None


def _waking(reminders: Sequence[Reminder], at: datetime) -> datetime:
    """Return the database's moment from which these may be told: not in the night in which the last try ended."""
    now = business_time(at)
    items = {row.task_id for row in reminders if row.task_id}
    hours = hours_of(items, on=now.date())
    return at + max((hours.opening(item, now) - now for item in items), default=now - now)


def _subject(delivery: Delivery, *, today: date) -> str:
    words = {
        "day": day_words(today, year=today.year),
        "name": recipient_name(delivery),
        "channel": channel_name(delivery.channel),
    }
    if delivery.state == DeliveryState.UNKNOWN:
        return gettext("%(day)s 发给%(name)s的%(channel)s不知是否送达") % words
    return gettext("%(day)s 发给%(name)s的%(channel)s没有送达") % words


def _body(name: str, delivery: Delivery, stand_in: Delivery | None, *, today: date) -> str:
    """Say which message it is, why, and what still holds: who else has it, and what is to be done."""
    lines = [
        gettext("%(name)s：") % {"name": name},
        "",
        _subject(delivery, today=today) + gettext("。"),
        *([gettext("地址：%(address)s") % {"address": one_line(delivery.address)}] if delivery.person_id else []),
        gettext("原因：%(why)s") % {"why": why_not_delivered(delivery.last_error)},
        f"{settings.BASE_URL}/reminders/deliveries/{delivery.pk}/",
        "",
    ]
    if stand_in:
        lines.append(gettext("已改发%(channel)s。") % {"channel": channel_name(stand_in.channel)})
    if delivery.person_id:
        lines.append(gettext("站内收件箱已收到同样的提醒；请核对地址，或电话告知本人。"))
    elif delivery.channel == Channel.WEBHOOK:
        lines.append(gettext("请与接收方的系统核对；恢复后可以把没有送达的重发。"))
    else:
        lines.append(gettext("应由个人办理的，已另行提醒本人；请核对群机器人的设置。"))
    lines.append(
        gettext("处理完请在“未送达”里销账：%(link)s") % {"link": f"{settings.BASE_URL}/reminders/undelivered/"}
    )
    return "\n".join(lines)


def why_not_delivered(error: str) -> str:
    """Say in our words why where the reason is ours; what the other side answered stays as it is."""
    ours = {
        "bad_address": gettext("地址写得不对"),
        "lease_ended": gettext("发送的进程没有记下对方是否收下就停了，这个渠道不自动重发"),
        "seal_broken": gettext("渠道的设置打不开：SEAL_KEY 换过了，请重新填写设置"),
        "outlet_removed": gettext("渠道已停用"),
        GONE: gettext("对方答复不再接收（410），这项推送已停用"),
    }
    return ours.get(error) or one_line(error)
