"""The office brings bad tables: what is wrong is said before anything is written, and nothing is guessed or doubled."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Department, Person
from projects.choices import BatchState
from projects.models import ImportBatch, Task
from tests.cast import TODAY, Cast
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

HEAD = "序号,工作内容,完成时限,责任单位\n"


@pytest.fixture
def office(cast: Cast, client: Client) -> Office:
    client.force_login(cast.office)
    return Office(client, cast)


def upload(office: Office, name: str, content: bytes) -> ImportBatch:
    answer = office.client.post("/imports/", {"file": SimpleUploadedFile(name, content), "year": 2026, "plan": ""})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get(pk=int(answer.headers["Location"].strip("/").rpartition("/")[2]))


def test_16_the_encoding_a_file_was_read_in_is_shown(office: Office) -> None:
    batch = upload(office, "表.csv", f"{HEAD}1,建设公交站,6月底前,规划建设科\n".encode("gb18030"))
    assert "文字按 GB18030 编码读取" in office.text(batch)


def test_20_signs_that_cannot_be_seen_are_taken_out_and_said(office: Office) -> None:
    batch = upload(office, "表.csv", f"{HEAD}1,建\u202e设\u200b公交站,6月底前,规划建设科\n".encode())
    assert "不可见字符" in office.text(batch)
    assert "\u202e" not in office.text(batch)


def test_22_a_doubled_header_is_said_on_the_page(office: Office) -> None:
    batch = office.paste(
        "1\t建公交站\t6月底前\t9月底前\t规划建设科", header="序号\t工作内容\t完成时限\t完成时限\t责任单位"
    )
    assert "重复出现" in office.text(batch)


def test_28_a_day_that_is_past_is_written_as_it_stands(office: Office) -> None:
    batch = office.paste("1\t建公交站\t2月底前\t规划建设科")
    assert office.page(batch).undecided == 0
    plan = office.apply(batch)
    due = Task.objects.get(plan=plan).milestones.get().current_due_on
    assert due is not None
    assert due < TODAY


def test_29_a_name_of_two_people_is_asked_with_both(office: Office) -> None:
    for _ in range(2):
        Person.objects.create(organization=office.cast.organization, name="示例·同名")
    batch = office.paste(
        "1\t建公交站\t6月底前\t规划建设科\t示例·同名", header="序号\t工作内容\t完成时限\t责任单位\t责任人"
    )
    (asked,) = office.page(batch).questions
    assert "可能指不止一个" in asked.text
    assert sum(option.value.startswith("person:") for option in asked.options) == 2


def test_30_a_dissolved_unit_is_asked_about_and_not_made_again(office: Office) -> None:
    Department.objects.filter(pk=office.cast.building.pk).update(dissolved_on=TODAY)
    before = Department.objects.count()
    batch = office.paste("1\t建公交站\t6月底前\t规划建设科")
    assert office.page(batch).undecided == 1
    assert Department.objects.count() == before


def test_31_an_item_that_stands_twice_in_the_file_is_marked(office: Office) -> None:
    batch = office.paste("1\t建设二十八座公交站\t6月底前\t规划建设科", "2\t建设二十八座公交站\t6月底前\t规划建设科")
    (asked,) = office.page(batch).questions
    assert "重复" in asked.text
    office.decide(batch, {asked.name: "leave"})
    assert Task.objects.filter(plan=office.apply(batch)).count() == 1


def test_31_whoever_says_that_both_are_meant_gets_both(office: Office) -> None:
    batch = office.paste("1\t建设二十八座公交站\t6月底前\t规划建设科", "2\t建设二十八座公交站\t6月底前\t规划建设科")
    office.decide(batch, {office.page(batch).questions[0].name: "both"})
    assert Task.objects.filter(plan=office.apply(batch)).count() == 2


def test_31_rows_alike_in_other_units_or_limits_are_no_doubles(office: Office) -> None:
    batch = office.paste("1\t建设二十八座公交站\t6月底前\t规划建设科", "2\t建设二十八座公交站\t9月底前\t经济发展科")
    assert office.page(batch).questions == ()


def test_32_the_same_file_again_says_who_wrote_it_and_when(office: Office) -> None:
    plan = office.apply(office.paste("1\t建公交站\t6月底前\t规划建设科"))
    batch = office.paste("1\t建公交站\t6月底前\t规划建设科", plan=plan)
    assert "同一份文件已由" in office.text(batch)
    assert office.page(batch).counts["unchanged"] == 1


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "{{7*7}}", "%s%d", "=cmd|' /C calc'!A0"])
def test_35_and_36_words_that_look_like_programs_are_shown_as_they_are(office: Office, words: str) -> None:
    batch = office.paste(f"1\t{words}建公交站\t6月底前\t规划建设科")
    page = office.text(batch)
    assert "<script>alert(1)" not in page
    assert words.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;") in page
    task = Task.objects.get(plan=office.apply(batch))
    assert task.content == f"{words}建公交站"
    shown = office.client.get(f"/items/{task.pk}/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "49建公交站" not in shown


def test_38_a_table_left_half_checked_waits_where_it_was(office: Office) -> None:
    batch = office.paste("1\t建公交站\t9月31日前\t规划建设科")
    office.decide(batch, {office.page(batch).questions[0].name: "2026-09-30"})
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.PREVIEWED
    assert not Task.objects.exists()
    assert office.page(batch).undecided == 0
