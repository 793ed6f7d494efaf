"""The light of many items at once, as one expression over their turning days; twin of `tracker.lights.light_on`."""

from collections.abc import Collection
from datetime import date

from django.db.models import Case, CharField, Q, Value, When

from projects.choices import TaskState
from tracker.lights import COUNTER_OF, Counter, Light


def light_expression(today: date, *, prefix: str = "standing__") -> Case:
    """Return the light on `today` (null: not counted); `prefix` leads from the row asked to its Standing."""

    def holds(**conditions: object) -> Q:
        return Q(**{f"{prefix}{name}": value for name, value in conditions.items()})

    cases = (
        (holds(state=TaskState.CLOSED), Light.CLOSED),
        (~holds(state=TaskState.ISSUED), None),
        (holds(overdue_from__lte=today), Light.OVERDUE),
        (holds(behind_from__lte=today), Light.BEHIND),
        (holds(soon_from__lte=today), Light.DUE_SOON),
        (holds(complete=True), Light.ON_SCHEDULE),
        (holds(starts_on__gt=today), Light.NOT_STARTED),
        (holds(ongoing=True), Light.ONGOING),
        (holds(state=TaskState.ISSUED), Light.ON_SCHEDULE),
    )
    whens = [When(condition, then=Value(light and light.value)) for condition, light in cases]
    return Case(*whens, default=Value(None), output_field=CharField(null=True))


def lights_of(counter: Counter) -> Collection[Light]:
    """Return the lights that a figure of the board counts."""
    return [light for light, counted in COUNTER_OF.items() if counted == counter]
