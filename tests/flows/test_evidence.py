"""A unit hands files in with an item and others fetch them: what is stored, what is refused, and who gets it."""

import re

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from projects.choices import InvolvementRole
from projects.models import Involvement, Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.evidence_files import HTML, PDF, PROGRAM, SVG, picture, upload
from tests.tracker.visits import signed_in
from tracker import evidence
from tracker.evidence import MOST_REQUEST_BYTES, attach
from tracker.models import EvidenceFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def road(plan: Plan) -> Task:
    return task_of(plan, "1")


@pytest.fixture
def clerk(cast: Cast, client: Client) -> Client:
    return signed_in(client, cast.clerk)


def hand_in(client: Client, task: Task, *files: object) -> str:
    """Send files with the item and return what the page says after."""
    answer = client.post(f"/items/{task.pk}/evidence/", {"evidence": list(files)}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def only_file() -> EvidenceFile:
    return EvidenceFile.objects.get()


def test_a_file_is_taken_in_and_given_out_again(cast: Cast, clerk: Client, road: Task) -> None:
    assert "佐证材料已收下：开工现场.pdf" in hand_in(clerk, road, upload("开工现场.pdf", PDF))
    answer = signed_in(Client(), cast.office).get(f"/evidence/{only_file().pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content"), [("图.svg", SVG), ("页.html", HTML), ("数.xml", b"<?xml version='1.0'?><a/>")]
)
def test_markup_is_only_ever_a_file_to_be_saved(clerk: Client, road: Task, name: str, content: bytes) -> None:
    hand_in(clerk, road, upload(name, content))
    answer = clerk.get(f"/evidence/{only_file().pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_program_that_calls_itself_a_document_is_refused(clerk: Client, road: Task) -> None:
    assert "“发票.pdf”没有收下：内容是程序，不是材料。" in hand_in(clerk, road, upload("发票.pdf", PROGRAM))
    assert not EvidenceFile.objects.exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("CON.pdf", "_CON.pdf"), ("照片\u202efdp.pdf", "照片fdp.pdf"), ("长" * 300 + ".pdf", "长" * 58 + ".pdf")],
)
def test_a_dangerous_name_is_cleaned_and_never_names_the_stored_file(
    clerk: Client, road: Task, sent: str, kept: str
) -> None:
    hand_in(clerk, road, upload(sent, PDF))
    row = only_file()
    assert row.name == kept
    assert re.fullmatch(r"evidence/[0-9a-f]{32}", row.stored)


def test_line_breaks_and_quotes_never_reach_the_header(cast: Cast, clerk: Client, road: Task) -> None:
    file = ContentFile(PDF, name='甲"乙\r\nX-Evil: 1.pdf')
    attach(task=road, files=[file], department=cast.building, by=cast.actor(cast.clerk), now=at(TODAY))
    answer = clerk.get(f"/evidence/{only_file().pk}/")
    assert "X-Evil" not in answer.headers
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%94%B2_%E4%B9%99")


def test_a_request_too_large_is_refused_before_it_is_read(clerk: Client, road: Task) -> None:
    answer = clerk.post(
        f"/items/{road.pk}/evidence/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=2 * 1024**3
    )
    assert answer.status_code == 413
    assert "每份不超过 20 MiB" in answer.content.decode()
    assert MOST_REQUEST_BYTES < 2 * 1024**3


def test_the_size_is_looked_at_first_and_the_token_of_the_form_all_the_same(cast: Cast, road: Task) -> None:
    client = signed_in(Client(enforce_csrf_checks=True), cast.clerk)
    assert client.post(f"/items/{road.pk}/evidence/", {"evidence": upload("a.pdf", PDF)}).status_code == 403
    assert not EvidenceFile.objects.exists()


def test_a_unit_that_has_filled_its_room_is_told(clerk: Client, road: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "UNIT_BYTES", 10)
    assert "本单位的材料已满" in hand_in(clerk, road, upload("a.pdf", PDF))


def test_a_picture_of_too_many_pixels_is_refused_without_being_decoded(clerk: Client, road: Task) -> None:
    assert "图片的像素过大" in hand_in(clerk, road, upload("a.png", picture(50_000, 50_000)))


class TestWhoGetsIt:
    @pytest.fixture
    def row(self, clerk: Client, road: Task) -> EvidenceFile:
        hand_in(clerk, road, upload("a.pdf", PDF))
        return only_file()

    def test_another_organization_finds_nothing(self, cast: Cast, row: EvidenceFile) -> None:
        assert signed_in(Client(), cast.outsider).get(f"/evidence/{row.pk}/").status_code == 404

    def test_a_unit_without_a_part_in_a_restricted_plan_finds_nothing(
        self, cast: Cast, plan: Plan, row: EvidenceFile
    ) -> None:
        assert signed_in(Client(), cast.investment_clerk).get(f"/evidence/{row.pk}/").status_code == 200
        Plan.objects.filter(pk=plan.pk).update(restricted=True)
        assert signed_in(Client(), cast.investment_clerk).get(f"/evidence/{row.pk}/").status_code == 404

    def test_the_address_is_worth_nothing_once_the_right_is_gone(
        self, cast: Cast, plan: Plan, row: EvidenceFile, road: Task
    ) -> None:
        Plan.objects.filter(pk=plan.pk).update(restricted=True)
        supporting = signed_in(Client(), cast.economy_clerk)
        assert supporting.get(f"/evidence/{row.pk}/").status_code == 200
        parts = Involvement.objects.filter(task=road, role=InvolvementRole.SUPPORT)
        parts.update(to_on=at(TODAY).date().replace(day=1))
        assert supporting.get(f"/evidence/{row.pk}/").status_code == 404

    def test_the_stored_file_has_no_address_of_its_own(self, clerk: Client, row: EvidenceFile) -> None:
        assert clerk.get(f"/media/{row.stored}").status_code == 404
        assert Client().get(f"/evidence/{row.pk}/").status_code == 302

    def test_its_unit_takes_it_back_and_it_is_gone_for_all(self, cast: Cast, clerk: Client, row: EvidenceFile) -> None:
        assert signed_in(Client(), cast.economy_clerk).post(f"/evidence/{row.pk}/withdraw/").status_code == 403
        answer = clerk.post(f"/evidence/{row.pk}/withdraw/", {"reason": "传错了"}, follow=True)
        assert "材料“a.pdf”已撤回" in answer.content.decode()
        assert clerk.get(f"/evidence/{row.pk}/").status_code == 404
