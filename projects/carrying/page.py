"""What the carry-over page shows: every unfinished item with its fate, its open steps and their new dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.days import day_words
from projects.carrying.parties import Named
from projects.carrying.proposing import CarryOver, Fate, OpenStep, Proposal, by_heading
from projects.carrying.settling import Answers, Settled, day_of, fate_of, value_of
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, TaskDraft
from projects.importing.diff import shown_target
from projects.models import Task


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class StepField:
    """An open step with the day it had and the day it is to have."""

    name: str
    label: str
    phrase: str
    before: str
    value: str
    note: str
    error: str
    drop_name: str
    dropped: bool
    dated: bool


@dataclass(frozen=True, slots=True)
class AmountField:
    name: str
    label: str
    unit: str
    listed: str
    value: str
    error: str
    without_name: str
    without: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One unfinished item beside the item of the new plan that is taken for it, if there is one."""

    task: Task
    number: str
    title: str
    content: str
    tags: tuple[str, ...]
    leads: tuple[Named, ...]
    others: tuple[Named, ...]
    steps: tuple[StepField, ...]
    amounts: tuple[AmountField, ...]
    name: str
    options: tuple[Option, ...]
    there: str
    there_task: Task | None
    is_carried: bool


@dataclass(frozen=True, slots=True)
class Successor:
    """Someone who is gone, and who may take over."""

    name: str
    label: str
    options: tuple[Option, ...]
    error: str


@dataclass(frozen=True, slots=True)
class CarryPage:
    groups: tuple[tuple[tuple[str, ...], tuple[Row, ...]], ...]
    successors: tuple[Successor, ...]
    number_from: str
    number_error: str
    problems: int
    new: int
    links: int
    left: int


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """An item as it would be written."""

    number: str
    title: str
    heading: str
    deadline: str
    steps: tuple[str, ...]
    targets: tuple[str, ...]
    leads: str
    kept: str
    source: str


def carry_page(carry_over: CarryOver, settled: Settled, answers: Answers, *, tried: bool) -> CarryPage:
    """Lay the page out; what is missing is said in red only after a first try."""
    problems = settled.problems if tried else {}
    groups = tuple(
        (heading, tuple(_row(one, carry_over.plan.year, answers, problems, settled.problems) for one in proposals))
        for heading, proposals in by_heading(carry_over.proposals)
    )
    return CarryPage(
        groups=groups,
        successors=tuple(_successor(carry_over, named, answers, problems) for named in carry_over.ended),
        number_from=answers.get("number_from", str(carry_over.next_number)),
        number_error=problem_text(problems.get("number_from", "")),
        problems=len(settled.problems),
        new=len(settled.new),
        links=len(settled.links),
        left=settled.left,
    )


def preview_rows(settled: Settled, year: int) -> tuple[PreviewRow, ...]:
    return tuple(_preview_row(proposal, draft, year) for proposal, draft in settled.new)


def problem_text(code: str) -> str:
    return {
        "": "",
        "no_day": gettext("请填写新的日期，或不再列入这个节点。"),
        "not_a_day": gettext("这不是一个日期。"),
        "other_year": gettext("日期不在新表的年度之内或之后。"),
        "not_an_amount": gettext("请填写一个数。"),
        "not_a_number": gettext("请填写一个整数，或留空。"),
        "nobody": gettext("这个单位或人员已不在名录里。"),
    }[code]


