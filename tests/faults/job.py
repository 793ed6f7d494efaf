"""The clock's jobs as a process of their own that a test may kill: `python -m tests.faults.job story|events|work|record`."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import django
from django.core.management import call_command

django.setup()

from accounts.choices import Door  # noqa: E402  # models exist only after setup
from accounts.clock import business_now  # noqa: E402
from accounts.history import Actor  # noqa: E402
from accounts.models import Department, Organization  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft  # noqa: E402
from projects.models import Task  # noqa: E402
from projects.planning import add_tasks, create_plan, issue_plan, mark_milestones  # noqa: E402
from tests.cast import ISSUED_ON, JANUARY, at, make_cast  # noqa: E402
from tests.faults.installation import BUSINESS_DAY, ITEMS_A_UNIT  # noqa: E402
from tracker import jobs  # noqa: E402
from tracker.choices import Channel, DeliveryState, ReminderState  # noqa: E402
from tracker.models import Attempt, Delivery, DeliveryItem, Reminder  # noqa: E402
from tracker.reminding.subscribing import EVENTS, Wanted, add_webhook  # noqa: E402

SETTLE_SECONDS = 30
UNFINISHED = (DeliveryState.READY, DeliveryState.SENDING, DeliveryState.RETRY)


def story() -> None:
    """Issue a plan of three units with three items each, all due on the day after the business day."""
    call_command("migrate", interactive=False, verbosity=0)
    cast = make_cast()
    by, now = cast.actor(today=JANUARY), at(JANUARY)
    plan = create_plan(organization=cast.organization, year=2026, title="2026年重点工作", by=by, now=now)
    units = (cast.building, cast.economy, cast.investment)
    drafts = [_item(unit, f"{unit.name}第{n}件事") for unit in units for n in range(1, ITEMS_A_UNIT + 1)]
    numbered = [replace(draft, number=str(n)) for n, draft in enumerate(drafts, start=1)]
    add_tasks(plan=plan, drafts=numbered, by=by, now=now)
    issue_plan(plan=plan, on=ISSUED_ON, by=cast.actor(today=ISSUED_ON), now=at(ISSUED_ON))


def _item(unit: Department, title: str) -> TaskDraft:
    return TaskDraft(
        title=title,
        content=title,
        deadline_text="6月底前",
        parties=(PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk),),
        milestones=(MilestoneDraft("完成", "6月底前", BUSINESS_DAY + timedelta(days=1)),),
    )


def events() -> None:
    """Let another system subscribe at the address in SINK, and change an item of which it is told."""
    office, now = Organization.objects.get(code="shili"), business_now()
    by = Actor(None, Door.COMMAND, now.date())
    add_webhook(organization=office, wanted=Wanted("OA", os.environ["SINK"], EVENTS), by=by, now=now)
    task = Task.objects.filter(organization=office).order_by("pk")[0]
    mark_milestones(task=task, done={task.milestones.get().pk: now.date()}, by=by, now=now)


def work() -> None:
    settle()
    record()


def settle() -> None:
    """Do what the clock would do until nothing is left to tell or send, and once more for nothing."""
    until = time.monotonic() + SETTLE_SECONDS
    one_pass()
    while unfinished() and time.monotonic() < until:
        time.sleep(0.1)
        one_pass()
    one_pass()


def one_pass() -> None:
    jobs.raise_due()
    jobs.deliver()


def unfinished() -> bool:
    waiting = Delivery.objects.filter(state__in=UNFINISHED).exists()
    return waiting or Reminder.objects.filter(state=ReminderState.DUE).exists()


def record() -> None:
    """Write the reminder record as one JSON object."""
    reminders = Reminder.objects.order_by("pk").values(
        "id", "organization_id", "subject_kind", "subject_id", "cycle", "step", "recipient", "state"
    )
    content = {"reminders": list(reminders), "messages": [_message(row) for row in Delivery.objects.order_by("pk")]}
    sys.stdout.write(json.dumps(content) + "\n")


def _message(delivery: Delivery) -> dict[str, Any]:
    items = DeliveryItem.objects.filter(delivery=delivery).order_by("reminder")
    attempts = Attempt.objects.filter(delivery=delivery).order_by("number")
    return {
        "id": delivery.message_id,
        "mail": delivery.channel == Channel.MAIL,
        "recipient": delivery.recipient,
        "state": delivery.state,
        "reminders": list(items.values_list("reminder", flat=True)),
        "attempts": list(attempts.values_list("outcome", flat=True)),
    }


COMMANDS: dict[str, Callable[[], None]] = {"story": story, "events": events, "work": work, "record": record}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]]()
