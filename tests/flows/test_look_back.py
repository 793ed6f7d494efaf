"""The board looks back: each past morning is shown as it was shown on that morning, whatever came after."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from projects.choices import DateKind
from projects.models import Milestone, Plan, Target
from projects.planning import close_task, mark_milestones, move_milestone
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import ReportState
from tracker.jobs import note_lights, open_rounds
from tracker.models import LightChange
from tracker.reporting import Account, accept_report, return_report, submit_report
from tracker.rounds import current_round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
DAY = timedelta(days=1)


def on(settings: Settings, day: date) -> None:
    """Let a day begin: the clock opens rounds and notes the lights."""
    settings.BUSINESS_DAY_SHIFT = (day - timezone.localtime().date()).days
    open_rounds()
    note_lights()


def shown(client: Client, query: str = "") -> list[object]:
    """Return what a board says: figures, list and matrices, without what belongs to today alone."""
    answer = client.get(f"/board/?{query}")
    assert answer.status_code == 200
    board = answer.context["board"]
    lines = [
        (line.task.number, line.light_word, line.why, line.due_note, line.moves, line.last) for line in board.lines
    ]
    figures = [(figure.name, figure.now, figure.light, figure.gap_word) for figure in board.figures]
    tallies = board.tallies
    counts = (
        dict(tallies.counters),
        dict(tallies.lights),
        tallies.owed,
        tallies.not_reported,
        tallies.closed_this_month,
    )
    late = [line.days_late for line in board.lines]
    return [counts, sorted(lines), late, sorted(figures), board.units, board.leaders, board.sections]


def a_week(cast: Cast, plan: Plan) -> Iterator[Callable[[date], object]]:
    """Yield what happens on one day after another."""
    road, firms = task_of(plan, "1"), task_of(plan, "2")
    steps = {step.text: step for step in Milestone.objects.filter(task=road)}
    asked = current_round(plan.pk, today=TODAY)
    assert asked is not None
    target = Target.objects.get(task=firms)
    account = Account(state=ReportState.ON_PLAN, sentence="已引进 5 家。", values={target.pk: Decimal(5)})

    def told(day: date, token: str) -> object:
        return submit_report(
            task=firms,
            department=cast.investment,
            reporting_round=asked,
            account=account,
            person=cast.investment_clerk.person,
            token=token,
            by=cast.actor(cast.investment_clerk, today=day),
            now=at(day),
        )

    def move(day: date) -> object:
        by = cast.actor(today=day)
        return move_milestone(
            milestone=steps["报批"],
            kind=DateKind.EXTENDED,
            due_on=date(2026, 9, 30),
            reason="红线调整",
            by=by,
            now=at(day),
        )

    def mark(day: date) -> object:
        return mark_milestones(task=road, done={steps["选址"].pk: day}, by=cast.actor(today=day), now=at(day))

    def send_back(day: date) -> object:
        report = firms.reports.get()
        return return_report(report=report, reason="请附合同。", by=cast.actor(today=day), now=at(day))

    def accept(day: date) -> object:
        report = firms.reports.order_by("-pk").first()
        assert report is not None
        return accept_report(report=report, by=cast.actor(today=day), now=at(day))

    def close(day: date) -> object:
        return close_task(task=firms, on=day, reason="已完成", by=cast.actor(today=day), now=at(day))

    yield mark
    yield move
    yield lambda day: told(day, "first")
    yield send_back
    yield lambda day: told(day, "second")
    yield accept
    yield close


@pytest.mark.parametrize("light", ["", "light=attention", "light=on_schedule", "light=not_reported", "light=all"])
def test_every_past_morning_is_shown_as_it_was(
    cast: Cast, plan: Plan, client: Client, settings: Settings, light: str
) -> None:
    on(settings, TODAY)
    client.force_login(cast.office)
    then, day = {}, TODAY
    for happens in a_week(cast, plan):
        then[day] = shown(client, light)
        happens(day)
        day += DAY
        on(settings, day)
    now = shown(client, light)
    for past, said in then.items():
        assert shown(client, f"on={past}&{light}") == said, past
    assert now not in then.values()


def test_a_look_back_says_so_and_leads_to_today(cast: Cast, plan: Plan, client: Client, settings: Settings) -> None:
    on(settings, TODAY)
    on(settings, TODAY + DAY)
    client.force_login(cast.office)
    page = client.get(f"/board/?plan={plan.pk}&on={TODAY}").content.decode()
    assert "回看：2026年6月24日早上的情况，不是今天" in page
    (today,) = re.findall(r'<a href="([^"]*)">看今天</a>', page)
    back = client.get(today.replace("&amp;", "&")).content.decode()
    assert "回看：" not in back
    # What can be done is done today: a look back offers none of it.
    assert "催办列出的" in back
    assert "催办列出的" not in page


def test_a_figure_of_a_look_back_leads_to_its_list_of_that_day(
    cast: Cast, plan: Plan, client: Client, settings: Settings
) -> None:
    on(settings, TODAY)
    close_task(task=task_of(plan, "1"), on=TODAY, reason="已完成", by=cast.actor(), now=at(TODAY))
    on(settings, TODAY + DAY)
    client.force_login(cast.office)
    board = client.get(f"/board/?plan={plan.pk}&on={TODAY}").context
    cells = [cell for row in (*board["units"], *board["leaders"], *board["sections"]) for cell in row.cells if cell.url]
    assert cells
    for cell in cells:
        assert client.get(cell.url).context["board"].listed == cell.number, cell


@pytest.mark.usefixtures("plan")
def test_a_day_that_nobody_noted_is_not_made_up(cast: Cast, client: Client, settings: Settings) -> None:
    client.force_login(cast.office)
    assert "灯还没有逐日记下过" in client.get(f"/board/?on={TODAY - DAY}").content.decode()
    on(settings, TODAY)
    page = client.get(f"/board/?on={TODAY - DAY}").content.decode()
    assert "没有2026年6月23日的记录，下面是今天的情况。灯从2026年6月24日起逐日记下。" in page
    assert LightChange.objects.exists()


def test_who_sees_a_part_today_sees_that_part_of_the_past(
    cast: Cast, plan: Plan, client: Client, settings: Settings
) -> None:
    on(settings, TODAY)
    on(settings, TODAY + DAY)
    client.force_login(cast.deputy)
    assert client.get(f"/board/?plan={plan.pk}&on={TODAY}").context["board"].tallies.total == 2
    client.force_login(cast.outsider)
    assert client.get(f"/board/?plan={plan.pk}&on={TODAY}").status_code == 404
