"""What a table doesn't say is asked, and what was read may be changed unasked."""

import pytest

from accounts.models import Department
from projects.choices import InvolvementRole
from projects.importing.page.parts import Asked
from projects.models import ImportBatch
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

OPEN_LEAD = "1\t举办企业家沙龙\t年底前\t"
LED = "2\t建设28座公交站\t6月底前\t规划建设科"


def leads(office: Office, batch: ImportBatch) -> list[str]:
    office.post(batch, "apply", {"fingerprint": office.page(batch).fingerprint})
    plan = ImportBatch.objects.get(pk=batch.pk).plan
    assert plan is not None
    task = plan.tasks.get(number="1")
    return [one.department.name for one in task.involvements.filter(role=InvolvementRole.LEAD) if one.department]


def test_a_row_without_a_lead_is_a_decision_that_any_unit_answers(office: Office) -> None:
    batch = office.paste(OPEN_LEAD, LED)
    page = office.page(batch)
    (asked,) = page.questions
    assert (page.undecided, asked.text) == (1, "没有写明责任单位，由谁牵头？")
    assert [option.label for option in asked.options] == ["先空着，下达前再补"]
    assert page.rows[0].remarks == ()
    office.decide(batch, {asked.who_name: office.cast.economy.name})
    assert leads(office, batch) == [office.cast.economy.name]


def test_a_row_may_be_written_without_a_lead(office: Office) -> None:
    batch = office.paste(OPEN_LEAD, LED)
    office.decide(batch, {office.page(batch).questions[0].name: "leave_open"})
    assert leads(office, batch) == []


def test_a_deadline_nobody_asked_about_is_changed_by_its_row(office: Office) -> None:
    batch = office.paste(LED)
    key = office.page(batch).rows[0].due_key
    office.decide(batch, {"decide": f"{key}=ask"})
    (asked,) = office.page(batch).questions
    assert (asked.decided, asked.text) == (False, "“6月底前”的时限改为哪一天？")
    office.decide(batch, {asked.day_name: "2026-07-15"})
    page = office.page(batch)
    assert (page.undecided, page.rows[0].lines[0].text) == (0, "7月15日")


def test_a_lead_nobody_asked_about_is_changed_by_its_row(office: Office) -> None:
    batch = office.paste(LED.replace("2\t", "1\t", 1))
    office.decide(batch, {"decide": f"{office.page(batch).rows[0].lead_key}=ask"})
    office.decide(batch, {office.page(batch).questions[0].who_name: office.cast.economy.name})
    assert leads(office, batch) == [office.cast.economy.name]


def parties(office: Office, batch: ImportBatch) -> dict[str, list[str]]:
    """Write the table and return its first item's units by role."""
    plan = office.apply(batch)
    task = plan.tasks.get(number="1")
    units = [(one.role, one.department.name) for one in task.involvements.order_by("pk") if one.department]
    return {
        role: [name for its, name in units if its == role] for role in (InvolvementRole.LEAD, InvolvementRole.SUPPORT)
    }


def ask(office: Office, batch: ImportBatch, key: str) -> Asked:
    office.decide(batch, {"decide": f"{key}=ask"})
    return next(asked for asked in office.page(batch).questions if asked.name == key)


