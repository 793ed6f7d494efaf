"""One database's part of `import`: ours, the floor and the peer by turns, each into a fresh copy of the same database."""

import gc
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import django
import orjson
from django.apps import apps
from django.core.files import File
from django.core.management import call_command
from django.db.models import ForeignKey, Model
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.choices import Door, Role  # noqa: E402  # models exist only after setup
from accounts.history import Actor  # noqa: E402
from accounts.models import Organization, User  # noqa: E402
from accounts.registering import (  # noqa: E402
    create_department,
    create_organization,
    create_person,
    create_post,
    create_user,
    grant,
)
from benchmarks import workbooks  # noqa: E402
from benchmarks.floors import import_floor  # noqa: E402
from benchmarks.peers import import_resources  # noqa: E402
from benchmarks.stage import KEPT, ROOT, Stage  # noqa: E402
from projects.importing.batches import apply_batch, open_batch, preview  # noqa: E402
from tracker.models import EventDue  # noqa: E402

YEAR = 2026
DAY = date(YEAR, 1, 15)
BY = Actor(None, Door.COMMAND, DAY)
SAMPLE = ROOT / "seeds" / "key-work-142.xlsx"


@dataclass
class Times:
    """What some runs of one thing took, in seconds: on the clock, and of the processor with that of children."""

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], object]) -> None:
        gc.collect()
        wall, cpu = time.perf_counter(), _cpu()
        work()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(_cpu() - cpu)

    def __str__(self) -> str:
        wall, cpu = (f"{median(times):6.2f} s (best {min(times):5.2f})" for times in (self.wall, self.cpu))
        return f"  {self.name:<28} {wall}   processor {cpu}"


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def prepare() -> None:
    """Make the office: everyone the table names is known, as in its second year."""
    call_command("migrate", interactive=False, verbosity=0)
    office = create_organization(code="shili", name="示例经济开发区", by=BY)
    for place, name in enumerate(workbooks.UNITS):
        create_department(organization=office, name=name, position=place, by=BY)
    for place, name in enumerate(workbooks.POSTS):
        create_post(organization=office, name=name, position=place, by=BY)
    for name in workbooks.PEOPLE:
        create_person(organization=office, name=name, by=BY)
    user = create_user(username="office", password="not-used-here", organization=office, by=BY)  # noqa: S106 - a sample
    grant(user=user, organization=office, role=Role.OFFICE, from_on=DAY, by=BY)


def ours(path: Path) -> dict[str, float]:
    """Import as the page does: upload and read, compare, apply what was seen; return the seconds of each."""
    marks = [time.perf_counter()]
    office, now = Organization.objects.get(code="shili"), timezone.now()
    with path.open("rb") as file:
        batch = open_batch(
            organization=office, year=YEAR, plan=None, file=File(file), file_name=path.name, by=BY, now=now
        )
    marks.append(time.perf_counter())
    seen = preview(batch, by=BY)
    marks.append(time.perf_counter())
    applied = apply_batch(batch=batch, by=BY, now=now, fingerprint=seen.fingerprint, unattended=True)
    marks.append(time.perf_counter())
    assert applied.counts["new"] == seen.counts["rows"]
    return {name: end - start for name, (start, end) in zip(("read", "diff", "apply"), pairwise(marks), strict=True)}


def grown(before: dict[str, int]) -> list[type[Model]]:
    """Return the tables that have more rows than before, those that others point to first.

    What a trigger of the history fills comes by itself, whoever writes the history.
    """
    counts = import_floor.counted()
    models = [model for model in apps.get_models() if model is not EventDue]
    left = [model for model in models if counts[model._meta.db_table] > before[model._meta.db_table]]
    ordered: list[type[Model]] = []
    while left:
        free = [model for model in left if not _parents(model) & {*left} - {model}]
        ordered += free
        left = [model for model in left if model not in free]
    return ordered


def _parents(model: type[Model]) -> set[type[Model]]:
    return {row.related_model for row in model._meta.concrete_fields if isinstance(row, ForeignKey)}


def against_floor(stage: Stage, path: Path, times: int) -> dict[str, float]:
    """Let ours and the floor take turns; the first run of ours, unmeasured, leaves the rows the floor writes."""
    stage.fresh()
    before = import_floor.counted()
    ours(path)
    tables = import_floor.added([model._meta.db_table for model in grown(before)], before)
    mine, floor = Times("ours: read, diff, apply"), Times("floor")
    parts: list[dict[str, float]] = []
    for _ in range(times):
        stage.fresh()
        floor.run(lambda: import_floor.import_file(path, tables))
        stage.fresh()
        mine.run(lambda: parts.append(ours(path)))
    for each in (mine, floor):
        print(each)
    shares = {name: median(part[name] for part in parts) for name in parts[0]}
    print("  of ours: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in shares.items()))
    return {
        "ours_s": median(mine.wall),
        "floor_s": median(floor.wall),
        "ratio_to_floor": median(mine.wall) / median(floor.wall),
    }


def datasets_of(models: Sequence[type[Model]], before: dict[str, int]) -> list[tuple[type[Model], Any]]:
    """Return what came since `before` in these tables as the peer takes it."""
    found = []
    for model in models:
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True)[before[model._meta.db_table] :])
        found.append((model, import_resources.rows_of(model, keys)))
    return found


def against_peer(stage: Stage, path: Path, times: int) -> dict[str, float]:
    """Let ours and the peer take turns: as it is used in bulk, and at its fastest."""
    stage.fresh()
    before = import_floor.counted()
    ours(path)
    datasets = datasets_of(grown(before), before)
    mine, peer, fastest = Times("ours, fewer rows"), Times("django-import-export"), Times("  without looking first")
    for _ in range(times):
        for each, fast in ((peer, False), (fastest, True)):
            stage.fresh()
            each.run(partial(import_resources.import_file, path, datasets, at_its_fastest=fast))
            stage.fresh()
            mine.run(lambda: ours(path))
    for each in (mine, peer, fastest):
        print(each)
    return {
        "peer_s": median(peer.wall),
        "ratio_to_peer": median(mine.wall) / median(peer.wall),
        "ratio_to_peer_at_its_fastest": median(mine.wall) / median(fastest.wall),
    }


def sample_preview(stage: Stage, times: int) -> dict[str, float]:
    """Post the sample table as a browser does and follow to the finished preview."""
    stage.fresh()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username="office"))
    taken = Times("142 rows, click to preview")

    def click() -> None:
        with SAMPLE.open("rb") as file:
            answer = client.post("/imports/", {"file": file, "year": YEAR}, follow=True)
        assert answer.status_code == 200
        assert "原文逐格保存" in answer.content.decode()

    click()
    for _ in range(times):
        taken.run(click)
    print(taken)
    return {"preview_142_ms": median(taken.wall) * 1000}


def main(arguments: Sequence[str]) -> None:
    parser = ArgumentParser()
    for name, default in (("size", 10_000), ("peer-size", 2_000), ("times", 5), ("peer-times", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = parser.parse_args(arguments)
    stage = Stage(prepare)
    found: dict[str, float] = {}
    try:
        found |= sample_preview(stage, 15)
        for measure, size, times in (
            (against_floor, wanted.size, wanted.times),
            (against_peer, wanted.peer_size, wanted.peer_times),
        ):
            path = KEPT / f"table-{size}-{os.getpid()}.xlsx"
            workbooks.write_workbook(path, workbooks.rows(size))
            found |= measure(stage, path, times)
            path.unlink()
    finally:
        stage.close()
    sys.stdout.write(orjson.dumps(found).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
