"""One item as lists show it: its light with the reason, who answers for it, its figures and the last word on it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext

from accounts.days import day_words
from accounts.models import Department, DepartmentGroup, Person, Post, PostHolding
from accounts.models.among import among
from accounts.prepared import Prepared, attributes, instance
from projects.choices import InvolvementRole
from projects.models import Involvement, Task
from tracker.boards.extending import dates_of, pending_days
from tracker.choices import ReviewState
from tracker.explaining import Explanation, explain
from tracker.facts import task_facts
from tracker.lights import Light
from tracker.models import ProgressReport, ReportingRound
from tracker.rules import light_rules, rules_of
from tracker.sentences import (
    days_left_text,
    goal_text,
    light_text,
    number_text,
    reason_text,
    round_text,
    tag_text,
)
from tracker.turning import LightRules, MilestoneFacts, TargetFacts, TaskFacts, next_due, open_dated

Parties = dict[InvolvementRole, tuple[Involvement, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """An item on a day; `last` is the latest report, whatever the office said of it.

    `next_step` is the one the item stands at: the open one that is due first, else the first open one. `holders` names
    who holds a post that answers for it, `dates` are all dates of the steps that were put off, `asked_to` is the later
    day that somebody has to decide on.
    """

    task: Task
    facts: TaskFacts
    rules: LightRules
    explanation: Explanation
    days_late: int
    next_step: MilestoneFacts | None
    next_due_on: date | None
    parties: Parties
    holders: "Holders"
    last: ProgressReport | None
    dates: Mapping[int, Sequence[date]]
    asked_to: date | None
    today: date

    @property
    def light(self) -> Light | None:
        return self.explanation.light

    @property
    def light_word(self) -> str:
        return light_text(self.light, days_late=self.days_late, days_left=self.days_left)

    @property
    def why(self) -> str:
        return reason_text(self.explanation.reason, year=self.today.year)

    @property
    def remedy(self) -> str:
        return reason_text(self.explanation.remedy, year=self.today.year)

    @property
    def tags(self) -> list[str]:
        tags = [tag_text(tag, moves=self.moves) for tag in self.explanation.tags]
        return [*tags, gettext("延期审批中")] if self.asked_to else tags

    @property
    def moves(self) -> int:
        return self.explanation.moves

    @property
    def due_words(self) -> str:
        """Write the date in force; one that was put off says so."""
        if self.next_due_on is None:
            return ""
        due = day_words(self.next_due_on, year=self.today.year)
        moved = self.next_step is not None and self.next_step.moves > 0
        return gettext("改至 %(due)s") % {"due": due} if moved else due

    @property
    def due_note(self) -> str:
        """Write the date beside the light: of a step that was put off and is late, the one its days are counted from."""
        moved = self.next_step is not None and self.next_step.moves > 0
        if moved and self.days_late:
            day = day_words(self.today - timedelta(days=self.days_late), year=self.today.year)
            return gettext("从 %(day)s算起") % {"day": day}
        return self.due_words if moved or not self.due_words else gettext("时限 %(due)s") % {"due": self.due_words}

    @property
    def trail(self) -> str:
        """Write every date of the step the item stands at, the first as issued; empty where it was never put off."""
        step = self.next_step
        if step is None or not step.moves:
            return ""
        return " → ".join(day_words(day, year=self.today.year) for day in self.dates.get(step.id, ()))

    @property
    def left_word(self) -> str:
        return days_left_text(self.days_left) if self.days_left is not None else ""

    @property
    def last_round(self) -> str:
        return round_text(self.last.round.key) if self.last else ""

    @property
    def figures(self) -> list[tuple[str, str]]:
        """Write each amount as done and promised."""
        return [
            (number_text(target.accepted), goal_text(target.comparison, target.value, target.unit))
            for target in self.targets
        ]

    @property
    def last_day(self) -> str:
        return day_words(self.last.submitted_on, year=self.today.year) if self.last else ""

    @property
    def days_left(self) -> int | None:
        return (self.next_due_on - self.today).days if self.next_due_on else None

    @property
    def targets(self) -> tuple[TargetFacts, ...]:
        return self.facts.targets

    @property
    def steps_done(self) -> int:
        return sum(step.done_on is not None for step in self.facts.milestones)

    @property
    def steps(self) -> int:
        return len(self.facts.milestones)

    @property
    def returned(self) -> bool:
        return self.last is not None and self.last.review_state == ReviewState.RETURNED

    @property
    def leads(self) -> tuple[str, ...]:
        return party_names(self.parties.get(InvolvementRole.LEAD, ()))

    @property
    def leaders(self) -> tuple[str, ...]:
        return party_names(self.parties.get(InvolvementRole.LEADER, ()))

    @property
    def leaders_in_person(self) -> list[str]:
        """Name who answers as the table does, and who holds the post today."""
        rows = self.parties.get(InvolvementRole.LEADER, ())
        people = {str(row.post): self.holders.of(row.post_id) for row in rows if row.post_id}
        held = {post: "、".join(names) for post, names in people.items() if names}
        return [
            gettext("%(post)s %(person)s") % {"post": name, "person": held[name]} if name in held else name
            for name in self.leaders
        ]


class Holders:
    """Who holds the posts that answer for the items of a list; asked for once, by the first row that names them."""

    def __init__(self, parties: Iterable[Parties], today: date) -> None:
        rows = (row for each in parties for row in each.get(InvolvementRole.LEADER, ()))
        self._posts, self._today = {row.post_id for row in rows if row.post_id}, today

    def of(self, post: int) -> Sequence[str]:
        return self._names.get(post, ())

    @cached_property
    def _names(self) -> Mapping[int, Sequence[str]]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        for post, name in _HOLDERS.rows(posts=sorted(self._posts), today=self._today):
            found[post].append(name)
        return found


def lines_of(
    tasks: Sequence[Task],
    *,
    today: date,
    with_parties: bool = True,
    facts: Mapping[int, TaskFacts] | None = None,
    rules: Mapping[int, LightRules] | None = None,
    before: date | None = None,
) -> list[Line]:
    """Return the lines of these items in their order, in a fixed number of queries; each item brings its plan.

    Who has which part is left out for a list that doesn't say it; `facts` of the items and `rules` of the plans are given
    by who has read them. `before` leaves out what was reported, asked or moved from that day on.
    """
    ids = [task.pk for task in tasks]
    facts = task_facts(ids) if facts is None else facts
    rules = _rules_of(tasks, today) if rules is None else rules
    parties = parties_of(ids, today=today) if with_parties else {}
    holders = Holders(parties.values(), today)
    last, asked = last_reports(ids, before=before), {} if before else pending_days(ids)
    dates = dates_of({step.id for each in facts.values() for step in each.milestones if step.moves}, before=before)
    lines = []
    for task in tasks:
        found, explanation = facts[task.pk], explain(facts[task.pk], rules[task.plan_id], today)
        step = _next_step(found)
        lines.append(
            Line(
                task=task,
                facts=found,
                rules=rules[task.plan_id],
                explanation=explanation,
                days_late=explanation.days_late,
                next_step=step,
                next_due_on=next_due(found),
                parties=parties.get(task.pk, {}),
                holders=holders,
                last=last.get(task.pk),
                dates=dates,
                asked_to=asked.get(task.pk),
                today=today,
            )
        )
    return lines


def _rules_of(tasks: Sequence[Task], today: date) -> dict[int, LightRules]:
    plans = {task.plan_id: task.plan for task in tasks}
    return {plan: light_rules(row) for plan, row in rules_of(list(plans.values()), on=today).items()}


def _next_step(facts: TaskFacts) -> MilestoneFacts | None:
    undated = (step for step in facts.milestones if step.done_on is None)
    return next(iter(open_dated(facts)), None) or next(undated, None)


def parties_of(task_ids: Collection[int], *, today: date) -> dict[int, Parties]:
    """Return who has which part in the items today, in the table's order."""
    found: defaultdict[int, Parties] = defaultdict(dict)
    known: dict[tuple[str, int], Model] = {}  # a unit that leads many items is made once
    for values in _PARTIES.rows(tasks=list(task_ids), today=today):
        row, reached = instance(Involvement, values[:_PART]), _PART
        for name, model in _NAMED.items():
            begin, reached = reached, reached + len(attributes(model))
            key = name, values[begin]
            if values[begin] is not None and key not in known:
                known[key] = instance(model, values[begin:reached])
            setattr(row, name, known.get(key))
        role = InvolvementRole(row.role)
        found[row.task_id][role] = (*found[row.task_id].get(role, ()), row)
    return found


