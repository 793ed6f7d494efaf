"""The working calendar of an organization, from its rows: State Council days and its own exceptions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q

from projects.models import CalendarDay
from projects.workdays import Workdays

OCTOBER = 10


def workdays_for(organization_id: int) -> Workdays:
    """Ask once; an organization's own day goes before the State Council's."""
    mine = CalendarDay.objects.filter(Q(organization__isnull=True) | Q(organization=organization_id))
    rows = list(mine.order_by(F("organization").asc(nulls_first=True)))
    return Workdays(
        exceptions={row.day: row.working for row in rows},
        years=known_years(row.day for row in rows if row.organization_id is None),
    )


def known_years(statutory: Iterable[date]) -> frozenset[int]:
    """Return the years whose notice is loaded.

    A notice always names its year's National Day; its New Year may reach back into a year that has no notice here.
    """
    return frozenset(day.year for day in statutory if day.month == OCTOBER)
