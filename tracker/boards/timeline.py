"""History in words: who did what to an item, by which door, and what changed from what to what."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from accounts.choices import Door
from accounts.days import day_words
from accounts.models import HistoryEntry
from projects.models import Task
from tracker.boards.confirmed import Before, confirmed_words, figures_before, plain_figure
from tracker.boards.happening_names import names_in
from tracker.boards.happenings import KINDS, Names, happening, kind_text, said
from tracker.models import PlanRules

ROWS = 50
SHOWN = 80
"""Characters of a value; whole texts stand on the item's own page."""
WHO = ("role", "as_written", "department", "post", "person", "group")
"""What makes a party another one."""
Parties = Collection[Mapping[str, Any]]
_KIND_OF = {kind_of_object: kind for kind, objects in KINDS.items() for kind_of_object in objects}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry as people read it; `kind` is what the history is filtered by."""

    kind: str
    on: str
    at: datetime
    who: str
    what: str
    door: str
    reason: str
    said: str
    changes: tuple[ChangeLine, ...]
    confirmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """What the history can be filtered by, with how often it happened."""

    key: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class History:
    """One page of what happened to an item and to the plan it stands in, the newest first; `kind` empty: everything."""

    kind: str
    kinds: tuple[Kind, ...]
    page: Page[HistoryEntry]
    events: tuple[Event, ...]


def history(task: Task, *, kind: str = "", number: int = 1, today: date) -> History:
    """Return one page in a fixed number of queries; a kind that isn't one shows everything."""
    entries = entries_of(task)
    counted = Counter[str]()
    for kind_of_object, times in entries.order_by().values_list("object_type").annotate(times=Count("pk")):
        counted[_KIND_OF.get(kind_of_object, "item")] += times
    shown = kind if kind in KINDS else ""
    page = Paginator(entries_of(task, kind=shown).order_by("-pk"), ROWS).get_page(number)
    kinds = [Kind("", gettext("全部"), counted.total())]
    kinds += [Kind(key, kind_text(key), counted[key]) for key in KINDS if counted[key]]
    return History(shown, tuple(kinds), page, tuple(events(list(page.object_list), today=today)))


def entries_of(task: Task, *, kind: str = "") -> QuerySet[HistoryEntry]:
    """Return what is kept of an item and of the plan it stands in; of a kind, or everything."""
    rules = PlanRules.objects.filter(plan=task.plan_id).values("pk")
    plan = Q(object_type="plan", object_id=task.plan_id) | Q(object_type="plan_rules", object_id__in=rules)
    entries = HistoryEntry.objects.filter(Q(task_id=task.pk) | plan)
    return entries.filter(object_type__in=KINDS[kind]) if kind else entries


def events(entries: Collection[HistoryEntry], *, today: date) -> list[Event]:
    """Write entries in words, in a fixed number of queries for the names they keep as numbers."""
    names, before = names_in(entries), figures_before(entries)
    return [_event(entry, names, before.get(entry.pk, {}), today) for entry in entries]


def _event(entry: HistoryEntry, names: Names, before: Before, today: date) -> Event:
    return Event(
        kind=_KIND_OF.get(entry.object_type, "item"),
        on=day_words(entry.business_on, year=today.year),
        at=entry.at,
        who=entry.actor_name or gettext("系统"),
        what=happening(entry, names, year=today.year) + _marked(entry),
        door=_door(Door(entry.door)),
        reason=entry.reason,
        said=said(entry),
        changes=tuple(_changes(entry, names, before)),
        confirmed=confirmed_words(entry.after.get("confirmed") or (), before) if entry.object_type == "report" else (),
    )


def _marked(entry: HistoryEntry) -> str:
    """Name the steps that were marked done, or opened again."""
    if entry.action != "task.steps_marked":
        return ""
    was = {step.get("id"): step.get("done_on") for step in entry.before.get("milestones") or ()}
    moved = [step for step in entry.after.get("milestones") or () if step.get("done_on") != was.get(step.get("id"))]
    named = "、".join(f"“{step.get('text') or step.get('phrase', '')}”" for step in moved)
    return gettext("：") + named if was and named else ""


