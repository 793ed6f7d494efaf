"""Days in words: 6月24日, with the year only when it differs."""

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext


def day_words(day: date, *, year: int | None = None) -> str:
    """Return `day` as lists and sentences write it; `year` is the one that goes without saying."""
    return _written(day, gettext("n月j日") if day.year == year else gettext("Y年n月j日"), get_language())


@lru_cache(maxsize=1024)
def _written(day: date, pattern: str, _language: str | None) -> str:
    """Keep what a language calls a day: a list says the same few on every row."""
    return date_format(day, pattern)
