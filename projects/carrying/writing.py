"""Writing what was settled: new items with their link, and links to the items that were there already."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.conflicts import Conflict
from accounts.history import Actor
from projects import planning
from projects.carrying.proposing import propose
from projects.carrying.settling import Answers, settle
from projects.models import Plan


class NotCarriedError(Exception):
    """Nothing was written: `reason` is `problems` (with their `count`) or `empty`."""

    def __init__(self, reason: str, count: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.count = count


@dataclass(frozen=True, slots=True)
class Carried:
    """The ids of the items made and of those linked."""

    made: tuple[int, ...]
    linked: tuple[int, ...]


@transaction.atomic
def carry_over(*, source: Plan, plan: Plan, answers: Answers, fingerprint: str, by: Actor, now: datetime) -> Carried:
    """Write it all or nothing; raise Conflict when a plan moved since it was seen, NotCarriedError, WrongStateError."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    proposed = propose(source, plan, today=by.today)
    if fingerprint != proposed.fingerprint:
        raise Conflict(plan)
    settled = settle(proposed, answers)
    if settled.problems:
        raise NotCarriedError("problems", len(settled.problems))
    if settled.empty:
        raise NotCarriedError("empty")
    made = planning.add_tasks(plan=plan, drafts=[draft for _, draft in settled.new], by=by, now=now)
    links = {one.twin.id: one.task.task_id for one in settled.links if one.twin}
    linked = planning.link_carried(plan=plan, sources=links, by=by, now=now) if links else []
    return Carried(tuple(task.pk for task in made), tuple(task.pk for task in linked))
