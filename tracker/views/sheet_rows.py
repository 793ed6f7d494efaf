"""A filled sheet against what stands now: which rows become drafts, which differ, and which can't be taken and why."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext

from accounts.access import Reach
from tracker.boards.answering import Answering
from tracker.boards.grid import GoneRow, GridRow, named_rows
from tracker.choices import DraftSource, ReportState
from tracker.forms import ReportForm
from tracker.models import ProgressReport
from tracker.sentences import state_text
from tracker.sheets import NO_CHANGE, PartKey, PartKind, ReadLine, RowKey, SheetRead, meaning_of_state
from tracker.views.grid_form import Entry, form_of, is_touched, one, plain

YES = frozenset({"是", "√", "✓", "✔", "1", "y", "yes", "有", "完成", "已完成"})
NO = frozenset({"", "否", "0", "n", "no", "无", "未完成", "×"})
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0?0:00(?::00)?)?")


class Fate(StrEnum):
    TAKEN = "taken"
    BLANK = "blank"
    SAME = "same"  # what it says has been reported already
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Difference:
    """What came in since, beside what the sheet says."""

    label: str
    now: str
    sheet: str


@dataclass(slots=True)
class Outcome:
    """What becomes of one line of the file."""

    at: int
    fate: Fate
    number: str = ""
    title: str = ""
    reason: str = ""
    entry: Entry | None = None
    theirs: ProgressReport | None = None
    moved_on: bool = False
    replaced: str = ""
    problems: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def outcomes(reach: Reach, read: SheetRead, *, today: date) -> list[Outcome]:
    """Return what becomes of each line, in the file's order; nothing is written."""
    keyed, refused = _sorted_out(read.rows)
    rows, gone, foreign = named_rows(reach, list(keyed), today=today)
    by_id, lost = {row.owed.pk: row for row in rows}, {row.owed.pk: row for row in gone}
    parts = _parts_of(read.parts)
    found = [*refused, *_strays(read.parts, keyed)]
    for owed, (line, key) in keyed.items():
        if owed in foreign:
            found.append(_refusal(line, gettext("不是本单位要报的事项。")))
        elif owed in lost:
            found.append(_gone(line, lost[owed]))
        else:
            found.append(_outcome(line, key, by_id[owed], parts[owed]))
    return sorted(found, key=lambda one: one.at)


def _sorted_out(lines: Iterable[ReadLine]) -> tuple[dict[int, tuple[ReadLine, RowKey]], list[Outcome]]:
    """Keep one line a key; edited keys, and lines that say two things of one item, are refused."""
    keyed: dict[int, tuple[ReadLine, RowKey]] = {}
    refused = []
    twice: dict[int, list[ReadLine]] = defaultdict(list)
    for line in lines:
        if not isinstance(line.key, RowKey):
            refused.append(_refusal(line, gettext("编号被改过，或不是从这里导出的行。")))
        elif line.key.owed in keyed and keyed[line.key.owed][0].said != line.said:
            twice[line.key.owed].append(line)
        else:
            keyed.setdefault(line.key.owed, (line, line.key))
    for owed, others in twice.items():
        first, _ = keyed.pop(owed)
        places = "、".join(str(line.at) for line in (first, *others))
        reason = gettext("第 %(rows)s 行写的是同一项，内容不同，请留一行。") % {"rows": places}
        refused += [_refusal(line, reason) for line in (first, *others)]
    return keyed, refused


def _parts_of(lines: Iterable[ReadLine]) -> Mapping[int, list[tuple[ReadLine, PartKey]]]:
    found: defaultdict[int, list[tuple[ReadLine, PartKey]]] = defaultdict(list)
    for line in lines:
        if isinstance(line.key, PartKey):
            found[line.key.owed].append((line, line.key))
    return found


def _strays(lines: Iterable[ReadLine], keyed: Mapping[int, object]) -> list[Outcome]:
    """Refuse lines of figures and steps that were written in and belong to no row here."""
    where = gettext("“指标与节点”表：编号被改过，或事项不在“本期填报”表里。")
    written = (line for line in lines if line.said["value"])
    return [
        _refusal(line, where) for line in written if not isinstance(line.key, PartKey) or line.key.owed not in keyed
    ]


def _refusal(line: ReadLine, reason: str) -> Outcome:
    return Outcome(line.at, Fate.REFUSED, reason=reason)


def _gone(line: ReadLine, row: GoneRow) -> Outcome:
    reasons = {
        "already_accepted": gettext("本期已审核通过，不用再报。"),
        "not_issued": gettext("已不在办理中，不用再报。"),
        "not_ours": gettext("现在由别的单位牵头。"),
    }
    fate = Fate.REFUSED if line.said["sentence"] else Fate.BLANK
    return Outcome(line.at, fate, row.owed.task.number, row.owed.task.title, reasons[row.reason])


def _outcome(line: ReadLine, key: RowKey, row: GridRow, parts: Sequence[tuple[ReadLine, PartKey]]) -> Outcome:
    task = row.asked.line.task
    typed, problems = _typed(line, row.asked, parts)
    entry = Entry(row, typed, key.seen)
    found = Outcome(line.at, Fate.BLANK, task.number, task.title, entry=entry)
    if not is_touched(row.asked, typed, key.seen):
        return found
    form = form_of(entry, "sheet")
    if form.is_valid() and entry.doubted(form.account()):
        found.questions = entry.questions
    found.problems = [*problems, *_wrong(form, row.asked)]
    found.fate = Fate.TAKEN
    found.moved_on = task.version != key.version
    if key.seen != row.asked.seen and row.asked.newest is not None:
        if not found.problems and _says_the_same(form, row.asked):
            found.fate, found.questions = Fate.SAME, []
        else:
            found.theirs = row.asked.newest
            found.differences = list(_differences(entry, row.asked.newest))
    found.replaced = _replaced(row, typed)
    return found


