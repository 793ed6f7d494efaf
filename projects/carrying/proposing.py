"""What of an earlier plan is unfinished or goes on for ever, beside what the next plan already has of it."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.access import Reach
from projects.access import plans_for
from projects.carrying.parties import Named, Roll
from projects.choices import PlanState, TaskState
from projects.drafts import PartyDraft, TargetDraft, TaskDraft
from projects.importing.diff import TaskSnapshot, plan_diff
from projects.importing.snapshot import plan_snapshot
from projects.models import Plan, Task
from projects.reading.deadlines import read_deadline

UNFINISHED = (TaskState.ISSUED, TaskState.SUSPENDED)
ENDLESS = ("ongoing", "recurring")
"""Kinds of deadline that a year's end doesn't end."""


class Fate(StrEnum):
    """What becomes of an unfinished item: a new item, a link to the one that is there, or nothing."""

    CARRY = "carry"
    LINK = "link"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that isn't done; `again_on` is what its words mean in the new year, None where they don't say."""

    id: int
    place: int
    text: str
    phrase: str
    start_on: date | None
    due_on: date | None
    again_on: date | None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount or list that isn't of a finished step."""

    id: int
    draft: TargetDraft


@dataclass(frozen=True, slots=True)
class Twin:
    """The item of the new plan that is taken for this one."""

    id: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One unfinished item; `carried` is the item of the new plan that goes on with it already."""

    task: TaskSnapshot
    suspended: bool
    steps: tuple[OpenStep, ...]
    done: int
    amounts: tuple[Amount, ...]
    parties: tuple[tuple[PartyDraft, Named], ...]
    twin: Twin | None
    carried: Twin | None

    @property
    def draft(self) -> TaskDraft:
        return self.task.draft

    @property
    def endless(self) -> bool:
        return self.draft.deadline_kind in ENDLESS

    @property
    def all_done(self) -> bool:
        """Say whether only the closing is missing."""
        return bool(self.done) and not self.steps

    @property
    def fates(self) -> tuple[Fate, ...]:
        if self.carried:
            return ()
        return (Fate.LINK, Fate.CARRY, Fate.LEAVE) if self.twin else (Fate.CARRY, Fate.LEAVE)

    @property
    def likely(self) -> Fate:
        """Return what is proposed; nothing is written before a person has seen it."""
        if self.carried:
            return Fate.LEAVE
        if self.twin:
            return Fate.LINK
        return Fate.LEAVE if self.all_done else Fate.CARRY


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The unfinished items of one plan for another, and who in them is gone."""

    source: Plan
    plan: Plan
    proposals: tuple[Proposal, ...]
    ended: tuple[Named, ...]
    roll: Roll
    next_number: int

    @property
    def endless(self) -> int:
        return sum(proposal.endless for proposal in self.proposals)

    @property
    def twins(self) -> int:
        return sum(bool(proposal.twin or proposal.carried) for proposal in self.proposals)

    @property
    def fingerprint(self) -> str:
        """Return a mark of both plans as they were compared: writing refuses when either moved in between."""
        seen = [
            (one.task.task_id, one.task.version, one.twin and one.twin.id, one.carried and one.carried.id)
            for one in self.proposals
        ]
        text = repr((self.source.pk, self.plan.pk, str(self.plan.state), self.next_number, seen))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def earlier_plans(reach: Reach, plan: Plan, *, today: date) -> list[Plan]:
    """Return the issued plans of earlier years, the latest first: what may be carried over from."""
    plans = plans_for(reach, today=today).exclude(state=PlanState.DRAFT).filter(year__lt=plan.year)
    return list(plans.filter(organization=plan.organization_id).order_by("-year", "-pk"))


def propose(source: Plan, plan: Plan, *, today: date) -> CarryOver:
    """Compare two plans in a fixed number of queries; writes nothing."""
    states = dict(Task.objects.filter(plan=source, state__in=UNFINISHED).values_list("pk", "state"))
    open_tasks = [task for task in plan_snapshot(source) if task.task_id in states]
    there = plan_snapshot(plan)
    carried = _carried(plan, there)
    roll = Roll.load(plan.organization_id, today=today)
    twins = _twins(open_tasks, there, {one.id for one in carried.values()})
    proposals = tuple(
        _proposal(
            task,
            suspended=states[task.task_id] == TaskState.SUSPENDED,
            year=plan.year,
            roll=roll,
            twin=twins.get(task.task_id),
            carried=carried.get(task.task_id),
        )
        for task in open_tasks
    )
    return CarryOver(
        source=source,
        plan=plan,
        proposals=proposals,
        ended=roll.ended_among(party for one in proposals if not one.carried for party, _ in one.parties),
        roll=roll,
        next_number=1 + max((int(one.draft.number) for one in there if one.draft.number.isdecimal()), default=0),
    )


def _carried(plan: Plan, there: list[TaskSnapshot]) -> dict[int, Twin]:
    """Return what goes on with an earlier item already, by that item."""
    known = {one.task_id: one for one in there}
    links = Task.objects.filter(plan=plan, carried_from__isnull=False).order_by("pk").values_list("pk", "carried_from")
    return {source: _twin(known[pk]) for pk, source in links if source is not None and pk in known}


def _twins(open_tasks: list[TaskSnapshot], there: list[TaskSnapshot], taken: set[int]) -> Mapping[int, Twin]:
    """Match as a new table is matched: by number, title and words."""
    free = [one for one in there if one.task_id not in taken]
    known = {one.task_id: one for one in free}
    rows = plan_diff([task.draft for task in open_tasks], free)
    return {
        open_tasks[row.row].task_id: _twin(known[row.task_id])
        for row in rows
        if row.row is not None and row.task_id is not None
    }


def _twin(task: TaskSnapshot) -> Twin:
    return Twin(task.task_id, task.draft.number, task.draft.title)


def _proposal(
    task: TaskSnapshot, *, suspended: bool, year: int, roll: Roll, twin: Twin | None, carried: Twin | None
) -> Proposal:
    done = {place for place, step in enumerate(task.milestones) if step.settled}
    steps = tuple(
        OpenStep(
            id=step.id,
            place=place,
            text=step.draft.text,
            phrase=step.draft.phrase,
            start_on=step.draft.start_on,
            due_on=step.current_on or step.draft.due_on,
            again_on=_again(step.draft.phrase, step.draft.due_on, year),
        )
        for place, step in enumerate(task.milestones)
        if place not in done
    )
    return Proposal(
        task=task,
        suspended=suspended,
        steps=steps,
        done=len(done),
        amounts=tuple(Amount(aim.id, aim.draft) for aim in task.targets if aim.draft.milestone not in done),
        parties=tuple((party, roll.of(party)) for party in task.draft.parties),
        twin=None if carried else twin,
        carried=carried,
    )


def _again(phrase: str, before: date | None, year: int) -> date | None:
    """Return the day the same words mean in the new year; words that name the old year mean nothing new."""
    reading = read_deadline(phrase, year=year) if phrase else None
    if reading is None or not reading.sure or len(reading.due) != 1:
        return None
    day = reading.due[0]
    return day if before is None or day > before else None


def by_heading(proposals: tuple[Proposal, ...]) -> list[tuple[tuple[str, ...], list[Proposal]]]:
    """Group proposals under their headings, in the order of the plan."""
    groups: defaultdict[tuple[str, ...], list[Proposal]] = defaultdict(list)
    for proposal in proposals:
        groups[proposal.draft.category].append(proposal)
    return list(groups.items())
