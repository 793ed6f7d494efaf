"""From what a program says of an item to the form the page fills: read, judged and refused by the same rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from accounts.access import Reach
from accounts.history import Actor
from accounts.names import NameTakenError
from projects.access import plans_for
from projects.choices import PlanState
from projects.editing.aims import PREFIX as AIMS
from projects.editing.aims import aims_form
from projects.editing.curves import MONTHS
from projects.editing.editor import PHRASES, Editor
from projects.editing.forms import PREFIX as STEPS
from projects.editing.forms import ROLE_FIELDS, WORDS, ItemForm, steps_form
from projects.editing.moving import UnsaidMoveError
from projects.editing.naming import BETWEEN, UnknownNamesError
from projects.editing.saving import AlreadyThereError, DoneStepError, add_item, change_item
from projects.editing.typed import Phrases, read_phrases
from projects.fitting import DoesNotFitError
from projects.importing.diff import TaskSnapshot
from projects.importing.reader_words import doubt_sentence
from projects.importing.snapshot import task_snapshot
from projects.models import Plan, Task
from projects.numbering import next_number
from projects.planning import WrongStateError
from tracker.api.problems import Fault, Problem

Row = dict[str, Any]

REFUSALS = (UnknownNamesError, NameTakenError, DoneStepError, UnsaidMoveError, AlreadyThereError, DoesNotFitError)
"""Why an item can't be written as it was said."""

ANSWER = "as:"
MEMBERS = {"milestone": "step", "__all__": "", **{f"by_{month}": "months" for month in MONTHS}}
"""What fields of the form are called on the wire, where that isn't their name."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form's words and rows as they will be typed, over the item that was `seen`, if there is one."""

    words: Row
    steps: list[Row] = field(default_factory=list)
    aims: list[Row] = field(default_factory=list)
    seen: TaskSnapshot | None = None

    @classmethod
    def empty(cls, plan: Plan) -> "Typed":
        return cls({"number": next_number(plan)})

    @classmethod
    def standing(cls, task: Task) -> "Typed":
        """Return the item as its form shows it."""
        seen = task_snapshot(task)
        editor = Editor.standing(task, seen, typed=QueryDict())
        return cls(dict(editor.form.initial), list(editor.steps.initial), list(editor.aims.initial), seen)

    def data(self) -> dict[str, str]:
        """Return what a browser would send of it."""
        sent = {name: _written(value) for name, value in self.words.items()}
        for prefix, rows in ((STEPS, self.steps), (AIMS, self.aims)):
            sent |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
            for place, row in enumerate(rows):
                sent |= {f"{prefix}-{place}-{name}": _written(value) for name, value in row.items()}
        return sent


def over(typed: Typed, said: Mapping[str, Any], plan: Plan) -> Typed:
    """Return the form with what was said over what stood there; phrases that changed are read, as the page does."""
    words = typed.words | _words(said)
    if "milestones" in said or "targets" in said:
        steps = [_step(row, typed.steps) for row in said["milestones"]] if "milestones" in said else typed.steps
        aims = [_aim(row, typed.aims) for row in said["targets"]] if "targets" in said else typed.aims
        return replace(typed, words=words, steps=steps, aims=aims)
    if all(words.get(name, "") == typed.words.get(name, "") for name in PHRASES):
        return replace(typed, words=words)
    return _as_read(replace(typed, words=words), plan, kind=said.get("kind", ""))


def with_step(typed: Typed, said: Mapping[str, Any], number: int | None) -> tuple[Typed, int]:
    """Return the form with one step changed, or one more, and its place."""
    rows, at = _placed(typed.steps, _step({**said, **({"id": number} if number else {})}, typed.steps))
    return replace(typed, words=typed.words | _words(said), steps=rows), at


def with_aim(typed: Typed, said: Mapping[str, Any], number: int | None) -> tuple[Typed, int]:
    """Return the form with one amount changed, or one more, and its place."""
    told = {name: value for name, value in said.items() if name != "milestone"}
    if said.get("milestone") is not None:
        known = [row["id"] for row in typed.steps]
        if said["milestone"] not in known:
            raise not_of_this_item(["milestone"])
        told["step"] = known.index(said["milestone"]) + 1
    elif "milestone" in said:
        told["step"] = None
    rows, at = _placed(typed.aims, _aim({**told, **({"id": number} if number else {})}, typed.aims))
    return replace(typed, words=typed.words | _words(said), aims=rows), at


def add(plan: Plan, typed: Typed, *, by: Actor, now: datetime) -> int:
    """Add an item as the page does, and return its id."""
    editor = judged(plan, typed)
    try:
        return add_item(plan=plan, said=editor.said(), by=by, now=now).task_id
    except WrongStateError as gone:
        raise archived() from gone
    except REFUSALS as why:
        raise refused_as(why, editor) from why


