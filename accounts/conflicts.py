"""Two people at one row: the second learns what the first one left there."""

from typing import Any


class Conflict(Exception):
    """An expected answer, not a fault: the object moved on since the editor saw it; `current` is what stands there now."""

    def __init__(self, current: Any) -> None:
        super().__init__(f"{current} has changed meanwhile")
        self.current = current
