"""A row is given to another item by hand; two rows never end in one."""

import pytest

from projects.models import ImportBatch, Plan
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(office: Office) -> Plan:
    rows = (
        "1\t建设28座公交站\t6月底前\t规划建设科",
        "2\t改造农贸市场3个\t年底前\t经济发展科",
        "3\t新建口袋公园\t年底前\t规划建设科",
    )
    return office.apply(office.paste(*rows))


@pytest.fixture
def batch(office: Office, plan: Plan) -> ImportBatch:
    """Bring a table in which one item is worded so that nothing recognises it."""
    return office.paste("1\t建设28座公交站\t6月底前\t规划建设科", "9\t菜场升级\t年底前\t经济发展科", plan=plan)


def task_id(plan: Plan, number: str) -> int:
    return plan.tasks.get(number=number).pk


def outcomes(office: Office, batch: ImportBatch) -> list[str]:
    return [row.outcome for row in office.page(batch).rows]


def test_each_match_says_its_ground(office: Office, batch: ImportBatch) -> None:
    rows = office.page(batch).rows
    assert [row.ground for row in rows] == ["编号相同", "", "", ""]
    assert outcomes(office, batch) == ["unchanged", "new", "dropped", "dropped"]


def test_an_item_is_found_by_a_word_or_its_number(office: Office, batch: ImportBatch, plan: Plan) -> None:
    for search in ("农贸", "2"):
        found = office.client.get(f"/imports/{batch.pk}/match/1/?q={search}").context["candidates"]
        assert [one.value for one in found] == [str(task_id(plan, "2"))]


def test_a_row_is_compared_with_the_item_that_was_chosen(office: Office, batch: ImportBatch, plan: Plan) -> None:
    answer = office.post(batch, "match/1", {"match": task_id(plan, "2")})
    assert answer.headers["Location"].endswith("#row-1")
    assert outcomes(office, batch) == ["unchanged", "changed", "dropped"]
    assert office.page(batch).rows[1].ground == "您指定的"
    assert office.page(batch).rows[1].matched == "2"


def test_an_item_given_to_another_row_leaves_the_row_it_had(office: Office, batch: ImportBatch, plan: Plan) -> None:
    office.post(batch, "match/1", {"match": task_id(plan, "1")})
    assert outcomes(office, batch)[:2] == ["new", "changed"]


def test_a_row_may_be_said_to_be_new(office: Office, batch: ImportBatch) -> None:
    office.post(batch, "match/0", {"match": "new"})
    assert outcomes(office, batch)[0] == "new"


@pytest.mark.parametrize("chosen", ["", "0", "999999", "x", "-1"])
def test_an_item_there_is_not_is_nobodys_match(chosen: str, office: Office, batch: ImportBatch) -> None:
    assert office.post(batch, "match/1", {"match": chosen}).status_code == 200
    assert outcomes(office, batch)[1] == "new"


def test_a_row_there_is_not_is_not_found(office: Office, batch: ImportBatch) -> None:
    assert office.client.get(f"/imports/{batch.pk}/match/77/").status_code == 404


def test_what_the_table_has_no_more_stands_under_its_columns(office: Office, batch: ImportBatch) -> None:
    gone = office.page(batch).rows[2]
    assert ["".join(part.text for part in cell) for cell in gone.cells] == [
        "2",
        "改造农贸市场3个",
        "年底前",
        "经济发展科",
    ]
    assert gone.row_label == "—"
