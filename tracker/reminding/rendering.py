"""The words of a message, from what its reminders say; written once, when the message is first claimed."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from tracker.choices import SubjectKind
from tracker.models import Reminder
from tracker.reminding.channels.protocol import one_line
from tracker.reminding.notices import KINDS
from tracker.reminding.wording import item_words, notice_line, place_of, step_words
from tracker.sentences import round_text

LONGEST = 150
"""Signs of a sentence that a subject line takes; the body has all of it."""
SHORTEST = 60
"""Signs of it that a text message takes."""
GROUP_LINES = 10


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


def group_text(unit: str, reminders: Sequence[Reminder], *, doers: Mapping[int, str], today: date) -> str:
    """Return what is said in a unit's group: who must do what by when, a few lines of it, and where the rest stands."""
    count = len(reminders)
    lines = [
        ngettext("%(unit)s有 %(count)d 件事：", "%(unit)s有 %(count)d 件事：", count) % {"unit": unit, "count": count}
    ]
    for number, reminder in enumerate(reminders[:GROUP_LINES], start=1):
        line = Truncator(reminder_line(reminder, today=today)).chars(LONGEST)
        who = doers.get(reminder.task_id or 0, "")
        lines.append(f"{number}. " + (gettext("%(line)s（%(who)s）") % {"line": line, "who": who} if who else line))
    if count > GROUP_LINES:
        left = count - GROUP_LINES
        lines.append(ngettext("另有 %(n)d 件没有列出。", "另有 %(n)d 件没有列出。", left) % {"n": left})
    lines.append(gettext("请到这里办理：%(link)s") % {"link": f"{settings.BASE_URL}{_place_of_all(reminders)}"})
    return "\n".join(lines)


def short_text(reminders: Sequence[Reminder], *, today: date) -> str:
    """Return one sentence with the count and the link, as a text message takes it."""
    first = Truncator(reminder_line(reminders[0], today=today)).chars(SHORTEST)
    words = {"line": first, "count": len(reminders), "link": f"{settings.BASE_URL}{_place_of_all(reminders)}"}
    if len(reminders) == 1:
        return gettext("督办提醒：%(line)s。请办理：%(link)s") % words
    return (
        ngettext(
            "督办提醒：您有 %(count)d 件事，第一件是%(line)s。请办理：%(link)s",
            "督办提醒：您有 %(count)d 件事，第一件是%(line)s。请办理：%(link)s",
            len(reminders),
        )
        % words
    )


def _place_of_all(reminders: Sequence[Reminder]) -> str:
    return place_of(reminders[0]) if len(reminders) == 1 else "/mine/"


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
