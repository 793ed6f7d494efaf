"""What tests of pages share: who is signed in, what a form says, and a report made before the visit."""

import re
from datetime import date
from decimal import Decimal

from django.test import Client

from accounts.models import User
from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import ReportState
from tracker.models import Owed, ProgressReport
from tracker.reporting import Account, accept_report, submit_report
from tracker.rounds import current_round, open_rounds


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def owed_of(plan: Plan, number: str, unit: str = "规划建设科") -> Owed:
    return Owed.objects.get(task=task_of(plan, number), department__name=unit)


def answer_for(page: str, **said: str) -> dict[str, str]:
    """Return the form of a page as a browser would send it, with what was typed."""
    hidden = dict(re.findall(r'<input type="hidden" name="(token|seen)" value="([^"]*)"', page))
    return {**hidden, "state": "on_plan", **said}


def report(cast: Cast, plan: Plan, number: str, *, sentence: str = "进行中。", **kept: object) -> ProgressReport:
    task, current = task_of(plan, number), current_round(plan.pk, today=TODAY)
    assert current is not None
    owed = Owed.objects.filter(task=task).select_related("department").first()
    assert owed is not None
    return submit_report(
        task=task,
        department=owed.department,
        reporting_round=current,
        account=Account(state=ReportState.ON_PLAN, sentence=sentence, **kept),  # type: ignore[arg-type]
        person=cast.clerk.person,
        token=f"token-{number}-{sentence}",
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def in_may(cast: Cast, plan: Plan, number: str, *, sentence: str, values: dict[int, Decimal]) -> None:
    """Have the item's account of the round before accepted."""
    may = date(2026, 5, 20)
    open_rounds(today=may)
    before, task = current_round(plan.pk, today=may), task_of(plan, number)
    assert before is not None
    owed = Owed.objects.select_related("department").get(task=task, round=before)
    made = submit_report(
        task=task,
        department=owed.department,
        reporting_round=before,
        account=Account(state=ReportState.ON_PLAN, sentence=sentence, values=values),
        person=None,
        token=f"may-{number}",
        by=cast.actor(cast.office, today=may),
        now=at(may),
    )
    accept_report(report=made, by=cast.actor(today=may), now=at(may))
