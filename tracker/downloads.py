"""Lists that are asked for on a page: short ones at once, long ones by a job, kept a week for the one who asked."""

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from time import monotonic
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from accounts.access import Reach, reach_of
from accounts.history import Actor, Change, record
from accounts.models import User
from projects.models import Plan
from projects.tables import count_of, whole_table
from tracker.boards.filters import Filters
from tracker.choices import DownloadKind, DownloadState
from tracker.models import Download
from tracker.publishing.item_list import item_text, item_workbook
from tracker.publishing.ledger import plan_ledger
from tracker.publishing.plan_list import write_plan_list

AT_ONCE = 300
"""Items of a list that is made while the one who asked waits."""
KEPT = timedelta(days=7)
GIVEN_UP = timedelta(minutes=10)
"""After this the process that began a list is taken for dead, and another makes it."""
FOLDER = "downloads"


def is_short(plan: Plan, reach: Reach, *, today: date) -> bool:
    return count_of(plan, reach, today=today) <= AT_ONCE


def list_file(
    plan: Plan, reach: Reach, kind: DownloadKind = DownloadKind.LIST, query: str = "", *, today: date
) -> AbstractContextManager[IO[bytes]]:
    """Lend a list of the plan as this reach sees it on the day."""
    match kind:
        case DownloadKind.LIST:
            return write_plan_list(plan.title, whole_table(plan, reach, today=today))
        case DownloadKind.LEDGER:
            return plan_ledger(plan, reach, today=today)
        case DownloadKind.ITEMS:
            return item_workbook(plan, reach, Filters.from_query(query), today=today)
        case DownloadKind.ITEMS_CSV:
            return item_text(plan, reach, Filters.from_query(query), today=today)


def list_name(plan: Plan, kind: DownloadKind = DownloadKind.LIST, *, today: date) -> str:
    word = {DownloadKind.LEDGER: gettext(" 台账"), DownloadKind.LIST: ""}.get(kind, gettext(" 事项"))
    return f"{plan.title[:100]}{word} {today.isoformat()}.{_suffix(kind)}"


def _suffix(kind: str) -> str:
    return "csv" if kind == DownloadKind.ITEMS_CSV else "xlsx"


@transaction.atomic
def ask_list(
    *, plan: Plan, user: User, kind: DownloadKind = DownloadKind.LIST, query: str = "", by: Actor, now: datetime
) -> Download:
    """Ask for a list of the plan; while the same waits, that one is returned."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    same = Download.objects.filter(user=user, plan=plan, kind=kind, query=query)
    if (first := same.filter(state__in=(DownloadState.WAITING, DownloadState.BEGUN)).first()) is not None:
        return first
    made = Download.objects.create(
        organization_id=plan.organization_id,
        user=user,
        plan=plan,
        kind=kind,
        query=query,
        name=list_name(plan, kind, today=by.today),
        asked_on=by.today,
        asked_at=now,
    )
    content = {"plan": plan.pk, "name": made.name}
    record(Change(plan.organization_id, "download", made.pk, 1, "download.asked", content), by=by)
    return made


def downloads_of(reach: Reach, *, today: date) -> QuerySet[Download]:
    """Return what this sign-in asked for and is still kept, the newest first."""
    kept = Q(kept_until__isnull=True) | Q(kept_until__gte=today)
    return Download.objects.filter(kept, user=reach.user_id).select_related("plan").order_by("-pk")


def make_waiting(*, now: datetime, seconds: float, clock: Callable[[], float] = monotonic) -> int:
    """Make lists that wait, the oldest first, beginning none after `seconds`; return how many were made."""
    ends = clock() + seconds
    made = 0
    dead = Q(state=DownloadState.BEGUN, begun_at__lt=now - GIVEN_UP)
    waiting = Download.objects.filter(Q(state=DownloadState.WAITING) | dead).order_by("pk")
    for row in waiting[:100]:
        if clock() >= ends:
            break
        made += _make(row, now=now)
    return made


def _make(row: Download, *, now: datetime) -> bool:
    stored = f"{FOLDER}/{secrets.token_hex(16)}.{_suffix(row.kind)}"
    claimed = Download.objects.filter(pk=row.pk, state=row.state, begun_at=row.begun_at)
    if not claimed.update(state=DownloadState.BEGUN, begun_at=now, stored=stored):
        return False
    if row.stored:
        default_storage.delete(row.stored)
    reach = reach_of(row.user, today=row.asked_on)
    with list_file(row.plan, reach, DownloadKind(row.kind), row.query, today=row.asked_on) as file:
        default_storage.save(stored, File(file))
    size, until = default_storage.size(stored), now.date() + KEPT
    mine = Download.objects.filter(pk=row.pk, stored=stored)
    if not mine.update(state=DownloadState.MADE, size=size, kept_until=until):
        default_storage.delete(stored)
        return False
    return True


def forget_expired(*, today: date) -> int:
    """Remove what is kept no longer, the file before its row, so that no file is left without one."""
    gone = list(Download.objects.filter(kept_until__lt=today))
    for row in gone:
        default_storage.delete(row.stored)
        row.delete()
    return len(gone)
