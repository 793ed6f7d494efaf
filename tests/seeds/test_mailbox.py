"""The file mailbox is read back as it was written, by those whom a mail concerns."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from seeds.mailbox import read_mailbox
from seeds.views import FILE_MAILBOX
from tests.cast import Cast, make_cast

LONG = "应报 8 项，还差 5 项，6月25日（周四）17:30 截止。" * 20


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.EMAIL_BACKEND = FILE_MAILBOX
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def post(folder: Path, to: str, subject: str, body: str = "正文\n", hour: int = 8) -> None:
    date = datetime(2026, 6, 24, hour, 30, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    mail = EmailMessage(subject, body, "duban@localhost", [to], headers={"Date": date})
    EmailBackend(file_path=str(folder)).send_messages([mail])


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def subjects(username: str) -> list[str]:
    response = signed_in(username).get("/demo/mail/")
    assert response.status_code == 200
    return [mail.subject for mail in response.context["mails"]]


def test_a_mail_is_read_as_it_was_written(folder: Path) -> None:
    post(folder, "示例·张三 <zhang-san@demo.example>", "6月应报 8 项，还差 5 项", LONG)
    (mail,) = read_mailbox(folder)
    assert (mail.to_name, mail.to_address) == ("示例·张三", "zhang-san@demo.example")
    assert (mail.subject, mail.body.strip()) == ("6月应报 8 项，还差 5 项", LONG)
    assert mail.sent_at == datetime(2026, 6, 24, 8, 30, tzinfo=UTC)


def test_the_newest_stands_first_also_when_one_file_holds_several(folder: Path) -> None:
    mails = [
        EmailMessage(str(hour), "正文", "duban@localhost", ["a@demo.example"], headers={"Date": date})
        for hour in (9, 7, 8)
        for date in [f"Wed, 24 Jun 2026 0{hour}:00:00 +0800"]
    ]
    EmailBackend(file_path=str(folder)).send_messages(mails)
    assert [mail.subject for mail in read_mailbox(folder)] == ["9", "8", "7"]
    assert len({mail.key for mail in read_mailbox(folder)}) == 3


def test_a_mail_that_is_still_being_written_is_left_out(folder: Path) -> None:
    post(folder, "a@demo.example", "完整")
    half = folder / "29990101-000000-1.log"
    half.write_bytes(b"Subject: half\nDate: Wed, 24 Jun 2026 09:00:00 +0800\nTo: a@demo.example\n\nbegin")
    assert [mail.subject for mail in read_mailbox(folder)] == ["完整"]


def test_the_office_reads_all_of_its_organization_and_others_their_own(folder: Path, cast: Cast) -> None:
    post(folder, "clerk@example.org", "给经办人")
    post(folder, "head@example.org", "给科长", hour=9)
    post(folder, "outsider@example.org", "给外区人", hour=10)
    assert subjects("office") == ["给科长", "给经办人"]
    assert subjects("clerk") == ["给经办人"]
    assert subjects("outsider") == ["给外区人"]


def test_a_mail_opens_by_its_key_and_for_nobody_else(folder: Path, cast: Cast) -> None:
    post(folder, "clerk@example.org", "给经办人", "6月还差 5 项")
    (mail,) = read_mailbox(folder)
    assert "6月还差 5 项" in signed_in("clerk").get(f"/demo/mail/{mail.key}/").content.decode()
    assert signed_in("head").get(f"/demo/mail/{mail.key}/").status_code == 404


def test_an_empty_mailbox_says_what_comes_next(folder: Path, cast: Cast) -> None:
    assert "还没有邮件" in signed_in("clerk").get("/demo/mail/").content.decode()


def test_where_mails_are_really_sent_there_is_no_such_page(cast: Cast, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert signed_in("office").get("/demo/mail/").status_code == 404


def test_nobody_reads_mails_without_signing_in(folder: Path, cast: Cast) -> None:
    assert Client().get("/demo/mail/").headers["Location"].startswith("/accounts/login/")
