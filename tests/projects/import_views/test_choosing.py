"""What the whole table is read as: the reading follows, and nothing decided is lost."""

import pytest

from accounts.registering import create_organization
from projects.models import ImportBatch
from projects.planning import create_plan
from tests.cast import TODAY, at
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

FOREIGN = "序号\t工作内容\t节点安排\t责任单位"
ROWS = ("1\t改造农贸市场3个\t6月底前\t东湖街道", "2\t新建口袋公园2处\t年底前\t规划建设科")


def roles(batch: ImportBatch, office: Office) -> dict[str, str]:
    return {column.name: column.role for block in office.page(batch).blocks for column in block.columns}


def test_another_role_for_a_column_is_read_at_once_and_decisions_stay(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    office.decide(batch, {"name:department:东湖街道": "new:department"})
    assert office.post(batch, "roles", {"role:节点安排": "deadline"}).status_code == 302
    assert roles(batch, office)["节点安排"] == "deadline"
    assert "6月30日" in [line.text for row in office.page(batch).rows for line in row.lines]
    assert [asked.decided for asked in office.page(batch).questions] == [True]


def test_without_script_answers_sent_with_a_role_are_kept(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    office.post(batch, "roles", {"role:节点安排": "deadline", "name:department:东湖街道": "keep"})
    assert office.page(batch).undecided == 0


def test_htmx_gets_the_part_of_the_page_that_changes(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    answer = office.post(batch, "roles", {"role:节点安排": "deadline"}, htmx=True)
    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b'id="decisions"' in answer.content


def test_roles_under_which_no_item_is_left_can_be_taken_back(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    before = roles(batch, office)
    office.post(batch, "roles", {f"role:{name}": "ignore" for name in before})
    assert not office.page(batch).rows
    assert set(roles(batch, office).values()) == {"ignore"}
    office.post(batch, "roles", {f"role:{name}": "" for name in before})
    assert len(office.page(batch).rows) == 2


def test_a_role_there_is_not_changes_nothing(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    before = roles(batch, office)
    office.post(batch, "roles", {"role:节点安排": "throne", "role:没有这一列": "deadline"})
    assert roles(batch, office) == before


def test_a_colleague_who_changed_the_table_meanwhile_is_not_overruled(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    office.decide(batch, {"name:department:东湖街道": "keep"})
    answer = office.client.post(
        f"/imports/{batch.pk}/roles/",
        {"role:节点安排": "deadline", "version": batch.version},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409
    assert "没有保存" in answer.content.decode()
    assert roles(batch, office)["节点安排"] != "deadline"


def test_a_table_may_be_compared_with_another_plan_or_none(office: Office) -> None:
    plan = office.apply(office.paste(*ROWS))
    batch = office.paste(*ROWS)
    assert (office.page(batch).counts["new"], office.page(batch).counts["unchanged"]) == (2, 0)
    office.post(batch, "plan", {"plan": plan.pk})
    assert (office.page(batch).counts["new"], office.page(batch).counts["unchanged"]) == (0, 2)
    office.post(batch, "plan", {"plan": ""})
    assert office.page(batch).counts["new"] == 2


def test_a_plan_of_another_office_is_not_found(office: Office) -> None:
    batch = office.paste(*ROWS)
    by = office.cast.actor()
    foreign = create_organization(code="lin", name="示例邻区", by=by)
    theirs = create_plan(organization=foreign, year=2026, title="邻区的表", by=by, now=at(TODAY))
    assert office.post(batch, "plan", {"plan": theirs.pk}).status_code == 404


def test_what_is_open_is_answered_as_last_time(office: Office) -> None:
    first = office.paste("1\t建设公交站\t9月31日前\t规划建设科")
    office.decide(first, {office.page(first).questions[0].name: "2026-09-30"})
    plan = office.apply(first)
    batch = office.paste("1\t建设公交站\t9月31日前\t东湖街道", plan=plan)
    assert office.page(batch).undecided > 0
    assert "和上次一样处理" in office.text(batch)
    assert office.post(batch, "as-before").status_code == 302
    assert [asked.text for asked in office.page(batch).questions if asked.undecided] == ["“东湖街道”不在名录里，指谁？"]


TITLED = "云溪园区攻坚任务清单\t\t\t\n序号\t工作内容\t完成时限\t责任单位"
ASKS = "改为写入新的责任分解表"


def test_a_table_of_another_name_with_none_of_the_plans_items_is_moved_to_a_plan_of_its_own_by_one_click(
    office: Office,
) -> None:
    plan = office.apply(office.paste("1\t修路\t6月底前\t规划建设科", "2\t修桥\t6月底前\t规划建设科"))
    batch = office.paste("1\t引进亿元以上项目6个\t年底前\t规划建设科", plan=plan, header=TITLED)
    text = office.text(batch)
    assert ASKS in text
    assert "这份表题为《云溪园区攻坚任务清单》" in text
    office.post(batch, "plan", {"plan": plan.pk, "new": "1"})
    batch.refresh_from_db()
    assert batch.plan is None
    assert ASKS not in office.text(batch)
    assert office.page(batch).undecided == 0


def test_a_table_of_another_name_that_has_the_plans_items_stays_with_it(office: Office) -> None:
    plan = office.apply(office.paste("1\t修路\t6月底前\t规划建设科", "2\t修桥\t6月底前\t规划建设科"))
    batch = office.paste("1\t修路\t8月底前\t规划建设科", plan=plan, header=TITLED)
    assert ASKS not in office.text(batch)


def test_a_table_of_the_plans_own_name_stays_with_it_whatever_its_items(office: Office) -> None:
    plan = office.apply(office.paste("1\t修路\t6月底前\t规划建设科", header=TITLED))
    batch = office.paste("1\t引进亿元以上项目6个\t年底前\t规划建设科", plan=plan, header=TITLED)
    assert ASKS not in office.text(batch)
