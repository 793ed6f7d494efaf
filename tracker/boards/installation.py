"""The state of the whole installation for whoever looks after it: clock, storage, deliveries, organizations, versions."""

import os
import platform
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import islice
from pathlib import Path

import django
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.module_loading import import_string

from accounts.access import Reach
from accounts.choices import Role
from accounts.clock import database_now
from accounts.models import Organization, Person, RoleGrant, User
from accounts.rosters import history_of
from accounts.wording import Event
from projects.models import ImportBatch, Plan, Task
from tracker.choices import DeliveryState
from tracker.health import OLD, Readiness, readiness
from tracker.models import Delivery, Heartbeat
from tracker.reminding.naming import channel_name

MISSED_BEATS = 3
"""A job that didn't come round so many times is told; a single slow pass is none of anybody's concern."""
MOST_FILES = 100_000
"""So many files are counted, and then it says "at least": a page must not walk a disk for minutes."""
MOST_FAILURES = 10
PULSE = "worker"
HEARTBEAT_JOB = "heartbeat"


@dataclass(frozen=True, slots=True)
class Beat:
    """A clock-driven job and when it last ran to its end; `seconds` is how often it is woken."""

    name: str
    seconds: int
    beat_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Storage:
    """Sizes in bytes; `files_whole` is false where there were too many files to count all."""

    files: int
    file_bytes: int
    files_whole: bool
    free_bytes: int
    database_bytes: int
    imports: int


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    organization: Organization
    people: int
    sign_ins: int
    plans: int
    items: int
    imports: int
    failed: int


@dataclass(frozen=True, slots=True)
class OrganizationFile:
    """One organization with those who sign in for its office, and who changed what of it."""

    organization: Organization
    sign_ins: tuple[User, ...]
    entries: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that failed; `told` where it is the reader's own organization's, so that it may be opened."""

    delivery: Delivery
    channel: str
    told: bool


@dataclass(frozen=True, slots=True)
class Versions:
    product: str
    commit: str
    python: str
    django: str
    database: str
    system: str


@dataclass(frozen=True, slots=True)
class Installation:
    readiness: Readiness
    beats: tuple[Beat, ...]
    storage: Storage
    failed: int
    failures: tuple[Failure, ...]
    organizations: tuple[OrganizationLine, ...]
    versions: Versions


def installation(reach: Reach) -> Installation:
    """Return it in a fixed number of queries.

    The office sees its own organization's counts, the system's administrator every organization's.
    Raise PermissionDenied for all others.
    """
    if not (reach.office or reach.system):
        raise PermissionDenied
    lines = _organizations() if reach.system else ()
    own = None if reach.system else reach.organization_id
    return Installation(
        readiness=readiness(),
        beats=tuple(_beats(database_now())),
        storage=_storage(own),
        failed=_failed(own).count(),
        failures=tuple(_failures(own, reach)),
        organizations=lines,
        versions=versions(),
    )


def _beats(now: datetime) -> Iterable[Beat]:
    """Yield every job of the schedule in its order; one that never ran has no beat."""
    beats = dict(Heartbeat.objects.values_list("name", "beat_at"))
    for name, entry in import_string(settings.CELERY_APP).conf.beat_schedule.items():
        seconds = int(entry["schedule"].seconds)
        beat_at = beats.get(PULSE if name == HEARTBEAT_JOB else name)
        longest = max(MISSED_BEATS * seconds, OLD.total_seconds())
        late = beat_at is None or (now - beat_at).total_seconds() > longest
        yield Beat(name, seconds, beat_at, late)


def _storage(organization_id: int | None) -> Storage:
    batches = ImportBatch.objects.exclude(file="")
    if organization_id is not None:
        batches = batches.filter(organization=organization_id)
    root = Path(settings.MEDIA_ROOT)
    sizes = list(islice(_sizes(root), MOST_FILES + 1))
    standing = next(folder for folder in (root, *root.parents) if folder.is_dir())
    return Storage(
        files=min(len(sizes), MOST_FILES),
        file_bytes=sum(sizes[:MOST_FILES]),
        files_whole=len(sizes) <= MOST_FILES,
        free_bytes=shutil.disk_usage(standing).free,
        database_bytes=_database_bytes(),
        imports=batches.count(),
    )


def _sizes(folder: Path) -> Iterable[int]:
    """Yield the size of each file; one that goes meanwhile is none."""
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                yield (Path(where) / name).stat().st_size
            except FileNotFoundError:
                continue


def _database_bytes() -> int:
    asked = {
        "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "postgresql": "SELECT pg_database_size(current_database())",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return int(cursor.fetchone()[0])


def _failed(organization_id: int | None) -> QuerySet[Delivery]:
    failed = Delivery.objects.filter(state=DeliveryState.FAILED)
    return failed if organization_id is None else failed.filter(organization=organization_id)


def _failures(organization_id: int | None, reach: Reach) -> Iterable[Failure]:
    """Yield the last messages that failed; of another organization's only that they did."""
    for row in _failed(organization_id).select_related("organization").order_by("-pk")[:MOST_FAILURES]:
        own = reach.office and row.organization_id == reach.organization_id
        yield Failure(row, channel_name(row.channel), told=own)


