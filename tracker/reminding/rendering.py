"""The words of a message, from what its reminders say; written once, when the message is first claimed."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from tracker.choices import SubjectKind
from tracker.models import Delivery, Reminder
from tracker.reminding.channels.protocol import one_line
from tracker.reminding.notices import KINDS
from tracker.reminding.wording import item_words, notice_line, place_of, step_words
from tracker.sentences import round_text

LONGEST = 150
"""Signs of a sentence that a subject line takes; the body has all of it."""


def subject_line(reminders: Sequence[Reminder], *, today: date) -> str:
    """Return one line with the day and the count, so that two days' messages never read the same.

    Two hours' messages of one day differ by what they tell first.
    """
    count = len(reminders)
    day = day_words(today, year=today.year)
    line = Truncator(reminder_line(reminders[0], today=today)).chars(LONGEST)
    if is_notice(reminders[0]):
        words = gettext("%(day)s 通知：%(line)s") if count == 1 else gettext("%(day)s 通知 %(count)s 件：%(line)s等")
        return words % {"day": day, "line": line, "count": count}
    if count == 1:
        return gettext("%(day)s 提醒：%(line)s") % {"day": day, "line": line}
    return ngettext("%(day)s 提醒：%(count)s 件事", "%(day)s 提醒：%(count)s 件事", count) % {
        "day": day,
        "count": count,
    }


def body_text(name: str, reminders: Sequence[Reminder], *, today: date) -> str:
    lines = [gettext("%(name)s：") % {"name": name}, ""]
    for number, reminder in enumerate(reminders, start=1):
        lines += [
            f"{number}. {reminder_line(reminder, today=today)}",
            f"   {settings.BASE_URL}{place_of(reminder)}",
            "",
        ]
    if all(map(is_notice, reminders)):
        lines.append(gettext("本消息在事情发生时发出，只发给需要办理或知道此事的人；办过的不再发。"))
    else:
        lines.append(gettext("本消息由系统按计划规则发出，只发给仍需办理的人；报送后不再提醒。"))
    return "\n".join(lines)


def reminder_line(reminder: Reminder, *, today: date) -> str:
    """Return the one sentence of a reminder: which item, what of it, and how the day stands to its date."""
    if is_notice(reminder):
        return notice_line(reminder, today=today)
    params = reminder.params
    item = item_words(params["number"], one_line(params["title"]))
    due_on = date.fromisoformat(params["due_on"])
    if reminder.subject_kind == SubjectKind.OWED:
        return gettext("%(item)s%(round)s尚未报送（%(department)s），%(when)s") % {
            "item": item,
            "department": params["department"],
            "round": round_text(params["round"]),
            "when": _cutoff(due_on, today),
        }
    return f"{item}{step_words(one_line(params['step']))}{_deadline(due_on, today)}"


def failure_subject(delivery: Delivery, *, today: date) -> str:
    name = delivery.person.name if delivery.person else delivery.recipient
    day = day_words(today, year=today.year)
    return gettext("%(day)s 发给%(name)s的邮件没有送达") % {"day": day, "name": name}


def failure_body(name: str, delivery: Delivery, *, today: date) -> str:
    """Say which message failed, why, and what still holds: the inbox of its recipient has it."""
    lines = [
        gettext("%(name)s：") % {"name": name},
        "",
        failure_subject(delivery, today=today) + gettext("。"),
        gettext("地址：%(address)s") % {"address": one_line(delivery.address)},
        gettext("原因：%(why)s") % {"why": one_line(delivery.last_error)},
        f"{settings.BASE_URL}/reminders/deliveries/{delivery.pk}/",
        "",
        gettext("站内收件箱已收到同样的提醒；请核对邮箱地址，或电话告知本人。"),
    ]
    return "\n".join(lines)


def is_notice(reminder: Reminder) -> bool:
    """Say whether it is told at once and not with the day's digest."""
    return reminder.subject_kind in KINDS


def _deadline(due_on: date, today: date) -> str:
    day, days = day_words(due_on, year=today.year), (due_on - today).days
    if days > 0:
        return ngettext("%(day)s到期，还有 %(days)s 天", "%(day)s到期，还有 %(days)s 天", days) % {
            "day": day,
            "days": days,
        }
    if days == 0:
        return gettext("今天（%(day)s）到期") % {"day": day}
    return ngettext("%(day)s已到期，逾期 %(days)s 天", "%(day)s已到期，逾期 %(days)s 天", -days) % {
        "day": day,
        "days": -days,
    }


def _cutoff(due_on: date, today: date) -> str:
    day, days = day_words(due_on, year=today.year), (due_on - today).days
    if days > 0:
        return ngettext("%(day)s截止，还有 %(days)s 天", "%(day)s截止，还有 %(days)s 天", days) % {
            "day": day,
            "days": days,
        }
    if days == 0:
        return gettext("今天（%(day)s）截止") % {"day": day}
    return gettext("已于%(day)s截止") % {"day": day}
