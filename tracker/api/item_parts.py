"""What steps and amounts of an item have in common: read by themselves, added and changed over their item's version."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope
from accounts.conflicts import Conflict
from projects.models import Milestone, Target, Task
from tracker.access import get_task
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import Body
from tracker.api.problems import Fault, Problem, missing
from tracker.api.promising import Typed, change, require_open
from tracker.boards.plain import nest, task_rows

Row = dict[str, Any]
Placing = Callable[[Typed, Mapping[str, Any], int | None], tuple[Typed, int]]
"""Puts what was said into the item's form, and says at which place of the list it stands."""


class ItemPart(Endpoint):
    """An endpoint of steps or of amounts; `member` is what both an item and an address call them."""

    writes: ClassVar[Scope] = Scope.PLAN
    member: ClassVar[str]
    model: ClassVar[type[Milestone] | type[Target]]
    placing: ClassVar[Placing]

    def office_task(self, task_id: int) -> Task:
        """Return an item of an open plan to whoever may write it."""
        task = get_task(self.reach, task_id, today=self.today)
        require_office(self.reach)
        return task

    def part(self, part_id: int) -> tuple[Task, Row]:
        """Return a part that stands, with its item; 404 for those of items the caller doesn't see."""
        found: Any = get_object_or_404(self.model, pk=part_id)
        task = get_task(self.reach, found.task_id, today=self.today)
        return task, self.told(task, part_id)

    def told(self, task: Task, part_id: int) -> Row:
        found = next((row for row in self.rows(task) if row["id"] == part_id), None)
        if found is None:
            raise missing()
        return found

    def rows(self, task: Task) -> list[Row]:
        """Return the parts as they stand, each with its item and the item's version."""
        (row,) = task_rows(Task.objects.filter(pk=task.pk), ("id", "version"), today=self.today)
        nest([row], (self.member,), today=self.today)
        return [{**part, "task": row["id"], "version": row["version"]} for part in row[self.member]]

    def added(self, request: Request, task_id: int, body: type[Body]) -> HttpResponse:
        """Add a part to an item over the version of the item that was seen, once."""
        task = self.office_task(task_id)
        said, seen = self.said(body), seen_by(request)
        require_open(task.plan)
        return self.once(lambda: self._added(task, said, seen.expected(task.version)))

    def _added(self, task: Task, said: Mapping[str, Any], version: int) -> HttpResponse:
        before = {row["id"] for row in self.rows(task)}
        try:
            self.write(task, said, None, version)
        except Conflict as conflict:
            raise lost(current=self.rows(task), yours=self.request.data) from conflict
        (made,) = (row for row in self.rows(task) if row["id"] not in before)
        return self.one(made, version=made["version"], status=201, location=f"/api/v1/{self.member}/{made['id']}/")

    def write(self, task: Task, said: Mapping[str, Any], part_id: int | None, version: int) -> int:
        """Change the item by this part alone; return the item's version now. Raise Conflict."""
        typed, place = type(self).placing(Typed.standing(task), said, part_id)
        with _about(f"{self.member}.{place}."):
            return change(task, typed, version, by=self.actor, now=self.now)


@contextmanager
def _about(prefix: str) -> Iterator[None]:
    """Name the fields of a refusal as the body of one part names them."""
    try:
        yield
    except Problem as problem:
        problem.errors = [Fault(each.field.removeprefix(prefix), each.reason, each.code) for each in problem.errors]
        raise
