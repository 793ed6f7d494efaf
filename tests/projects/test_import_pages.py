"""The import pages cost the same whatever the table holds."""

import pytest
from django.test import Client

from projects.importing.page.laying import PAGE_ROWS
from projects.models import ImportBatch
from tests.cast import Cast
from tests.projects.import_views.pages import Office
from tests.query_counts import QueryBaseline

HEADER = "序号\t工作内容\t完成时限\t责任单位\t责任人"
# A page of the longest table weighs little more than one of the usual table.
MOST_KIB = 700

pytestmark = pytest.mark.django_db


def rows(count: int, *, unit: str = "规划建设科") -> list[str]:
    return [
        f"{n}\t建设第{n}座公交站\t{1 + n % 12}月底前\t{unit}{n if unit != '规划建设科' else ''}\t示例·张三"
        for n in range(1, count + 1)
    ]


@pytest.fixture
def office(cast: Cast, client: Client) -> Office:
    client.force_login(cast.office)
    return Office(client, cast)


@pytest.mark.parametrize("count", [10, 500])
def test_checking_a_table_takes_the_same_queries_at_10_and_at_500_rows(
    count: int, office: Office, assert_query_baseline: QueryBaseline
) -> None:
    batch = office.paste(*rows(count), header=HEADER)
    with assert_query_baseline("page office /imports/{batch}/"):
        page = office.page(batch)
    assert page.counts["new"] == count
    with assert_query_baseline("page office /imports/{batch}/ again"):
        office.page(batch)


@pytest.mark.parametrize("count", [10, 500])
def test_deciding_takes_the_same_queries_at_10_and_at_500_rows(
    count: int, office: Office, assert_query_baseline: QueryBaseline
) -> None:
    batch = office.paste(*rows(count, unit="新单位"), header=HEADER)
    office.page(batch)
    with assert_query_baseline("page office /imports/{batch}/together/names/"):
        assert office.client.get(f"/imports/{batch.pk}/together/names/").status_code == 200
    with assert_query_baseline("act office /imports/{batch}/decide/"):
        answer = office.post(batch, "decide", {"name:department:新单位1": "keep"}, htmx=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("count", [10, 500])
def test_looking_back_takes_the_same_queries_at_10_and_at_500_rows(
    count: int, office: Office, assert_query_baseline: QueryBaseline
) -> None:
    batch = office.paste(*rows(count), header=HEADER)
    office.apply(batch)
    with assert_query_baseline("page office /imports/{batch}/ applied"):
        assert len(office.client.get(f"/imports/{batch.pk}/").context["lines"]) == min(count, 100)
    with assert_query_baseline("page office /imports/{batch}/undo/"):
        assert office.client.get(f"/imports/{batch.pk}/undo/").status_code == 200


def test_a_page_of_a_long_table_weighs_no_more_than_a_page(office: Office) -> None:
    batch = office.paste(*rows(8 * PAGE_ROWS, unit="新单位"), header=HEADER)
    sizes = [len(office.text(batch, query).encode()) // 1024 for query in ("", "?page=8", "?show=asked")]
    assert max(sizes) <= MOST_KIB, sizes


@pytest.mark.parametrize("batches", [1, 12])
def test_the_list_of_imports_takes_the_same_queries_whatever_its_length(
    batches: int, office: Office, assert_query_baseline: QueryBaseline
) -> None:
    for _ in range(batches):
        office.paste(*rows(1), header=HEADER)
    with assert_query_baseline("page office /imports/"):
        page = office.client.get("/imports/")
    assert len(page.context["batches"]) == batches == ImportBatch.objects.count()
