"""Writing down what can be looked for in the database that DATABASE_URL names: real words, common and rare, and reports."""

import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate, batched
from typing import Any

import django
from django.db import connection, models

django.setup()

from benchmarks.multiplying import STEP  # noqa: E402  # models exist only after setup
from benchmarks.offices import EVE, moment  # noqa: E402
from benchmarks.printing import last_line  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.models import Involvement, Plan, Task  # noqa: E402
from tracker.choices import ReportState  # noqa: E402
from tracker.models import ItemText, ProgressReport, ReportingRound, TextDue  # noqa: E402
from tracker.search_words import grams  # noqa: E402
from tracker.searching import write_items, write_reports  # noqa: E402

SIGNS = "建设推进项目工程改造治理安全环境水利交通教育医疗养老文化农村产业园区企业服务审批资金土地征收验收检查整改信访"
WORDS, PER_ITEM, PER_REPORT = 1500, 8, 6
CHUNK = 2000
SEED = 20260324


def main(arguments: Sequence[str]) -> None:
    began = time.monotonic()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET maintenance_work_mem = '512MB'")
    write(int(arguments[0]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FREEZE, ANALYZE) tracker_itemtext, tracker_reporttext, tracker_progressreport")
    last_line({"seconds": round(time.monotonic() - began)})


def write(offices: int) -> None:
    """Give the middle one of so many offices its words by the operations, and the others the same words under pairs of their own.

    Items of those others are never opened: their cells stay as they were, and only what is searched is written.
    """
    plan = Plan.objects.order_by("pk")[offices // 2]
    _write_own(plan)
    if offices > 1:
        _write_others(plan, offices)


def vocabulary() -> list[str]:
    """Return words of two signs, the most frequent first; no two are alike."""
    chance = random.Random(SEED)
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(chance.sample(sorted(set(SIGNS)), 2))] = None
    return list(found)


def _sayings(count: int, words: int, seed: int) -> Iterator[str]:
    """Yield texts in which the word at place n stands about as often as 1/n, as in any language."""
    chance, known = random.Random(SEED + seed), vocabulary()
    weights = list(accumulate(1 / place for place in range(1, len(known) + 1)))
    for _ in range(count):
        yield "，".join(chance.choices(known, cum_weights=weights, k=words))


def _write_own(plan: Plan) -> None:
    tasks = list(Task.objects.filter(plan=plan).order_by("pk"))
    for task, note in zip(tasks, _sayings(len(tasks), PER_ITEM, 1), strict=True):
        task.note = note
    Task.objects.bulk_update(tasks, ["note"], batch_size=500)
    for ids in batched((task.pk for task in tasks), CHUNK):
        write_items(ids)
    # What an import left to the clock, and what it wrote since, would stand in the way of the copies.
    TextDue.objects.all().delete()
    ItemText.objects.exclude(task__plan=plan).delete()
    write_reports(ProgressReport.objects.bulk_create(_reports(plan), batch_size=500))


def _reports(plan: Plan) -> list[ProgressReport]:
    """Return an accepted report on every fourth item."""
    own = {"organization_id": plan.organization_id}
    month, at = EVE.replace(day=1), moment(EVE)
    asked = ReportingRound.objects.create(
        plan=plan, key="2026-03", starts_on=month, ends_on=EVE, cutoff_on=EVE, opened_on=month, **own
    )
    leads = Involvement.objects.filter(task__plan=plan, role=InvolvementRole.LEAD).order_by("task")
    rows = list(leads.values_list("task", "department"))[::4]
    return [
        _report(asked, task, unit, words, at)
        for (task, unit), words in zip(rows, _sayings(len(rows), PER_REPORT, 2), strict=True)
    ]


def _report(asked: ReportingRound, task: int, unit: int | None, words: str, at: datetime) -> ProgressReport:
    assert unit is not None
    return ProgressReport(
        organization_id=asked.organization_id,
        task_id=task,
        round=asked,
        department_id=unit,
        author_name="示例",
        state=ReportState.ON_PLAN,
        sentence=f"按计划推进：{words}。",
        submitted_at=at,
        submitted_on=at.date(),
        token=f"words-{task}",
    )


def _write_others(plan: Plan, offices: int) -> None:
    """Write on PostgreSQL what many offices need; indexes are built at the end, as that is faster."""
    others = [(office - offices // 2) * STEP for office in range(offices) if office != offices // 2]
    tables = {"tracker_itemtext": "task_id", "tracker_reporttext": "report_id"}
    with connection.cursor() as cursor:
        for model in (ReportingRound, ProgressReport):
            _copy_rows(cursor, model, plan.organization_id, others)
        for table, key in tables.items():
            connection.check_constraints()  # what waits for the end of a transaction forbids to alter its tables
            cursor.execute(f"DROP INDEX {table}_grams")
            _copy_texts(cursor, table, key, plan.organization_id, others)
            connection.check_constraints()
            cursor.execute(f"CREATE INDEX {table}_grams ON {table} USING gin (grams)")


def _copy_rows(cursor: Any, model: type[models.Model], own: int, others: Sequence[int]) -> None:
    names = [str(field.column) for field in model._meta.concrete_fields]
    moved = [_moved(field) for field in model._meta.concrete_fields]
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(moved)} "
        f"FROM {model._meta.db_table} r, unnest(%s::bigint[]) AS by WHERE r.organization_id = %s",
        [list(others), own],
    )


def _moved(field: Any) -> str:
    column = f"r.{field.column}"
    if field.primary_key or field.is_relation:
        return f"{column} + by"
    return f"{column} || '.' || by" if field.unique else column


def _copy_texts(cursor: Any, table: str, key: str, own: int, others: Sequence[int]) -> None:
    """Send the office's texts again for each of the others, with the pairs that are theirs."""
    item = table == "tracker_itemtext"
    columns = [key, "title", "body"] if item else [key, "task_id", "body"]
    cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE organization_id = %s", [own])
    rows = cursor.fetchall()
    with cursor.copy(f"COPY {table} ({', '.join(columns)}, organization_id, grams) FROM STDIN") as copy:
        for by in others:
            for pk, second, body in rows:
                found = grams(body, organization=own + by) | (grams(second, organization=own + by) if item else set())
                written = "{" + ",".join(map(str, found)) + "}"
                copy.write_row((pk + by, second if item else second + by, body, own + by, written))


if __name__ == "__main__":
    main(sys.argv[1:])
