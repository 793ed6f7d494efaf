"""The office brings its table in: upload, check, decide, write; again with changes; again without."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.choices import Role
from accounts.registering import grant
from projects.choices import BatchState, DateKind, RowOutcome, TaskState
from projects.models import ImportBatch, ImportRow, Involvement, Milestone, Plan, Target, Task
from projects.planning import issue_plan, move_milestone
from tests.cast import TODAY, Cast, at

TABLE = Path(__file__).resolve().parents[2] / "seeds" / "key-work-142.xlsx"

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def upload(client: Client, path: Path, *, year: int = 2026, plan: Plan | None = None) -> ImportBatch:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    answer = client.post("/imports/", {"file": file, "year": year, "plan": plan.pk if plan else ""})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get(pk=int(answer.headers["Location"].rstrip("/").rpartition("/")[2]))


def fingerprint(page: str) -> str:
    return page.partition('name="fingerprint" value="')[2].partition('"')[0]


def decide_all(client: Client, batch: ImportBatch, *, prefer: str = "keep") -> None:
    """Answer every question with `prefer` where it is offered, else with the last choice."""
    page = client.get(f"/imports/{batch.pk}/").context["page"]
    answers = {}
    for asked in page.questions:
        values = [option.value for option in asked.options]
        answers[asked.name] = prefer if prefer in values else values[-1]
    client.post(f"/imports/{batch.pk}/decide/", answers)


def apply(client: Client, batch: ImportBatch) -> Plan:
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    answer = client.post(f"/imports/{batch.pk}/apply/", {"fingerprint": fingerprint(page)})
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"/imports/{batch.pk}/"
    return Plan.objects.get(batches=batch)


@pytest.fixture
def imported(office: Client) -> Plan:
    batch = upload(office, TABLE)
    decide_all(office, batch)
    return apply(office, batch)


@pytest.fixture
def resaved(tmp_path: Path) -> Path:
    """Save the same table with another program: rows of one section shuffled, one deadline changed."""
    book = load_workbook(TABLE)
    sheet = book.worksheets[0]
    rows = [row for row in range(1, sheet.max_row + 1) if str(sheet.cell(row, 2).value).isdigit()]
    first = [row for row in rows if row < rows[0] + 6]
    for merged in [one for one in sheet.merged_cells.ranges if one.min_row in range(first[0], first[-1] + 1)]:
        value = sheet.cell(merged.min_row, merged.min_col).value
        cells = [(row, merged.min_col) for row in range(merged.min_row, merged.max_row + 1)]
        sheet.unmerge_cells(str(merged))
        for row, column in cells:
            sheet.cell(row, column).value = value
    texts: list[list[Any]] = [[sheet.cell(row, column).value for column in range(1, 11)] for row in first]
    texts[1][5] = "10月底前"
    random.Random(7).shuffle(texts)
    for row, line in zip(first, texts, strict=True):
        for column, text in enumerate(line, start=1):
            sheet.cell(row, column).value = text
    path = tmp_path / "重点工作责任分解表（调整稿）.xlsx"
    book.save(path)
    return path


def test_nothing_is_written_before_the_office_confirms(office: Client) -> None:
    batch = upload(office, TABLE)
    page = office.get(f"/imports/{batch.pk}/")
    assert page.context["page"].counts["new"] == 142
    assert not Task.objects.filter(plan__batches=batch).exists()
    assert batch.state == BatchState.PREVIEWED


def test_the_page_shows_what_was_written_beside_what_was_read(office: Client) -> None:
    page = office.get(f"/imports/{upload(office, TABLE).pk}/").content.decode()
    assert "9月31日前" in page
    assert "没有9月31日" in page
    assert "附件标记" in page


def test_an_undecided_table_is_not_written(office: Client) -> None:
    batch = upload(office, TABLE)
    page = office.get(f"/imports/{batch.pk}/").content.decode()
    answer = office.post(f"/imports/{batch.pk}/apply/", {"fingerprint": fingerprint(page)})
    assert answer.status_code == 422
    assert not Task.objects.filter(import_rows__batch=batch).exists()


def test_the_plan_holds_142_items_with_steps_parties_and_targets(imported: Plan) -> None:
    tasks = Task.objects.filter(plan=imported)
    assert tasks.count() == 142
    assert sorted(int(number) for number in tasks.values_list("number", flat=True)) == list(range(1, 143))
    assert Milestone.objects.filter(task__plan=imported).count() > 142
    assert Target.objects.filter(task__plan=imported).count() > 40
    assert Involvement.objects.filter(task__plan=imported).exists()
    assert ImportRow.objects.filter(batch__plan=imported, task__isnull=False).count() == 142


def test_every_row_of_the_file_is_an_item_or_skipped_with_its_reason(imported: Plan) -> None:
    rows = ImportRow.objects.filter(batch__plan=imported)
    sheet = load_workbook(TABLE).worksheets[0]
    filled = {row[0].row for row in sheet.iter_rows() if any(cell.value is not None for cell in row)}
    header = {4}
    assert {row.row for row in rows} | header == filled
    assert all(row.reason for row in rows if row.outcome == RowOutcome.SKIPPED)


def test_the_same_file_again_changes_no_row_but_the_batch(office: Client, imported: Plan) -> None:
    before = list(Task.objects.filter(plan=imported).order_by("pk").values())
    batch = upload(office, TABLE, plan=imported)
    page = office.get(f"/imports/{batch.pk}/")
    assert page.context["page"].counts["unchanged"] == 142
    assert "写入过" in page.content.decode()
    apply(office, batch)
    assert list(Task.objects.filter(plan=imported).order_by("pk").values()) == before


def test_shuffled_rows_and_one_changed_deadline_are_exactly_one_changed_field(
    office: Client, imported: Plan, resaved: Path
) -> None:
    batch = upload(office, resaved, plan=imported)
    page = office.get(f"/imports/{batch.pk}/").context["page"]
    assert (page.counts["changed"], page.counts["fields"], page.counts["unchanged"]) == (1, 1, 141)
    assert (page.counts["new"], page.counts["dropped"]) == (0, 0)
    apply(office, batch)
    step = Milestone.objects.get(task__plan=imported, task__number="2")
    assert str(step.current_due_on) == "2026-10-31"


def test_a_plan_that_moved_meanwhile_is_compared_again_before_anything_is_written(
    office: Client, imported: Plan, resaved: Path
) -> None:
    batch = upload(office, resaved, plan=imported)
    stale = fingerprint(office.get(f"/imports/{batch.pk}/").content.decode())
    other = upload(office, resaved, plan=imported)
    apply(office, other)
    answer = office.post(f"/imports/{batch.pk}/apply/", {"fingerprint": stale})
    assert answer.status_code == 409
    assert "变动" in answer.content.decode()


def test_a_file_that_cannot_be_read_is_refused_with_its_reason_and_kept(office: Client, tmp_path: Path) -> None:
    damaged = tmp_path / "坏表.xlsx"
    damaged.write_bytes(TABLE.read_bytes()[:2000])
    batch = upload(office, damaged)
    assert batch.state == BatchState.REFUSED
    assert batch.refusal in office.get(f"/imports/{batch.pk}/").content.decode()
    assert b"".join(office.get(f"/imports/{batch.pk}/file/")) == damaged.read_bytes()


def test_pasted_cells_are_read_like_a_file(office: Client) -> None:
    pasted = "序号\t工作内容\t完成时限\t责任单位\n1\t建设28座公交站\t6月底前\t规划建设科\n"
    answer = office.post("/imports/", {"pasted": pasted, "year": 2026})
    page = office.get(answer.headers["Location"]).context["page"]
    assert page.counts["new"] == 1


def test_nobody_but_the_office_imports(cast: Cast, client: Client, imported: Plan) -> None:
    batch = ImportBatch.objects.get(plan=imported)
    for user, status in ((cast.clerk, 403), (cast.leader, 403), (cast.outsider, 403)):
        client.force_login(user)
        assert client.get("/imports/").status_code == status
        assert client.get(f"/imports/{batch.pk}/").status_code == status


def test_another_organizations_office_finds_no_such_batch(imported: Plan, client: Client, cast: Cast) -> None:
    batch = ImportBatch.objects.get(plan=imported)
    organization = cast.outsider.organization
    assert organization is not None
    grant(user=cast.outsider, organization=organization, role=Role.OFFICE, from_on=None, by=cast.actor())
    client.force_login(cast.outsider)
    assert client.get(f"/imports/{batch.pk}/").status_code == 404
    assert client.post(f"/imports/{batch.pk}/apply/").status_code == 404


def test_an_item_the_new_table_lacks_is_cancelled_only_when_the_office_says_so(
    office: Client, imported: Plan, tmp_path: Path
) -> None:
    book = load_workbook(TABLE)
    sheet = book.worksheets[0]
    last = next(row for row in range(sheet.max_row, 1, -1) if sheet.cell(row, 2).value in {142, "142"})
    sheet.delete_rows(last)
    shorter = tmp_path / "短一行.xlsx"
    book.save(shorter)
    kept = upload(office, shorter, plan=imported)
    decide_all(office, kept, prefer="keep")
    apply(office, kept)
    assert Task.objects.get(plan=imported, number="142").state == TaskState.DRAFT
    dropped = upload(office, shorter, plan=imported)
    decide_all(office, dropped, prefer="cancel")
    apply(office, dropped)
    assert Task.objects.get(plan=imported, number="142").state == TaskState.CANCELLED


def test_a_table_that_repeats_the_issued_date_leaves_an_extension_alone(
    office: Client, cast: Cast, imported: Plan
) -> None:
    issue_plan(plan=imported, on=TODAY, by=cast.actor(cast.office), now=at(TODAY))
    step = Milestone.objects.get(task__plan=imported, task__number="2")
    move_milestone(
        milestone=step,
        kind=DateKind.EXTENDED,
        due_on=date(2027, 1, 31),
        reason="设备到货推迟",
        by=cast.actor(cast.office),
        now=at(TODAY),
    )
    batch = upload(office, TABLE, plan=imported)
    assert office.get(f"/imports/{batch.pk}/").context["page"].counts["unchanged"] == 142


def test_a_changed_date_may_be_left_as_it_is_in_force(
    office: Client, cast: Cast, imported: Plan, resaved: Path
) -> None:
    issue_plan(plan=imported, on=TODAY, by=cast.actor(cast.office), now=at(TODAY))
    batch = upload(office, resaved, plan=imported)
    asked = [one for one in office.get(f"/imports/{batch.pk}/").context["page"].questions if one.undecided]
    assert [option.value for option in asked[0].options] == ["reissued", "corrected", "keep_date"]
    decide_all(office, batch, prefer="keep_date")
    apply(office, batch)
    step = Milestone.objects.get(task__plan=imported, task__number="2")
    assert (step.current_due_on, step.moves) == (date(2026, 12, 31), 0)


def test_answers_of_last_time_are_said_to_be_last_times(office: Client, imported: Plan) -> None:
    page = office.get(f"/imports/{upload(office, TABLE, plan=imported).pk}/")
    assert page.context["page"].remembered == page.context["page"].decided > 0
    assert "沿用上次的决定" in page.content.decode()


def test_a_file_without_a_table_is_no_table_with_every_item_dropped(
    office: Client, imported: Plan, tmp_path: Path
) -> None:
    letter = tmp_path / "便条.csv"
    letter.write_text("你好\n")
    batch = upload(office, letter, plan=imported)
    assert batch.state == BatchState.REFUSED
    assert "没有读到责任分解表" in office.get(f"/imports/{batch.pk}/").content.decode()
