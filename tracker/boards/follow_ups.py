"""What is still to be answered or settled, on an item and for a reader."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Reach
from projects.choices import TaskState
from tracker.access import may_direct
from tracker.boards.directives import (
    DirectiveLine,
    directive_lines,
    directives_given,
    directives_of,
    directives_to_answer,
)
from tracker.boards.item import Item
from tracker.boards.obstacles import ObstacleLine, obstacle_lines, obstacles_of, obstacles_to_answer
from tracker.boards.waiting import WaitingCounts

SHORT = 3
"""Rows of a short list; its page has all."""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """An item's obstacles and directives, and what the reader may add to them."""

    obstacles: tuple[ObstacleLine, ...]
    directives: tuple[DirectiveLine, ...]
    may_raise: bool
    may_direct: bool

    @property
    def open_obstacles(self) -> list[ObstacleLine]:
        return [line for line in self.obstacles if line.open]

    @property
    def past_obstacles(self) -> list[ObstacleLine]:
        return [line for line in self.obstacles if not line.open]

    @property
    def unsettled(self) -> list[DirectiveLine]:
        return [line for line in self.directives if line.unsettled]

    @property
    def settled(self) -> list[DirectiveLine]:
        return [line for line in self.directives if not line.unsettled]


def follow_ups(reach: Reach, item: Item, *, today: date) -> FollowUps:
    """Read an item's follow-ups in a fixed number of queries."""
    task, hanging, leading = item.task, item.hanging, bool(item.reporting)
    issued = task.state == TaskState.ISSUED
    return FollowUps(
        obstacles=obstacles_of(task, reach, today=today) if hanging.obstacles else (),
        directives=directives_of(task, reach, today=today) if hanging.directives else (),
        may_raise=issued and (leading or reach.office),
        may_direct=issued and (reach.office or may_direct(reach, task, today=today)),
    )


@dataclass(frozen=True, slots=True)
class Awaited:
    """The short lists of a reader's own page: what they must answer, and what became of the lines they wrote."""

    obstacles: tuple[ObstacleLine, ...]
    directives: tuple[DirectiveLine, ...]
    given: tuple[DirectiveLine, ...]

    def __bool__(self) -> bool:
        return bool(self.obstacles or self.directives or self.given)


def awaited(reach: Reach, waiting: WaitingCounts, *, today: date) -> Awaited:
    """Return the most urgent of each, in a fixed number of queries; nothing is asked of what is known to be empty."""
    obstacles = list(obstacles_to_answer(reach)[:SHORT]) if waiting.obstacles else []
    directives = list(directives_to_answer(reach)[:SHORT]) if waiting.directives_to_answer else []
    given = list(directives_given(reach)[:SHORT]) if waiting.directives_given else []
    return Awaited(
        obstacles=obstacle_lines(obstacles, reach, today=today),
        directives=directive_lines(directives, reach, today=today),
        given=directive_lines(given, reach, today=today),
    )