def office_sign_ins(organization: Organization, *, today: date) -> QuerySet[User]:
    grants = RoleGrant.objects.on(today).filter(organization=organization, role=Role.OFFICE)
    rows = User.objects.filter(pk__in=grants.values("user"), organization=organization).select_related("person")
    return rows.order_by("username")


def organization_file(organization: Organization, *, today: date) -> OrganizationFile:
    return OrganizationFile(
        organization=organization,
        sign_ins=tuple(office_sign_ins(organization, today=today)),
        entries=tuple(history_of("organization", organization.pk, organization.pk)),
    )


def _organizations() -> tuple[OrganizationLine, ...]:
    people = _counts(Person, left_on__isnull=True)
    users, plans, items = _counts(User, is_active=True), _counts(Plan), _counts(Task)
    imports, failed = _counts(ImportBatch), _counts(Delivery, state=DeliveryState.FAILED)
    rows = Organization.objects.select_related("parent").order_by("name", "pk")
    return tuple(
        OrganizationLine(row, *(counts.get(row.pk, 0) for counts in (people, users, plans, items, imports, failed)))
        for row in rows
    )


def _counts(model: type[Person | User | Plan | Task | ImportBatch | Delivery], **conditions: object) -> dict[int, int]:
    rows = model._default_manager.filter(**conditions).order_by().values_list("organization_id")
    return dict(rows.annotate(n=Count("pk")))


@cache
def versions() -> Versions:
    """Return what is running; asked once a process, for none of it changes under one."""
    return Versions(
        product=_released(settings.BASE_DIR / "CHANGELOG.md"),
        commit=_commit(settings.BASE_DIR / ".git"),
        python=platform.python_version(),
        django=django.get_version(),
        database=f"{connection.display_name} {'.'.join(map(str, connection.get_database_version()))}",
        system=f"{platform.system()} {platform.machine()}",
    )


def _released(changes: Path) -> str:
    """Return the newest heading of the changes; empty where the file wasn't installed."""
    if not changes.is_file():
        return ""
    found = re.search(r"^## (.+)$", changes.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1].strip() if found else ""


def _commit(folder: Path) -> str:
    """Return the short name of the commit that is checked out; empty outside a checkout."""
    head = folder / "HEAD"
    if not head.is_file():
        return ""
    said = head.read_text(encoding="utf-8").strip()
    name = said.removeprefix("ref: ")
    if name != said:
        loose, packed = folder / name, folder / "packed-refs"
        if loose.is_file():
            said = loose.read_text(encoding="utf-8").strip()
        else:
            lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
            said = next((line.partition(" ")[0] for line in lines if line.endswith(f" {name}")), "")
    return said[:10]
