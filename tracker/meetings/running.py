"""Meetings: prepared with an agenda, opened, decided in, closed with minutes; the next one opens with what is unsettled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.history import Actor, Change, record
from accounts.models import Department, Person
from accounts.versions import raise_version
from projects.models import Plan, Task
from tracker.choices import AgendaReason, MeetingState
from tracker.directives import give_directive
from tracker.meetings.agenda import proposed, stood
from tracker.models import AgendaItem, Decision, DecisionDraft, Directive, Meeting, Minutes

LONGEST = 2000
"""Characters of a field that are kept as a draft; the form takes fewer."""


class WrongMeetingState(Exception):
    """The meeting is in a state that takes no such step."""

    def __init__(self, row: Meeting) -> None:
        super().__init__(f"meeting {row.pk} is {row.state}")
        self.row = row


@dataclass(frozen=True, slots=True)
class Chair:
    """Who chairs, and by which post."""

    person: Person
    post: str


@dataclass(frozen=True, slots=True)
class Made:
    """Minutes as they are kept: each block a level, a heading and lines; and the file."""

    blocks: list[Mapping[str, Any]]
    content: bytes


@transaction.atomic
def prepare_meeting(*, plan: Plan, day: date, title: str, chair: Chair, by: Actor) -> Meeting:
    """Begin a meeting with the agenda that the plan's lights, obstacles and earlier decisions propose."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    row = Meeting.objects.create(
        organization_id=plan.organization_id,
        plan=plan,
        day=day,
        title=title,
        chair=chair.person,
        chair_name=chair.person.name,
        chair_post=chair.post,
        author_name=by.name,
    )
    _propose(row, by=by)
    _note(row, "meeting.prepared", by=by)
    return row


@transaction.atomic
def renew_agenda(*, meeting: Meeting, version: int, by: Actor) -> Meeting:
    """Put what came up since at the end; what the office arranged or left out stays so."""
    row = _locked(meeting, version, MeetingState.PREPARED)
    _propose(row, by=by)
    _note(row, "meeting.renewed", by=by)
    return row


@transaction.atomic
def add_to_agenda(*, meeting: Meeting, version: int, task: Task, by: Actor) -> Meeting:
    """Call up one more item, at the end; one that was left out comes back where it stood."""
    if task.plan_id != meeting.plan_id:
        raise ValueError("an agenda calls up items of its own plan")
    row = _locked(meeting, version, MeetingState.PREPARED)
    fresh = {"organization_id": row.organization_id, "reason": AgendaReason.ADDED, "position": _end(row)}
    item, made = AgendaItem.objects.get_or_create(meeting=row, task=task, defaults=fresh)
    if not made and item.left_out:
        item.left_out = False
        item.save(update_fields=["left_out"])
    _note(row, "meeting.item_added", by=by, after={"item": task.number})
    return row


@transaction.atomic
def leave_out(*, item: AgendaItem, version: int, out: bool, by: Actor) -> Meeting:
    """Leave an item out of the agenda, or call it up again."""
    row = _locked(item.meeting, version, MeetingState.PREPARED)
    AgendaItem.objects.filter(pk=item.pk).update(left_out=out)
    _note(row, "meeting.item_left_out" if out else "meeting.item_put_back", by=by, after={"item": item.task.number})
    return row