_NAMED: Mapping[str, type[Model]] = {"department": Department, "post": Post, "person": Person, "group": DepartmentGroup}
_PART = len(attributes(Involvement))
_PARTIES = Prepared(
    lambda tasks, today: (
        Involvement.objects.on(today)
        .filter(among("task", tasks))
        .order_by("position", "pk")
        .values_list(
            *attributes(Involvement), *chain(*(attributes(model, f"{name}__") for name, model in _NAMED.items()))
        )
    ),
    lists=["tasks"],
    days=["today"],
)


_HOLDERS = Prepared(
    lambda posts, today: (
        PostHolding.objects.on(today).filter(among("post", posts)).order_by("pk").values_list("post", "person__name")
    ),
    lists=["posts"],
    days=["today"],
)


def party_names(rows: Collection[Involvement]) -> tuple[str, ...]:
    """Name parties, a group by its own word: that is how the table names its members."""
    return tuple(dict.fromkeys(str(row.group or row.department or row.post or row.person) for row in rows))


def last_reports(task_ids: Collection[int], *, before: date | None = None) -> dict[int, ProgressReport]:
    """Return the latest report of each item, or the latest `before` a day, with its round and unit."""
    query, days = (LAST_BEFORE, {"before": before}) if before else (LAST, {})
    found = {}
    for values in query.rows(tasks=list(task_ids), **days):
        row = instance(ProgressReport, values[:_OWN])
        row.round = instance(ReportingRound, values[_OWN : _OWN + _ROUND])
        row.department = instance(Department, values[_OWN + _ROUND :])
        found[row.task_id] = row
    return found


def _last(reports: QuerySet[ProgressReport]) -> QuerySet[Any, Any]:
    latest = reports.order_by().values("task").annotate(last=Max("pk"))
    names = (attributes(ReportingRound, "round__"), attributes(Department, "department__"))
    return ProgressReport.objects.filter(pk__in=latest.values("last")).values_list(
        *attributes(ProgressReport), *names[0], *names[1]
    )


_OWN, _ROUND = len(attributes(ProgressReport)), len(attributes(ReportingRound))
LAST = Prepared(lambda tasks: _last(ProgressReport.objects.filter(among("task", tasks))), lists=["tasks"])
LAST_BEFORE = Prepared(
    lambda tasks, before: _last(ProgressReport.objects.filter(among("task", tasks), submitted_on__lt=before)),
    lists=["tasks"],
    days=["before"],
)
