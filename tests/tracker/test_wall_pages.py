"""The wall chart's page: what hangs on it, by heading and by unit, and what its rows say."""

from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from projects.models import Plan
from tests.cast import TODAY, Cast, issued_plan, make_plan, task_of
from tests.tracker.visits import signed_in
from tracker.boards.filters import Filters
from tracker.boards.overview import overview
from tracker.boards.wall import Wall, wall
from tracker.lights import Counter, Light

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture(name="opened")
def opened_fixture(cast: Cast) -> Plan:
    return issued_plan(cast)


def read(cast: Cast, plan: Plan, user: User | None = None, filters: Filters | None = None, *, by_unit: bool) -> Wall:
    reach = cast.reach(user or cast.office)
    return wall(plan, reach, filters or Filters(plan=plan.pk), by_unit=by_unit, today=TODAY)


@pytest.mark.parametrize("by_unit", [False, True])
def test_every_counted_item_hangs_once_however_many_lead_it(cast: Cast, opened: Plan, by_unit: bool) -> None:
    view = read(cast, opened, by_unit=by_unit)
    hung = [row.line.task.number for group in view.groups for row in group.rows]
    assert sorted(hung) == ["1", "2", "3"]


def test_the_figures_are_the_boards(cast: Cast, opened: Plan) -> None:
    board = overview(opened, cast.reach(cast.office), Filters(plan=opened.pk), today=TODAY)
    view = read(cast, opened, by_unit=False)
    assert (view.counters, view.total) == (board.tallies.counters, board.tallies.total)
    assert sum(group.overdue for group in view.groups) == view.counters[Counter.OVERDUE] > 0


def test_units_hang_in_the_organizations_order(cast: Cast, opened: Plan) -> None:
    titles = [group.title for group in read(cast, opened, by_unit=True).groups]
    order = [cast.building.name, cast.economy.name, cast.investment.name]
    assert titles == [name for name in order if name in titles]


def test_each_step_has_its_own_light(cast: Cast, opened: Plan) -> None:
    rows = (row for group in read(cast, opened, by_unit=False).groups for row in group.rows)
    road = next(row for row in rows if row.line.task.number == "1")
    late = [step for step in road.steps if step.on is not None and step.on < TODAY]
    assert late
    assert all(step.light is Light.OVERDUE for step in late)
    assert any(step.light is not Light.OVERDUE for step in road.steps)
    assert "逾期" in late[0].said(year=2026)


def test_a_chosen_light_narrows_the_rows_and_leaves_the_figures(cast: Cast, opened: Plan) -> None:
    everything = read(cast, opened, by_unit=False)
    late = read(cast, opened, filters=Filters(plan=opened.pk, light="overdue"), by_unit=False)
    rows = [row for group in late.groups for row in group.rows]
    assert {row.line.light for row in rows} == {Light.OVERDUE}
    assert late.counters == everything.counters


def test_the_page_says_each_step_and_draws_today(cast: Cast, opened: Plan, client: Client) -> None:
    page = unescape(signed_in(client, cast.leader).get(f"/wall/?plan={opened.pk}").content.decode())
    road = task_of(opened, "1")
    assert f'href="/items/{road.pk}/">{road.title}</a>' in page
    for step in road.milestones.all():
        assert step.text in page
    assert 'class="now"' in page
    assert "#light-overdue" in page


def test_grouping_keeps_the_filters_in_the_address(cast: Cast, opened: Plan, client: Client) -> None:
    page = unescape(signed_in(client, cast.office).get(f"/wall/?plan={opened.pk}&light=overdue").content.decode())
    assert f"/wall/units/?plan={opened.pk}&light=overdue" in page


def test_an_outsider_finds_no_plan_and_another_organizations_stays_hidden(
    cast: Cast, opened: Plan, client: Client
) -> None:
    stranger = signed_in(client, cast.outsider)
    assert stranger.get(f"/wall/?plan={opened.pk}").status_code == 404
    assert task_of(opened, "1").title not in stranger.get("/wall/").content.decode()


def test_a_restricted_plan_shows_a_unit_only_its_own_items(cast: Cast) -> None:
    plan = issued_plan(cast, restricted=True)
    seen = read(cast, plan, cast.economy_clerk, by_unit=False)
    whole = read(cast, plan, by_unit=False)
    assert 0 < seen.total < whole.total


def test_a_draft_does_not_hang(cast: Cast, client: Client) -> None:
    draft = make_plan(cast)
    assert (
        task_of(draft, "1").title not in signed_in(client, cast.office).get(f"/wall/?plan={draft.pk}").content.decode()
    )