def _door(door: Door) -> str:
    return {
        Door.PAGE: gettext("网页"),
        Door.API: gettext("接口"),
        Door.IMPORT: gettext("导入"),
        Door.JOB: gettext("自动"),
        Door.COMMAND: gettext("命令行"),
    }[door]


def _changes(entry: HistoryEntry, names: Names, before: Before) -> Iterator[ChangeLine]:
    """Yield what changed in words; parties, steps and amounts by what in them differs."""
    if entry.object_type == "report":
        yield from _reported(entry, names, before)
        return
    labels = _labels() if entry.object_type in {"task", "plan"} else _days()
    for key, old in entry.before.items():
        new = entry.after.get(key)
        if key == "milestones":
            yield from _steps(old or [], new or [])
        elif key == "parties":
            yield ChangeLine(labels[key], *_moved(old or [], new or [], entry.business_on))
        elif key in labels and new != old:
            yield ChangeLine(labels[key], _value(key, old), _value(key, new))


def _reported(entry: HistoryEntry, names: Names, before: Before) -> Iterator[ChangeLine]:
    """Yield the figures and steps of a report, which history keeps by their numbers."""
    for target, value in entry.after.get("values", {}).items():
        old, new = plain_figure(before.get(int(target), "")), plain_figure(str(value))
        yield ChangeLine(names.get(("values", int(target)), gettext("指标")), "" if old == new else old, new)
    for step, on in entry.after.get("marks", {}).items():
        yield ChangeLine(names.get(("marks", int(step)), gettext("节点")), "", _value("done_on", on))


def _moved(old: Parties, new: Parties, on: date) -> tuple[str, str]:
    """Return who went and who came of those in force; a role taken over keeps its last holder's row."""
    was, now = _in_force(old, on), _in_force(new, on)
    gone = [name for key, name in was.items() if key not in now]
    return "、".join(gone), "、".join(name for key, name in now.items() if key not in was)


def _in_force(parties: Parties, on: date) -> dict[tuple[Any, ...], str]:
    still = [party for party in parties if not party.get("to_on") or date.fromisoformat(party["to_on"]) >= on]
    return {tuple(party.get(key) for key in WHO): party.get("as_written", "") for party in still}


def _days() -> dict[str, str]:
    return {
        "due_on": gettext("答复期限"),
        "to_on": gettext("时限"),
        "from_on": gettext("开始"),
        "ends_on": gettext("结束"),
    }


def _labels() -> dict[str, str]:
    return {
        "number": gettext("序号"),
        "title": gettext("事项"),
        "content": gettext("内容"),
        "target_text": gettext("目标"),
        "measures": gettext("措施"),
        "deadline_text": gettext("时限原文"),
        "contacts": gettext("联系人"),
        "note": gettext("备注"),
        "category": gettext("板块"),
        "state": gettext("状态"),
        "issued_on": gettext("下达日期"),
        "closed_on": gettext("办结日期"),
        "parties": gettext("责任单位与人员"),
        "targets": gettext("量化指标"),
    }


def _value(key: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if key == "state":
        return _states().get(str(value), str(value))
    if key.endswith("_on"):
        return day_words(date.fromisoformat(value))
    if key == "category":
        return " › ".join(value)
    if key == "targets":
        return "、".join(f"{aim.get('name', '')} {aim.get('value', '')} {aim.get('unit', '')}".strip() for aim in value)
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _states() -> dict[str, str]:
    return {
        "draft": gettext("起草中"),
        "issued": gettext("已下达"),
        "suspended": gettext("已中止"),
        "cancelled": gettext("已取消"),
        "closed": gettext("已办结"),
        "withdrawn": gettext("已撤回"),
    }


def _steps(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[ChangeLine]:
    before = {step.get("id"): step for step in old}
    labels = {
        "text": gettext("内容"),
        "phrase": gettext("时限原文"),
        "start_on": gettext("开始"),
        "due_on": gettext("时限"),
        "done_on": gettext("完成日期"),
        "dropped_on": gettext("删去"),
    }
    for number, step in enumerate(new, start=1):
        was = before.pop(step.get("id"), {})
        for key, label in labels.items():
            if was.get(key) != step.get(key):
                name = gettext("节点%(n)d %(label)s") % {"n": number, "label": label}
                yield ChangeLine(name, _value(key, was.get(key)), _value(key, step.get(key)))
