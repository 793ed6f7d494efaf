"""What kind of change a new date is: issued anew, an extension, or a reading put right — only a person knows."""

from dataclasses import dataclass

from projects.choices import DateKind
from projects.steps import PLAIN, Grounds


@dataclass(frozen=True, slots=True)
class Move:
    """What a person says of a date that changes, and on what it rests."""

    kind: DateKind
    grounds: Grounds = PLAIN


class UnsaidMoveError(ValueError):
    """A date in force was changed without saying what kind of change that is; `place` counts the steps from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(f"step {place}")
        self.place = place