def change(task: Task, typed: Typed, version: int, *, by: Actor, now: datetime) -> int:
    """Change an item as the page does over the version that was seen; return its version now. Raise Conflict."""
    if typed.seen is None:
        raise ValueError(f"item {task.pk} was not looked at")
    editor = judged(task.plan, replace(typed, words={**typed.words, "version": version}))
    try:
        change_item(plan=task.plan, seen=typed.seen, said=editor.said(), by=by, now=now)
    except REFUSALS as why:
        raise refused_as(why, editor) from why
    return Task.objects.values_list("version", flat=True).get(pk=task.pk)


def judged(plan: Plan, typed: Typed) -> Editor:
    """Return the form filled and found right; refuse it with every field that is wrong."""
    data = typed.data()
    editor = Editor(plan, ItemForm(data), steps_form(data), aims_form(data, year=plan.year))
    faults = [] if editor.valid() else list(_faults(editor))
    faults += _unsaid("milestones", editor.steps.forms) + _unsaid("targets", editor.aims.forms)
    if faults:
        raise Problem(422, "item_invalid", gettext("事项有的内容不成立，逐条写在 errors 里。"), errors=faults)
    return editor


def refuse_gone(said: Mapping[str, Any], typed: Typed) -> None:
    """Refuse steps and amounts that name what the item hasn't, or the same twice."""
    faults: list[str] = []
    for member, rows in (("milestones", typed.steps), ("targets", typed.aims)):
        known = {row["id"] for row in rows}
        for place, row in enumerate(said.get(member, ())):
            if "id" in row and row["id"] not in known:
                faults.append(f"{member}.{place}.id")
            known.discard(row.get("id"))
    if faults:
        raise not_of_this_item(faults)


def not_of_this_item(fields: Sequence[str]) -> Problem:
    reason = gettext("不属于这个事项，或写了两次。")
    errors = [Fault(name, reason, "unknown") for name in fields]
    return Problem(422, "not_of_this_item", gettext("有的指标、节点不属于这个事项。"), errors=errors)


def plan_named(number: int, reach: Reach, *, today: date) -> Plan:
    """Return the plan into which something is to be written; refuse one that the caller doesn't see."""
    plan = plans_for(reach, today=today).filter(pk=number).first()
    if plan is None:
        reason = gettext("没有这张责任分解表，或者已经归档。")
        raise Problem(422, "no_such_plan", reason, errors=[Fault("plan", reason, "no_such_plan")])
    return plan


def require_open(plan: Plan) -> None:
    """Refuse to write into a plan that was put away."""
    if plan.state == PlanState.ARCHIVED:
        raise archived()


def archived() -> Problem:
    return Problem(409, "archived", gettext("责任分解表已经归档，不能再改。"))


def refused_as(why: Exception, editor: Editor) -> Problem:
    """Return the refusal for what planning wouldn't write."""
    match why:
        case UnknownNamesError():
            asked = [one for each in editor.refused(why).asked.values() for one in each]
            said = gettext("名册里没有“%(name)s”。可以答：%(choices)s")
            faults = [
                Fault(
                    f"meanings.{one.key.removeprefix(ANSWER)}",
                    said % {"name": one.name, "choices": "；".join(f"{value} {label}" for value, label in one.choices)},
                    "unknown_name",
                )
                for one in asked
            ]
            detail = gettext("有的名称名册里没有；请在 meanings 里说明指谁。")
            return Problem(422, "unknown_names", detail, errors=faults)
        case NameTakenError():
            said = gettext("“%(name)s”已经是别的单位、分组或岗位的名称，不能新建。") % {"name": why.name}
            return Problem(409, "name_taken", said)
        case AlreadyThereError():
            return Problem(409, "already_there", gettext("“%(title)s”已经在表里，没有再添加一次。") % {"title": why})
        case DoneStepError():
            return Problem(409, "step_done", gettext("节点“%(step)s”已经完成，不能删除。") % {"step": why})
        case UnsaidMoveError():
            reason = gettext("时限改了，请选是重新下达、延期还是更正。")
            return Problem(422, "kind_missing", reason, errors=[Fault(_kind_of(why, editor), reason, "required")])
        case DoesNotFitError():
            reason = gettext("太长，或者数太大、太细。")
            return Problem(422, "item_invalid", reason, errors=[Fault(why.field, reason, "does_not_fit")])
    raise why


def _kind_of(why: UnsaidMoveError, editor: Editor) -> str:
    return f"milestones.{why.place}.kind" if why.place < len(editor.steps.forms) else "kind"


