"""Tables as the reader hands them on, made from drafts: what a plan would look like if an office sent it again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from accounts.history import Actor
from accounts.models import Organization
from projects.choices import BatchState, Comparison, InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.batches import Applied, apply_batch, decide, preview
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
from tests.cast import TODAY, Cast, at, duty, firms, road

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


HOSPITAL = TaskDraft(
    title="开发区医院", number="9", content="完成医院主体", milestones=(step("主体", date(2026, 10, 31)),)
)
STRANGERS = [
    replace(
        HOSPITAL,
        number=str(at),
        title=f"{sign}项工作",
        content=f"办好{sign}这件事情",
        parties=(
            PartyDraft(InvolvementRole.LEAD, f"示例·{sign}{sign}所"),
            PartyDraft(InvolvementRole.OWNER, f"示例·{sign}某"),
        ),
    )
    for at, sign in enumerate("坛磊钰菲骏霖淼焱堃犇骉羴", start=1)
]


def changed_road(cast: Cast) -> TaskDraft:
    """Change everything a table can change: words, headings, units, dates, steps and amounts."""
    before = road(cast)
    return replace(
        before,
        title="新塘路（一期）建设",
        category=("一、重点工程",),
        content="3月底前选址，9月底前报批，年底前开工并完成投资 2 亿元。",
        note="调整",
        deadline_text="3月底前选址，9月底前报批",
        parties=(replace(before.parties[0], as_written="经济发展科", department_id=cast.economy.pk), before.parties[2]),
        milestones=(before.milestones[0], step("报批", date(2026, 9, 30)), step("验收", date(2026, 11, 30))),
        targets=(amount("投资", 2, "亿元"),),
    )


WORDS = st.text("建设开工报批选址投资企业道路医院", min_size=1, max_size=8)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def edited(draw: st.DrawFn, draft: TaskDraft) -> TaskDraft:
    """Draw a draft that a later table might have in place of this one."""
    steps = [replace(one, due_on=draw(DAYS)) if draw(st.booleans()) else one for one in draft.milestones]
    steps = [one for one in steps if draw(st.integers(0, 3))]
    steps += [step(draw(WORDS), draw(DAYS)) for _ in range(draw(st.integers(0, 2)))]
    targets = [replace(one, value=one.value + draw(st.integers(0, 2)), milestone=None) for one in draft.targets]
    return replace(
        draft,
        content=draft.content + draw(st.sampled_from(["", "。补充说明"])),
        note=draw(st.sampled_from(["", "调整"])),
        deadline_text=draw(WORDS),
        parties=draft.parties[draw(st.integers(0, 1)) :],
        milestones=tuple(steps),
        targets=tuple(targets[draw(st.integers(0, 1)) :]),
    )


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


def whole(cast: Cast) -> list[TaskDraft]:
    return [road(cast), firms(cast), duty(cast)]


def prepared_with(cast: Cast, drafts: list[TaskDraft], plan: Plan | None, decisions: dict[str, str]) -> Prepared:
    batch = batch_of(cast, table(drafts), plan)
    return preview(decide(batch=batch, decisions=decisions, by=cast.actor()), by=cast.actor())
