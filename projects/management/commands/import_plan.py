"""The import page without the page: show what a table would change, or write it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.choices import Door
from accounts.clock import business_today
from accounts.history import Actor
from accounts.models import Organization
from projects.choices import PlanState, RowOutcome
from projects.importing.batches import NotApplicable, apply_batch, open_batch
from projects.importing.plain import diff_row
from projects.importing.preparing import Prepared, prepare
from projects.importing.receiving import read_like_last_time
from projects.models import ImportBatch, Plan
from projects.reading.child import ReadingRefused

SIGNS = {RowOutcome.NEW: "+", RowOutcome.CHANGED: "~", RowOutcome.DROPPED: "-", RowOutcome.UNCHANGED: "="}


class Command(BaseCommand):
    help = "Read a responsibility table and print what it changes in the plan; with --apply, write it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organization", required=True, metavar="CODE")
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--plan", type=int, metavar="ID")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(code=options["organization"]).first()
        if organization is None:
            codes = "、".join(Organization.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"没有代码为 {options['organization']} 的机构；现有：{codes or '无'}。")
        plan = choose_plan(organization, options["year"], options["plan"])
        by = Actor(None, Door.COMMAND, business_today())
        if options["apply"]:
            self._apply(organization, plan, by, options)
        else:
            self._show(organization, plan, by, options)

    def _show(self, organization: Organization, plan: Plan | None, by: Actor, options: dict[str, Any]) -> None:
        try:
            reading = read_like_last_time(options["file"], organization_id=organization.pk, year=options["year"])
        except ReadingRefused as refused:
            raise CommandError(refused.message, returncode=2) from refused
        prepared = prepare(reading, plan=plan, organization_id=organization.pk, decisions={}, today=by.today)
        result = {"plan": plan.pk if plan else None, "counts": prepared.counts, "rows": shown_rows(prepared)}
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else as_text(result, prepared))

    def _apply(self, organization: Organization, plan: Plan | None, by: Actor, options: dict[str, Any]) -> None:
        now = timezone.now()
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                batch = open_batch(
                    organization=organization,
                    year=options["year"],
                    plan=plan,
                    file=File(file),
                    file_name=path.name,
                    by=by,
                    now=now,
                )
        except OSError as error:
            raise CommandError(f"打不开文件：{path}（{error.strerror}）。", returncode=2) from error
        self._finish(batch, by, options)

    def _finish(self, batch: ImportBatch, by: Actor, options: dict[str, Any]) -> None:
        if batch.refusal:
            raise CommandError(batch.refusal, returncode=2)
        try:
            applied = apply_batch(batch=batch, by=by, now=timezone.now(), unattended=True)
        except NotApplicable as refused:
            raise CommandError(f"没有写入：{refused.reason}。", returncode=2) from refused
        result = {"plan": applied.plan.pk, "batch": applied.batch.pk, "counts": dict(applied.counts)}
        counts = applied.counts
        self.stdout.write(
            json.dumps(result, ensure_ascii=False)
            if options["json"]
            else f"已写入《{applied.plan.title}》（编号 {applied.plan.pk}）：新增 {counts['new']}，修改 {counts['changed']}，"
            f"未变 {counts['unchanged']}，新表里没有 {counts['dropped']}；{counts['undecided']} 处按默认处理。"
        )


def choose_plan(organization: Organization, year: int, number: int | None) -> Plan | None:
    """Return the plan named, or the only one of that organization and year, or None where there is none yet."""
    plans = list(
        Plan.objects.filter(organization=organization, year=year).exclude(state=PlanState.ARCHIVED).order_by("pk")
    )
    if number is not None:
        named = Plan.objects.filter(organization=organization, pk=number).first()
        if named is None:
            raise CommandError(f"本机构没有编号为 {number} 的责任分解表。")
        return named
    if len(plans) > 1:
        names = "；".join(f"{plan.pk} {plan.title}" for plan in plans)
        raise CommandError(f"{year} 年有多份责任分解表，请用 --plan 指明：{names}。")
    return plans[0] if plans else None


def shown_rows(prepared: Prepared) -> list[dict[str, Any]]:
    """Return one object a row of the comparison."""
    return [diff_row(prepared, row) for row in prepared.diff]


def as_text(result: dict[str, Any], prepared: Prepared) -> str:
    lines = []
    for row in result["rows"]:
        if row["outcome"] == RowOutcome.UNCHANGED:
            continue
        lines.append(f"{SIGNS[RowOutcome(row['outcome'])]} {row['row'] or '—'} {row['title']}")
        lines += [f"    {one['field']}：{one['old']} → {one['new']}" for one in row["changes"]]
    lines += [f"? {question.message or question.code} {dict(question.params)}" for question in prepared.undecided]
    counts = result["counts"]
    lines.append(
        f"读出 {counts['rows']} 行：新增 {counts['new']}，修改 {counts['changed']}，未变 {counts['unchanged']}，"
        f"新表里没有 {counts['dropped']}；略去 {counts['skipped']} 行；待决定 {len(prepared.undecided)} 处。未写入。"
    )
    return "\n".join(lines)
