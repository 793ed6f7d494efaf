"""A plan on a day, on which people act, and what an act may be refused with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from django.db.models import Model, QuerySet

from accounts.conflicts import Conflict
from accounts.history import Actor
from accounts.models import Person, User
from projects.choices import TaskState
from projects.models import Plan, Task
from projects.planning import (
    WrongStateError,
)
from tests.cast import Cast
from tracker import closing
from tracker.closing import NotClosable
from tracker.extending import NotDecidable, NotExtendable
from tracker.follow_ups import NotOpenError
from tracker.handover import NotHandedOver
from tracker.receipts import NotAnswerable
from tracker.report_rows import NotReportable
from tracker.rounds import WrongRoundState
from tracker.supporting import NotPossibleError

ONE_DAY = timedelta(days=1)
REFUSALS = (
    Conflict,
    WrongStateError,
    NotReportable,
    NotExtendable,
    NotDecidable,
    NotClosable,
    NotHandedOver,
    NotAnswerable,
    closing.LeftOpen,
    closing.Ended,
    NotPossibleError,
    WrongRoundState,
    NotOpenError,
)


@dataclass
class Life:
    """A plan on a day. `pick` chooses: of n things it returns the place of one."""

    cast: Cast
    plan: Plan
    today: date
    pick: Callable[[int], int]
    numbers: "count[int]"

    def by(self, user: User | None = None) -> Actor:
        return self.cast.actor(user, today=self.today)

    def one[Found: Model](self, rows: QuerySet[Found]) -> Found | None:
        found = list(rows.order_by("pk"))
        return found[self.pick(len(found))] if found else None

    def any[Thing](self, things: Sequence[Thing]) -> Thing:
        return things[self.pick(len(things))]

    def token(self) -> str:
        return f"life-{next(self.numbers)}"

    def seen(self, version: int) -> int:
        """Return what the actor saw, which one time in six is older than what stands there."""
        return version - 1 if self.pick(6) == 0 else version

    def item(self, *states: TaskState) -> Task | None:
        rows = Task.objects.filter(plan=self.plan).select_related("plan")
        return self.one(rows.filter(state__in=states) if states else rows)

    def person(self, user: User) -> Person:
        assert user.person is not None
        return user.person
