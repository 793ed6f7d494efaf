"""What the clock does, step by step, and the record read as a table."""

from datetime import date, datetime, timedelta

from django.db.models import F

from tests.cast import at
from tracker.models import Delivery, Pace, Reminder
from tracker.reminding.expanding import expand
from tracker.reminding.outbox import deliver
from tracker.reminding.raising import raise_due

FIVE_BEFORE = date(2026, 6, 23)  # the 19th is a holiday, the 30th a Tuesday
ONE_BEFORE = date(2026, 6, 29)
THE_DAY = date(2026, 6, 30)
DIGEST = (8, 30)


def digest(day: date) -> datetime:
    return at(day, *DIGEST)


def run(now: datetime) -> None:
    raise_due(now=now)
    tell(now)


def tell(now: datetime, *, gather_seconds: int = 0) -> int:
    return expand(now=now, gather_seconds=gather_seconds)


def send(day: date) -> int:
    return deliver(worker="test", today=day, seconds=60)


def time_passes(passed: timedelta) -> None:
    """Let time pass on the database's clock: nobody can turn it, so what is compared with it is put back."""
    Delivery.objects.update(next_try_at=F("next_try_at") - passed, lease_until=F("lease_until") - passed)
    for pace in Pace.objects.all():
        pace.taken = {mine: str(datetime.fromisoformat(over) - passed) for mine, over in pace.taken.items()}
        pace.muted_until = pace.muted_until and pace.muted_until - passed
        pace.save(update_fields=["taken", "muted_until"])


def record(*states: str) -> list[tuple[str, str, str]]:
    """Return (step, who, state) in the order of raising."""
    rows = Reminder.objects.select_related("person").order_by("pk")
    told = [(row.step, row.person.name.removeprefix("示例·") if row.person else "", row.state) for row in rows]
    return [row for row in told if not states or row[2] in states]
