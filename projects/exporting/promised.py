"""A plan's items as they stand, with the words of their parties: what a ledger says beside what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Department, DepartmentGroup, Person, Post
from projects.choices import InvolvementRole, TaskState
from projects.importing.drafting import KEPT_LABELS
from projects.models import Task
from projects.promise import Promise, promises_as_they_stand
from projects.rows import PartyRow

Names = Mapping[InvolvementRole, tuple[str, ...]]
KEPT = {label: role for role, label in KEPT_LABELS.items()}


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to an item since, in words; the caller knows them."""

    said: str = ""
    status: str = ""
    problems: str = ""
    next_step: str = ""
    due: str = ""
    reported: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        return self.said, self.status, self.problems, self.next_step, self.due, self.reported


@dataclass(frozen=True, slots=True)
class Promised:
    """An item as a row of a table has it."""

    promise: Promise
    names: Names

    @property
    def pk(self) -> int:
        return self.promise.task.pk

    @property
    def category(self) -> tuple[str, ...]:
        return self.promise.category

    @property
    def cancelled(self) -> bool:
        return self.promise.task.state == TaskState.CANCELLED

    @property
    def deadline(self) -> str:
        """Write the deadline in the table's words, else the days it was given."""
        return self.promise.task.deadline_text or self.days

    @property
    def days(self) -> str:
        """Write the days the steps were given, with the steps' words where there are several."""
        steps = [step for step in self.promise.steps if step.dropped_on is None and step.issued_due_on]
        return "；".join(f"{day_text(step.issued_due_on)}{step.text if len(steps) > 1 else ''}" for step in steps)

    @property
    def extra(self) -> dict[str, str]:
        """Return what else its table said of it; names of which only the words were kept are among the names."""
        return {label: str(text) for label, text in self.promise.task.extra.items() if label not in KEPT}


def day_text(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def promised(plan_id: int, task_ids: Iterable[int] | None = None) -> list[Promised]:
    """Return the plan's items, or these of them, in the plan's order; what was withdrawn is not among them."""
    tasks = Task.objects.filter(plan=plan_id).exclude(state=TaskState.WITHDRAWN)
    promises = promises_as_they_stand(tasks if task_ids is None else tasks.filter(pk__in=list(task_ids)))
    words = _Words([party for promise in promises for party in promise.parties])
    return [Promised(promise, words.of(promise)) for promise in promises]


class _Words:
    """The words of parties: as the table wrote them, else by the name they have."""

    def __init__(self, parties: Iterable[PartyRow]) -> None:
        nameless = [party for party in parties if not party.as_written]
        self._groups = _names(DepartmentGroup, (party.group_id for party in nameless))
        self._departments = _names(Department, (party.department_id for party in nameless))
        self._posts = _names(Post, (party.post_id for party in nameless))
        self._persons = _names(Person, (party.person_id for party in nameless))

    def of(self, promise: Promise) -> Names:
        found: dict[InvolvementRole, dict[str, None]] = {}
        for party in promise.parties:
            if party.to_on is None:
                found.setdefault(InvolvementRole(party.role), {})[party.as_written or self._name(party)] = None
        for label, text in promise.task.extra.items():
            if label in KEPT:
                found.setdefault(KEPT[label], {})[str(text)] = None
        return {role: tuple(words) for role, words in found.items()}

    def _name(self, party: PartyRow) -> str:
        return (
            self._groups.get(party.group_id or 0)
            or self._departments.get(party.department_id or 0)
            or self._posts.get(party.post_id or 0)
            or self._persons.get(party.person_id or 0, "")
        )


def _names(model: type[DepartmentGroup | Department | Post | Person], ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {one for one in ids if one is not None}
    return dict(model._default_manager.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
