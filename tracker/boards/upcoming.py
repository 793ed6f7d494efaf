"""The week's reminders to come, by day and occasion, as the office sees them before they go out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from accounts.models import HistoryEntry, Membership, PostHolding
from projects.calendars import workdays_for
from projects.models import Plan
from tracker.choices import Channel, ReminderState, SubjectKind
from tracker.models import Reminder
from tracker.reminding.due import ReminderRules
from tracker.reminding.forecasting import forecast
from tracker.reminding.holding import KIND, key_of
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.naming import (
    ahead_rule,
    audience_name,
    channel_name,
    notice_rule,
    overdue_rule,
    owed_rule,
    reminder_fate,
    step_name,
)
from tracker.reminding.rendering import is_notice, reminder_line
from tracker.reminding.ways import Directory, directory_of
from tracker.rules import rules_of

DAYS = 8
STOPPED = (ReminderState.CANCELLED, ReminderState.SUPERSEDED, ReminderState.SUPPRESSED)
STOPPED_ROWS = 20
MANY = 10**9
OCCASIONS = ("notice", "owed", "overdue", "ahead")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week to come; `working` is false where nothing is told."""

    on: date
    working: bool
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """A reminder to come: what it will say, on which step and to whom, its key to hold it, and its box's name."""

    reminder: Reminder
    key: str
    text: str
    level: str
    box: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told on one occasion, of what: a person, or a unit in its group, `at` the moment the first may go out."""

    key: str
    name: str
    place: str
    channels: tuple[str, ...]
    at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    name: str
    rule: str
    rows: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A reminder that was raised and won't be told, with the reason."""

    reminder: Reminder
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """A reminder that the office holds; `entry` tells since when, by whom and why, and is the version to release."""

    reminder: Reminder
    who: str
    level: str
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class Item:
    """An item of which something is told on the days shown, on `count` occasions."""

    task_id: int
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Upcoming:
    """`people` and `groups` are told on the chosen day, each in one message; `at` is when the first goes out."""

    days: tuple[Day, ...]
    chosen: Day
    at: datetime | None
    people: int
    groups: int
    occasions: tuple[Occasion, ...]
    items: tuple[Item, ...]
    held: tuple[Held, ...]
    stopped: tuple[Stopped, ...]


def upcoming(reach: Reach, *, chosen: date | None, now: datetime) -> Upcoming:
    """Return the forecast from now on in a fixed number of queries; raise PermissionDenied for all but the office.

    Without a day asked for, the first on which something is told.
    """
    require_office(reach)
    organization_id = reach.organization_id or 0
    by_day: defaultdict[date, list[Reminder]] = defaultdict(list)
    for reminder in forecast(since=now, until=last_moment(now), organization_id=organization_id):
        by_day[_told_on(reminder, now)].append(reminder)
    days = _days(now.date(), organization_id, by_day)
    day = next((each for each in days if each.on == chosen), None) or _first_busy(days)
    told = by_day[day.on]
    return Upcoming(
        days=days,
        chosen=day,
        at=min((timezone.localtime(row.tell_at) for row in told), default=None),
        people=len({row.recipient for row in told if row.person_id}),
        groups=len({row.recipient for row in told if not row.person_id}),
        occasions=tuple(_occasions(told, day.on)),
        items=_items([row for rows in by_day.values() for row in rows]),
        held=_held(organization_id),
        stopped=_stopped(organization_id),
    )


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the forecast is meant: a day, what one person or group is told on it, or one item's on every day shown."""

    day: date | None = None
    recipient: str = ""
    task_id: int | None = None


def keys_of(reach: Reach, scope: Scope, *, now: datetime) -> frozenset[str]:
    """Return what names the reminders to come that are meant; raise PermissionDenied for all but the office."""
    require_office(reach)
    coming = forecast(since=now, until=last_moment(now), organization_id=reach.organization_id or 0)
    if scope.task_id:
        return frozenset(key_of(row) for row in coming if row.task_id == scope.task_id)
    return frozenset(
        key_of(row) for row in coming if _told_on(row, now) == scope.day and scope.recipient in ("", row.recipient)
    )


def _told_on(row: Reminder, now: datetime) -> date:
    return max(timezone.localtime(row.tell_at).date(), now.date())


def last_moment(now: datetime) -> datetime:
    """Return the end of the last day that is shown."""
    return timezone.make_aware(datetime.combine(now.date() + timedelta(days=DAYS - 1), time.max))


def get_reminder(reach: Reach, reminder_id: int) -> Reminder:
    """Return a reminder of the office's own organization; raise PermissionDenied, or Http404 where there is none."""
    require_office(reach)
    row = Reminder.objects.filter(organization=reach.organization_id, pk=reminder_id).first()
    if row is None:
        raise Http404
    return row


def _days(today: date, organization_id: int, by_day: Mapping[date, Sequence[Reminder]]) -> tuple[Day, ...]:
    workdays = workdays_for(organization_id)
    dates = [today + timedelta(days=number) for number in range(DAYS)]
    return tuple(Day(on, workdays.is_workday(on), len(by_day.get(on, ()))) for on in dates)


