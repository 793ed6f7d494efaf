"""What is to be told of a date, to whom and when: facts, rules and a moment in, events out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import count, takewhile
from typing import NamedTuple

from projects.workdays import Workdays
from tracker.choices import ReminderState, SubjectKind

Recipient = int | str


class Audience(StrEnum):
    OWNER = "owner"
    HEAD = "head"
    LEADER = "leader"
    MAIN_LEADER = "main_leader"
    OFFICE = "office"
    GROUP = "group"  # the leading unit's, before the day and on it
    LATE_GROUP = "late_group"


Ladder = tuple[tuple[int, tuple[Audience, ...]], ...]
OWNER = (Audience.OWNER,)
AHEAD = (Audience.OWNER, Audience.GROUP)
GROUPS = frozenset({Audience.GROUP, Audience.LATE_GROUP})
UNIT = frozenset({Audience.OWNER, Audience.HEAD})
"""Those a unit's group is told beside; what goes on to leaders is no matter of the group."""
LADDER: Ladder = (
    (1, OWNER),
    (3, (Audience.HEAD,)),
    (7, (Audience.LEADER,)),
    (15, (Audience.MAIN_LEADER, Audience.OFFICE)),
)


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """A plan's reminder settings.

    Days before count working days, days after (`ladder`, `report_after_days`) calendar days. `digest_at` must lie in
    waking hours, which run within one day from `quiet_to` to `quiet_from`; else ValueError.
    """

    before_days: tuple[int, ...] = (5, 1)
    ladder: Ladder = LADDER
    weekly_days: int = 7
    weekly_to: tuple[Audience, ...] = (Audience.OWNER, Audience.MAIN_LEADER, Audience.OFFICE)
    report_before_days: tuple[int, ...] = (5, 1)
    report_after_days: tuple[int, ...] = (1,)
    digest_at: time = time(8, 30)
    quiet_from: time = time(18, 0)
    quiet_to: time = time(8, 0)
    missed_after: timedelta = timedelta(hours=2)
    leader_waits: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        if not self.quiet_to <= self.digest_at < self.quiet_from:
            raise ValueError("the digest must be told in waking hours")


class Subject(NamedTuple):
    """A milestone or owed report that is still to be answered for.

    `issued_on` is the first day on which its steps are told: the plan's issue, or the day this cycle began.
    """

    kind: SubjectKind
    id: int
    cycle: int
    due_on: date
    issued_on: date
    recipients: Mapping[Audience, tuple[Recipient, ...]]


class Step(NamedTuple):
    """A rung; `number` orders the rungs of one subject, and a higher one outweighs a lower."""

    code: str
    number: int
    tell_at: datetime
    audience: tuple[Audience, ...]


Days = tuple[str, date, tuple[Audience, ...]]
_Begun = tuple[list[Step], Iterator[Step]]
_Date = tuple[SubjectKind, date, bool, tzinfo | None]


class Timetable:
    """When a plan tells of which date: its rules and calendar, with each date's steps worked out once."""

    def __init__(self, rules: ReminderRules, workdays: Workdays) -> None:
        self.rules = rules
        self.workdays = workdays
        self._begun: dict[_Date, _Begun] = {}
        self._passed: dict[_Date, tuple[datetime, tuple[Step, ...]]] = {}
        self._telling: dict[datetime, bool] = {}

    def steps(self, subject: Subject, now: datetime) -> Iterator[Step]:
        """Yield the subject's steps in order, in the zone of `now`; those of a milestone end only without recipients."""
        return self._steps_of(self._date_of(subject, now), now)

    def passed(self, subject: Subject, now: datetime) -> Sequence[Step]:
        """Return the steps that are not after `now`, found once for all that share a date."""
        date_of = self._date_of(subject, now)
        at, steps = self._passed.get(date_of, (None, ()))
        if at != now:
            steps = tuple(takewhile(lambda step: step.tell_at <= now, self._steps_of(date_of, now)))
            self._passed[date_of] = now, steps
        return steps

    def may_tell(self, now: datetime) -> bool:
        """Say whether something may be told now: on a working day from the digest on.

        What is found late must leave the leaders' wait within the same waking hours; else it waits for the next digest,
        so that one subject is told once a day.
        """
        if now not in self._telling:
            self._telling[now] = _may_tell(now, self)
        return self._telling[now]

    def begins(self, kind: SubjectKind, due_on: date, now: datetime) -> datetime:
        """Return the moment of a date's first step, in the zone of `now`: before it nothing is told."""
        return next(self._steps_of((kind, due_on, False, now.tzinfo), now)).tell_at

    def _date_of(self, subject: Subject, now: datetime) -> _Date:
        weekly = any(subject.recipients.get(audience) for audience in self.rules.weekly_to)
        return subject.kind, subject.due_on, weekly, now.tzinfo

    def _steps_of(self, date_of: _Date, now: datetime) -> Iterator[Step]:
        if date_of not in self._begun:
            kind, due_on, weekly, _ = date_of
            rungs = _rungs(kind, due_on, self.rules, self.workdays, weekly=weekly)
            self._begun[date_of] = [], self._steps(rungs, _zone(now))
        known, further = self._begun[date_of]
        for place in count():
            if place == len(known):
                if (step := next(further, None)) is None:
                    return
                known.append(step)
            yield known[place]

    def _steps(self, rungs: Iterator[Days], zone: tzinfo) -> Iterator[Step]:
        for number, (code, day, audience) in enumerate(rungs, start=1):
            yield Step(code, number, datetime.combine(day, self.rules.digest_at, tzinfo=zone), audience)