@transaction.atomic
def move_item(*, item: AgendaItem, version: int, up: bool, by: Actor) -> Meeting:
    """Change places with the one before or after; the first and the last stay where they are."""
    row = _locked(item.meeting, version, MeetingState.PREPARED)
    called = list(AgendaItem.objects.filter(meeting=row, left_out=False).order_by("position", "pk"))
    place = next(at for at, each in enumerate(called) if each.pk == item.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(called):
        first, second = called[place], called[other]
        first.position, second.position = second.position, first.position
        AgendaItem.objects.bulk_update([first, second], ["position"])
    _note(row, "meeting.item_moved", by=by, after={"item": item.task.number, "up": up})
    return row


@transaction.atomic
def open_meeting(*, meeting: Meeting, version: int, by: Actor, now: datetime) -> Meeting:
    """Open it: from now on the agenda stands, with every item as it is at this hour."""
    row = _locked(meeting, version, MeetingState.PREPARED)
    items = list(AgendaItem.objects.filter(meeting=row))
    told = stood(row.plan, [item.task_id for item in items], today=by.today)
    columns = ("number", "title", "light", "days_late", "units", "why")
    for item in items:
        for name in columns:
            setattr(item, name, getattr(told[item.task_id], name))
    AgendaItem.objects.bulk_update(items, columns)
    row.state, row.opened_at = MeetingState.OPEN, now
    row.save(update_fields=["state", "opened_at"])
    _note(row, "meeting.opened", by=by)
    return row


@transaction.atomic
def decide(
    *,
    item: AgendaItem,
    seen: int,
    leader: Person,
    department: Department,
    text: str,
    due_on: date,
    token: str,
    by: Actor,
    now: datetime,
) -> Decision:
    """Write down what the meeting decides: it becomes the leader's directive at once.

    The same token again returns the first one. Raise Conflict when somebody decided on the item since it was `seen`,
    NotOpenError where the item takes no directive.
    """
    meeting = Meeting.objects.select_for_update().get(pk=item.meeting_id)
    known = Decision.objects.filter(directive__token=token).first()
    if known is not None:
        return known
    if meeting.state != MeetingState.OPEN:
        raise WrongMeetingState(meeting)
    version = raise_version(item, expected=seen)
    row = Decision.objects.create(
        organization_id=meeting.organization_id,
        meeting=meeting,
        item=item,
        directive=_directed(
            meeting, item, leader=leader, department=department, text=text, due_on=due_on, token=token, by=by, now=now
        ),
        text=text,
        unit_name=department.name,
        due_on=due_on,
    )
    DecisionDraft.objects.filter(item=item, user=by.user).delete()
    record(
        Change(
            organization_id=meeting.organization_id,
            object_type="agenda_item",
            object_id=item.pk,
            version=version,
            action="meeting.decided",
            before={},
            after={"text": text, "unit": department.name, "due_on": due_on},
        ),
        by=by,
    )
    return row


def _directed(meeting: Meeting, item: AgendaItem, **said: Any) -> Directive:
    return give_directive(task=item.task, meeting_on=meeting.day, **said)


@transaction.atomic
def keep_decision_draft(
    *, item: AgendaItem, content: Mapping[str, str], token: str, by: Actor, now: datetime
) -> DecisionDraft | None:
    """Keep what one person has typed for an item; one that was sent meanwhile (`token`) leaves none."""
    Meeting.objects.select_for_update().get(pk=item.meeting_id)
    if token and Directive.objects.filter(token=token).exists():
        return None
    kept = {name: value[:LONGEST] for name, value in content.items()}
    defaults = {"organization_id": item.organization_id, "content": kept, "saved_at": now}
    draft, _ = DecisionDraft.objects.update_or_create(item=item, user=by.user, defaults=defaults)
    return draft


@transaction.atomic
def close_meeting(
    *,
    meeting: Meeting,
    version: int,
    attendees: str,
    remarks: str,
    make: Callable[[Meeting], Made],
    by: Actor,
    now: datetime,
) -> Minutes:
    """Close the meeting and keep its minutes as `make` writes them; of a closed one, make another edition."""
    row = _locked(meeting, version, MeetingState.OPEN, MeetingState.CLOSED)
    row.attendees, row.remarks = attendees, remarks
    row.closed_at = row.closed_at or now
    action = "meeting.closed" if row.state == MeetingState.OPEN else "meeting.minutes_made"
    row.state = MeetingState.CLOSED
    row.save(update_fields=["attendees", "remarks", "closed_at", "state"])
    made = make(row)
    last = Minutes.objects.filter(meeting=row).aggregate(last=Max("edition"))["last"]
    minutes = Minutes.objects.create(
        organization_id=row.organization_id,
        meeting=row,
        edition=(last or 0) + 1,
        blocks=made.blocks,
        content=made.content,
        sha256=sha256(made.content).hexdigest(),
        author_name=by.name,
        made_at=now,
    )
    _note(row, action, by=by, after={"edition": minutes.edition, "sha256": minutes.sha256})
    return minutes


def _propose(row: Meeting, *, by: Actor) -> None:
    there = set(AgendaItem.objects.filter(meeting=row).values_list("task", flat=True))
    found = proposed(row.plan, before=row, today=by.today)
    fresh = [(task, reason) for task, reason in found.items() if task not in there]
    end = _end(row)
    AgendaItem.objects.bulk_create(
        AgendaItem(organization_id=row.organization_id, meeting=row, task_id=task, position=end + place, reason=reason)
        for place, (task, reason) in enumerate(fresh)
    )


def _end(row: Meeting) -> int:
    last = AgendaItem.objects.filter(meeting=row).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _locked(meeting: Meeting, version: int, *states: MeetingState) -> Meeting:
    """Lock the meeting, count its new version and return it; raise Conflict or WrongMeetingState."""
    row = Meeting.objects.select_related("plan").get(pk=meeting.pk)
    if row.state not in states:
        raise WrongMeetingState(row)
    raise_version(row, expected=version)
    if row.state not in states:
        raise WrongMeetingState(row)
    return row


def _note(row: Meeting, action: str, *, by: Actor, after: Mapping[str, Any] | None = None) -> None:
    told = {"day": row.day, "title": row.title, "chair": row.chair_name, "state": row.state}
    record(
        Change(
            organization_id=row.organization_id,
            object_type="meeting",
            object_id=row.pk,
            version=row.version,
            action=action,
            before={},
            after={**told, **(after or {})},
        ),
        by=by,
    )
