"""What supporting units were asked and have said: on an item, on the supporter's list and on the asker's."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from accounts.access import Reach
from accounts.days import day_words
from accounts.models import Department
from projects.choices import InvolvementRole, TaskState
from tracker.boards.item import Item
from tracker.choices import PartState
from tracker.models import SupportPart
from tracker.parts import days_late, is_open, takes_answer


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part on a day, with what this reader may do about it."""

    part: SupportPart
    today: date
    may_answer: bool
    may_withdraw: bool

    @property
    def open(self) -> bool:
        return is_open(
            self.part.state, asked=bool(self.part.question), item_open=self.part.task.state == TaskState.ISSUED
        )

    @property
    def days_late(self) -> int:
        if not self.open and self.part.state == PartState.ASKED:
            return 0
        return days_late(self.part.state, self.part.due_on, self.part.answered_on, today=self.today)

    @property
    def days_left(self) -> int | None:
        return (self.part.due_on - self.today).days if self.open and self.part.due_on else None

    @property
    def due(self) -> str:
        return self._day(self.part.due_on)

    @property
    def asked(self) -> str:
        return self._day(self.part.asked_on)

    @property
    def answered(self) -> str:
        return self._day(self.part.answered_on)

    def _day(self, day: date | None) -> str:
        return day_words(day, year=self.today.year) if day else ""


@dataclass(frozen=True, slots=True)
class ItemParts:
    """What stands on an item; `askable` are the units a lead may ask now, `asking` and `adding` the reader's own."""

    lines: tuple[PartLine, ...]
    asking: tuple[Department, ...]
    askable: tuple[Department, ...]
    adding: tuple[Department, ...]

    @property
    def silent(self) -> tuple[PartLine, ...]:
        """Return who was asked and hasn't answered."""
        return tuple(line for line in self.lines if line.open)

    @property
    def late(self) -> tuple[PartLine, ...]:
        return tuple(line for line in self.silent if line.days_late)


def item_parts(reach: Reach, item: Item, *, today: date) -> ItemParts:
    """Return an item's parts in one query, what waits first."""
    rows = _rows().filter(task=item.task).order_by("-pk") if item.hanging.parts else ()
    found = tuple(_line(row, reach, today) for row in rows)
    supporting = supporting_units(item)
    open_item = item.task.state == TaskState.ISSUED
    waiting = {line.part.department_id for line in found if line.open}
    return ItemParts(
        lines=tuple(sorted(found, key=lambda line: (not line.open, line.part.state == PartState.WITHDRAWN))),
        asking=item.reporting if open_item else (),
        askable=tuple(unit for unit in supporting if unit.pk not in waiting) if item.reporting and open_item else (),
        adding=tuple(unit for unit in supporting if unit.pk in reach.departments) if open_item else (),
    )


def supporting_units(item: Item) -> tuple[Department, ...]:
    """Return the units that support the item today, in the table's order."""
    rows = item.line.parties.get(InvolvementRole.SUPPORT, ())
    return tuple({row.department_id: row.department for row in rows if row.department is not None}.values())


@dataclass(frozen=True, slots=True)
class PartsOpen:
    """What this reader's units were asked and owe, and what they asked of others and wait for; the nearest day first."""

    to_answer: tuple[PartLine, ...]
    awaited: tuple[PartLine, ...]


def parts_open(reach: Reach, *, today: date) -> PartsOpen:
    """Return both lists in one query."""
    own = Q(department__in=reach.departments) | Q(asking_department__in=reach.departments)
    waiting = _rows().filter(own, state=PartState.ASKED, task__state=TaskState.ISSUED).order_by("due_on", "pk")
    lines = [_line(row, reach, today) for row in waiting]
    return PartsOpen(
        to_answer=tuple(line for line in lines if line.part.department_id in reach.departments),
        awaited=tuple(line for line in lines if line.part.asking_department_id in reach.departments),
    )


def _rows() -> QuerySet[SupportPart]:
    return SupportPart.objects.select_related("task", "department", "asking_department")


def _line(row: SupportPart, reach: Reach, today: date) -> PartLine:
    own = row.department_id in reach.departments
    asked = row.asking_department_id in reach.departments
    open_item = row.task.state == TaskState.ISSUED
    return PartLine(
        part=row,
        today=today,
        may_answer=own and open_item and takes_answer(row.state),
        may_withdraw=open_item and may_withdraw(row, own=own, asked=asked),
    )


def may_withdraw(row: SupportPart, *, own: bool, asked: bool) -> bool:
    """Say whether a question that waits is this reader's to take back, or a part given unasked."""
    if row.question:
        return asked and row.state == PartState.ASKED
    return own and row.state != PartState.WITHDRAWN
