"""What a bulletin is made of: items as they stood, what was done, what is missing; figures add up from the items."""

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.bulletins.periods import Period
from tracker.lights import Light

LAGGING = (Light.OVERDUE, Light.BEHIND)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One counted item on the bulletin's day; `said` and `problems` are of its last accepted report."""

    task_id: int
    number: str
    title: str
    section: str
    light: Light
    days_late: int
    moves: int
    units: str
    leaders: str
    due_on: date | None
    why: str
    said: str
    problems: str
    closed_in: bool
    steps_done: int
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A leader's line that is still open."""

    number: str
    text: str
    unit: str
    leader: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything of one plan and period as it stood on `as_of`; items in the table's order.

    `round_id` is the closed round whose lights they are. `units` are those with something missing, in the
    organization's order; `cutoff_on` is None where no round asked for reports. `before` are the figures of the last
    bulletin published of the same kind.
    """

    plan_title: str
    document: str
    period: Period
    as_of: date
    round_id: int | None
    items: tuple[ItemFacts, ...]
    suspended: int
    owed: int
    units: tuple[str, ...]
    cutoff_on: date | None
    asked: tuple[Asked, ...]
    before: Mapping[str, Any] | None

    @property
    def lights(self) -> dict[Light, int]:
        counted = Tally(item.light for item in self.items)
        return {light: counted[light] for light in Light}

    @property
    def closed_in(self) -> tuple[ItemFacts, ...]:
        return tuple(item for item in self.items if item.closed_in)

    @property
    def lacking(self) -> int:
        return sum(len(item.lacking) for item in self.items)

    def lit(self, light: Light) -> tuple[ItemFacts, ...]:
        """Return the items with this light, those longest late first."""
        found = [item for item in self.items if item.light == light]
        return tuple(sorted(found, key=lambda item: -item.days_late))

    def figures(self) -> dict[str, Any]:
        """Return the counts to be kept with the bulletin."""
        lacking = Tally(unit for item in self.items for unit in item.lacking)
        return {
            "total": len(self.items),
            "lights": {light.value: number for light, number in self.lights.items()},
            "closed_in": len(self.closed_in),
            "steps_done": sum(item.steps_done for item in self.items),
            "stepped_items": sum(bool(item.steps_done) for item in self.items),
            "suspended": self.suspended,
            "owed": self.owed,
            "lacking": self.lacking,
            "units": [[unit, lacking[unit]] for unit in self.units],
        }