class Event(NamedTuple):
    """A row of the reminder record to be: due, or merged into a higher step (None: it lay before the issue)."""

    step: str
    recipient: Recipient
    audience: Audience
    state: ReminderState
    tell_at: datetime
    merged_into: str | None = None


class _Open(NamedTuple):
    """A step a recipient has neither been told nor been spared."""

    step: Step
    recipient: Recipient
    audience: Audience


def events(
    subject: Subject, timetable: Timetable, now: datetime, raised: Collection[tuple[str, Recipient]]
) -> tuple[Event, ...]:
    """Return what is to be recorded now: every step not after `now` and not yet in `raised`.

    `now` is a local datetime with its zone. One step is told, the highest; whoever a lower one was meant for is told
    the highest instead. Found late, the owner is told at once and the others after a wait. Outside telling hours
    nothing is returned: the next call within them gathers it.
    """
    passed = timetable.passed(subject, now)
    if not passed or not timetable.may_tell(now):
        return ()
    spared, pending = _gather(subject, passed, raised)
    if not pending:
        return spared
    top = max((entry.step for entry in pending), key=lambda step: step.number)
    merged = tuple(_merged(entry, top.code) for entry in pending if entry.step.number < top.number)
    return spared + merged + tuple(_told(top, pending, timetable, now))


def next_step_at(
    subject: Subject,
    timetable: Timetable,
    after: datetime,
    raised: Collection[tuple[str, Recipient]] | None = None,
) -> datetime | None:
    """Return the first moment, `after` or later, at which `events` has something to record; None: never.

    Without `raised`, every step up to `after` is taken as recorded; so give it whenever `events` may have been called
    outside telling hours.
    """
    known = raised or ()
    for step in timetable.steps(subject, after):
        if step.tell_at <= after and raised is None:
            continue
        for audience in step.audience:
            for who in subject.recipients.get(audience, ()):
                if (step.code, who) not in known:
                    return _opening(after, timetable) if step.tell_at <= after else step.tell_at
    return None


def forecast(
    subject: Subject,
    timetable: Timetable,
    *,
    since: datetime,
    until: datetime,
    raised: Collection[tuple[str, Recipient]] = (),
) -> tuple[Event, ...]:
    """Return what the clock will record from `since` to `until` if nothing changes and no pass is missed."""
    found: list[Event] = []
    known = set(raised)
    at = next_step_at(subject, timetable, since, known)
    while at is not None and at <= until:
        new = events(subject, timetable, at, known)
        found += new
        known |= {(event.step, event.recipient) for event in new}
        at = next_step_at(subject, timetable, at, known)
    return tuple(found)


def _rungs(
    kind: SubjectKind, due_on: date, rules: ReminderRules, workdays: Workdays, *, weekly: bool
) -> Iterator[Days]:
    reports = kind == SubjectKind.OWED
    for days in sorted(set(rules.report_before_days if reports else rules.before_days), reverse=True):
        yield f"before-{days}", workdays.add(due_on, -days), AHEAD
    if not reports:
        yield "day", workdays.on_or_before(due_on), AHEAD
    ladder: Ladder = tuple((days, OWNER) for days in rules.report_after_days) if reports else rules.ladder
    for days, audience in ((days, _with_group(whom)) for days, whom in sorted(ladder)):
        yield f"after-{days}", workdays.on_or_after(due_on + timedelta(days=days)), audience
    if reports or not weekly:
        return
    last = max((days for days, _ in ladder), default=0)
    for week in count(1):
        day = due_on + timedelta(days=last + week * rules.weekly_days)
        yield f"weekly-{week}", workdays.on_or_after(day), _with_group(rules.weekly_to)