def test_who_led_beside_the_lead_that_is_picked_supports(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t6月底前\t规划建设科、经济发展科分别牵头")
    asked = ask(office, batch, office.page(batch).rows[0].lead_key)
    office.decide(batch, {asked.who_name: office.cast.building.name})
    assert parties(office, batch) == {
        InvolvementRole.LEAD: [office.cast.building.name],
        InvolvementRole.SUPPORT: [office.cast.economy.name],
    }


def test_units_may_be_changed_where_a_name_is_asked_about(office: Office) -> None:
    row = office.page(office.paste("1\t建设公交站\t6月底前\t东湖街道")).rows[0]
    assert [asked.field for asked in row.questions] == ["department"]
    assert (row.due_key, row.lead_key, row.support_key) == ("own_due:0", "own_lead:0", "own_support:0")


def test_the_lead_may_become_a_unit_that_is_yet_to_be_made_and_nobody_else_is_made(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t6月底前\t东湖街道", "2\t建设口袋公园\t6月底前\t南山镇")
    office.decide(batch, {"name:department:东湖街道": "new:department", "name:department:南山镇": "new:department"})
    asked = ask(office, batch, "own_lead:0")
    office.decide(batch, {asked.who_name: "南山镇"})
    assert parties(office, batch) == {InvolvementRole.LEAD: ["南山镇"], InvolvementRole.SUPPORT: []}
    assert set(Department.objects.filter(name__in=["东湖街道", "南山镇"]).values_list("name", flat=True)) == {"南山镇"}


def test_several_units_may_be_put_in_the_place_of_those_that_support(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t6月底前\t规划建设科，各有关单位配合", "2\t建设口袋公园\t6月底前\t南山镇")
    office.decide(batch, {"name:department:南山镇": "new:department"})
    asked = ask(office, batch, "own_support:0")
    office.decide(batch, {asked.who_name: f"{office.cast.economy.name}、南山镇，{office.cast.building.name}"})
    assert "南山镇" in next(one for one in office.page(batch).questions if one.name == asked.name).chosen
    assert parties(office, batch) == {
        InvolvementRole.LEAD: [office.cast.building.name],
        InvolvementRole.SUPPORT: [office.cast.economy.name, "南山镇"],
    }
    told = {one.about: one.answer for one in office.client.get(f"/imports/{batch.pk}/").context["decisions"]}
    assert told["2 行 配合"].startswith(f"{office.cast.economy.name}、")


def test_one_wrong_name_among_several_refuses_them_all_and_is_named(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t6月底前\t规划建设科")
    asked = ask(office, batch, "own_support:0")
    typed = f"{office.cast.economy.name}、没有这个科"
    answer = office.post(batch, "decide", {asked.who_name: typed})
    (refused,) = answer.context["page"].questions
    assert (refused.decided, refused.typed) == (False, typed)
    assert "“没有这个科”" in refused.refused.why
    assert office.cast.economy.name not in refused.refused.why


def test_a_row_may_be_left_without_supporting_units(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t6月底前\t规划建设科、经济发展科")
    office.decide(batch, {asked.name: asked.options[0].value for asked in office.page(batch).questions})
    ask(office, batch, "own_support:0")
    office.decide(batch, {"own_support:0": "nobody"})
    assert parties(office, batch)[InvolvementRole.SUPPORT] == []


def test_a_row_without_a_lead_may_be_led_by_a_unit_that_is_yet_to_be_made(office: Office) -> None:
    batch = office.paste(OPEN_LEAD, LED.replace("规划建设科", "南山镇"))
    office.decide(batch, {"name:department:南山镇": "new:department"})
    (asked,) = (one for one in office.page(batch).questions if one.undecided)
    office.decide(batch, {asked.who_name: "南山镇"})
    assert leads(office, batch) == ["南山镇"]


def test_a_question_says_the_words_of_its_cell(office: Office) -> None:
    batch = office.paste("1\t管网改造\t供暖季前\t规划建设科")
    assert "供暖季前" in office.page(batch).questions[0].text


def test_what_the_office_changed_stays_where_the_table_only_repeats_itself(office: Office) -> None:
    plan = office.apply(office.paste(LED))
    plan.tasks.update(note="现场已勘察", content="建设28座公交站（含雨棚）", title="建设28座公交站（含雨棚）")
    again = office.paste(LED, plan=plan)
    (row,) = office.page(again).rows
    changed = [line for line in row.lines if line.old is not None]
    assert changed
    assert all(line.left for line in changed)
    assert office.page(again).to_write["changed"] == 0
    office.decide(again, {"decide": f"{changed[0].key}=take"})
    assert office.page(again).to_write["changed"] == 1
