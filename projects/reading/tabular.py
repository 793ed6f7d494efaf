"""The table a row stands in: its columns, their roles, the year, and the rules written beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from projects.reading.columns import Header
from projects.reading.grid import Grid
from projects.reading.lead_rules import NO_RULE, LeadRule
from projects.reading.rows import TaskRow


@dataclass(slots=True)
class Context:
    grid: Grid
    kind: str
    year: int
    headers: list[Header]
    roles: list[str]
    rule: LeadRule = NO_RULE
    notes: tuple[str, ...] = ()
    places: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place, role in enumerate(self.roles):
            self.places.setdefault(role, []).append(place)

    def texts(self, row: TaskRow, role: str) -> list[tuple[int, str]]:
        """Return the filled cells of a role with their columns."""
        places = self.places.get(role)
        if places is None:
            return []
        cells = row.cells
        return [(place, cells[place]) for place in places if cells[place]]

    def joined(self, row: TaskRow, role: str) -> str:
        """Return the cells of a role; several columns each under their header's name."""
        places = self.places.get(role)
        if places is None:
            return ""
        if len(places) == 1:
            return row.cells[places[0]]
        texts = self.texts(row, role)
        if role in ("title", "content"):
            return "\n".join(text for _, text in texts)
        return "\n".join(f"{self.headers[place].name}：{text}" for place, text in texts)
