"""What changed since a day, as the board and the list of items say it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from tracker.boards.changes import Change, Changes, Span, last_monday
from tracker.boards.filters import COMING, Filters
from tracker.views.menus import Entry, Menu


@dataclass(frozen=True, slots=True)
class ChangeLink:
    """A figure with the list behind it; a nought leads nowhere."""

    word: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class ChangesStrip:
    """The line under the board's figures; `kept` are the other filters for a day typed by hand."""

    menu: Menu
    links: tuple[ChangeLink, ...]
    coming: ChangeLink
    kept: tuple[tuple[str, str], ...]
    since: date
    today: date
    note: str


def changes_strip(found: Changes, filters: Filters, *, today: date) -> ChangesStrip:
    items, span = reverse("tracker:items"), found.span
    links = tuple(
        ChangeLink(
            _word(change),
            number,
            f"{items}?{filters.but(light='', changed=change.value, since=span.since)}" if number else "",
        )
        for change, number in found.numbers.items()
    )
    ahead = f"{items}?{filters.but(light=COMING, since=None)}" if found.coming else ""
    coming = ChangeLink(gettext("如无进展，月底前将逾期"), found.coming, ahead)
    note = ""
    if span.unnoted:
        note = gettext("这一天还没有灯的记录：新逾期按时限推算，转正常无从得知")
    kept = tuple(
        (name, str(value)) for name in Filters.__slots__ if name != "since" and (value := getattr(filters, name))
    )
    return ChangesStrip(_since_menu(span, filters, today), links, coming, kept, span.since, today, note)


def _since_menu(span: Span, filters: Filters, today: date) -> Menu:
    """Offer the last meeting, last Monday and the first of the month; any other day is typed."""
    days = [
        *([(span.met_on, gettext("上次调度会"))] if span.met_on else []),
        (last_monday(today), gettext("本周一") if today.weekday() else gettext("上周一")),
        (today.replace(day=1), gettext("月初")),
    ]
    url, year = reverse("tracker:board"), today.year
    entries = tuple(
        Entry(f"{word} {day_words(day, year=year)}", f"{url}?{filters.but(since=day)}", day == span.since)
        for day, word in days
    )
    since, word = day_words(span.since, year=year), next((word for day, word in days if day == span.since), "")
    told = gettext("%(word)s（%(day)s）以来") if word else gettext("%(day)s以来")
    narrowed = filters.since is not None and span.since != span.met_on
    return Menu(told % {"word": word, "day": since}, narrowed=narrowed, entries=entries)


def change_menu(url: str, filters: Filters, since: date) -> Menu:
    """Return what items can have done since the day, or all of them."""
    words = [("", gettext("不论变化")), *((change.value, _word(change)) for change in Change)]
    entries = tuple(
        Entry(word, f"{url}?{filters.but(changed=key, since=since if key else None)}", filters.changed == key)
        for key, word in words
    )
    label = next((entry.label for entry in entries if entry.current), words[0][1])
    return Menu(label, narrowed=filters.change is not None, entries=entries)


def changed_heading(filters: Filters, listed: int) -> str:
    """Name a list by what its items did; empty where they aren't asked for it."""
    if filters.change is None or filters.since is None:
        return ""
    words = {"day": day_words(filters.since), "change": _word(filters.change), "n": listed}
    return ngettext("%(day)s以来%(change)s %(n)d 项", "%(day)s以来%(change)s %(n)d 项", listed) % words


def _word(change: Change) -> str:
    return {
        Change.OVERDUE: gettext("新逾期"),
        Change.GREEN: gettext("转正常"),
        Change.CLOSED: gettext("新办结"),
        Change.EXTENDED: gettext("新改期"),
        Change.ISSUED: gettext("新下达"),
    }[change]