def _words(said: Mapping[str, Any]) -> Row:
    """Return the form's words of what was said: lists as one text, answers under the names of their fields."""
    words = {name: said[name] for name in (*WORDS, "document", "reason") if name in said}
    if "category" in said:
        words["category"] = "\n".join(said["category"])
    words |= {name: BETWEEN.join(said[name]) for name in ROLE_FIELDS.values() if name in said}
    return words | {f"{ANSWER}{name}": value for name, value in said.get("meanings", {}).items()}


def _step(said: Mapping[str, Any], standing: Sequence[Row]) -> Row:
    return {**_stood(said, standing), **said}


def _aim(said: Mapping[str, Any], standing: Sequence[Row]) -> Row:
    row = {"comparison": "", "cumulative": "yes"} | _stood(said, standing)
    told = {name: value for name, value in said.items() if name not in {"step", "months", "items", "cumulative"}}
    if "step" in said:
        told["milestone"] = said["step"]
    if "items" in said:
        told["items"] = "\n".join(said["items"])
        if "value" not in said and said["items"]:
            told["value"] = None
    if "cumulative" in said:
        told["cumulative"] = "yes" if said["cumulative"] else "no"
    if "months" in said:
        told |= dict.fromkeys((f"by_{month}" for month in MONTHS), "")
        told |= {f"by_{one['month']}": one["by"] for one in said["months"]}
    return row | told


def _stood(said: Mapping[str, Any], standing: Sequence[Row]) -> Row:
    return next((dict(row) for row in standing if "id" in said and row["id"] == said["id"]), {})


def _placed(rows: Sequence[Row], row: Row) -> tuple[list[Row], int]:
    at = next((place for place, one in enumerate(rows) if "id" in row and one["id"] == row["id"]), len(rows))
    return [*rows[:at], row, *rows[at + 1 :]], at


def _as_read(typed: Typed, plan: Plan, *, kind: str) -> Typed:
    """Return the form with the rows its phrases say; refuse phrases that can be read in two ways."""
    read = read_phrases(typed.words.get("deadline_text", ""), typed.words.get("target_text", ""), year=plan.year)
    if read.questions:
        raise _doubtful(read)
    steps = [
        {**_dated(step.text, step.phrase, step.start_on, step.due_on), "id": _at(typed.steps, place), "kind": kind}
        for place, step in enumerate(read.milestones)
    ]
    data = typed.data()
    editor = Editor(plan, ItemForm(data), steps_form(data), aims_form(data, year=plan.year)).as_read(read)
    aims = [
        {**_kept(typed.aims, place), **_amount(row), "id": _at(typed.aims, place)}
        for place, row in enumerate(editor.aims.initial)
    ]
    return replace(typed, steps=steps, aims=aims)


def _dated(text: str, phrase: str, start_on: date | None, due_on: date | None) -> Row:
    return {"text": text, "phrase": phrase, "start_on": start_on, "due_on": due_on}


def _amount(row: Row) -> Row:
    """Return of an amount what a phrase says; its days and the way to it are no part of the phrase."""
    return {name: row[name] for name in ("name", "comparison", "value", "unit", "cumulative", "milestone", "items")}


def _kept(rows: Sequence[Row], place: int) -> Row:
    return dict(rows[place]) if place < len(rows) else {}


def _at(rows: Sequence[Row], place: int) -> int | None:
    return rows[place]["id"] if place < len(rows) else None


def _doubtful(read: Phrases) -> Problem:
    faults = [Fault("deadline_text", doubt_sentence(one.code) or one.message, one.code) for one in read.questions]
    detail = gettext("期限或目标的文字有疑问；请写明 milestones 和 targets。")
    return Problem(422, "phrase_doubtful", detail, errors=faults)


def _faults(editor: Editor) -> Iterator[Fault]:
    for name, errors in editor.form.errors.get_json_data().items():
        yield from (Fault(MEMBERS.get(name, name), each["message"], each["code"] or "invalid") for each in errors)
    for member, rows in (("milestones", editor.steps), ("targets", editor.aims)):
        for place, row in enumerate(rows.errors):
            for name, errors in row.get_json_data().items():
                where = ".".join(part for part in (member, str(place), MEMBERS.get(name, name)) if part)
                yield from (Fault(where, each["message"], each["code"] or "invalid") for each in errors)
        yield from (Fault(member, str(said), "invalid") for said in rows.non_form_errors())


def _unsaid(member: str, rows: Sequence[Any]) -> list[Fault]:
    """Return the rows that say nothing: the form leaves them out, a program is told."""
    return [
        Fault(f"{member}.{place}", gettext("什么也没有写。"), "empty")
        for place, row in enumerate(rows)
        if row.is_valid() and not row.said
    ]


def _written(value: object) -> str:
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
