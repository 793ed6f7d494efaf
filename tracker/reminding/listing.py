"""Reminders to come as lines of text, for the commands."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from accounts.models import Person
from tracker.models import Reminder
from tracker.reminding.naming import audience_name, step_name
from tracker.reminding.rendering import reminder_line


def lines_of(reminders: Sequence[Reminder], *, on: date | None = None) -> Iterator[str]:
    """Yield a line a reminder, with `on` only those of that day, and at last their number."""
    shown = [row for row in reminders if on is None or timezone.localtime(row.tell_at).date() == on]
    names = dict(Person.objects.filter(pk__in={row.person_id for row in shown}).values_list("pk", "name"))
    for row in shown:
        at = timezone.localtime(row.tell_at)
        yield gettext("%(at)s　%(name)s（%(audience)s，%(step)s）　%(line)s") % {
            "at": f"{at:%Y-%m-%d %H:%M}",
            "name": names.get(row.person_id or 0, row.recipient),
            "audience": audience_name(row.audience),
            "step": step_name(row.step, subject_kind=row.subject_kind),
            "line": reminder_line(row, today=at.date()),
        }
    yield ngettext("共 %(n)d 条。", "共 %(n)d 条。", len(shown)) % {"n": len(shown)}
