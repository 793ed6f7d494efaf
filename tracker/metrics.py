"""The installation's figures for a monitor, in Prometheus' format: what requests took, what waits, and what is wrong.

What processes do is counted in them; everything else is read from the database when it is asked for, so that it doesn't
matter which process answers.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from accounts.clock import database_now
from projects.choices import BatchState
from projects.models import ImportBatch
from tracker.choices import DeliveryState, DownloadState, ReminderState, Trouble
from tracker.health import Figures, figures, troubles
from tracker.models import Delivery, Download, Heartbeat, Reminder, TextDue

DAY = timedelta(days=1)
MOST_IMPORTS = 1000

type Samples = Mapping[tuple[str, ...], float]


def exposition() -> bytes:
    """Return all metrics as text: of every process of this container, and of the database."""
    registry = CollectorRegistry()
    registry.register(Stored())
    return generate_latest(_of_processes()) + generate_latest(registry)


def _of_processes() -> CollectorRegistry:
    """Return what was counted here, and by the other processes that share a folder for it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class Stored(Collector):
    """What the database says at this moment."""

    def collect(self) -> Iterable[Metric]:
        found = figures()
        yield from _health(found)
        yield _gauge("duban_reminders_due", "Reminders raised and not yet put into a message.", {(): _due()})
        yield _gauge("duban_deliveries", "Messages by state that aren't settled.", _deliveries(), "state")
        yield _gauge("duban_downloads", "Lists that wait to be made.", {(): _waiting_downloads()})
        yield _gauge("duban_words_waiting", "Items whose words of search wait.", {(): TextDue.objects.count()})
        yield from _imports()
        yield _gauge("duban_job_age_seconds", "Seconds since a job last ran to its end.", _jobs(), "job")


def _health(found: Figures) -> Iterable[Metric]:
    ages = {
        "duban_heartbeat_age_seconds": ("Since a job of beat's came through a worker.", found.heartbeat_age),
        "duban_canary_age_seconds": ("Since a worker's own number came back through the broker.", found.canary_age),
        "duban_raise_late_seconds": ("By how much the earliest step not raised is late.", found.raise_late),
        "duban_tell_late_seconds": ("By how much the earliest reminder not told is late.", found.tell_late),
        "duban_lease_late_seconds": ("Since when a message stands under an ended lease.", found.lease_late),
    }
    for name, (said, value) in ages.items():
        # An age nobody knows is left out: zero would say that all is well.
        if value is not None:
            yield _gauge(name, said, {(): value})
    there = troubles(found)
    parts: Samples = {(str(trouble),): float(trouble in there) for trouble in Trouble}
    yield _gauge("duban_trouble", "1 where /readyz names the part.", parts, "part")


def _imports() -> Iterable[Metric]:
    recent = ImportBatch.objects.filter(uploaded_at__gte=timezone.now() - DAY)
    open_ones = recent.filter(state=BatchState.OPENED).count()
    newest = recent.exclude(state=BatchState.OPENED).order_by("-pk").values_list("progress", flat=True)
    seconds = [progress.get("seconds", 0.0) for progress in newest[:MOST_IMPORTS]]
    yield _gauge("duban_imports_unread", "Tables of the last day that wait to be read.", {(): open_ones})
    yield _gauge("duban_imports_read", "Tables of the last day that were read.", {(): len(seconds)})
    if seconds:
        longest = "Longest of the last day from a table's upload until it was read."
        yield _gauge("duban_import_read_seconds_max", longest, {(): max(seconds)})
        mean = "Mean of the last day from a table's upload until it was read."
        yield _gauge("duban_import_read_seconds_mean", mean, {(): sum(seconds) / len(seconds)})


def _due() -> int:
    return Reminder.objects.filter(state=ReminderState.DUE).count()


def _deliveries() -> Samples:
    """Count by state what an index of its own holds: everything but what was sent or cancelled."""
    open_ones = ~Q(state__in=[DeliveryState.SENT, DeliveryState.CANCELLED])
    rows: QuerySet[Delivery] = Delivery.objects.filter(open_ones, settled_at__isnull=True)
    counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    states = set(DeliveryState) - {DeliveryState.SENT, DeliveryState.CANCELLED}
    return {(str(state),): counted.get(state, 0) for state in states}


def _waiting_downloads() -> int:
    return Download.objects.filter(state__in=[DownloadState.WAITING, DownloadState.BEGUN]).count()


def _jobs() -> Samples:
    now = database_now()
    return {(name,): (now - at).total_seconds() for name, at in Heartbeat.objects.values_list("name", "beat_at")}


def _gauge(name: str, said: str, samples: Samples, *labels: str) -> Metric:
    family = GaugeMetricFamily(name, said, labels=labels)
    for values, number in sorted(samples.items()):
        family.add_metric(values, number)
    return family
