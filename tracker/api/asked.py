"""What is asked on an item and answered: the lists of it, and steps that are taken once over the version that was seen."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import OpenApiParameter

from accounts.access import Reach
from accounts.conflicts import Conflict
from accounts.models import Department
from tracker.api.describing import IF_MATCH
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import Body, Day, Number, Said
from tracker.api.listing import Listing
from tracker.api.problems import Fault, Problem, problem_of

LINE = 500
"""Characters of a line, as on the pages."""

Row = dict[str, Any]

OVER = OpenApiParameter("If-Match", IF_MATCH["schema"], OpenApiParameter.HEADER, required=True)
"""For the description of a step: it goes over the version that was seen, as a change does."""


class Versioned(Protocol):
    version: Any


class AskedQuery(Listing):
    plan = Number(required=False)
    task = Number(required=False)
    unit = Number(required=False)


class LineBody(Body):
    """Why something is taken back."""

    reason = Said(max_length=LINE)


class AnswerBody(Body):
    answer = Said(max_length=LINE)


class AgainBody(Body):
    """A new day by which to answer, and why."""

    due_on = Day(help_text=gettext_lazy("不能早于今天"))
    reason = Said(max_length=LINE)


class Resource(Endpoint):
    """An endpoint of things that are read in lists, made on an item and moved on step by step."""

    def made(self, row: Row, path: str) -> HttpResponse:
        return self.one(row, version=row["version"], status=201, location=f"/api/v1/{path}/{row['id']}/")

    def stepped(self, row: Versioned, tell: Callable[[], Row], step: Callable[[int], object]) -> HttpResponse:
        """Take a step over the version that was seen, once, and answer with what stands there after it."""
        seen = seen_by(self.request)

        def effect() -> HttpResponse:
            try:
                step(seen.expected(row.version))
            except Conflict as conflict:
                raise problem_of(conflict) or lost(current=tell(), yours=self.request.data) from conflict
            now = tell()
            return self.one(now, version=now["version"])

        return self.once(effect)


class StepOn[R: Versioned](Resource):
    """A step on one thing that was asked: `find` looks it up within the caller's reach, `tell` says it as its resource does."""

    find: Callable[..., Any]
    tell: Callable[..., Row]

    def granted(self, number: int, may: Callable[[Reach, R], bool]) -> R:
        """Return the thing to whoever may take this step on it; 404 for those who don't see it."""
        row: R = type(self).find(self.reach, number, today=self.today)
        if not may(self.reach, row):
            raise PermissionDenied
        return row

    def stepping(self, row: R, step: Callable[[int], object]) -> HttpResponse:
        return self.stepped(row, lambda: type(self).tell(row), step)

    def asking_again(self, row: R, ask: Callable[..., object], said: Mapping[str, Any]) -> HttpResponse:
        """Ask once more with a day that is still to come; `ask` takes the day, the reason and the version."""

        def step(version: int) -> object:
            require_ahead(said["due_on"], today=self.today)
            return ask(version=version, **said, by=self.actor, now=self.now)

        return self.stepping(row, step)


def unit_named(said: Mapping[str, Any], units: Collection[Department]) -> Department:
    """Return the unit in whose name it is said: the one named, or the only one there is."""
    known = {unit.pk: unit for unit in units}
    number = said.get("department", next(iter(known)) if len(known) == 1 else None)
    if number not in known:
        reason = gettext("请写其中一个：%(units)s。") % {
            "units": "、".join(f"{unit.pk} {unit.name}" for unit in known.values())
        }
        raise Problem(
            422, "unit_unclear", gettext("要说明以哪个单位的名义。"), errors=[Fault("department", reason, "unknown")]
        )
    return known[number]


def require_ahead(day: date, *, today: date) -> None:
    """Refuse a day for answering that is over."""
    if day < today:
        fault = Fault("due_on", gettext("期限不能早于今天。"), "past")
        raise Problem(422, "day_passed", gettext("答复期限已经过了。"), errors=[fault])
