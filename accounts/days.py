"""Days in words: 6月24日, with the year only when it differs."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext


def day_words(day: date, *, year: int | None = None) -> str:
    """Return `day` as lists and sentences write it; `year` is the one that goes without saying."""
    return date_format(day, gettext("n月j日") if day.year == year else gettext("Y年n月j日"))
