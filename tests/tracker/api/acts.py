"""What has been asked on the cast's items before a program comes: a report, an extension, an obstacle, a directive."""

from datetime import date

from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tracker.closing import Statement, ask_closing
from tracker.directives import give_directive
from tracker.extending import Request, ask_extension
from tracker.models import Closure, Directive, Extension, Obstacle
from tracker.obstacles import raise_obstacle

LATER = date(2026, 7, 31)


def extension(cast: Cast, plan: Plan, step: str = "报批") -> Extension:
    return ask_extension(
        milestone=task_of(plan, "1").milestones.get(text=step),
        department=cast.building,
        request=Request(LATER if step == "报批" else date(2027, 1, 29), "用地未批", "已报批", f"extension-{step}"),
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def obstacle(cast: Cast, plan: Plan, number: str = "1", *, token: str = "") -> Obstacle:
    return raise_obstacle(
        task=task_of(plan, number),
        department=cast.building,
        text="土地没有批下来。",
        answerer=cast.economy,
        due_on=TODAY,
        token=token or f"obstacle-{number}",
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def directive(cast: Cast, plan: Plan, number: str = "1") -> Directive:
    assert cast.leader.person is not None
    return give_directive(
        task=task_of(plan, number),
        leader=cast.leader.person,
        department=cast.building,
        text="月底前拿出方案。",
        due_on=TODAY,
        token=f"directive-{number}",
        by=cast.actor(cast.leader),
        now=at(TODAY),
    )


def closing(cast: Cast, plan: Plan) -> Closure:
    """Ask for the item that has no steps, so that none is left open."""
    return ask_closing(
        task=task_of(plan, "3"),
        department=cast.building,
        statement=Statement("全年无事故。", "closing"),
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )
