"""The office uploads what is not to be read: each refusal says why, in the language of the page; a secret file leaves no trace of itself."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from accounts.models import HistoryEntry
from projects.choices import BatchState
from projects.importing.refusals import refusal_of, refusal_sentence
from projects.models import ImportBatch
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HEAD = ["序号", "工作任务", "责任单位", "完成时限"]


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def upload(client: Client, name: str, content: bytes) -> ImportBatch:
    answer = client.post("/imports/", {"file": SimpleUploadedFile(name, content), "year": 2026, "plan": ""})
    assert answer.status_code == 302, answer.content.decode()
    return ImportBatch.objects.get(pk=int(answer.headers["Location"].rstrip("/").rpartition("/")[2]))


def book(*rows: list[str], header: str = "", title: str = "") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    for row in (HEAD, *rows):
        sheet.append(row)
    if header:
        assert sheet.oddHeader is not None
        sheet.oddHeader.center.text = header
    made.properties.title = title
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def package(name: str, content: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(name, content)
    return stream.getvalue()


def stored() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


Refused = tuple[str, Callable[[], bytes], str]
REFUSED: dict[str, Refused] = {
    "empty": ("空.xlsx", lambda: b"", ""),
    "old document": ("要点.doc", lambda: b"\xd0\xcf\x11\xe0", "save_as"),
    "picture": ("图.xlsx", lambda: b"\x89PNG\r\n", "unsupported"),
    "web page": ("网页.xls", lambda: b"<html><table></table></html>", "html_file"),
    "cut": ("坏表.xlsx", lambda: book(["1", "甲", "规建局", "3月底"])[:900], "incomplete"),
    "entities": ("实体.xlsx", lambda: package("xl/workbook.xml", "<!DOCTYPE a>"), "unsafe_entities"),
    "path": ("路径.xlsx", lambda: package("../x.xml", "<a/>"), "unsafe_path"),
    "columns": ("宽.xlsx", lambda: book(["x"] * 101), "too_many_columns"),
    "encodings": (
        "混.csv",
        lambda: "序号,工作任务\n1,甲甲\n".encode() * 2 + "2,乙\n".encode("gb18030"),
        "mixed_encoding",
    ),
    "letter": ("便条.csv", "你好\n".encode, "no_table"),
}
SECRET: dict[str, Refused] = {
    "name": ("机密-重点工作.xlsx", lambda: book(["1", "甲", "规建局", "3月底"]), "secret_name"),
    "cell": ("a.xlsx", lambda: book(["1", "甲", "规建局", "秘密★1年"]), "secret_cell"),
    "header": ("b.xlsx", lambda: book(["1", "甲", "规建局", "3月底"], header="绝密★"), "secret_header"),
    "title": ("c.xlsx", lambda: book(["1", "甲", "规建局", "3月底"], title="密级：机密"), "secret_property"),
    "line": ("d.txt", "秘密\n一、建设公交站，6月底前完成。\n".encode, "secret_line"),
    "too broad": ("e.xlsx", lambda: book(["机密"] * 101), "secret_text"),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("case", [name for name in REFUSED if name != "empty"])
def test_a_refused_file_says_why_in_the_language_of_the_page_and_is_kept(
    office: Client, case: str, language: str
) -> None:
    name, content, code = REFUSED[case]
    sent = content()
    batch = upload(office, name, sent)
    office.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    assert (batch.state, refusal_of(batch)[0]) == (BatchState.REFUSED, code)
    with translation.override(language):
        said = refusal_sentence(*refusal_of(batch))
    for address in (f"/imports/{batch.pk}/", "/imports/"):
        assert said in office.get(address, headers={"Accept-Language": language}).content.decode().replace(
            "&#x27;", "'"
        )
    assert b"".join(office.get(f"/imports/{batch.pk}/file/")) == sent


def test_an_empty_file_is_refused_at_once(office: Client) -> None:
    answer = office.post("/imports/", {"file": SimpleUploadedFile("空.xlsx", b""), "year": 2026, "plan": ""})
    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("case", SECRET)
def test_a_secret_file_is_refused_on_record_and_nothing_of_it_is_kept(office: Client, case: str) -> None:
    name, content, code = SECRET[case]
    sent = content()
    before = stored()
    batch = upload(office, name, sent)
    assert (batch.state, refusal_of(batch)[0]) == (BatchState.REFUSED, code)
    assert (batch.file_name, batch.size, len(batch.sha256)) == (name, len(sent), 64)
    assert (bool(batch.file), batch.reading, stored() - before) == (False, None, set())
    page = office.get(f"/imports/{batch.pk}/").content.decode()
    assert "密级" in page
    assert batch.sha256 in page
    assert "下载原文件" not in page
    assert office.get(f"/imports/{batch.pk}/file/").status_code == 404
    entries = HistoryEntry.objects.filter(object_type="import_batch", object_id=batch.pk)
    assert "密级" in entries.latest("pk").after["refusal"]
    assert entries.latest("pk").user == batch.uploaded_by


def test_pasted_cells_with_a_marking_are_refused_too(office: Client) -> None:
    pasted = "密级：秘密\t\t\t\n序号\t工作内容\t完成时限\t责任单位\n1\t建设28座公交站\t6月底前\t规划建设科\n"
    answer = office.post("/imports/", {"pasted": pasted, "year": 2026})
    batch = ImportBatch.objects.get(pk=int(answer.headers["Location"].rstrip("/").rpartition("/")[2]))
    assert (batch.state, bool(batch.file), refusal_of(batch)[0]) == (BatchState.REFUSED, False, "secret_cell")


def test_a_table_about_protecting_secrets_is_read(office: Client) -> None:
    batch = upload(office, "商业秘密保护要点.xlsx", book(["1", "开展保密工作和密级管理", "规建局", "3月底"]))
    assert batch.state == BatchState.PREVIEWED
