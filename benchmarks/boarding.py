"""One database's part of `boards`: a plan's board for the office, and one unit's month for its clerk."""

import gc
import re
import sys
from collections import Counter as Tally
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from statistics import median, quantiles

import django
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone

django.setup()

import config.wsgi  # noqa: E402, F401  # the collector of garbage is set as the server sets it
from accounts.access import reach_of  # noqa: E402  # models exist only after setup
from accounts.models import User  # noqa: E402
from benchmarks.boarded import BUSY, TODAY  # noqa: E402
from benchmarks.floors import board_floor  # noqa: E402
from benchmarks.offices import EVE  # noqa: E402
from benchmarks.printing import last_line, timed  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.models import Involvement, Plan, Task  # noqa: E402
from tracker.boards.changes import Change, month_after, span_of  # noqa: E402
from tracker.boards.filters import Filters  # noqa: E402
from tracker.boards.overview import overview  # noqa: E402
from tracker.lights import Counter  # noqa: E402
from tracker.lights_sql import light_expression  # noqa: E402
from tracker.models import LightChange, LightsNoted, Owed, ReportingRound  # noqa: E402

ROUNDS = 30
REPORTS = 60


def main(arguments: Sequence[str]) -> None:
    """Measure `board` or `mine` of a database that `boarded` filled, or `among`: one plan among those of many offices."""
    what = arguments[0]
    today = EVE + timedelta(days=1) if what == "among" else TODAY
    settings.BUSINESS_DAY_SHIFT = (today - timezone.localdate()).days
    with transaction.atomic():
        if what == "mine":
            last_line(measure_mine())
        else:
            plan = Plan.objects.filter(organization=User.objects.get(username="office").organization_id).latest("pk")
            if what == "among":
                _ask_for_reports(plan, today)
                _note_lights(plan, today)
            last_line(measure_board(plan, today))
        transaction.set_rollback(True)
    if what == "among":
        _sweep(Owed, LightChange)


def _sweep(*models: type[Model]) -> None:
    """Clear away what was taken back: it would lie in the way of whoever measures next."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"VACUUM {model._meta.db_table}")


def _ask_for_reports(plan: Plan, today: date) -> None:
    """Open the month's round, as the clock would."""
    own = {"organization_id": plan.organization_id}
    month = today.replace(day=1)
    asked = ReportingRound.objects.create(
        plan=plan, key="2026-03", starts_on=month, ends_on=today, cutoff_on=today, opened_on=month, **own
    )
    leads = Involvement.objects.filter(task__plan=plan, role=InvolvementRole.LEAD).values_list("task", "department")
    rows = [Owed(round=asked, task_id=task, department_id=unit, **own) for task, unit in leads]
    Owed.objects.bulk_create(rows, batch_size=1000)
    _look_at(Owed)


def _note_lights(plan: Plan, today: date) -> None:
    """Write the log of lights as it stood after a month, a week and this morning, as the clock would."""
    last: dict[int, str] = {}
    for day in (today - timedelta(days=30), today - timedelta(days=7), today):
        LightsNoted.objects.create(noted_on=day)
        found = Task.objects.filter(plan=plan, issued_on__lte=day).annotate(light=light_expression(day))
        turned = [(pk, light) for pk, light in found.values_list("pk", "light") if light and last.get(pk) != light]
        own = {"organization_id": plan.organization_id, "plan": plan, "noted_on": day}
        rows = [LightChange(task_id=pk, was=last.get(pk, ""), light=light, **own) for pk, light in turned]
        LightChange.objects.bulk_create(rows, batch_size=1000)
        last.update(turned)
    _look_at(LightChange)


