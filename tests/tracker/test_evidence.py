"""Files that bear an account out: what is kept, what is refused with nothing left behind, and what is taken back."""

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.access import reach_of
from accounts.models import HistoryEntry
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import given, opened_round
from tests.tracker.evidence_files import PDF, PROGRAM, letter, package, table, upload
from tracker import evidence
from tracker.boards.evidence import may_withdraw
from tracker.choices import ExtensionState
from tracker.evidence import EvidenceRefused, NotWithdrawable, attach, attach_kept, inspect, withdraw
from tracker.models import EvidenceFile, Extension

pytestmark = pytest.mark.django_db
NOW = at(TODAY)


@pytest.fixture
def road(plan: Plan) -> Task:
    return task_of(plan, "1")


def stored() -> set[Path]:
    return {path for path in (Path(settings.MEDIA_ROOT) / "evidence").rglob("*") if path.is_file()}


def kept(cast: Cast, task: Task, *files: object, **holder: object) -> list[EvidenceFile]:
    by = cast.actor(cast.clerk)
    return attach(task=task, files=files, department=cast.building, by=by, now=NOW, **holder)  # type: ignore[arg-type]


def codes(refused: EvidenceRefused) -> list[str]:
    return [refusal.code for refusal in refused.refusals]


def test_a_file_is_kept_under_a_random_name_with_what_its_bytes_are(cast: Cast, road: Task) -> None:
    (row,) = kept(cast, road, upload("../开工现场.pdf", PDF))
    assert (row.name, row.content_type, row.size) == ("开工现场.pdf", "application/pdf", len(PDF))
    assert row.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "开工" not in row.stored
    with default_storage.open(row.stored) as content:
        assert content.read() == PDF


def test_it_is_written_to_the_item_s_history(cast: Cast, road: Task) -> None:
    (row,) = kept(cast, road, upload("a.pdf", PDF))
    entry = HistoryEntry.objects.get(object_type="evidence", object_id=row.pk)
    assert (entry.action, entry.task_id, entry.user, entry.object_version) == (
        "evidence.attached",
        road.pk,
        cast.clerk,
        1,
    )
    assert (entry.after["name"], entry.after["sha256"]) == ("a.pdf", row.sha256)


def test_one_refused_file_is_named_and_the_others_are_there_to_be_kept(cast: Cast, road: Task) -> None:
    with pytest.raises(EvidenceRefused) as refused:
        inspect([upload("a.pdf", PDF), upload("发票.pdf", PROGRAM), upload("c.pdf", PDF)])
    assert [(each.name, each.code) for each in refused.value.refusals] == [("发票.pdf", "program")]
    assert [row.name for row in kept(cast, road, *refused.value.taken)] == ["a.pdf", "c.pdf"]


def test_nothing_is_kept_where_one_of_several_is_refused(cast: Cast, road: Task) -> None:
    before = stored()
    with pytest.raises(EvidenceRefused):
        kept(cast, road, upload("a.pdf", PDF), upload("b.pdf", b""))
    assert not EvidenceFile.objects.exists()
    assert stored() == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("进展（机密★1年）.pdf", PDF, "secret_name"),
        ("进展.docx", letter("进展", header="秘密★6个月"), "secret_header"),
        ("进展.docx", letter("机密★1年"), "secret_line"),
        ("进展.xlsx", table("进展", "密级：秘密"), "secret_cell"),
        ("进展.txt", "绝密\n进展".encode(), "secret_line"),
    ],
)
def test_a_marking_of_secrecy_is_refused_and_leaves_nothing(
    cast: Cast, road: Task, name: str, content: bytes, code: str
) -> None:
    before = stored()
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload(name, content))
    assert codes(refused.value) == [code]
    assert stored() == before
    assert not HistoryEntry.objects.filter(object_type="evidence").exists()


def test_words_that_only_speak_of_secrets_are_no_marking(cast: Cast, road: Task) -> None:
    assert kept(cast, road, upload("商业秘密保护.docx", letter("开展商业秘密保护和机密数据管理。")))


def test_a_package_that_unpacks_without_end_is_refused(cast: Cast, road: Task) -> None:
    bomb = package(**{"[Content_Types].xml": b"", "word/document.xml": bytes(250 * 1024 * 1024)})
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload("a.docx", bomb))
    assert codes(refused.value) == ["unsafe"]


def test_a_file_over_the_limit_is_refused_unread(cast: Cast, road: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_BYTES", len(PDF) - 1)
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload("a.pdf", PDF))
    assert codes(refused.value) == ["too_big"]


