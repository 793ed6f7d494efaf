"""From the file to the check: a short one at once, a long one with its progress, a bad one with its reason."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.choices import BatchState
from projects.import_views import uploading
from projects.models import ImportBatch
from tests.projects.import_views.pages import HEADER, HTMX, Office

pytestmark = pytest.mark.django_db

TABLE = f"{HEADER}\n1\t修路\t6月底前\t规划建设科\n".replace("\t", ",").encode()


def send(office: Office, content: bytes, **more: object) -> ImportBatch:
    file = SimpleUploadedFile("城建.csv", content)
    answer = office.client.post("/imports/", {"file": file, "year": 2026, **more})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.latest("pk")


@pytest.fixture
def long_file(monkeypatch: pytest.MonkeyPatch, office: Office) -> ImportBatch:
    monkeypatch.setattr(uploading, "AT_ONCE_BYTES", 10)
    return send(office, TABLE)


def test_a_short_file_is_read_at_once(office: Office) -> None:
    assert send(office, TABLE).state == BatchState.PREVIEWED


def test_a_long_file_is_kept_first_and_its_page_tells_how_far_it_is(office: Office, long_file: ImportBatch) -> None:
    assert long_file.state == BatchState.OPENED
    assert "正在读取" in office.text(long_file)
    ImportBatch.objects.filter(pk=long_file.pk).update(progress={"done": 30, "total": 120, "stage": "reading"})
    part = office.client.get(f"/imports/{long_file.pk}/progress/", headers=HTMX)
    assert "30 / 120" in part.content.decode()
    assert (part.context["percent"], part.context["title"]) == (25, "正在读表")


def test_the_list_of_imports_tells_it_too_so_that_the_page_may_be_left(office: Office, long_file: ImportBatch) -> None:
    assert "等着读" in office.client.get("/imports/").content.decode()
    progress = {"done": 30, "total": 120, "stage": "reading"}
    ImportBatch.objects.filter(pk=long_file.pk).update(reader="x", progress=progress)
    assert "正在读 30/120" in office.client.get("/imports/").content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_page_has_it_read_and_goes_on_to_the_check(
    headers: dict[str, str], office: Office, long_file: ImportBatch
) -> None:
    answer = office.client.post(f"/imports/{long_file.pk}/read/", headers=headers)
    onward = answer.headers.get("Location") or answer.headers["HX-Redirect"]
    assert onward == f"/imports/{long_file.pk}/"
    assert len(office.page(long_file).rows) == 1


def test_who_waits_is_sent_on_when_somebody_else_read_it(office: Office, long_file: ImportBatch) -> None:
    office.client.post(f"/imports/{long_file.pk}/read/")
    answer = office.client.get(f"/imports/{long_file.pk}/progress/", headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/imports/{long_file.pk}/"


def test_a_file_that_is_not_read_says_why_and_takes_another_for_the_same_year_and_plan(office: Office) -> None:
    plan = office.apply(office.paste("1\t修路\t6月底前\t规划建设科"))
    refused = send(office, b"%PDF-1.7 not a table", plan=plan.pk)
    assert refused.state == BatchState.REFUSED
    page = office.text(refused)
    assert refused.refusal in page
    assert f'name="plan" value="{plan.pk}"' in page
    assert send(office, TABLE, plan=plan.pk).plan == plan


def test_a_file_and_a_pasted_table_together_are_asked_about_and_the_typed_is_kept(office: Office) -> None:
    sent = {"file": SimpleUploadedFile("城建.csv", TABLE), "pasted": "序号\t工作内容", "year": 2031}
    answer = office.client.post("/imports/", sent)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "只能选一样" in text
    assert 'value="2031"' in text
    assert "序号\t工作内容</textarea>" in text


def test_nothing_chosen_is_asked_for(office: Office) -> None:
    assert "请选一个文件" in office.client.post("/imports/", {"year": 2026}).content.decode()
