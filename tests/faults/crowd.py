"""Many people with much to be told, wave after wave: `python -m tests.faults.crowd story UNITS ITEMS WAVES SINK` or `… record`.

Each wave is a plan of some items a unit, all due on the day after the business day: when the office issues it, everybody is told.
"""

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import django
from django.core.management import call_command
from django.db.models import Model

django.setup()

from accounts.choices import Door, MembershipRole, Role  # noqa: E402  # models exist only after setup
from accounts.history import Actor  # noqa: E402
from accounts.models import Department, Organization, Person  # noqa: E402
from accounts.registering import (  # noqa: E402
    create_department,
    create_organization,
    create_person,
    create_user,
    grant,
    join,
)
from projects.choices import InvolvementRole, TaskState  # noqa: E402
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft  # noqa: E402
from projects.models import Involvement, Milestone, Plan  # noqa: E402
from projects.planning import add_tasks, create_plan  # noqa: E402
from tests.cast import JANUARY, at  # noqa: E402
from tests.faults.installation import BUSINESS_DAY, OFFICE, PASSWORD  # noqa: E402
from tests.faults.ways import set_ways  # noqa: E402
from tracker.choices import Channel, SubjectKind  # noqa: E402
from tracker.models import Attempt, Delivery, DeliveryItem, Outlet, Reminder, Urging  # noqa: E402
from tracker.reminding.channels.texts import short_code  # noqa: E402

ROBOTS = (Channel.WECOM_ROBOT, Channel.DINGTALK_ROBOT, Channel.FEISHU_ROBOT)
WITH_IDS = (Channel.INBOX, Channel.MAIL)
"""Channels whose messages bear their id; the others bear a code made of it."""
Row = dict[str, Any]


def story(units: int, items: int, waves: int, sink: str) -> None:
    """Write the address book, each unit's group and the drafts of all waves, and print their ids."""
    call_command("migrate", interactive=False, verbosity=0)
    by = Actor(None, Door.COMMAND, JANUARY)
    office = create_organization(code="shili", name="示例开发区", by=by)
    _person(office, OFFICE, "示例·督办员", PASSWORD, by)
    departments = [_unit(office, n, by) for n in range(units)]
    set_ways(ROBOTS, sink, organization=office)
    found = [_wave(office, n, departments * items, by) for n in range(waves)]
    sys.stdout.write(json.dumps(found) + "\n")


def _person(office: Organization, username: str, name: str, password: str | None, by: Actor) -> Any:
    person = create_person(organization=office, name=name, email=f"{username}@example.org", by=by)
    user = create_user(username=username, password=password, organization=office, person=person, by=by)
    if password:
        grant(user=user, organization=office, role=Role.OFFICE, from_on=JANUARY, by=by)
    return person


def _unit(office: Organization, number: int, by: Actor) -> Department:
    unit = create_department(organization=office, name=f"示例{number}科", position=number, by=by)
    clerk = _person(office, f"clerk{number}", f"示例·经办{number}", None, by)
    join(person=clerk, department=unit, role=MembershipRole.CLERK, from_on=JANUARY, by=by)
    return unit


def _wave(office: Organization, number: int, departments: list[Department], by: Actor) -> Row:
    """Draft a plan; `items` names each unit with its item."""
    now = at(JANUARY)
    plan = create_plan(organization=office, year=2026, title=f"第{number + 1}批重点工作", by=by, now=now)
    drafts = [
        _item(unit, f"{unit.name}第{number + 1}批第{n}件事", str(n)) for n, unit in enumerate(departments, start=1)
    ]
    tasks = add_tasks(plan=plan, drafts=drafts, by=by, now=now)
    return {"plan": plan.pk, "items": [(unit.pk, task.pk) for unit, task in zip(departments, tasks, strict=True)]}


def _item(unit: Department, title: str, number: str) -> TaskDraft:
    return TaskDraft(
        title=title,
        number=number,
        content=title,
        deadline_text="6月底前",
        parties=(PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk),),
        milestones=(MilestoneDraft("完成", "6月底前", BUSINESS_DAY + timedelta(days=1)),),
    )