def test_a_report_carries_no_more_than_the_limit_however_they_come(
    cast: Cast, plan: Plan, road: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_FILES", 2)
    report = given(cast, road, opened_round(plan))
    kept(cast, road, upload("a.pdf", PDF), upload("b.pdf", PDF), report=report)
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload("c.pdf", PDF), report=report)
    assert codes(refused.value) == ["too_many"]
    assert report.evidence.count() == 2


def test_a_unit_that_has_filled_its_room_is_told(cast: Cast, road: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "UNIT_BYTES", len(PDF))
    kept(cast, road, upload("a.pdf", PDF))
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload("b.pdf", PDF))
    assert codes(refused.value) == ["unit_full"]


def test_a_full_disk_is_a_refusal_and_leaves_nothing(cast: Cast, road: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    before, save = stored(), default_storage.save
    full = iter([None, OSError(28, "No space left on device")])

    def save_once(name: str, content: object) -> str:
        if fault := next(full):
            raise fault
        return save(name, content)  # type: ignore[arg-type]

    monkeypatch.setattr(default_storage._wrapped, "save", save_once)  # type: ignore[attr-defined]
    with pytest.raises(EvidenceRefused) as refused:
        kept(cast, road, upload("a.pdf", PDF), upload("b.pdf", PDF))
    assert set(codes(refused.value)) == {"no_room"}
    assert stored() == before


def test_bytes_go_with_their_rows_when_the_writing_fails(cast: Cast, road: Task) -> None:
    before = stored()
    with pytest.raises(Task.DoesNotExist), transaction.atomic():
        kept(cast, Task(pk=road.pk + 999, organization_id=road.organization_id), upload("a.pdf", PDF))
    assert stored() == before


class TestKeptWhileTheFormCameBack:
    def test_the_report_takes_the_files_of_its_own_sign_in(self, cast: Cast, plan: Plan, road: Task) -> None:
        (own,) = kept(cast, road, upload("a.pdf", PDF))
        by_head = cast.actor(cast.head)
        (others,) = attach(task=road, files=[upload("b.pdf", PDF)], department=cast.building, by=by_head, now=NOW)
        report = given(cast, road, opened_round(plan))
        attach_kept(task=road, ids=[own.pk, others.pk], report=report, by=cast.actor(cast.clerk))
        own.refresh_from_db()
        others.refresh_from_db()
        assert (own.report, others.report) == (report, None)
        entries = HistoryEntry.objects.filter(object_type="evidence", object_id=own.pk).order_by("object_version")
        assert [entry.action for entry in entries] == ["evidence.attached", "evidence.reported"]

    def test_a_file_of_another_report_stays_there(self, cast: Cast, plan: Plan, road: Task) -> None:
        first = given(cast, road, opened_round(plan))
        (row,) = kept(cast, road, upload("a.pdf", PDF), report=first)
        second = given(cast, road, opened_round(plan), token="form-2")
        assert attach_kept(task=road, ids=[row.pk], report=second, by=cast.actor(cast.clerk)) == []


class TestWithdrawing:
    def test_it_keeps_row_and_bytes_and_says_since_when(self, cast: Cast, road: Task) -> None:
        (row,) = kept(cast, road, upload("a.pdf", PDF))
        withdraw(evidence=row, reason="传错了", by=cast.actor(cast.clerk), now=NOW)
        row.refresh_from_db()
        assert row.withdrawn_at == NOW
        assert default_storage.exists(row.stored)
        entry = HistoryEntry.objects.get(object_type="evidence", object_id=row.pk, object_version=2)
        assert (entry.action, entry.reason) == ("evidence.withdrawn", "传错了")

    def test_a_second_time_changes_nothing(self, cast: Cast, road: Task) -> None:
        (row,) = kept(cast, road, upload("a.pdf", PDF))
        withdraw(evidence=row, by=cast.actor(cast.clerk), now=NOW)
        with pytest.raises(NotWithdrawable):
            withdraw(evidence=row, by=cast.actor(cast.clerk), now=NOW)
        assert HistoryEntry.objects.filter(object_type="evidence", object_id=row.pk).count() == 2


@pytest.mark.parametrize(("state", "may"), [(ExtensionState.PENDING, True), (ExtensionState.GRANTED, False)])
def test_a_unit_takes_back_no_file_on_which_a_later_day_was_granted(
    cast: Cast, state: ExtensionState, may: bool
) -> None:
    row = EvidenceFile(department=cast.building, extension=Extension(state=state))
    assert may_withdraw(reach_of(cast.clerk, today=TODAY), row) is may
