"""One database's part of `edit`: cells written through the page, one after the other."""

import sys
import time
from collections.abc import Sequence
from datetime import date
from functools import partial
from statistics import median, quantiles

import django
import orjson
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.choices import Door, Role  # noqa: E402  # models exist only after setup
from accounts.history import Actor  # noqa: E402
from accounts.models import User  # noqa: E402
from accounts.registering import create_department, create_organization, create_user, grant  # noqa: E402
from benchmarks.printing import timed  # noqa: E402
from projects.choices import InvolvementRole  # noqa: E402
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft  # noqa: E402
from projects.models import Plan, Task  # noqa: E402
from projects.planning import add_tasks, create_plan, issue_plan  # noqa: E402

YEAR = 2026
DAY = date(YEAR, 1, 15)
BY = Actor(None, Door.COMMAND, DAY)
EDITS = 120
FIELDS = ("title", "deadline_text", "lead", "support")


def main(arguments: Sequence[str]) -> None:
    plan = prepare(int(arguments[0]))
    client = Client(headers={"HX-Request": "true"}, SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="office"))
    page = [timed(lambda: client.get(f"/plans/{plan.pk}/table/")) for _ in range(5)]
    edits = [edit(client, plan, number) for number in range(EDITS)]
    bare = [timed(partial(update, plan, number)) for number in range(EDITS)]
    p95 = quantiles(edits, n=20)[-1]
    print(f"  one cell     median {median(edits):6.1f} ms   p95 {p95:6.1f} ms")
    print(f"  bare update  median {median(bare):6.1f} ms")
    print(f"  the table    median {median(page):6.1f} ms")
    figures = {"p95_ms": round(p95, 1), "median_ms": round(median(edits), 1), "bare_ms": round(median(bare), 2)}
    print(orjson.dumps(figures).decode())


def prepare(size: int) -> Plan:
    call_command("migrate", interactive=False, verbosity=0)
    office = create_organization(code="shili", name="示例经济开发区", by=BY)
    units = [create_department(organization=office, name=f"示例{number}科", by=BY) for number in range(20)]
    user = create_user(username="office", password="not-used-here", organization=office, by=BY)  # noqa: S106 - a sample
    grant(user=user, organization=office, role=Role.OFFICE, from_on=DAY, by=BY)
    now = timezone.now()
    plan = create_plan(organization=office, year=YEAR, title="2026年责任分解表", by=BY, now=now)
    drafts = [
        TaskDraft(
            title=f"示例事项{number}",
            number=str(number),
            category=(f"板块{number % 8}",),
            deadline_text="6月底前开工，年底前完工",
            parties=(
                PartyDraft(InvolvementRole.LEAD, units[number % 20].name, department_id=units[number % 20].pk),
                PartyDraft(InvolvementRole.SUPPORT, units[number % 19].name, department_id=units[number % 19].pk),
            ),
            milestones=(
                MilestoneDraft("开工", "6月底前", date(YEAR, 6, 30)),
                MilestoneDraft("完工", "年底前", date(YEAR, 12, 31)),
            ),
        )
        for number in range(1, size + 1)
    ]
    add_tasks(plan=plan, drafts=drafts, by=BY, now=now)
    return issue_plan(plan=plan, on=DAY, by=BY, now=now)


def edit(client: Client, plan: Plan, number: int) -> float:
    """Write the next column of the next row through the page, and return the milliseconds."""
    field = FIELDS[number % len(FIELDS)]
    text = {
        "title": f"改过的事项{number}",
        "deadline_text": f"{number % 9 + 3}月底前开工，年底前完工",
        "lead": f"示例{(number + 3) % 20}科",
        "support": f"示例{(number + 5) % 20}科、示例{(number + 7) % 20}科",
    }[field]
    task = Task.objects.filter(plan=plan).order_by("position")[number % Task.objects.filter(plan=plan).count()]
    said = {"field": field, "text": text, "version": task.version}
    if field == "deadline_text":
        said |= {"kind": "reissued", "document": "示例〔2026〕1号"}
    start = time.perf_counter()
    answer = client.post(f"/plans/{plan.pk}/table/{task.pk}/", said)
    spent = (time.perf_counter() - start) * 1000
    assert answer.status_code == 200, answer.content.decode()
    return spent


def update(plan: Plan, number: int) -> None:
    """Write the row and nothing else: no history, no lights, no page."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE projects_task SET title = %s, version = version + 1 WHERE plan_id = %s AND number = %s",
            [f"改过的事项{number}", plan.pk, str(number + 1)],
        )


if __name__ == "__main__":
    main(sys.argv[1:])