def _items(reminders: Iterable[Reminder]) -> tuple[Item, ...]:
    by_item: defaultdict[int, list[Reminder]] = defaultdict(list)
    for row in reminders:
        by_item[row.task_id or 0].append(row)
    named = ((task, rows[0].params) for task, rows in by_item.items())
    found = (Item(task, f"{said['number']} {said['title']}".strip(), len(by_item[task])) for task, said in named)
    return tuple(sorted(found, key=lambda item: item.task_id))


def _first_busy(days: Sequence[Day]) -> Day:
    return next((day for day in days if day.count), days[0])


def _held(organization_id: int) -> tuple[Held, ...]:
    found = Reminder.objects.filter(organization=organization_id, state=ReminderState.HELD).select_related(
        "person", "department"
    )
    rows = list(found.order_by("tell_at", "pk"))
    entries = HistoryEntry.objects.filter(object_type=KIND, object_id__in=[row.pk for row in rows])
    last = {entry.object_id: entry for entry in entries.order_by("object_version")}
    return tuple(Held(row, who_is_told(row), _level(row), last[row.pk]) for row in rows if row.pk in last)


def _stopped(organization_id: int) -> tuple[Stopped, ...]:
    rows = Reminder.objects.filter(organization=organization_id, state__in=STOPPED).select_related(
        "person", "department"
    )
    return tuple(
        Stopped(row, who_is_told(row), reminder_fate(row.state, row.reason))
        for row in rows.order_by("-pk")[:STOPPED_ROWS]
    )


def _occasions(reminders: Sequence[Reminder], on: date) -> Iterable[Occasion]:
    directory = directory_of(reminders, on=on)
    places = _places({row.person_id for row in reminders if row.person_id}, on)
    by_occasion: defaultdict[str, defaultdict[str, list[Reminder]]] = defaultdict(lambda: defaultdict(list))
    for row in reminders:
        if row.recipient in directory.addressees:
            by_occasion[_occasion_of(row)][row.recipient].append(row)
    rules = _rules(reminders, on)
    for key in OCCASIONS:
        if found := by_occasion.get(key):
            rows = tuple(_told(directory, rows, places.get(rows[0].person_id or 0, ""), on) for rows in found.values())
            yield Occasion(_occasion_name(key), _rule_text(key, rules), rows)


def _occasion_of(reminder: Reminder) -> str:
    if is_notice(reminder):
        return "notice"
    if reminder.subject_kind == SubjectKind.OWED:
        return "owed"
    return "ahead" if reminder.step == "day" or reminder.step.startswith("before") else "overdue"


def _occasion_name(key: str) -> str:
    names = {
        "notice": gettext("即时通知"),
        "owed": gettext("报送提醒"),
        "overdue": gettext("逾期提醒与升级"),
        "ahead": gettext("临期提醒"),
    }
    return names[key]


def _told(directory: Directory, rows: Sequence[Reminder], place: str, on: date) -> Told:
    to = directory.addressees[rows[0].recipient]
    outside = dict.fromkeys(way.channel for row in rows for way in directory.ways(row))
    channels = [Channel.INBOX.value, *outside] if to.person else list(outside)
    name = to.name if to.person else gettext("%(unit)s工作群") % {"unit": to.name}
    return Told(
        key=to.key,
        name=name,
        place=place,
        channels=tuple(channel_name(each) for each in channels),
        at=timezone.localtime(min(row.tell_at for row in rows)),
        lines=tuple(_line(row, name, on) for row in sorted(rows, key=_place_in_table)),
    )


def _place_in_table(row: Reminder) -> tuple[int, str, str]:
    """Return what sorts numbers as the table counts them: 9 before 10, and words after both."""
    number = str(row.params.get("number", ""))
    return (int(number) if number.isdecimal() else MANY, number, row.params.get("title", ""))


def _line(row: Reminder, name: str, on: date) -> Line:
    box = gettext("勾选给%(who)s的提醒：第 %(number)s 项，%(step)s") % {
        "who": name,
        "number": row.params.get("number") or row.params.get("title", ""),
        "step": step_name(row.step, subject_kind=row.subject_kind),
    }
    return Line(row, key_of(row), text=reminder_line(row, today=on), level=_level(row), box=box)


def who_is_told(row: Reminder) -> str:
    to = row.person or row.department
    return to.name if to else row.recipient


def _level(row: Reminder) -> str:
    return f"{step_name(row.step, subject_kind=row.subject_kind)} → {audience_name(row.audience)}"


def _rules(reminders: Iterable[Reminder], on: date) -> frozenset[ReminderRules]:
    """Return the rules the reminders of the day follow; usually one."""
    plans = list(Plan.objects.filter(tasks__in={row.task_id for row in reminders}).distinct())
    return frozenset(reminder_rules(row) for row in rules_of(plans, on=on).values())


def _rule_text(key: str, rules: Collection[ReminderRules]) -> str:
    wording = {"notice": notice_rule, "owed": owed_rule, "overdue": overdue_rule, "ahead": ahead_rule}[key]
    return gettext("；").join(sorted({wording(each) for each in rules}))


def _places(people: Collection[int], on: date) -> dict[int, str]:
    """Return the post a person holds, else the unit they are of."""
    joined = Membership.objects.on(on).filter(person__in=people).order_by("-department__position", "-pk")
    held = PostHolding.objects.on(on).filter(person__in=people).order_by("-post__position", "-pk")
    places = dict(joined.values_list("person_id", "department__name"))
    return places | dict(held.values_list("person_id", "post__name"))
