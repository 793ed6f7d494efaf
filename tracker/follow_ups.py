"""What a question to a unit or person has in common, whoever asks it: obstacles and directives stand on the same steps."""

from collections.abc import Collection
from datetime import date
from typing import Any

from accounts.conflicts import Conflict
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import DirectiveState, ObstacleState
from tracker.models import Directive, Obstacle

PROPOSED_WORKDAYS = 5
"""Working days that the forms propose for an answer."""


class NotOpenError(Exception):
    """What was asked, or its item, is in a state that takes no such step; `state` is the one it is in."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def lock_item(task_id: int) -> None:
    """Lock the item first, as every writer does."""
    Task.objects.select_for_update().get(pk=task_id)


def require_issued(task_id: int) -> None:
    state = Task.objects.values_list("state", flat=True).get(pk=task_id)
    if state != TaskState.ISSUED:
        raise NotOpenError(state)


def day_ahead(day: date, *, today: date) -> date:
    """Return the day by which to answer; raise ValueError for one that is over."""
    if day < today:
        raise ValueError(f"nobody can answer by {day} on {today}")
    return day


def standing(
    row: Obstacle | Directive, version: int, states: Collection[ObstacleState] | Collection[DirectiveState]
) -> dict[str, Any]:
    """Return what stands there now for the history, if it is what the writer saw and takes the step.

    Raise Conflict or NotOpenError.
    """
    if row.version != version:
        raise Conflict(row)
    if row.state not in states:
        raise NotOpenError(row.state)
    return {"state": row.state, "due_on": row.due_on}
