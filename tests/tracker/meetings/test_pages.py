"""The pages of meetings ask equally often, however long the agenda is and however many meetings there were."""

from datetime import timedelta

import pytest
from django.test import Client

from projects.models import Plan
from tests.cast import TODAY, Cast
from tests.query_counts import QueryBaseline
from tests.tracker.meetings.acts import decided, held, item_of, opened, prepared
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.mark.parametrize("size", [4, 40])
def test_agenda_and_items_ask_equally_often_whatever_their_number(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    many_tasks(cast, plan, size)
    row = prepared(cast, plan)
    assert row.items.count() > size // 4
    office = signed_in(client, cast.office)
    office.get(f"/meetings/{row.pk}/")
    with assert_query_baseline("page office /meetings/{meeting}/ prepared"):
        office.get(f"/meetings/{row.pk}/")
    row = opened(cast, plan)
    decided(cast, row)
    with assert_query_baseline("page office /meetings/{meeting}/ open"):
        office.get(f"/meetings/{row.pk}/")
    place = f"/meetings/items/{item_of(row).pk}/"
    office.get(place)
    with assert_query_baseline("page office /meetings/items/{item}/"):
        office.get(place)


@pytest.mark.parametrize("size", [1, 4])
def test_the_list_asks_equally_often_whatever_its_length(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    held(cast, plan)
    for days in range(1, size):
        prepared(cast, plan, day=TODAY + timedelta(days=days))
    office = signed_in(client, cast.office)
    office.get("/meetings/")
    with assert_query_baseline("page office /meetings/"):
        office.get("/meetings/")
