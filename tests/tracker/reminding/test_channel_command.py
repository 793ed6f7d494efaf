"""`test_channel` sends one real mail by default and says what the other side answered."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from tests import services, smtp_sink
from tests.smtp_sink import Mode, Sink
from tracker.models import Attempt, Delivery
from tracker.reminding.channels.mail import SMTP_BACKEND

pytestmark = pytest.mark.django_db
TO = "operator@example.org"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with smtp_sink.running(tmp_path_factory.mktemp("sink")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: Settings) -> Sink:
    settings.EMAIL_BACKEND, settings.EMAIL_TIMEOUT = SMTP_BACKEND, 1
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    for path in server.folder.glob("*.eml"):
        path.unlink()
    server.become(Mode.TAKE)
    return server


def said() -> list[str]:
    written = StringIO()
    call_command("test_channel", "--to", TO, stdout=written)
    return written.getvalue().splitlines()


def test_what_was_taken_is_told_with_its_number_and_lies_at_the_server(sink: Sink) -> None:
    way, answer = said()
    (kept,) = sink.messages()
    assert way == f"邮件，经 127.0.0.1:{sink.port} 发往 {TO}，编号 {kept['Message-ID']}"
    assert answer == f"对方已收下：127.0.0.1:{sink.port} 250 2.0.0 kept"
    assert (kept["To"], kept["Subject"]) == (TO, "试发：督办提醒能送到这里")


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        (Mode.PERMANENT, "对方拒收：554 5.7.1 refused"),
        (Mode.TEMPORARY, "对方这次没有收：451 4.7.1 try again later"),
        (Mode.SLOW, "没有等到答复，不知道对方是否收下：.*timed out"),
        (Mode.RESET, "没有等到答复，不知道对方是否收下：."),
    ],
)
def test_what_was_not_taken_fails_with_the_others_words(sink: Sink, mode: Mode, answer: str) -> None:
    sink.become(mode)
    with pytest.raises(CommandError, match=f"^{answer}") as failed:
        said()
    assert failed.value.returncode == 1


def test_a_server_that_is_not_there_gives_no_answer(sink: Sink, settings: Settings) -> None:
    settings.EMAIL_PORT = services.free_port()
    with pytest.raises(CommandError, match="没有等到答复"):
        said()


def test_an_address_that_is_none_is_refused_before_anything_is_sent(sink: Sink) -> None:
    with pytest.raises(CommandError, match="bad_address"):
        call_command("test_channel", "--to", "nobody", stdout=StringIO())
    assert sink.raw() == []


def test_a_mail_that_only_becomes_a_file_says_so(settings: Settings, tmp_path: object) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    assert said()[0].startswith("邮件，经 filebased 发往")


def test_a_test_leaves_nothing_in_the_record(sink: Sink) -> None:
    said()
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
