"""A table that was read and shall not be written is put aside: nothing of it is lost, and it may be taken up again."""

import pytest
from django.core.files.storage import default_storage

from accounts.models import HistoryEntry
from projects.choices import BatchState
from projects.models import ImportBatch, ImportRow, Plan, Task
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db


def actions(batch: ImportBatch) -> list[str]:
    entries = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_a_table_put_aside_writes_nothing_and_keeps_file_and_decisions(office: Office, doubtful: ImportBatch) -> None:
    asked = office.page(doubtful).questions[0].name
    answer = office.post(doubtful, "discard", {asked: "2026-09-30"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/imports/")
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.discarded, doubtful.undone_by) == (BatchState.UNDONE, True, office.cast.office)
    assert doubtful.decisions == {asked: "2026-09-30"}
    assert default_storage.exists(str(doubtful.file.name))
    assert (Task.objects.count(), Plan.objects.count(), ImportRow.objects.count()) == (0, 0, 0)
    assert actions(doubtful)[-1] == "import.discarded"


def test_the_list_and_its_own_page_say_so(office: Office, doubtful: ImportBatch) -> None:
    assert "放弃这次导入" in office.text(doubtful)
    office.post(doubtful, "discard", {"reason": "传错了文件"})
    listed = office.client.get("/imports/").content.decode()
    assert "已放弃" in listed
    assert "待核对" not in listed
    assert "没有写入：传错了文件" in listed
    own = office.text(doubtful)
    assert "接着核对" in own
    assert "传错了文件" in own
    assert office.client.get(f"/imports/{doubtful.pk}/file/").status_code == 200


def test_it_is_taken_up_again_where_it_was_left(office: Office, doubtful: ImportBatch) -> None:
    asked = office.page(doubtful).questions[0].name
    office.post(doubtful, "discard", {asked: "2026-09-30"})
    assert office.post(doubtful, "resume").status_code == 302
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.undone_by, doubtful.undone_at) == (BatchState.PREVIEWED, None, None)
    assert [question.decided for question in office.page(doubtful).questions if question.name == asked] == [True]
    assert actions(doubtful)[-1] == "import.resumed"


def test_what_was_put_aside_is_not_written(office: Office, doubtful: ImportBatch) -> None:
    fingerprint = office.page(doubtful).fingerprint
    office.post(doubtful, "discard")
    for act in ("apply", "decide", "discard", "roles", "header", "plan"):
        assert office.post(doubtful, act, {"fingerprint": fingerprint}).status_code == 302
    assert not Task.objects.exists()


def test_a_written_table_is_undone_and_not_put_aside(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t9月30日前\t规划建设科")
    office.apply(batch)
    office.post(batch, "discard")
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED
    office.post(batch, "undo", {"reason": "重来"})
    office.post(batch, "resume")
    batch.refresh_from_db()
    assert (batch.state, batch.discarded) == (BatchState.UNDONE, False)


def test_what_a_colleague_decided_meanwhile_is_seen_first(office: Office, doubtful: ImportBatch) -> None:
    asked = office.page(doubtful).questions[0].name
    old = doubtful.version
    office.decide(doubtful, {asked: "2026-09-30"})
    answer = office.client.post(f"/imports/{doubtful.pk}/discard/", {"version": old, asked: "2026-10-31"})
    assert answer.status_code == 409
    doubtful.refresh_from_db()
    assert doubtful.state == BatchState.PREVIEWED
