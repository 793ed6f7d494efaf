"""Accounts as the cast's clerks give them, through the real operations."""

from dataclasses import replace
from datetime import date

from accounts.models import Department, User
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, at
from tracker.choices import ReportState
from tracker.models import Owed, ProgressReport, ReportingRound
from tracker.reporting import Account, submit_report
from tracker.rounds import open_rounds

FIRST_TOKEN = "form-1"
ON_PLAN = Account(state=ReportState.ON_PLAN, sentence="按计划推进，已完成选址。")


def opened_round(plan: Plan, *, today: date = TODAY) -> ReportingRound:
    open_rounds(today=today)
    return ReportingRound.objects.filter(plan=plan, starts_on__lte=today).latest("starts_on")


def owed_by(task: Task, department: Department, reporting_round: ReportingRound) -> Owed:
    return Owed.objects.get(task=task, department=department, round=reporting_round)


def given(
    cast: Cast,
    task: Task,
    reporting_round: ReportingRound,
    account: Account = ON_PLAN,
    *,
    department: Department | None = None,
    user: User | None = None,
    token: str = FIRST_TOKEN,
    today: date = TODAY,
    hour: int = 9,
    **parts: object,
) -> ProgressReport:
    """Submit an account by the building section's clerk unless said otherwise."""
    clerk = user or cast.clerk
    return submit_report(
        task=task,
        department=department or cast.building,
        reporting_round=reporting_round,
        account=replace(account, **parts),  # type: ignore[arg-type]
        person=clerk.person,
        token=token,
        by=cast.actor(clerk, today=today),
        now=at(today, hour),
    )
