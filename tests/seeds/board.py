"""The board that the sample story would show on a day, told by the rules of the lights alone."""

import re
from collections import Counter as Tally
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from projects.choices import Comparison, TaskState
from projects.reading.deadlines import read_deadline
from seeds.conduct import closed_on, done_days, extensions, reported_amount
from seeds.story import StoryLine, load_story
from seeds.text_format import Task, load_table
from tracker.lights import Counter, Light, counters, light_on
from tracker.shares import TargetFacts, expected_share
from tracker.turning import LightRules, MilestoneFacts, TaskFacts, turning_days

# What is measured at the end of a period, or is no amount of work, owes nothing before its day.
PERIOD_END = re.compile("增长|达|率")
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)多?(?:公顷|亿元|万平方米|mg/L|[家条个场项份件次名人期支处宗亩栋类步]|公里)")
SILENT_FOR = timedelta(days=30)


def amount_in(text: str) -> Decimal | None:
    found = AMOUNT.search(text)
    return Decimal(found[1]) if found else None


def dues_of(task: Task, year: int) -> tuple[date | None, ...]:
    return _dues(task.cells["完成时限"], year)


@cache
def _dues(text: str, year: int) -> tuple[date | None, ...]:
    return tuple(milestone.due for milestone in read_deadline(text, year=year).milestones)


def board(today: date) -> tuple[dict[Counter, int], int]:
    """Return the counters of the 142 items on `today`, and how many that owe a report haven't given it."""
    story = load_story().lines
    lights: Tally[Light] = Tally()
    silent = 0
    for task in load_table("key-work-142").tasks():
        light = _light(task, story[task.number], today)
        lights[light] += 1
        silent += light is not Light.CLOSED and story[task.number].conduct.answer == "silent"
    return counters(lights), silent


def _light(task: Task, line: StoryLine, today: date) -> Light:
    dues = dues_of(task, today.year)
    done = done_days(line.conduct, dues, today=today)
    closed = closed_on(line.conduct, done, today=today)
    moved = {each.step: each.due for each in extensions(line.conduct, dues, today=today)}
    milestones = tuple(
        MilestoneFacts(index, index, "", "", None, due, moved.get(index, due), done_on)
        for index, (due, done_on) in enumerate(zip(dues, done, strict=True), start=1)
    )
    target = _target(task, line, dues, done, today)
    facts = TaskFacts(
        state=TaskState.CLOSED if closed else TaskState.ISSUED,
        year=today.year,
        milestones=milestones,
        targets=(target,) if target else (),
    )
    light = light_on(today, facts.state, turning_days(facts, LightRules()))
    assert light is not None
    return light


def _target(
    task: Task, line: StoryLine, dues: tuple[date | None, ...], done: tuple[date | None, ...], today: date
) -> TargetFacts | None:
    value = amount_in(task.cells["目标任务"])
    if value is None:
        return None
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    cumulative = not PERIOD_END.search(task.cells["目标任务"])
    due = max((day for day in dues if day), default=last)
    target = TargetFacts(1, None, "", "", Comparison.AT_LEAST, value, None, cumulative, first, due, (), None)
    reported_on = today - SILENT_FOR if line.conduct.answer == "silent" else today
    quantum = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
    accepted = reported_amount(
        line.conduct,
        value,
        expected_share(target, reported_on),
        quantum=quantum,
        done=done,
    )
    return TargetFacts(1, None, "", "", Comparison.AT_LEAST, value, None, cumulative, first, due, (), accepted)