def _look_at(model: type[Model]) -> None:
    """Let the database see how many rows there are: it would within a minute, but not of a transaction under way."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {model._meta.db_table}")


def measure_board(plan: Plan, today: date) -> dict[str, float]:
    """Compare the page with the bare figures, after seeing that both say the same; they take turns."""
    client = _client("office")
    url = f"/board/?plan={plan.pk}"
    since = span_of(plan, None, today=today).since
    floor = partial(board_floor.board, plan.pk, today, since, month_after(today))
    _same_figures(plan, floor(), today)
    client.get(url)  # the first request of a process reads addresses and templates: a server that is up has them
    gc.collect()  # and nothing of what the bench itself left behind
    page, bare = [], []
    for _ in range(ROUNDS):
        page.append(timed(partial(client.get, url)))
        bare.append(timed(floor))
    _said("the board's page", page)
    _said("bare SQL", bare)
    return {
        "ratio_to_floor": round(median(page) / median(bare), 2),
        "p95_ms": round(quantiles(page, n=20)[-1], 1),
        "page_ms": round(median(page), 1),
        "floor_ms": round(median(bare), 1),
    }


def _same_figures(plan: Plan, bare: dict[str, board_floor.Rows], today: date) -> None:
    reach = reach_of(User.objects.get(username="office"), today=today)
    view = overview(plan, reach, Filters(plan=plan.pk, light=Counter.OVERDUE.value), today=today)
    tally = {kind: [row[1:] for row in bare["tally"] if row[0] == kind] for kind, *_ in bare["tally"]}
    assert {light.value: items for light, items in view.tallies.lights.items()} == dict(_added(tally["heading"], by=1))
    of_units = {key: lacking for key, _, _, _, lacking, *_ in tally["owed"]}
    of_leaders = _added(tally["leader"], of=4)
    for rows, name, lacking in ((view.units, "unit", of_units), (view.leaders, "leader", of_leaders)):
        assert {row.key: row.total for row in rows} == dict(_added(tally[name])), name
        assert {row.key: row.not_reported for row in rows} == {row.key: lacking.get(row.key, 0) for row in rows}
    assert view.tallies.not_reported == sum(row[4] for row in tally["heading"])
    assert view.changes is not None
    *_, closed, issued = (sum(column) for column in zip(*(row[3:] for row in tally["heading"]), strict=True))
    _, _, overdue, green, *_ = tally["turned"][0]
    numbers = view.changes.numbers
    assert numbers[Change.OVERDUE] == overdue
    assert (numbers[Change.CLOSED], numbers[Change.ISSUED]) == (closed, issued)
    assert numbers[Change.GREEN] == green
    assert numbers[Change.EXTENDED] == tally["put off"][0][2]
    assert view.tallies.suspended == bare["suspended"][0][0]
    assert [line.task.pk for line in view.lines] == [row[0] for row in bare["overdue"]]
    assert [figure.target.id for figure in view.figures] == [row[-1] for row in bare["figures"]]


def _added(rows: board_floor.Rows, *, by: int = 0, of: int = 2) -> Tally[object]:
    """Add up a figure of rows of (group, light, items, …)."""
    found: Tally[object] = Tally()
    for row in rows:
        found[row[by]] += row[of]
    return found


def measure_mine() -> dict[str, float]:
    """Let one clerk open the list, open a form and report, many times over."""
    client = _client("clerk")
    client.get("/mine/")
    pages = [timed(partial(client.get, f"/mine/?page={number % 5 + 1}")) for number in range(ROUNDS)]
    acts = list(_reports(client))
    _said("what a unit owes", pages)
    _said("one report", acts)
    slower = max(quantiles(pages, n=20)[-1], quantiles(acts, n=20)[-1])
    return {"mine_p95_ms": round(slower, 1), "mine_ms": round(median(pages), 1), "report_ms": round(median(acts), 1)}


def _reports(client: Client) -> Iterator[float]:
    """Yield the milliseconds of handing in one report after another, each over a form just opened."""
    rows = Owed.objects.filter(department__name=BUSY).order_by("pk").values_list("pk", "task_id")
    for owed, task in rows[:REPORTS]:
        url = f"/items/{task}/report/?owed={owed}"
        page = client.get(url).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="(token|seen)" value="([^"]*)"', page))
        said = {**hidden, "state": "on_plan", "sentence": "按计划推进，本月完成场地平整。"}
        yield timed(partial(client.post, url, said))
    reported = Task.objects.filter(reports__isnull=False).distinct().count()
    assert reported == REPORTS, reported


def _client(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=username))
    return client


def _said(what: str, spent: Sequence[float]) -> None:
    print(f"  {what:<18} median {median(spent):7.1f} ms   p95 {quantiles(spent, n=20)[-1]:7.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
