"""Noting lights, once a day: what turned since they were last noted becomes rows of LightChange."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import CharField, DateField, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from tracker.choices import Channel, EventSource
from tracker.lights import Light
from tracker.lights_sql import light_expression
from tracker.models import EventDue, LightChange, LightsNoted, Outlet, Standing

TELLS_SYSTEMS = {"channel": Channel.WEBHOOK, "active": True}
COLUMNS = ("organization_id", "plan_id", "task_id", "was", "light", "noted_on")
# The day on which the calendar alone turns an item's light to this one, or on which it was closed.
TURNS_ON: Mapping[Light, str] = {
    Light.OVERDUE: "overdue_from",
    Light.BEHIND: "behind_from",
    Light.DUE_SOON: "soon_from",
    Light.ON_SCHEDULE: "starts_on",
    Light.CLOSED: "task__closed_on",
}


@transaction.atomic
def note_lights(*, today: date) -> None:
    """Note the lights of `today`; asked again on the same day it does nothing.

    Of days on which nobody noted, only what their own dates say is noted: facts may have changed since, so what
    turned for another reason counts from today.
    """
    last: date | None = LightsNoted.objects.exclude(noted_on=today).aggregate(last=Max("noted_on"))["last"]
    # The row is also the lock: who comes second waits here for the first, and then has nothing to do.
    _, fresh = LightsNoted.objects.get_or_create(noted_on=today)
    if not fresh or (last and last > today):
        return
    for day in _between(last, today) if last else ():
        _note(_turned(day).filter(_on_its_own_day(day)))
        _due(day)
    _note(_turned(today))
    _due(today)


def _between(last: date, today: date) -> Iterator[date]:
    return (last + timedelta(days=n) for n in range(1, (today - last).days))


def _turned(day: date) -> QuerySet[Standing]:
    """Return the items whose light on `day` isn't the one last noted."""
    last = LightChange.objects.filter(task=OuterRef("task")).order_by("-noted_on").values("light")[:1]
    rows = Standing.objects.order_by().annotate(
        was=Coalesce(Subquery(last), Value(""), output_field=CharField()),
        light=Coalesce(light_expression(day, prefix=""), Value(""), output_field=CharField()),
        noted_on=Value(day, output_field=DateField()),
    )
    return rows.filter(~Q(light=F("was")))


def _on_its_own_day(day: date) -> Q:
    turned = Q()
    for light, column in TURNS_ON.items():
        turned |= Q(light=light, **{column: day})
    return turned


def _due(day: date) -> None:
    """Queue for other systems what turned on the day, in the transaction that notes it; a first light is no turn."""
    telling = Outlet.objects.filter(**TELLS_SYSTEMS)
    if not telling.exists():
        return
    turns = LightChange.objects.filter(noted_on=day).exclude(was="").exclude(light="")
    turns = turns.filter(organization__in=telling.values("organization"))
    EventDue.objects.bulk_create(
        EventDue(organization_id=organization, source=EventSource.LIGHT, source_id=pk)
        for organization, pk in turns.values_list("organization", "pk")
    )


def _note(turned: QuerySet[Standing]) -> None:
    """Write them in one statement, without a look at a single row."""
    select, given = turned.values_list(*COLUMNS).query.sql_with_params()
    quote = connection.ops.quote_name
    table, columns = quote(LightChange._meta.db_table), ", ".join(map(quote, COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select}", given)
