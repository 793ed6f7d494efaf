"""A meeting of the cast's plan, from the agenda to the minutes."""

from datetime import date

from accounts.models import User
from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import MeetingState
from tracker.meetings.running import Chair, add_to_agenda, close_meeting, decide, open_meeting, prepare_meeting
from tracker.models import AgendaItem, Decision, Meeting, Minutes
from tracker.publishing.minutes import minutes_of


def prepared(cast: Cast, plan: Plan, *, day: date = TODAY) -> Meeting:
    assert cast.leader.person is not None
    chair = Chair(cast.leader.person, cast.director.name)
    return prepare_meeting(plan=plan, day=day, title="6月调度会", chair=chair, by=cast.actor(today=day))


def opened(cast: Cast, plan: Plan, *, day: date = TODAY) -> Meeting:
    row = prepared(cast, plan, day=day)
    return open_meeting(meeting=row, version=row.version, by=cast.actor(today=day), now=at(day))


def item_of(row: Meeting, number: str = "1") -> AgendaItem:
    return AgendaItem.objects.get(meeting=row, task=task_of(row.plan, number))


def decided(
    cast: Cast,
    row: Meeting,
    text: str = "7月10日前报批。",
    *,
    user: User | None = None,
    token: str = "decided",  # noqa: S107 - one form, sent once
) -> Decision:
    assert cast.leader.person is not None
    item = item_of(row)
    return decide(
        item=item,
        seen=item.version,
        leader=cast.leader.person,
        department=cast.building,
        text=text,
        due_on=date(2026, 7, 10),
        token=token,
        by=cast.actor(user),
        now=at(TODAY),
    )


def closed(cast: Cast, row: Meeting, *, attendees: str = "规划建设科。", remarks: str = "") -> Minutes:
    row = Meeting.objects.get(pk=row.pk)
    return close_meeting(
        meeting=row,
        version=row.version,
        attendees=attendees,
        remarks=remarks,
        make=minutes_of,
        by=cast.actor(),
        now=at(TODAY),
    )


def held(cast: Cast, plan: Plan) -> Meeting:
    """Hold one on the first item, however that stands."""
    row = prepared(cast, plan)
    row = add_to_agenda(meeting=row, version=row.version, task=task_of(plan, "1"), by=cast.actor())
    row = open_meeting(meeting=row, version=row.version, by=cast.actor(), now=at(TODAY))
    decided(cast, row)
    closed(cast, row)
    row.refresh_from_db()
    assert row.state == MeetingState.CLOSED
    return row
