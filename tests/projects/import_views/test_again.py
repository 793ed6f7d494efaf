"""The same file a second time: what was answered is remembered and written at the first click, what was undone is put away."""

import pytest

from projects.choices import BatchState, PlanState
from projects.models import ImportBatch, Plan
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db
ROWS = ("1\t建设公交站\t供暖季前\t规划建设科", "2\t改造路灯\t6月底前\t示例公路中心")


def undo(office: Office, batch: ImportBatch) -> None:
    assert office.post(batch, "undo", {"reason": "导错了表"}).status_code == 302


def test_remembered_answers_are_written_with_the_form_as_it_came(office: Office) -> None:
    first = office.paste(*ROWS)
    day = next(asked for asked in office.page(first).questions if asked.day_name)
    office.decide(first, {day.day_name: "2026-11-10"})
    office.apply(first)
    undo(office, first)
    again = office.paste(*ROWS)
    page = office.page(again)
    assert page.undecided == 0
    assert page.remembered > 0
    form = {asked.name: option.value for asked in page.questions for option in asked.options if option.checked}
    form |= {asked.day_name: asked.chosen for asked in page.questions if asked.day_name and asked.chosen}
    answer = office.post(again, "apply", {**form, "fingerprint": page.fingerprint})
    assert answer.status_code == 302
    again.refresh_from_db()
    assert again.state == BatchState.APPLIED


def test_the_empty_draft_an_undone_import_leaves_is_put_away(office: Office) -> None:
    batch = office.paste(*ROWS)
    plan = office.apply(batch)
    undo(office, batch)
    plan.refresh_from_db()
    assert plan.state == PlanState.ARCHIVED
    assert plan.title not in office.client.get("/plans/").content.decode()
    assert "去下达" not in office.text(batch)


def test_a_draft_that_was_there_before_stays_when_an_import_into_it_is_undone(office: Office) -> None:
    office.client.post("/plans/add/", {"year": 2026, "title": "手建的表"})
    plan = Plan.objects.get(title="手建的表")
    batch = office.paste(*ROWS, plan=plan)
    office.apply(batch)
    undo(office, batch)
    plan.refresh_from_db()
    assert plan.state == PlanState.DRAFT


def test_a_table_without_a_change_says_so_on_its_button(office: Office) -> None:
    plan = office.apply(office.paste(*ROWS))
    again = office.paste(*ROWS, plan=plan)
    assert "没有改动，结束核对" in office.text(again)
