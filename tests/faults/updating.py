"""The installation of `updates`: `python -m tests.faults.updating story CLIENTS` prints what each program writes to, `… record` what stands."""

import json
import sys
from collections import Counter
from datetime import timedelta

import django
from django.core.management import call_command

django.setup()

from accounts.choices import Scope  # noqa: E402
from accounts.clock import business_now  # noqa: E402  # models exist only after setup
from accounts.models import HistoryEntry  # noqa: E402
from accounts.tokens import make_token  # noqa: E402
from projects.planning import create_plan  # noqa: E402
from tests.cast import issued_plan, make_cast, task_of  # noqa: E402
from tracker.obstacles import raise_obstacle  # noqa: E402


def story(clients: int) -> None:
    """Make for every second program an obstacle that it follows up, and for the others a plan of their own."""
    call_command("migrate", interactive=False, verbosity=0)
    cast = make_cast()
    plan, now = issued_plan(cast), business_now()
    today = now.date()
    found = []
    for place in range(clients):
        by = cast.actor(cast.office, today=today)
        secret = make_token(
            user=cast.office, name="OA", scopes=tuple(Scope), expires_on=today + timedelta(days=30), by=by, now=now
        )[1]
        if place % 2 == 0:
            row = raise_obstacle(
                task=task_of(plan, "1"),
                department=cast.building,
                text="供地批文没有下来",
                answerer=cast.economy,
                due_on=today + timedelta(days=5),
                token=f"updates-{place}",
                by=cast.actor(cast.clerk, today=today),
                now=now,
            )
            found.append({"secret": secret, "thing": row.pk, "version": row.version})
        else:
            own = create_plan(
                organization=cast.organization, year=2027, title=f"示例表{place}", document="", by=by, now=now
            )
            found.append({"secret": secret, "thing": own.pk, "version": own.version})
    sys.stdout.write(json.dumps(found) + "\n")


def record() -> None:
    """Print how often each update stands in the history."""
    asked = HistoryEntry.objects.filter(action="obstacle.asked_again").values_list("reason", flat=True)
    changed = HistoryEntry.objects.filter(action="plan.changed").values_list("after__title", flat=True)
    sys.stdout.write(json.dumps(Counter([*asked, *changed])) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "story":
        story(int(sys.argv[2]))
    else:
        record()
