"""The import pages cost the same whatever the table holds."""

import pytest
from django.test import Client

from projects.models import ImportBatch
from tests.cast import Cast
from tests.query_counts import QueryBaseline

HEADER = "序号\t工作内容\t完成时限\t责任单位\t责任人"

pytestmark = pytest.mark.django_db


def pasted(rows: int) -> str:
    lines = [f"{n}\t建设第{n}座公交站\t{1 + n % 12}月底前\t规划建设科\t示例·张三" for n in range(1, rows + 1)]
    return "\n".join([HEADER, *lines]) + "\n"


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


@pytest.mark.parametrize("rows", [10, 500])
def test_checking_a_table_takes_the_same_queries_at_10_and_at_500_rows(
    rows: int, office: Client, assert_query_baseline: QueryBaseline
) -> None:
    answer = office.post("/imports/", {"pasted": pasted(rows), "year": 2026})
    with assert_query_baseline("page office /imports/{batch}/"):
        page = office.get(answer.headers["Location"])
    assert page.context["page"].counts["new"] == rows


@pytest.mark.parametrize("batches", [1, 12])
def test_the_list_of_imports_takes_the_same_queries_whatever_its_length(
    batches: int, office: Client, assert_query_baseline: QueryBaseline
) -> None:
    for _ in range(batches):
        office.post("/imports/", {"pasted": pasted(1), "year": 2026})
    with assert_query_baseline("page office /imports/"):
        page = office.get("/imports/")
    assert len(page.context["batches"]) == batches == ImportBatch.objects.count()
