"""An item brought back to what history says it was: what came after is withdrawn, and what was struck stands again."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from projects.choices import TaskState
from projects.drafts import TASK_FIELDS
from projects.promise import Promise
from projects.rows import AimRow, PartyRow, Row, StepRow, TaskRow
from projects.sections import Path
from projects.steps import Setting, new_item, repeat_dates
from projects.writing import Writing

ONE_DAY = timedelta(days=1)

Content = Mapping[str, Any]
"""A whole promise as `promise.content` spells it."""


def category_of(before: Content) -> Path:
    return tuple(before.get("category", ()))


def restore(
    promise: Promise, before: Content, *, sections: Mapping[Path, int], setting: Setting, writing: Writing
) -> None:
    """Change the promise in memory and note in `writing` which rows that touches.

    Days on which something was done, reports and other dates of the item stay: nothing of them came with what is
    taken back.
    """
    task = promise.task
    resumed = task.state != before["state"]
    _restore_task(task, before, writing)
    if promise.category != category_of(before):
        promise.category = category_of(before)
        task.section_id = sections[promise.category] if promise.category else None
        writing.rewrite(task)
    _restore_parties(promise, before.get("parties", ()), setting, writing)
    were = {step["id"]: step for step in before.get("milestones", ())}
    for step in promise.steps:
        _restore_step(step, were.get(step.pk), setting, writing, resumed=resumed)
    promise.steps.sort(key=lambda step: step.position)
    steps = {step.pk: step for step in promise.steps}
    targets = {aim["id"]: aim for aim in before.get("targets", ())}
    for aim in promise.aims:
        _restore_aim(aim, targets.get(aim.pk), steps, setting, writing)


def _restore_task(task: TaskRow, before: Content, writing: Writing) -> None:
    were: dict[str, object] = {name: before.get(name, {} if name == "extra" else "") for name in TASK_FIELDS}
    were["state"] = TaskState(before["state"])
    were["position"] = before.get("position", task.position)
    _rewrite(task, were, writing)


def _rewrite(row: Row, were: Mapping[str, object], writing: Writing) -> None:
    different = {name: value for name, value in were.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    if different:
        writing.rewrite(row)


def _restore_parties(promise: Promise, were: Sequence[Mapping[str, Any]], setting: Setting, writing: Writing) -> None:
    """Bring back who had a part; who came since has none from today on, and none at all without ever having had a day."""
    left = list(promise.parties)
    restored: list[PartyRow] = []
    for place, party in enumerate(were):
        row = next((one for one in left if _who(one) == _who_was(party)), None)
        if row is None:
            row = _party(promise.task, party, place)
            writing.insert(row)
        else:
            left.remove(row)
            kept = {"as_written": party.get("as_written", ""), "to_on": _day(party.get("to_on")), "position": place}
            _rewrite(row, kept, writing)
        restored.append(row)
    drafted = promise.task.state == TaskState.DRAFT
    for row in left:
        if drafted or (row.from_on is not None and row.from_on >= setting.on):
            writing.remove(row)
            continue
        if row.to_on is None or row.to_on >= setting.on:
            _rewrite(row, {"to_on": setting.on - ONE_DAY}, writing)
        restored.append(row)
    promise.parties[:] = restored


def _who(row: PartyRow) -> tuple[object, ...]:
    return (row.role, row.department_id, row.post_id, row.person_id, row.group_id, row.from_on)


def _who_was(party: Mapping[str, Any]) -> tuple[object, ...]:
    names = ("department", "post", "person", "group")
    return (party["role"], *(party.get(name) for name in names), _day(party.get("from_on")))


def _party(task: TaskRow, party: Mapping[str, Any], place: int) -> PartyRow:
    return PartyRow(
        task,
        task.organization_id,
        role=party["role"],
        department_id=party.get("department"),
        post_id=party.get("post"),
        person_id=party.get("person"),
        group_id=party.get("group"),
        as_written=party.get("as_written", ""),
        from_on=_day(party.get("from_on")),
        to_on=_day(party.get("to_on")),
        position=place,
    )


def _restore_step(
    step: StepRow, was: Mapping[str, Any] | None, setting: Setting, writing: Writing, *, resumed: bool
) -> None:
    if was is None:
        if step.dropped_on is None:
            step.dropped_on, step.cycle = setting.on, step.cycle + 1
            writing.rewrite(step)
        return
    stood = step.dropped_on, step.current_due_on
    _rewrite(
        step,
        {
            "text": was.get("text", ""),
            "phrase": was.get("phrase", ""),
            "position": was["position"],
            "start_on": _day(was.get("start_on")),
            "dropped_on": _day(was.get("dropped_on")),
        },
        writing,
    )
    for since in step.dates[len(was.get("dates", ())) :]:
        if since.withdrawn_on is None:
            since.withdrawn_on = setting.on
            writing.rewrite(since)
    repeat_dates(step)
    # Reminders of the date that was taken back, or of before the item was struck, are void.
    if (step.dropped_on, step.current_due_on) != stood or (resumed and step.done_on is None):
        step.cycle += 1
        writing.rewrite(step)


def _restore_aim(
    aim: AimRow,
    was: Mapping[str, Any] | None,
    steps: Mapping[int, StepRow],
    setting: Setting,
    writing: Writing,
) -> None:
    if was is None:
        if aim.dropped_on is None:
            aim.dropped_on = setting.on
            writing.rewrite(aim)
        return
    step = was.get("milestone")
    baseline = was.get("baseline")
    were: dict[str, object] = {
        "milestone": None if step is None else steps[step],
        "name": was.get("name", ""),
        "comparison": was["comparison"],
        "value": Decimal(was["value"]),
        "unit": was.get("unit", ""),
        "baseline": None if baseline is None else Decimal(baseline),
        "cumulative": was.get("cumulative", False),
        "start_on": _day(was.get("start_on")),
        "due_on": _day(was.get("due_on")),
        "curve": was.get("curve", []),
        "horizon_year": was.get("horizon_year"),
        "dropped_on": _day(was.get("dropped_on")),
    }
    _rewrite(aim, were, writing)
    _restore_items(aim, was.get("items", ()), writing)


def _restore_items(aim: AimRow, names: Sequence[str], writing: Writing) -> None:
    """Bring back a list's names; those that came since were never ticked, or a report would stand in the way."""
    for item, name in zip(aim.items, names, strict=False):
        if item.name != name:
            item.name = name
            writing.rewrite(item)
    for item in aim.items[len(names) :]:
        writing.remove(item)
    del aim.items[len(names) :]
    for place in range(len(aim.items), len(names)):
        item = new_item(aim, place, names[place])
        aim.items.append(item)
        writing.insert(item)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
