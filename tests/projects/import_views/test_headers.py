"""Which row is the header may be said by hand: the reading follows at once, and the next file of that kind asks nothing."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import HistoryEntry
from projects.choices import BatchState
from projects.models import ImportBatch
from tests.projects.import_views.pages import Office

pytestmark = pytest.mark.django_db

FOREIGN = "哪桩\t谁上手\t拖到哪天\t旁的话"
ROWS = ("修好通往园区的断头路三条\t规划建设科\t6月底前\t材料已报", "给四个村装上路灯一百二十盏\t经济发展科\t年底前\t无")


def upload(office: Office, *lines: str, name: str = "要办的事.txt") -> ImportBatch:
    file = SimpleUploadedFile(name, "\n".join(lines).encode())
    answer = office.client.post("/imports/", {"file": file, "year": 2026, "plan": ""})
    return ImportBatch.objects.get(pk=int(answer.headers["Location"].strip("/").rpartition("/")[2]))


def header_words(office: Office, batch: ImportBatch, query: str = "") -> list[str]:
    """Return what the page's buttons offer to say of a row."""
    return re.findall(r'name="header" value="([^"]+)"', office.text(batch, query))


def test_a_table_with_a_missed_header_is_read_when_the_row_is_pointed_out(office: Office) -> None:
    batch = office.paste(*ROWS, header=FOREIGN)
    assert batch.state == BatchState.REFUSED
    said = header_words(office, batch)
    assert "哪桩谁上手拖到哪天旁的话=header" in said
    assert office.post(batch, "header", {"header": said[0]}).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == (BatchState.PREVIEWED, "")
    page = office.page(batch)
    assert [column.role for column in page.blocks[0].columns] == ["content", "lead_department", "deadline", "ignore"]
    assert len(page.rows) == 2


def test_a_header_pointed_out_is_remembered_with_its_roles_for_the_next_file(office: Office) -> None:
    first = office.paste(*ROWS, header=FOREIGN)
    office.post(first, "header", {"header": header_words(office, first)[0]})
    office.post(first, "roles", {"role:旁的话": "note"})
    office.apply(first)
    second = office.paste("再栽三百棵树在路的两旁\t规划建设科\t9月底前\t无", header=FOREIGN)
    assert second.state == BatchState.PREVIEWED
    assert [column.role for column in office.page(second).blocks[0].columns][-1] == "note"


def test_another_office_remembers_nothing_of_it(office: Office) -> None:
    first = office.paste(*ROWS, header=FOREIGN)
    office.post(first, "header", {"header": header_words(office, first)[0]})
    assert office.paste(*ROWS, header=FOREIGN).state == BatchState.REFUSED


def test_a_header_that_is_none_is_read_as_data_and_may_be_one_again(office: Office) -> None:
    batch = office.paste("1\t改造农贸市场3个\t6月底前\t规划建设科")
    said = next(words for words in header_words(office, batch) if words.endswith("=data"))
    answer = office.post(batch, "header", {"header": said}, htmx=True)
    assert answer.status_code == 200
    assert not office.page(batch).blocks
    assert "没有认出表头" in office.text(batch)
    again = header_words(office, batch)
    assert "序号工作内容完成时限责任单位=header" in again
    office.post(batch, "header", {"header": "序号工作内容完成时限责任单位=header"})
    assert [row.row_label for row in office.page(batch).rows] == ["2"]


def test_without_a_header_a_plan_compared_with_still_shows(office: Office) -> None:
    plan = office.apply(office.paste("1\t改造农贸市场3个\t6月底前\t规划建设科"))
    batch = office.paste("1\t改造农贸市场3个\t6月底前\t规划建设科", plan=plan)
    office.post(batch, "header", {"header": "序号工作内容完成时限责任单位=data"})
    assert office.client.get(f"/imports/{batch.pk}/").status_code == 200
    assert office.client.get(f"/imports/{batch.pk}/?show=dropped").status_code == 200


def test_decisions_stay_and_history_says_who_named_the_header(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t9月31日前\t规划建设科")
    asked = office.page(batch).questions[0].name
    office.decide(batch, {asked: "2026-09-30"})
    words = "序号工作内容完成时限责任单位"
    office.post(batch, "header", {"header": f"{words}=header"})
    batch.refresh_from_db()
    assert batch.decisions == {asked: "2026-09-30", f"header:{words}": "header"}
    entry = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk).latest("pk")
    assert (entry.action, entry.after) == ("import.header_chosen", {f"header:{words}": "header"})


@pytest.mark.parametrize("said", ["", "=header", "words=throne", "words"])
def test_what_no_button_says_changes_nothing(office: Office, said: str) -> None:
    batch = office.paste("1\t建设公交站\t9月30日前\t规划建设科")
    office.post(batch, "header", {"header": said})
    assert ImportBatch.objects.get(pk=batch.pk).version == batch.version


def test_a_colleague_who_decided_meanwhile_is_not_overruled(office: Office) -> None:
    batch = office.paste("1\t建设公交站\t9月31日前\t规划建设科")
    office.decide(batch, {office.page(batch).questions[0].name: "2026-09-30"})
    sent = {"header": "序号工作内容完成时限责任单位=data", "version": batch.version}
    answer = office.client.post(f"/imports/{batch.pk}/header/", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert office.page(batch).rows


def test_a_file_refused_for_another_reason_is_not_taken_up(office: Office) -> None:
    batch = upload(office, "\x00\x01\x02", name="要办的事.pdf")
    office.post(batch, "header", {"header": "哪桩=header"})
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.REFUSED
