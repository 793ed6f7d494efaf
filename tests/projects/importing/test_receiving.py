"""A file is kept first and read after, by one reader at a time, and again when its columns get other roles."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from pytest_django import Settings

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.choices import BatchState
from projects.importing.batches import choose_roles, decide, open_batch, preview, read_batch, receive_file
from projects.importing.decisions import UnknownDecisionError
from projects.importing.receiving import MOST_ATTEMPTS, read_like_last_time, read_waiting_uploads
from projects.models import ImportBatch
from tests.cast import TODAY, Cast, at
from tests.projects.importing.tables import NOW, apply

pytestmark = pytest.mark.django_db

TABLE = """序号,工作内容,成效,完成时限,责任单位
1,建设28座公交站,建成28座,6月底前,规划建设科
2,引进企业,引进7家,年底前,招商服务科
3,扩容学位,扩容100个,9月底前,经济发展科
"""


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def received(cast: Cast, text: str = TABLE) -> ImportBatch:
    return receive_file(
        organization=cast.organization,
        year=2026,
        plan=None,
        file=ContentFile(text.encode()),
        file_name="责任分解表.csv",
        by=cast.actor(),
        now=NOW,
    )


def opened(cast: Cast, text: str = TABLE) -> ImportBatch:
    return read_batch(batch=received(cast, text), by=cast.actor(), now=NOW)


def test_a_received_file_is_stored_and_not_read(cast: Cast) -> None:
    batch = received(cast)
    assert (batch.state, batch.reading) == (BatchState.OPENED, None)
    assert Path(batch.file.path).read_text() == TABLE


def test_reading_it_ends_in_a_preview_with_the_progress_at_its_end(cast: Cast) -> None:
    batch = opened(cast)
    assert batch.state == BatchState.PREVIEWED
    assert batch.progress.pop("seconds") >= 0
    assert batch.progress == {"done": 3, "total": 3, "stage": "read"}
    assert (batch.reader, batch.read_until) == ("", None)
    actions = HistoryEntry.objects.filter(object_type="import_batch").order_by("object_version")
    assert [entry.action for entry in actions] == ["import.opened", "import.read"]


def test_while_one_reads_no_second_one_does(cast: Cast) -> None:
    batch = received(cast)
    ImportBatch.objects.filter(pk=batch.pk).update(reader="another", read_until=timezone.now() + timedelta(seconds=9))
    assert read_batch(batch=batch, by=cast.actor(), now=NOW).state == BatchState.OPENED


def test_a_reading_that_was_abandoned_is_begun_again(cast: Cast) -> None:
    batch = received(cast)
    gone = timezone.now() - timedelta(seconds=1)
    ImportBatch.objects.filter(pk=batch.pk).update(reader="gone", read_until=gone, read_attempts=1)
    assert read_batch(batch=batch, by=cast.actor(), now=NOW).state == BatchState.PREVIEWED


def test_a_file_no_reader_ever_finished_is_refused_in_the_end(cast: Cast) -> None:
    batch = received(cast)
    ImportBatch.objects.filter(pk=batch.pk).update(read_attempts=MOST_ATTEMPTS)
    refused = read_batch(batch=batch, by=cast.actor(), now=NOW)
    assert (refused.state, refused.summary["refused"]["code"]) == (BatchState.REFUSED, "abandoned")
    assert refused.refusal


def test_reading_twice_changes_nothing(cast: Cast) -> None:
    batch = opened(cast)
    assert read_batch(batch=batch, by=cast.actor(), now=NOW).version == batch.version


def test_the_clock_reads_what_was_left_and_leaves_what_was_just_uploaded(cast: Cast) -> None:
    batch = received(cast)
    assert read_waiting_uploads(now=NOW) == 0
    assert read_waiting_uploads(now=NOW + timedelta(minutes=1)) == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    assert read_waiting_uploads(now=NOW + timedelta(minutes=2)) == 0


def test_a_refusal_is_kept_with_its_code(cast: Cast) -> None:
    refused = opened(cast, "")
    assert (refused.state, refused.summary["refused"]["code"]) == (BatchState.REFUSED, "empty_file")


def test_opening_does_both(cast: Cast) -> None:
    batch = open_batch(
        organization=cast.organization,
        year=2026,
        plan=None,
        file=ContentFile(TABLE.encode()),
        file_name="表.csv",
        by=cast.actor(),
        now=NOW,
    )
    assert batch.state == BatchState.PREVIEWED


def roles(batch: ImportBatch) -> dict[str, str]:
    assert batch.reading is not None
    (table,) = batch.reading["sheets"][0]["tables"]
    return {column["name"]: column["role"] for column in table["columns"]}


def choose(cast: Cast, batch: ImportBatch, version: int | None = None, **chosen: str) -> ImportBatch:
    return choose_roles(batch=batch, roles=chosen, by=cast.actor(), now=NOW, version=version)


def test_the_reading_follows_a_chosen_role_and_other_decisions_stay(cast: Cast) -> None:
    batch = opened(cast)
    decide(batch=batch, decisions={"row:1": "leave"}, by=cast.actor())
    chosen = choose(cast, batch, 成效="target")
    assert roles(chosen)["成效"] == "target"
    assert chosen.decisions == {"row:1": "leave", "role:成效": "target"}
    assert [draft.target_text for draft in preview(chosen, by=cast.actor()).drafts] == [
        "建成28座",
        "引进7家",
        "扩容100个",
    ]
    assert roles(choose(cast, chosen, 成效=""))["成效"] == roles(batch)["成效"]


def test_a_role_the_reader_does_not_know_is_refused(cast: Cast) -> None:
    with pytest.raises(UnknownDecisionError):
        choose(cast, opened(cast), 成效="nonsense")


def test_of_two_who_choose_roles_at_once_the_second_learns_of_the_first(cast: Cast) -> None:
    batch = opened(cast)
    choose(cast, batch, version=batch.version, 成效="target")
    with pytest.raises(Conflict):
        choose(cast, batch, version=batch.version, 成效="measures")


def test_roles_are_remembered_for_tables_with_the_same_headers_only(cast: Cast) -> None:
    apply(cast, choose(cast, opened(cast), 成效="measures"))
    again = opened(cast, TABLE.replace("28座", "30座"))
    assert roles(again)["成效"] == "measures"
    assert again.summary["remembered_roles"] == {"成效": "measures"}
    assert "role:成效" not in again.decisions
    assert roles(opened(cast, TABLE.replace("责任单位", "牵头科室")))["成效"] != "measures"


def test_a_remembered_role_can_be_changed_again(cast: Cast) -> None:
    apply(cast, choose(cast, opened(cast), 成效="measures"))
    apply(cast, choose(cast, opened(cast), 成效="note"))
    assert roles(opened(cast))["成效"] == "note"


def test_a_file_that_is_not_kept_is_read_with_remembered_roles_too(cast: Cast, tmp_path: Path) -> None:
    apply(cast, choose(cast, opened(cast), 成效="measures"))
    path = tmp_path / "表.csv"
    path.write_text(TABLE)
    reading = read_like_last_time(path, organization_id=cast.organization.pk, year=2026)
    assert reading.tasks[0].measures == "建成28座"


def test_tomorrow_is_not_before_the_upload(cast: Cast) -> None:
    received(cast)
    assert read_waiting_uploads(now=at(TODAY - timedelta(days=1))) == 0
