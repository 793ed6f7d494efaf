"""What a table doesn't say is asked, and what was read may be changed unasked."""

import pytest

from projects.choices import InvolvementRole
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