def _typed(
    line: ReadLine, asked: Answering, parts: Sequence[tuple[ReadLine, PartKey]]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return a line as the fields of its row, with what can't be put into one."""
    state = meaning_of_state(line.said["state"])
    typed = {name: [line.said[name]] for name in ("sentence", "problem", "next_step", "help_needed")}
    typed |= {"no_change": ["1"]} if state == NO_CHANGE else {"state": [state]}
    problems: list[str] = []
    figures = {target.id: target for target in asked.figures}
    steps = {step.id for step in asked.steps}
    for part, key in parts:
        value = unicodedata.normalize("NFKC", part.said["value"]).strip()
        if key.kind is PartKind.FIGURE and key.id in figures:
            typed[f"value-{key.id}"] = [_number(value, figures[key.id].unit)]
        elif key.kind is PartKind.STEP and key.id in steps:
            typed[f"mark-{key.id}"] = [_day(value, asked.round.starts_on.year)]
        elif value and key.kind is not PartKind.TICK:
            problems.append(_not_asked(key, asked))
    return typed | _ticks(asked, parts, problems), problems


def _ticks(asked: Answering, parts: Sequence[tuple[ReadLine, PartKey]], problems: list[str]) -> dict[str, list[str]]:
    said = {key.id: line.said["value"].strip().lower() for line, key in parts if key.kind is PartKind.TICK}
    typed: dict[str, list[str]] = {}
    for target in asked.checklists:
        items = [item for item in asked.lists[target.id] if item.pk in said]
        unclear = [item.name for item in items if said[item.pk] not in YES | NO]
        problems += [gettext("“%(name)s”请填“是”，没完成的空着。") % {"name": name} for name in unclear]
        if items:
            typed[f"ticks-{target.id}"] = [str(item.pk) for item in items if said[item.pk] in YES]
            typed[f"list-{target.id}"] = ["1"]
    return typed


def _number(text: str, unit: str) -> str:
    """Return a figure without what people write around it: its unit, spaces, commas between thousands."""
    bare = text.removesuffix(unicodedata.normalize("NFKC", unit)) if unit else text
    return bare.replace(",", "").replace(" ", "")


def _day(text: str, year: int) -> str:
    """Return a day as its field holds it; what is no day comes back as it is, to be refused there."""
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    try:
        return date(int(match[1] or year), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return text


def _not_asked(key: PartKey, asked: Answering) -> str:
    facts = asked.line.facts
    names = {step.id: step.text or step.phrase for step in facts.milestones}
    if key.kind is PartKind.FIGURE:
        names = {target.id: target.name for target in facts.targets}
    name = names.get(key.id)
    if name is None:
        return gettext("有一行指标或节点已从事项里删去，没有读取。")
    return gettext("“%(name)s”已经办完，没有读取。") % {"name": name}


def _wrong(form: ReportForm, asked: Answering) -> list[str]:
    labels = {"state": gettext("推进状态"), "problem": gettext("存在问题"), "next_step": gettext("下一步")}
    labels |= {
        "help_needed": gettext("需协调事项"),
        "sentence": gettext("一句话进展"),
        "reason": gettext("无变化的原因"),
    }
    labels |= {f"value-{target.id}": target.name for target in asked.figures}
    labels |= {f"mark-{step.id}": step.text or step.phrase for step in asked.steps}
    return [
        gettext("%(field)s：%(what)s") % {"field": labels[name], "what": said[0]} if name in labels else str(said[0])
        for name, said in form.errors.items()
    ]


def _says_the_same(form: ReportForm, asked: Answering) -> bool:
    """Say whether the latest report is this very row, handed in before."""
    account, report = form.account(), asked.newest
    if report is None:
        return False
    told = (report.state, report.no_change, report.sentence, report.problems, report.next_step, report.help_needed)
    said = (
        account.state,
        account.no_change,
        account.sentence,
        account.problems,
        account.next_step,
        account.help_needed,
    )
    values = {target: value for target, value in asked.values.items() if target in account.values}
    return told == said and (account.no_change or values == dict(account.values))


def _differences(entry: Entry, theirs: ProgressReport) -> Iterable[Difference]:
    """Yield where the report that came in since and the sheet say different things."""
    asked, typed = entry.row.asked, entry.typed
    pairs = [
        (
            gettext("推进状态"),
            _state(theirs.state, no_change=theirs.no_change),
            _state(one(typed, "state"), no_change="no_change" in typed),
        ),
        (gettext("一句话进展"), theirs.sentence, one(typed, "sentence")),
    ]
    figures = ((target, f"value-{target.id}") for target in asked.figures)
    pairs += [
        (each.name, plain(asked.values.get(each.id)), one(typed, name)) for each, name in figures if name in typed
    ]
    return (Difference(label, now, sheet) for label, now, sheet in pairs if now != sheet)


def _state(state: str, *, no_change: bool) -> str:
    if no_change:
        return gettext("本期无变化")
    return state_text(ReportState(state)) if state in set(ReportState) else state


def _replaced(row: GridRow, typed: Mapping[str, list[str]]) -> str:
    """Return what was typed on the page before and gives way to the sheet."""
    if row.draft is None or row.draft.source != DraftSource.TYPED:
        return ""
    before = str(row.draft.content.get("sentence") or row.draft.content.get("reason") or "")
    return "" if before == one(typed, "sentence") else before
