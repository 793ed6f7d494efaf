"""The lists of obstacles and directives ask equally often whatever they hold, and show each reader their own."""

from collections.abc import Sequence

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from projects.models import Plan
from tests.cast import Cast, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.test_directives import given
from tests.tracker.test_obstacles import raised
from tests.tracker.visits import signed_in
from tracker.models import Directive, Obstacle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def many(cast: Cast, plan: Plan, number: int) -> None:
    """Raise and give one of each through its operation, the others as copies of it with their entry."""
    obstacle, directive = raised(cast, plan), given(cast, plan)
    obstacles = [Obstacle.objects.get(pk=obstacle.pk) for _ in range(number - 1)]
    directives = [Directive.objects.get(pk=directive.pk) for _ in range(number - 1)]
    for place, (one, other) in enumerate(zip(obstacles, directives, strict=True)):
        one.pk, one.token, other.pk, other.token = None, f"copy-{place}", None, f"copy-{place}"
    copy_entries("obstacle", obstacle.pk, [row.pk for row in Obstacle.objects.bulk_create(obstacles)])
    copy_entries("directive", directive.pk, [row.pk for row in Directive.objects.bulk_create(directives)])


def copy_entries(object_type: str, of: int, to: Sequence[int]) -> None:
    entries = []
    for pk in to:
        entry = HistoryEntry.objects.get(object_type=object_type, object_id=of)
        entry.pk, entry.object_id = None, pk
        entries.append(entry)
    HistoryEntry.objects.bulk_create(entries)


@pytest.mark.parametrize("size", [10, 200])
@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("office", "/obstacles/"),
        ("economy_clerk", "/obstacles/"),
        ("clerk", "/directives/"),
        ("leader", "/directives/"),
        ("office", "/items/{item}/"),
    ],
)
def test_a_list_asks_equally_often_whatever_its_length(
    cast: Cast,
    plan: Plan,
    client: Client,
    assert_query_baseline: QueryBaseline,
    size: int,
    who: str,
    address: str,
) -> None:
    many(cast, plan, size)
    assert Obstacle.objects.count() == Directive.objects.count() == size
    place = address.format(item=task_of(plan, "3").pk)
    signed_in(client, getattr(cast, who)).get(place)
    with assert_query_baseline(f"page {who} {address} with follow-ups"):
        answer = client.get(place)
    assert answer.status_code == 200


def test_each_reader_begins_where_something_waits(cast: Cast, plan: Plan, client: Client) -> None:
    raised(cast, plan)
    for who, tab in (
        (cast.economy_clerk, "等我们答复的"),
        (cast.investment_clerk, "我们提出的"),
        (cast.office, "全部"),
    ):
        page = signed_in(client, who).get("/obstacles/").content.decode()
        assert f'aria-current="page">{tab}' in page
        assert "厂房没有通电。" in page


@pytest.mark.usefixtures("plan")
def test_a_unit_that_has_no_part_in_either_reads_what_comes_next(cast: Cast, client: Client) -> None:
    assert "没有请本单位或您答复的困难" in signed_in(client, cast.clerk).get("/obstacles/").content.decode()
    assert "没有待本单位答复的批示" in signed_in(client, cast.clerk).get("/directives/").content.decode()
