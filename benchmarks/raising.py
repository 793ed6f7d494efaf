"""One copy's part of `reminders`: our pass over all that is due, or the bare statement that inserts the same rows."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from benchmarks.floors import reminder_floor  # noqa: E402  # models exist only after setup
from benchmarks.offices import EVE, moment  # noqa: E402
from benchmarks.printing import last_line, timed  # noqa: E402
from benchmarks.warming import warm  # noqa: E402
from projects.models import Involvement, Milestone, Task  # noqa: E402
from tracker.models import Reminder, Standing  # noqa: E402
from tracker.reminding.raising import raise_due  # noqa: E402

DAY = moment(EVE + timedelta(days=1))
IN_MEMORY = (Involvement, Milestone, Task, Standing, Reminder)


def main(arguments: Sequence[str]) -> None:
    who, path = arguments[0], Path(arguments[1])
    warm(*IN_MEMORY)  # the same for both
    last_line(ours(path) if who == "ours" else {"milliseconds": reminder_floor.insert(path)})


def ours(path: Path) -> dict[str, float]:
    """Let the clock look once; what it raised is kept for the floor, and a second look raises nothing."""
    assert raise_due(now=moment(EVE)) == 0  # a server that is up has read its modules
    last, open_items = reminder_floor.last_id(), Standing.objects.filter(next_step_at__isnull=False).count()
    spent = timed(lambda: raise_due(now=DAY))
    rows = reminder_floor.keep(path, after=last)
    assert rows
    assert raise_due(now=DAY) == 0
    return {"milliseconds": spent, "rows": rows, "items": open_items}


if __name__ == "__main__":
    main(sys.argv[1:])
