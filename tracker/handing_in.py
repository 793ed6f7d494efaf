"""Handing in many accounts at once: each is taken, or stays with the reason, and no one's report is written over unseen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.history import Actor
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import OwedState, RoundState
from tracker.models import Owed, ProgressReport
from tracker.report_rows import lock_items
from tracker.reporting import Submission, submit_reports
from tracker.told import Asked, told_of


@dataclass(frozen=True, slots=True)
class Filled:
    """An account and the report it was made over (its number, 0 for none)."""

    submission: Submission
    seen: int


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of each account, by its token: a report, the report that came in between, or a code why not."""

    reports: Mapping[str, ProgressReport]
    conflicts: Mapping[str, ProgressReport]
    refused: Mapping[str, str]


@transaction.atomic
def hand_in(*, rows: Sequence[Filled], by: Actor, now: datetime) -> HandedIn:
    """Take in one transaction all accounts that can be taken; a token known already counts as taken."""
    tasks = lock_items(row.submission.task.pk for row in rows)
    known, owed = _known(rows), _owed(rows)
    asked = [row.submission for row in rows]
    told = told_of([Asked(one.task, one.department, one.reporting_round, owed.get(_key(one))) for one in asked])
    conflicts: dict[str, ProgressReport] = {}
    refused: dict[str, str] = {}
    taken = []
    for row, before in zip(rows, told, strict=True):
        one, token, latest = row.submission, row.submission.token, before.newest
        refusal = _refusal(tasks[one.task.pk], owed.get(_key(one)))
        if token in known:
            taken.append(one)
        elif refusal:
            refused[token] = refusal
        elif latest is not None and latest.pk != row.seen:
            conflicts[token] = latest
        else:
            taken.append(one)
    made = submit_reports(submissions=taken, by=by, now=now) if taken else []
    return HandedIn({report.token: report for report in made}, conflicts, refused)


def _key(submission: Submission) -> tuple[int, int, int]:
    return submission.task.pk, submission.reporting_round.pk, submission.department.pk


def _known(rows: Sequence[Filled]) -> frozenset[str]:
    tokens = [row.submission.token for row in rows]
    return frozenset(ProgressReport.objects.filter(token__in=tokens).values_list("token", flat=True))


def _owed(rows: Iterable[Filled]) -> dict[tuple[int, int, int], Owed]:
    found = Owed.objects.filter(task__in={row.submission.task.pk for row in rows})
    return {(row.task_id, row.round_id, row.department_id): row for row in found.select_related("round")}


def _refusal(task: Task, owed: Owed | None) -> str:
    """Return the code why an account can't be taken, or nothing; a closed round takes only what was returned."""
    if task.state != TaskState.ISSUED:
        return "not_issued"
    if owed is None:
        return ""
    if owed.state == OwedState.ACCEPTED:
        return "already_accepted"
    return "round_closed" if owed.round.state == RoundState.CLOSED and owed.state != OwedState.RETURNED else ""
