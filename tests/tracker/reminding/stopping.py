"""A plan with an item for each step of the ladder, all due this morning, and what can happen to them meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from accounts.choices import MembershipRole
from accounts.history import Actor
from accounts.maintaining import end_membership
from accounts.models import Membership, Person, User
from accounts.registering import join, set_active
from projects.calendars import workdays_for
from projects.choices import DateKind
from projects.drafts import MilestoneDraft, TaskDraft
from projects.models import Milestone, Plan, Task
from projects.planning import (
    archive_plan,
    cancel_tasks,
    close_task,
    mark_milestones,
    move_milestone,
    resume_tasks,
    suspend_tasks,
)
from tests.cast import TODAY, Cast, at, road
from tests.tracker.reminding.passes import digest
from tracker.choices import ReportState
from tracker.closing import reopen
from tracker.extending import Request, ask_extension, decide_extension
from tracker.handover import duties_of, hand_over
from tracker.models import Extension, Owed, Receipt
from tracker.receipts import Seen, object_to
from tracker.reporting import Account, return_report, submit_report

YESTERDAY = date(2026, 6, 23)
NOW = digest(TODAY)
LATER = NOW + timedelta(minutes=5)
NEXT_PASS = NOW + timedelta(minutes=75)
"""After the leaders' wait: whoever is told late is told by then."""
AUGUST = date(2026, 8, 31)
AHEAD, PAST = ("before-5", "before-1", "day"), ("after-1", "after-3", "after-7", "after-15", "weekly-1")
TOLD: Mapping[str, tuple[str, ...]] = {
    "before-5": ("clerk",),
    "before-1": ("clerk",),
    "day": ("clerk",),
    "after-1": ("clerk",),
    "after-3": ("head",),
    "after-7": ("deputy",),
    "after-15": ("leader", "office"),
    "weekly-1": ("clerk", "leader", "office"),
}
"""Whom the step is for, where nothing happens."""
SINCE: Mapping[str, tuple[str, ...]] = {
    step: tuple(dict.fromkeys(who for each in list(TOLD)[: list(TOLD).index(step) + 1] for who in TOLD[each]))
    for step in TOLD
}
"""Whom this step and those before it are for: who takes over from one of them is told the highest."""


class Setting(NamedTuple):
    """A plan on a morning; `now` is when its steps are told, and also when something happens to it."""

    cast: Cast
    plan: Plan
    now: datetime = NOW

    def task(self, step: str) -> Task:
        return Task.objects.get(plan=self.plan, number=step)

    def milestone(self, step: str) -> Milestone:
        return Milestone.objects.get(task__plan=self.plan, task__number=step)

    @property
    def tasks(self) -> list[Task]:
        return list(Task.objects.filter(plan=self.plan).order_by("pk"))

    @property
    def today(self) -> date:
        return self.now.date()

    def by(self, user: User | None = None) -> Actor:
        return self.cast.actor(user, today=self.today)


Act = Callable[[Setting], object]


def nobody(_: str) -> set[str]:
    return set()


def as_usual(step: str) -> set[str]:
    return set(TOLD[step])


def anew(step: str) -> set[str]:
    """Return who is told after a new beginning: everybody a passed step is for, once."""
    return set(SINCE[step])


def takers(step: str) -> set[str]:
    """Return who is told after the clerk, the head and the deputy have handed over."""
    kept = {who for who in TOLD[step] if who in ("leader", "office")}
    return kept | {f"new-{who}" for who in SINCE[step] if who in ("clerk", "head", "deputy")}


def takers_of_it(step: str) -> set[str]:
    """Return the same where it is on its way: only what was to reach a giver is looked at again at once."""
    return takers(step) if {"clerk", "head", "deputy"} & set(TOLD[step]) else set(TOLD[step])


def heads_for_clerks(step: str) -> set[str]:
    return {"head" if who == "clerk" else who for who in TOLD[step]}


def done(s: Setting) -> None:
    for task in s.tasks:
        by = s.by()
        mark_milestones(task=task, done={task.milestones.get().pk: s.today}, by=by, now=s.now)


def reported_done(s: Setting) -> None:
    for task in s.tasks:
        report_on(s, task, marks={task.milestones.get().pk: YESTERDAY})


def reported_otherwise(s: Setting) -> None:
    for task in s.tasks:
        report_on(s, task, marks={})


def report_on(s: Setting, task: Task, *, marks: dict[int, date]) -> object:
    owed = Owed.objects.select_related("round", "department").get(task=task)
    return submit_report(
        task=task,
        department=owed.department,
        reporting_round=owed.round,
        account=Account(state=ReportState.ON_PLAN, sentence="按计划推进。", marks=marks),
        person=None,
        token=f"report-{task.pk}-{owed.cycle}",
        by=s.by(s.cast.clerk),
        now=s.now,
    )


