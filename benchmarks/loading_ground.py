"""Preparing the database that DATABASE_URL names for `load`: a month's round is open and clerks are signed in."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import django
from django.conf import settings
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.models import User  # noqa: E402  # models exist only after setup
from benchmarks.offices import EVE, UNITS  # noqa: E402
from benchmarks.printing import last_line  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.models import Involvement, Plan  # noqa: E402
from tracker.models import Owed, ReportingRound  # noqa: E402

TODAY = EVE + timedelta(days=1)
MOST_OWED = 200
"""How many of the items a unit owes its clerk is told of; nobody reports so many meanwhile."""


def main(arguments: Sequence[str]) -> None:
    """Sign in so many clerks, one a unit, of as many offices as that takes; sessions are sealed with the key given."""
    clerks, settings.SECRET_KEY = int(arguments[0]), arguments[1]
    shift = (TODAY - timezone.localdate()).days
    settings.BUSINESS_DAY_SHIFT = shift
    found: list[dict[str, Any]] = []
    for place, plan in enumerate(Plan.objects.order_by("pk")):
        if len(found) < clerks:
            _ask_for_reports(plan, TODAY)
            found += _clerks(plan, place, clerks - len(found))
    assert len(found) == clerks, f"there are {len(found)} units only"
    last_line({"shift": shift, "clerks": found})


def _ask_for_reports(plan: Plan, today: date) -> None:
    """Open the month's round, as the clock would."""
    own = {"organization_id": plan.organization_id}
    month = today.replace(day=1)
    asked, _ = ReportingRound.objects.get_or_create(
        plan=plan,
        key="2026-03",
        defaults={"starts_on": month, "ends_on": today, "cutoff_on": today, "opened_on": month, **own},
    )
    leads = Involvement.objects.filter(task__plan=plan, role=InvolvementRole.LEAD).values_list("task", "department")
    rows = [Owed(round=asked, task_id=task, department_id=unit, **own) for task, unit in leads]
    Owed.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _clerks(plan: Plan, place: int, most: int) -> Iterator[dict[str, Any]]:
    end = f"-{place}" if place else ""
    for unit in range(min(most, UNITS)):
        user = User.objects.get(username=f"unit{unit}-1{end}")
        client = Client()
        client.force_login(user)
        owed = Owed.objects.filter(
            round__plan=plan, department__memberships__person=user.person_id, department__name=f"示例{unit}科"
        )
        yield {
            "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "plan": plan.pk,
            "owed": list(owed.order_by("pk").values_list("pk", "task_id")[:MOST_OWED]),
        }


if __name__ == "__main__":
    main(sys.argv[1:])
