"""History in words: who did what to an item, by which door, and what changed from what to what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from accounts.choices import Door
from accounts.days import day_words
from accounts.models import HistoryEntry

SHOWN = 80
"""Characters of a value; whole texts stand on the item's own page."""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry as people read it."""

    on: str
    at: datetime
    who: str
    what: str
    door: str
    reason: str
    said: str
    changes: tuple[ChangeLine, ...]


def events(entries: Iterable[HistoryEntry], *, today: date) -> list[Event]:
    return [_event(entry, today) for entry in entries]


def _event(entry: HistoryEntry, today: date) -> Event:
    return Event(
        on=day_words(entry.business_on, year=today.year),
        at=entry.at,
        who=entry.actor_name or gettext("系统"),
        what=_action(entry),
        door=_door(Door(entry.door)),
        reason=entry.reason,
        said=str(entry.after.get("sentence", "")) if entry.object_type == "report" else "",
        changes=tuple(_changes(entry)) if entry.object_type == "task" else (),
    )


def _action(entry: HistoryEntry) -> str:
    words = {
        "task.added": gettext("写入事项"),
        "task.carried": gettext("记为上年事项的延续"),
        "task.issued": gettext("下达"),
        "task.changed": gettext("修改事项"),
        "task.steps_marked": gettext("节点完成情况变动"),
        "task.step_issued": gettext("定下节点时限"),
        "task.step_reissued": gettext("节点时限重新下达"),
        "task.step_extended": gettext("节点延期"),
        "task.step_corrected": gettext("更正节点时限"),
        "task.closed": gettext("办结"),
        "task.reopened": gettext("重新打开"),
        "task.suspended": gettext("中止"),
        "task.resumed": gettext("恢复"),
        "task.cancelled": gettext("取消"),
        "task.withdrawn": gettext("随导入撤回"),
        "task.moved": gettext("调整次序"),
        "task.restored": gettext("撤销，恢复原样"),
        "task.reinstated": gettext("恢复事项"),
        "receipt.signed": gettext("签收"),
        "receipt.objected": gettext("提出异议"),
        "receipt.upheld": gettext("答复异议，不改派"),
        "receipt.redirected": gettext("答复异议，改派"),
        "report.submitted": gettext("报送进展"),
        "report.accepted": gettext("审核通过"),
        "report.returned": gettext("退回报送"),
        "report.replaced": gettext("报送被后一份替代"),
    }
    if entry.action == "task.added" and entry.after.get("carried_from"):
        return gettext("从上年结转")
    return words.get(entry.action, entry.action)


def _door(door: Door) -> str:
    return {
        Door.PAGE: gettext("网页"),
        Door.API: gettext("接口"),
        Door.IMPORT: gettext("导入"),
        Door.JOB: gettext("自动"),
        Door.COMMAND: gettext("命令行"),
    }[door]


def _changes(entry: HistoryEntry) -> Iterator[ChangeLine]:
    """Yield what changed in words; parties, steps and amounts by what in them differs."""
    labels = _labels()
    for key, old in entry.before.items():
        new = entry.after.get(key)
        if key == "milestones":
            yield from _steps(old or [], new or [])
        elif key in labels:
            yield ChangeLine(labels[key], _value(key, old), _value(key, new))


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
    if key == "parties":
        return "、".join(party.get("as_written", "") for party in value)
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
