"""A person's days as a calendar file (iCalendar, RFC 5545): an entry a day, so that 30 June holds one line and not forty."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from icalendar import Calendar, Event

from tracker.boards.calendar import CutoffDay, Days, Due, DueDay

NAMED = 3
"""So many items stand in an entry's title; all of them in its text."""
HOST = "duban"


def calendar_file(days: Days, *, now: datetime) -> bytes:
    """Return the file; an entry keeps its UID while its day is the same, so that a program replaces and doesn't add."""
    made = Calendar()
    made.add("prodid", "-//Duban//duban//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", gettext("重点工作"))
    made.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
    for due in days.due:
        made.add_component(_entry(f"due-{due.on}", due.on, _due_title(due), _due_text(due), now))
    for cutoff in days.cutoffs:
        made.add_component(_entry(f"cutoff-{cutoff.on}", cutoff.on, _cutoff_title(cutoff), _link("/mine/"), now))
    return bytes(made.to_ical())


def _entry(key: str, on: date, title: str, text: str, now: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{key}@{HOST}")
    entry.add("dtstamp", now)
    entry.add("dtstart", on)
    entry.add("dtend", on + timedelta(days=1))
    entry.add("summary", title)
    entry.add("description", text)
    entry.add("transp", "TRANSPARENT")
    return entry


def _due_title(day: DueDay) -> str:
    named = gettext("、").join(step.number or step.title for step in day.steps[:NAMED])
    words = {"n": len(day.steps), "items": named}
    if len(day.steps) > NAMED:
        return gettext("%(n)d 个节点到期：第 %(items)s 项等") % words
    return ngettext("%(n)d 个节点到期：第 %(items)s 项", "%(n)d 个节点到期：第 %(items)s 项", len(day.steps)) % words


def _due_text(day: DueDay) -> str:
    return "\n".join(_line(step) for step in day.steps)


def _line(step: Due) -> str:
    said = {"number": step.number, "title": step.title, "step": step.text, "link": _link_of(step)}
    if step.text:
        return gettext("第%(number)s项“%(title)s”：%(step)s　%(link)s") % said
    return gettext("第%(number)s项“%(title)s”　%(link)s") % said


def _link_of(step: Due) -> str:
    return _link(reverse("tracker:item", args=[step.task_id]))


def _cutoff_title(day: CutoffDay) -> str:
    words = {"round": day.round_name, "n": day.owed}
    return ngettext("%(round)s报送截止，还有 %(n)d 项未报", "%(round)s报送截止，还有 %(n)d 项未报", day.owed) % words


def _link(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