def _with_group(audience: tuple[Audience, ...]) -> tuple[Audience, ...]:
    return (*audience, Audience.LATE_GROUP) if UNIT & set(audience) else audience


def _whom(subject: Subject, step: Step) -> dict[Recipient, Audience]:
    """Return each recipient of a step once, in the first of the audiences they stand in."""
    first: dict[Recipient, Audience] = {}
    for audience in step.audience:
        for who in subject.recipients.get(audience, ()):
            first.setdefault(who, audience)
    return first


def _gather(
    subject: Subject, passed: Sequence[Step], raised: Collection[tuple[str, Recipient]]
) -> tuple[tuple[Event, ...], list[_Open]]:
    """Split the open steps that have passed into events of those nobody is told and the entries still to tell."""
    told = _told_up_to(passed, raised) if raised else {}
    spared, pending = [], []
    for step in passed:
        for who, audience in _whom(subject, step).items():
            if (step.code, who) in raised:
                continue
            entry, higher = _Open(step, who, audience), told.get(who)
            if step.tell_at.date() < subject.issued_on:
                spared.append(_merged(entry, None))
            elif higher and higher.number > step.number:
                spared.append(_merged(entry, higher.code))
            else:
                pending.append(entry)
    return tuple(spared), pending


def _told_up_to(passed: Iterable[Step], raised: Collection[tuple[str, Recipient]]) -> dict[Recipient, Step]:
    """Return the highest passed step recorded for each recipient: nothing below it is worth telling any more."""
    by_code = {step.code: step for step in passed}
    told: dict[Recipient, Step] = {}
    for code, recipient in raised:
        step = by_code.get(code)
        if step and (recipient not in told or told[recipient].number < step.number):
            told[recipient] = step
    return told


def _told(top: Step, pending: list[_Open], timetable: Timetable, now: datetime) -> Iterator[Event]:
    """Yield the highest step for everyone an open step was meant for, the owner first."""
    audiences = {entry.recipient: entry.audience for entry in pending}
    audiences |= {entry.recipient: entry.audience for entry in pending if entry.audience == Audience.OWNER}
    at = now if _is_missed(top, timetable.rules, now) else top.tell_at
    owners_first = Audience.OWNER in audiences.values() and any(
        _is_missed(e.step, timetable.rules, now) for e in pending
    )
    later = _waking(at + timetable.rules.leader_waits, timetable) if owners_first else at
    for recipient, audience in sorted(audiences.items(), key=lambda item: item[1] != Audience.OWNER):
        tell_at = at if audience == Audience.OWNER else later
        yield Event(top.code, recipient, audience, ReminderState.DUE, tell_at)


def _merged(entry: _Open, into: str | None) -> Event:
    step = entry.step
    return Event(step.code, entry.recipient, entry.audience, ReminderState.MERGED, step.tell_at, into)


def _is_missed(step: Step, rules: ReminderRules, now: datetime) -> bool:
    return now - step.tell_at > rules.missed_after


def _may_tell(now: datetime, timetable: Timetable) -> bool:
    rules = timetable.rules
    digest, quiet = _at(now.date(), rules.digest_at, now), _at(now.date(), rules.quiet_from, now)
    if not timetable.workdays.is_workday(now.date()) or not digest <= now < quiet:
        return False
    return now - digest <= rules.missed_after or now + rules.leader_waits <= quiet


def _opening(after: datetime, timetable: Timetable) -> datetime:
    """Return `after` itself if something may be told then, else the next digest."""
    if timetable.may_tell(after):
        return after
    rules, workdays = timetable.rules, timetable.workdays
    digest = _at(after.date(), rules.digest_at, after)
    if workdays.is_workday(after.date()) and after < digest:
        return digest
    return _at(workdays.add(after.date(), 1), rules.digest_at, after)


def _waking(at: datetime, timetable: Timetable) -> datetime:
    rules, workdays = timetable.rules, timetable.workdays
    if at < _at(at.date(), rules.quiet_from, at):
        return at
    return _at(workdays.add(at.date(), 1), rules.digest_at, at)


def _at(day: date, clock: time, now: datetime) -> datetime:
    return datetime.combine(day, clock, tzinfo=_zone(now))


def _zone(now: datetime) -> tzinfo:
    if now.tzinfo is None:
        raise ValueError("the moment must name its zone")
    return now.tzinfo