def reported_and_returned(s: Setting) -> None:
    reported_done(s)
    for owed in Owed.objects.filter(task__plan=s.plan).order_by("pk"):
        row = owed.reports.get()
        return_report(report=row, reason="请附材料。", by=s.by(), now=s.now)


def suspended(s: Setting) -> None:
    suspend_tasks(task_ids=[task.pk for task in s.tasks], reason="停建", by=s.by(), now=s.now)


def suspended_and_resumed(s: Setting) -> None:
    suspended(s)
    resume_tasks(task_ids=[task.pk for task in s.tasks], reason="复工", by=s.by(), now=s.now)


def cancelled(s: Setting) -> None:
    cancel_tasks(task_ids=[task.pk for task in s.tasks], reason="撤销", by=s.by(), now=s.now)


def closed(s: Setting) -> None:
    for task in s.tasks:
        close_task(task=task, on=s.today, by=s.by(), now=s.now)


def closed_and_reopened(s: Setting) -> None:
    closed(s)
    for task in s.tasks:
        reopen(task=task, version=task.version, reason="核实未完成", by=s.by(), now=s.now)


def archived(s: Setting) -> None:
    archive_plan(plan=s.plan, by=s.by())


def moved(kind: DateKind) -> Act:
    def move(s: Setting) -> None:
        for row in Milestone.objects.filter(task__plan=s.plan).order_by("pk"):
            move_milestone(milestone=row, kind=kind, due_on=AUGUST, reason="改期", by=s.by(), now=s.now)

    return move


def asked_in_time(s: Setting) -> None:
    """Ask on the day it was due, or yesterday where that is to come."""
    for step in TOLD:
        ask_for_later(s, step, on=min(s.milestone(step).current_due_on or TODAY, YESTERDAY))


def ask_for_later(s: Setting, step: str, *, on: date) -> Extension:
    return ask_extension(
        milestone=s.milestone(step),
        department=s.cast.building,
        request=Request(AUGUST, "用地未批", "已报初审", f"later-{step}"),
        by=s.cast.actor(s.cast.clerk, today=on),
        now=at(on),
    )


def refused(s: Setting) -> None:
    for row in Extension.objects.order_by("pk"):
        by = s.by()
        decide_extension(extension=row, version=row.version, agrees=False, reason="已核", by=by, now=s.now)


def handed_over(s: Setting) -> None:
    for name in ("clerk", "head", "deputy"):
        giver = getattr(s.cast, name).person
        found = duties_of(giver, today=s.today)
        hand_over(
            giver=giver,
            taker=Person.objects.get(name=f"new-{name}"),
            on=s.today,
            wanted={part: [row.pk for row in getattr(found, part)] for part in ("holdings", "memberships")},
            leaves=False,
            reason="轮岗",
            token=f"over-{name}",
            by=s.by(),
            now=s.now,
        )


def clerk_moved_away(s: Setting) -> None:
    """Take the clerk out of the unit by the page of people, and put another in: nobody calls that a handover."""
    row = Membership.objects.get(person=s.cast.clerk.person, department=s.cast.building)
    end_membership(membership=row, to_on=s.today - timedelta(days=1), by=s.by())
    taker = Person.objects.get(name="new-clerk")
    join(person=taker, department=s.cast.building, role=MembershipRole.CLERK, from_on=s.today, by=s.by())


def new_clerks(step: str) -> set[str]:
    return {who for who in TOLD[step] if who != "clerk"} | {"new-clerk"}


def new_clerks_of_it(step: str) -> set[str]:
    return new_clerks(step) if "clerk" in TOLD[step] else set(TOLD[step])


def clerk_gone(s: Setting) -> None:
    set_active(user=s.cast.clerk, active=False, by=s.by())


def objected(s: Setting) -> None:
    for row in Receipt.objects.filter(task__plan=s.plan, department=s.cast.building):
        object_to(seen=Seen(row.pk, row.version), reason="不是我们的。", by=s.by(s.cast.clerk), now=s.now)


def item(cast: Cast, step: str) -> TaskDraft:
    due_on = due_of(cast, step)
    text = f"{due_on.month}月{due_on.day}日前"
    return replace(road(cast), number=step, title=f"项目{step}", milestones=(MilestoneDraft("报批", text, due_on),))


def due_of(cast: Cast, step: str) -> date:
    kind, _, number = step.partition("-")
    if kind == "before":
        return workdays_for(cast.organization.pk).add(TODAY, int(number))
    return TODAY - timedelta(days={"day": 0, "after": int(number or 0), "weekly": 15 + 7 * int(number or 0)}[kind])