def content() -> Row:
    """Return the reminder record and whatever had to be told, for `tests.faults.checker`."""
    return {
        "promises": [*_dated_steps(), *_urgings()],
        "reminders": [_reminder(row) for row in Reminder.objects.order_by("pk")],
        "messages": _messages(),
        "reached": _reached(),
    }


def _told_of_unit() -> dict[int, list[str]]:
    """Return by unit who answers for its items, and its group."""
    found: dict[int, list[str]] = {}
    members = Department.objects.filter(memberships__role=MembershipRole.CLERK)
    for unit, person in members.values_list("pk", "memberships__person"):
        found.setdefault(unit, []).append(f"person:{person}")
    for unit in Outlet.objects.exclude(department=None).values_list("department", flat=True):
        found.setdefault(unit or 0, []).append(f"department:{unit}")
    return found


def _reached() -> dict[str, list[str]]:
    """Return on which channels each recipient has an address."""
    gateways = list(Outlet.objects.filter(department=None).values_list("channel", flat=True))
    by_group = Outlet.objects.exclude(department=None).values_list("department", "channel")
    people = Person.objects.values_list("pk", "email")
    found = {f"person:{pk}": [Channel.INBOX, *([Channel.MAIL] if mail else []), *gateways] for pk, mail in people}
    return found | {f"department:{unit}": [channel] for unit, channel in by_group}


def _dated_steps() -> list[Row]:
    told = _told_of_unit()
    steps = Milestone.objects.filter(task__state=TaskState.ISSUED, task__plan__in=Plan.objects.exclude(issued_on=None))
    leads = dict(Involvement.objects.filter(role=InvolvementRole.LEAD).values_list("task", "department"))
    return [
        {"subject": f"{SubjectKind.MILESTONE}:{step}", "recipient": who, "of": f"plan:{plan}"}
        for step, task, plan in steps.values_list("pk", "task", "task__plan")
        for who in told[leads[task] or 0]
    ]


def _urgings() -> list[Row]:
    told = _told_of_unit()
    return [
        {"subject": f"{SubjectKind.URGING}:{row.pk}", "recipient": who, "of": f"urging:{row.token}"}
        for row in Urging.objects.order_by("pk")
        for who in told[row.department_id or 0]
    ]


def _reminder(row: Reminder) -> Row:
    key = (row.organization_id, row.subject_kind, row.subject_id, row.cycle, row.step, row.recipient)
    subject = f"{row.subject_kind}:{row.subject_id}"
    return {"id": row.pk, "key": key, "subject": subject, "recipient": row.recipient, "state": row.state}


def _messages() -> list[Row]:
    items, attempts = _by_message(DeliveryItem, "reminder"), _by_message(Attempt, "pk")
    tries = Attempt.objects.in_bulk()
    return [
        {
            "id": short_code(row.message_id) if row.channel not in WITH_IDS else row.message_id,
            "channel": row.channel,
            "recipient": row.recipient,
            "state": row.state,
            "reminders": items.get(row.pk, []),
            "attempts": [_attempt(tries[one]) for one in attempts.get(row.pk, [])],
            "sent_at": _seconds(row.sent_at),
        }
        for row in Delivery.objects.order_by("pk")
        if row.channel != Channel.INBOX or row.pk in items
    ]


def _by_message(model: type[Model], name: str) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for message, value in model._default_manager.order_by("pk").values_list("delivery", name):
        found.setdefault(message, []).append(value)
    return found


def _attempt(row: Attempt) -> Row:
    """Return a try; its worker is named host:process."""
    return {
        "worker": int(row.worker.rpartition(":")[2]),
        "started_at": _seconds(row.started_at),
        "ended_at": _seconds(row.ended_at),
        "outcome": row.outcome,
    }


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None


if __name__ == "__main__":
    if sys.argv[1] == "story":
        units, items, waves = map(int, sys.argv[2:5])
        story(units, items, waves, sys.argv[5])
    else:
        sys.stdout.write(json.dumps(content()) + "\n")