def _row(
    proposal: Proposal, year: int, answers: Answers, problems: Mapping[str, str], open_problems: Mapping[str, str]
) -> Row:
    draft, chosen = proposal.draft, fate_of(proposal, answers)
    there = proposal.carried or proposal.twin
    parties = [(party.role, named) for party, named in proposal.parties]
    return Row(
        task=Task(pk=proposal.task.task_id),
        number=draft.number,
        title=draft.title,
        content=draft.content if draft.content != draft.title else "",
        tags=tuple(_tags(proposal)),
        leads=_once(named for role, named in parties if role == InvolvementRole.LEAD),
        others=_once(
            named for role, named in parties if role != InvolvementRole.LEAD and (named.ended or named.vacant)
        ),
        steps=tuple(_step(step, year, answers, problems, open_problems) for step in proposal.steps),
        amounts=tuple(
            AmountField(
                name=f"value:{amount.id}",
                label=amount.draft.name,
                unit=amount.draft.unit,
                listed="、".join(amount.draft.items),
                value=value_of(amount, answers),
                error=problem_text(problems.get(f"value:{amount.id}", "")),
                without_name=f"without:{amount.id}",
                without=bool(answers.get(f"without:{amount.id}")),
            )
            for amount in proposal.amounts
        ),
        name=f"do:{proposal.task.task_id}",
        options=tuple(Option(fate, _fate(fate), fate == chosen) for fate in proposal.fates),
        there=" ".join(part for part in (there.number, there.title) if part) if there else "",
        there_task=Task(pk=there.id) if there else None,
        is_carried=proposal.carried is not None,
    )


def _tags(proposal: Proposal) -> Iterable[str]:
    if proposal.endless:
        yield gettext("长期")
    if proposal.suspended:
        yield gettext("已中止")
    if proposal.all_done:
        yield gettext("节点都已完成，只差办结")
    elif proposal.done:
        yield gettext("已完成 %(done)s 个节点") % {"done": proposal.done}


def _fate(fate: Fate) -> str:
    return {Fate.CARRY: gettext("结转为新事项"), Fate.LINK: gettext("与它关联"), Fate.LEAVE: gettext("不结转")}[fate]


def _step(
    step: OpenStep, year: int, answers: Answers, problems: Mapping[str, str], open_problems: Mapping[str, str]
) -> StepField:
    name = f"due:{step.id}"
    value = day_of(step, answers)
    if step.again_on and value == str(step.again_on):
        note = gettext("“%(phrase)s”在%(year)s年是这一天，请核对") % {"phrase": step.phrase, "year": year}
    elif name in open_problems and not value:
        note = gettext("原文没有说明新的日期，请填写")
    else:
        note = ""
    return StepField(
        name=name,
        label=step.text,
        phrase=step.phrase,
        before=day_words(step.due_on) if step.due_on else "",
        value=value,
        note=note,
        error=problem_text(problems.get(name, "")),
        drop_name=f"drop:{step.id}",
        dropped=bool(answers.get(f"drop:{step.id}")),
        dated=step.due_on is not None,
    )


def _successor(carry_over: CarryOver, named: Named, answers: Answers, problems: Mapping[str, str]) -> Successor:
    chosen = answers.get(named.field, "")
    rows = carry_over.roll.successors(named.key[0])
    options = (Option(f"{row.key[0]}:{row.key[1]}", row.name, f"{row.key[0]}:{row.key[1]}" == chosen) for row in rows)
    return Successor(named.field, named.name, tuple(options), problem_text(problems.get(named.field, "")))


def _preview_row(proposal: Proposal, draft: TaskDraft, year: int) -> PreviewRow:
    old = proposal.draft
    return PreviewRow(
        number=draft.number,
        title=draft.title,
        heading=" › ".join(draft.category),
        deadline=draft.deadline_text,
        steps=tuple(_step_text(step, year) for step in draft.milestones),
        targets=tuple(shown_target(target) for target in draft.targets),
        leads="、".join(party.as_written for party in draft.parties if party.role == InvolvementRole.LEAD),
        kept="；".join(f"{label} {text}" for label, text in draft.extra.items() if label not in old.extra),
        source=" ".join(part for part in (old.number, old.title) if part),
    )


def _step_text(step: MilestoneDraft, year: int) -> str:
    day = day_words(step.due_on, year=year) if step.due_on else gettext("没有日期")
    return f"{day} {step.text}".strip()


def _once(named: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(dict.fromkeys(named))
