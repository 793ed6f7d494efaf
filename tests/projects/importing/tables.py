"""Tables as the reader hands them on, made from drafts: what a plan would look like if an office sent it again."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.history import Actor
from accounts.models import Organization
from projects.choices import BatchState, Comparison, InvolvementRole
from projects.drafts import MilestoneDraft, TargetDraft, TaskDraft
from projects.importing.batches import Applied, apply_batch
from projects.importing.preparing import Prepared, prepare
from projects.importing.remembering import layout_of
from projects.models import ImportBatch, Plan, Task
from projects.promise import content, load_promises
from projects.reading.model import (
    Question,
    ReadColumn,
    Reading,
    ReadMilestone,
    ReadSheet,
    ReadTable,
    ReadTarget,
    ReadTask,
    Skipped,
)
from tests.cast import TODAY, Cast, at

NOW = at(TODAY)
COLUMNS = (
    ReadColumn("序号", "no"),
    ReadColumn("工作内容", "content"),
    ReadColumn("目标", "target"),
    ReadColumn("完成时限", "deadline"),
    ReadColumn("牵头单位", "lead_department"),
)
SIGNS = {Comparison.AT_LEAST: ">=", Comparison.AT_MOST: "<=", Comparison.EXACTLY: "="}


def table(drafts: Sequence[TaskDraft], *, columns: Sequence[ReadColumn] = COLUMNS, year: int = 2026) -> Reading:
    tasks = tuple(read(draft, row) for row, draft in enumerate(drafts, start=3))
    sheet = ReadTable("重点工作责任分解表", (2,), tuple(columns), tasks, (Skipped(1, "标题"),))
    return Reading((ReadSheet("Sheet1", (sheet,)),), (), year)


def read(draft: TaskDraft, row: int, *, questions: tuple[Question, ...] = ()) -> ReadTask:
    def written(role: InvolvementRole) -> tuple[str, ...]:
        return tuple(party.as_written for party in draft.parties if party.role == role)

    return ReadTask(
        row=row,
        number=draft.number,
        category=draft.category,
        title=draft.title,
        content=draft.content,
        deadline_text=draft.deadline_text,
        kind=draft.deadline_kind,
        milestones=tuple(_milestone(step) for step in draft.milestones),
        leaders=written(InvolvementRole.LEADER),
        lead=written(InvolvementRole.LEAD),
        support=written(InvolvementRole.SUPPORT),
        owners=written(InvolvementRole.OWNER),
        contacts=draft.contacts,
        targets=tuple(_target(one) for one in draft.targets),
        measures=draft.measures,
        progress="",
        status="",
        note=draft.note,
        extra=draft.extra,
        cells=(
            draft.number,
            draft.content,
            draft.target_text,
            draft.deadline_text,
            "、".join(written(InvolvementRole.LEAD)),
        ),
        questions=questions,
    )


def _milestone(step: MilestoneDraft) -> ReadMilestone:
    return ReadMilestone(step.due_on, step.start_on, step.phrase, step.text)


def _target(one: TargetDraft) -> ReadTarget:
    return ReadTarget(one.name, SIGNS[one.comparison], float(one.value), one.unit, "", one.milestone, one.items)


def step(text: str, due_on: date | None) -> MilestoneDraft:
    return MilestoneDraft(text, f"{due_on.month}月底前" if due_on else "", due_on)


def amount(name: str, value: int, unit: str = "个", items: tuple[str, ...] = ()) -> TargetDraft:
    return TargetDraft(name, Decimal(value), unit, items=items)


def batch_of(cast: Cast, reading: Reading, plan: Plan | None) -> ImportBatch:
    """Make a batch whose file was read as `reading`."""
    return ImportBatch.objects.create(
        organization=cast.organization,
        plan=plan,
        year=reading.year,
        state=BatchState.PREVIEWED,
        file="imports/none.xlsx",
        file_name="调整后的责任分解表.xlsx",
        size=1,
        sha256="0" * 64,
        reading=reading.to_dict(),
        layout=layout_of(reading),
        uploaded_by=cast.office,
        uploaded_at=NOW,
    )


def compare(cast: Cast, reading: Reading, plan: Plan | None, **decisions: str) -> Prepared:
    return prepared(cast.organization, reading, plan, decisions)


def prepared(organization: Organization, reading: Reading, plan: Plan | None, decisions: dict[str, str]) -> Prepared:
    return prepare(reading, plan=plan, organization_id=organization.pk, decisions=decisions, today=TODAY)


def apply(cast: Cast, batch: ImportBatch, *, by: Actor | None = None) -> Applied:
    return apply_batch(batch=batch, by=by or cast.actor(), now=NOW, unattended=True)


def bring_in(
    cast: Cast, drafts: Sequence[TaskDraft], plan: Plan | None, decisions: dict[str, str] | None = None
) -> Applied:
    """Apply a table with these rows and decisions; what is not decided falls back."""
    batch = batch_of(cast, table(drafts), plan)
    batch.decisions = decisions or {}
    batch.save(update_fields=["decisions"])
    return apply(cast, batch)


def shown(plan: Plan) -> dict[int, dict[str, object]]:
    """Return what a plan shows of each item: its content without what was dropped, ended or withdrawn."""
    ids = list(Task.objects.filter(plan=plan).exclude(state="withdrawn").order_by("pk").values_list("pk", flat=True))
    return {pk: _shown(content(promise)) for pk, promise in load_promises(ids).items()}


def _shown(whole: dict[str, object]) -> dict[str, object]:
    def standing(parts: object) -> list[dict[str, object]]:
        assert isinstance(parts, list)
        ended = ("dropped_on", "to_on", "withdrawn_on")
        return [_shown(part) for part in parts if not any(part.get(name) for name in ended)]

    nested = ("milestones", "targets", "parties", "dates")
    found = {name: standing(value) if name in nested else value for name, value in whole.items()}
    return {name: value for name, value in found.items() if value != []}
