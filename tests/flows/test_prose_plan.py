"""A yearly plan in prose becomes items: each proposal accepted, merged or dropped by the office, its sentence kept."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from projects.choices import RowOutcome
from projects.importing.page.parts import ImportPage, PageRow
from projects.models import ImportBatch, ImportRow, Milestone, Plan, Target, Task
from tests.cast import Cast

LINES = (
    "示例开发区2026年工作计划",
    "一、提升基础设施水平",
    "1.完善路网。6月底前建成新塘路3公里。年底前安装路灯120盏。持续加强日常养护。",
    "2.补齐公共服务短板。新建公厕3个，新增停车位500个以上，9月底前投入使用。",
    "二、强化招商引资",
    "3.全年新引进企业12家，其中亿元以上项目5个。",
    "三、组织保障",
    "各科室要提高认识，狠抓落实。",
)

pytestmark = pytest.mark.django_db


def as_text() -> tuple[str, bytes]:
    return "计划.txt", "\n".join(LINES).encode()


def as_document() -> tuple[str, bytes]:
    paper = docx.Document()
    for line in LINES:
        paper.add_paragraph(line)
    stream = io.BytesIO()
    paper.save(stream)
    return "计划.docx", stream.getvalue()


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def upload(client: Client, name: str, content: bytes) -> ImportBatch:
    client.post("/imports/", {"file": SimpleUploadedFile(name, content), "year": 2026, "plan": ""})
    batch = ImportBatch.objects.latest("pk")
    client.post(f"/imports/{batch.pk}/read/")
    return ImportBatch.objects.get(pk=batch.pk)


def rows(client: Client, batch: ImportBatch) -> tuple[PageRow, ...]:
    shown: ImportPage = client.get(f"/imports/{batch.pk}/").context["page"]
    return shown.rows


def row_of(client: Client, batch: ImportBatch, words: str) -> PageRow:
    """Return the proposal in whose sentence these words stand."""
    return next(row for row in rows(client, batch) if row.prose and words in row.prose.title + row.prose.sentence)


def apply(client: Client, batch: ImportBatch) -> Plan:
    page = client.get(f"/imports/{batch.pk}/").context["page"]
    answers = {asked.name: asked.options[-1].value for asked in page.questions if asked.undecided}
    client.post(f"/imports/{batch.pk}/decide/", answers)
    batch.refresh_from_db()
    page = client.get(f"/imports/{batch.pk}/").context["page"]
    sent = {"fingerprint": page.fingerprint, "version": batch.version}
    assert client.post(f"/imports/{batch.pk}/apply/", sent).status_code == 302
    batch.refresh_from_db()
    assert batch.plan is not None
    return batch.plan


@pytest.mark.parametrize("form", [as_text, as_document])
def test_each_measurable_promise_is_an_item_under_its_section_with_its_sentence(
    office: Client, form: Callable[[], tuple[str, bytes]]
) -> None:
    batch = upload(office, *form())
    plan = apply(office, batch)
    assert plan.title == "示例开发区2026年工作计划"
    lamps = Task.objects.get(plan=plan, content__contains="路灯120盏")
    assert lamps.section is not None
    assert lamps.section.title == "一、提升基础设施水平"
    assert Milestone.objects.get(task=lamps).current_due_on == date(2026, 12, 31)
    target = Target.objects.get(task=lamps)
    assert (target.value, target.unit) == (Decimal(120), "盏")
    kept = ImportRow.objects.get(task=lamps)
    assert (kept.row, "完善路网" in kept.cells[0]) == (3, True)
    assert not Task.objects.filter(plan=plan, content__contains="提高认识").exists()


def test_the_sentence_stands_beside_the_proposal(office: Client) -> None:
    batch = upload(office, *as_text())
    row = row_of(office, batch, "新建公厕3个")
    assert row.prose is not None
    assert (row.prose.paragraph, row.prose.title) == (4, "新建公厕3个")
    assert row.prose.sentence.startswith("新建公厕3个，新增停车位500个以上，9月底前投入使用")
    assert row.prose.sentence in office.get(f"/imports/{batch.pk}/").content.decode()


def test_a_proposal_that_is_dropped_is_not_written(office: Client) -> None:
    batch = upload(office, *as_text())
    row = row_of(office, batch, "路灯120盏")
    office.post(f"/imports/{batch.pk}/decide/", {"decide": f"{row.key}=leave"})
    plan = apply(office, batch)
    assert not Task.objects.filter(plan=plan, content__contains="路灯").exists()
    left = ImportRow.objects.filter(batch=batch, outcome=RowOutcome.SKIPPED, reason="refused")
    assert ["路灯120盏" in row.cells[0] for row in left] == [True]


def test_two_proposals_that_are_merged_are_one_item_with_both_sentences(office: Client) -> None:
    batch = upload(office, *as_text())
    road, lamps = row_of(office, batch, "新塘路3公里"), row_of(office, batch, "路灯120盏")
    before = len(rows(office, batch))
    sent = {"merge": lamps.place, f"into:{lamps.place}": road.place}
    assert office.post(f"/imports/{batch.pk}/merge/", sent).status_code == 302
    merged = row_of(office, batch, "路灯120盏")
    assert merged.prose is not None
    assert (merged.outcome, bool(merged.prose.merged_into)) == ("skipped", True)
    plan = apply(office, batch)
    assert Task.objects.filter(plan=plan).count() == before - 1
    one = Task.objects.get(plan=plan, content__contains="新塘路3公里")
    assert "路灯120盏" in one.content
    due = Milestone.objects.filter(task=one).values_list("current_due_on", flat=True)
    assert sorted(str(day) for day in due) == ["2026-06-30", "2026-12-31"]
    assert sorted(Target.objects.filter(task=one).values_list("unit", flat=True)) == ["公里", "盏"]
    assert ImportRow.objects.filter(batch=batch, reason="与第3行为同一事项").count() == 1


def test_a_merge_is_taken_apart_again(office: Client) -> None:
    batch = upload(office, *as_text())
    road, lamps = row_of(office, batch, "新塘路3公里"), row_of(office, batch, "路灯120盏")
    office.post(f"/imports/{batch.pk}/merge/", {"merge": lamps.place, f"into:{lamps.place}": road.place})
    office.post(f"/imports/{batch.pk}/merge/", {"apart": lamps.place})
    again = row_of(office, batch, "路灯120盏")
    assert again.prose is not None
    assert (again.outcome, again.prose.merged_into) == ("new", "")


@pytest.mark.parametrize("sent", [{"merge": "99"}, {"merge": "0", "into:0": "0"}, {"merge": "0", "into:0": "99"}, {}])
def test_a_merge_with_nothing_changes_nothing(office: Client, sent: dict[str, str]) -> None:
    batch = upload(office, *as_text())
    office.post(f"/imports/{batch.pk}/merge/", sent)
    assert ImportBatch.objects.get(pk=batch.pk).decisions == {}


def test_a_row_of_a_table_is_no_proposal(office: Client) -> None:
    table = "序号,工作任务,责任单位,完成时限\n1,建设公交站,规划建设科,6月底\n"
    batch = upload(office, "表.csv", table.encode())
    assert [row.prose for row in rows(office, batch)] == [None]
