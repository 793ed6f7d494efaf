"""The light of many items at once, as one expression over their turning days; twin of `tracker.lights.light_on`."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, DateField, F, Func, IntegerField, Value
from django.db.models.sql.compiler import SQLCompiler

from projects.choices import TaskState
from tracker.lights import COUNTER_OF, Counter, Light

COLUMNS = ("state", "overdue_from", "behind_from", "soon_from", "complete", "starts_on", "ongoing")
# Each asks only where none before it held; {today} is the one parameter.
LADDER: tuple[tuple[str, Light | None], ...] = (
    (f"{{state}} = '{TaskState.CLOSED}'", Light.CLOSED),
    (f"{{state}} <> '{TaskState.ISSUED}'", None),
    ("{overdue_from} <= {today}", Light.OVERDUE),
    ("{behind_from} <= {today}", Light.BEHIND),
    ("{soon_from} <= {today}", Light.DUE_SOON),
    ("{complete}", Light.ON_SCHEDULE),
    ("{starts_on} > {today}", Light.NOT_STARTED),
    ("{ongoing}", Light.ONGOING),
    (f"{{state}} = '{TaskState.ISSUED}'", Light.ON_SCHEDULE),
)


class _Ladder(Func):
    """The whole CASE in one piece: as a tree of conditions Django takes longer to write it than a database to read it."""

    def __init__(self, today: date, *, prefix: str, gravity: bool = False) -> None:
        columns = (F(f"{prefix}{name}") for name in COLUMNS)
        found = IntegerField(null=True) if gravity else CharField(null=True)
        super().__init__(*columns, Value(today, output_field=DateField()), output_field=found)
        written = {light: str(light.gravity) if gravity else f"'{light}'" for light in Light}
        steps = (f"WHEN {asked} THEN {written[light] if light else 'NULL'}" for asked, light in LADDER)
        self.case = f"CASE {' '.join(steps)} ELSE NULL END"

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        del connection  # every database takes the same words
        *columns, today = (compiler.compile(source) for source in self.get_source_expressions() if source is not None)
        named = {name: sql for name, (sql, _) in zip(COLUMNS, columns, strict=True)}
        return self.case.format(**named, today=today[0]), (*today[1],) * self.case.count("{today}")


def light_expression(today: date, *, prefix: str = "standing__") -> Func:
    """Return the light on `today` (null: not counted); `prefix` leads from the row asked to its Standing."""
    return _Ladder(today, prefix=prefix)


def gravity_expression(today: date, *, prefix: str = "standing__") -> Func:
    """Return how grave the light on `today` is, 0 for the gravest (null: not counted)."""
    return _Ladder(today, prefix=prefix, gravity=True)


def lights_of(counter: Counter) -> Collection[Light]:
    """Return the lights that a figure of the board counts."""
    return [light for light, counted in COUNTER_OF.items() if counted == counter]
