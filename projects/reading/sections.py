"""The headings between the rows of a table: which are open, and what they say for the tasks below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from projects.reading.furniture import CHAPTER, level

_UNNUMBERED_OUTER = -1.0
_UNNUMBERED_INNER = 3.5


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as written; `given` are the cells of its row beside the words, by column."""

    text: str
    depth: float
    given: dict[int, str] = field(default_factory=dict)


class Outline:
    """The headings a row stands under, outermost first."""

    def __init__(self) -> None:
        self.open: tuple[Heading, ...] = ()

    def add(self, text: str, *, given: dict[int, str], before_first: bool) -> None:
        """Open a heading; an unnumbered one right before 一、 stands above it, else below the numbered ones."""
        depth: float | None = level(text)
        if depth is None:
            numbered = any(0 <= heading.depth <= CHAPTER for heading in self.open)
            depth = _UNNUMBERED_OUTER if before_first or not numbered else _UNNUMBERED_INNER
            if any(heading.depth == _UNNUMBERED_OUTER for heading in self.open):
                depth = _UNNUMBERED_OUTER
        kept = [heading for heading in self.open if heading.depth < depth]
        self.open = (*kept, Heading(text, depth, given))


def names(headings: Sequence[Heading]) -> tuple[str, ...]:
    return tuple(heading.text for heading in headings)
