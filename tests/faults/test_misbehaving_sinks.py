"""However the other side answers, a message ends in a final state, and the record says what was answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db.models import F
from pytest_django import Settings

from projects.models import Milestone
from tests import smtp_sink, webhook_sink
from tests.cast import Cast, cast_fixture, plan_fixture
from tests.faults.ways import only_by
from tests.tracker.reminding.conftest import report_step
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send, time_passes
from tracker.choices import Channel
from tracker.models import Delivery, Pace
from tracker.reminding.channels import outgoing

__all__ = ["cast_fixture", "plan_fixture", "report_step"]

FAILED, RETRY, SENT, UNKNOWN = "failed", "retry", "sent", "unknown"
PATIENCE = 1.0
LATER = timedelta(hours=1)

pytestmark = [pytest.mark.faults, pytest.mark.django_db]


@dataclass(frozen=True)
class Expected:
    """How the tries end when the other side misbehaves at the first and behaves after, what it has, and what is on record."""

    tries: tuple[str, ...]
    kept: int
    words: str = ""


TAKEN = Expected((SENT,), 1)
MAIL = {
    "take": TAKEN,
    "slow": TAKEN,
    "take and reset": TAKEN,
    "temporary": Expected((RETRY, SENT), 1, "451 4.7.1 try again later"),
    "permanent": Expected((FAILED,), 0, "554 5.7.1 refused"),
    "drop": Expected((RETRY, SENT), 1, "Connection unexpectedly closed"),
    # Whoever keeps a message and doesn't say so gets it again: the same bytes under the same Message-ID.
    "reset": Expected((RETRY, SENT), 2, "Connection unexpectedly closed"),
    "hang": Expected((RETRY, SENT), 2, "timed out"),
}
ROBOT = {
    "take": TAKEN,
    "slow": TAKEN,
    "temporary": Expected((RETRY, SENT), 1, "503"),
    "limited": Expected((RETRY, SENT), 1, "429"),
    "permanent": Expected((FAILED,), 0, "404"),
    "reset": Expected((RETRY, SENT), 2),
    "hang": Expected((RETRY, SENT), 2),
    "code-130101": Expected((RETRY, SENT), 1, "130101"),
    "code-310000": Expected((FAILED,), 0, "310000"),
}
# A second short message is paid for and can't be told from a new one: nobody sends it, the office is told instead.
SMS = {
    "take": TAKEN,
    "temporary": Expected((RETRY, SENT), 1, "503"),
    "permanent": Expected((FAILED,), 0, "404"),
    "reset": Expected((UNKNOWN,), 1),
    "hang": Expected((UNKNOWN,), 1),
}


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[smtp_sink.Sink]:
    with smtp_sink.running(tmp_path_factory.mktemp("mail")) as sink:
        yield sink


@pytest.fixture(scope="module")
def web_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webhook_sink.Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("web")) as sink:
        yield sink


@pytest.fixture
def mails(mail_server: smtp_sink.Sink, settings: Settings) -> smtp_sink.Sink:
    for path in mail_server.folder.glob("*.eml"):
        path.unlink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, PATIENCE
    return mail_server


@pytest.fixture
def posts(web_server: webhook_sink.Sink, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> webhook_sink.Sink:
    web_server.clear()
    settings.OUTGOING_ALLOWED = [web_server.allowed]
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", webhook_sink.SLOW_SECONDS + PATIENCE)
    return web_server


def tell(cast: Cast, channel: Channel, sink: str = "") -> Delivery:
    only_by(channel, sink, organization=cast.organization)
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    return Delivery.objects.get(channel=channel)


def tell_again() -> None:
    """Let the pause after a failed try go by, the other side's own too."""
    time_passes(LATER)
    Pace.objects.update(muted_until=F("muted_until") - LATER)
    send(FIVE_BEFORE)


def check(message: Delivery, expected: Expected, cast: Cast) -> None:
    message.refresh_from_db()
    first, *_ = attempts = list(message.attempts.order_by("number"))
    assert tuple(attempt.outcome for attempt in attempts) == expected.tries
    assert message.state == expected.tries[-1]
    assert expected.words in first.detail
    assert bool(first.detail) == (expected.tries[0] != SENT)
    told_of_it = Delivery.objects.filter(person=cast.office.person, bundle=f"f{message.pk}").count()
    assert told_of_it == (message.state in (FAILED, UNKNOWN))


@pytest.mark.parametrize("how", MAIL)
def test_a_mail_ends_as_the_server_answers(mails: smtp_sink.Sink, cast: Cast, report_step: Milestone, how: str) -> None:
    slow = {"slow": PATIENCE / 4, "hang": 3 * PATIENCE}
    mails.become(smtp_sink.Mode("slow" if how == "hang" else how), seconds=slow.get(how, 0))
    message = tell(cast, Channel.MAIL)
    mails.become(smtp_sink.Mode.TAKE)
    tell_again()
    check(message, MAIL[how], cast)
    assert len(mails.raw()) == MAIL[how].kept
    assert len(set(mails.raw())) <= 1


@pytest.mark.parametrize(
    ("channel", "how", "expected"),
    [
        *((Channel.DINGTALK_ROBOT, how, expected) for how, expected in ROBOT.items()),
        *((Channel.SMS, how, expected) for how, expected in SMS.items()),
    ],
)
def test_a_message_over_http_ends_as_the_other_side_answers(
    posts: webhook_sink.Sink,
    cast: Cast,
    report_step: Milestone,
    channel: Channel,
    how: str,
    expected: Expected,
) -> None:
    posts.become(how)
    message = tell(cast, channel, posts.url("told").removesuffix("/hook"))
    posts.become("take")
    tell_again()
    check(message, expected, cast)
    assert sum(posts.times_kept().values()) == expected.kept
    assert len({request.body for request in posts.requests()}) <= 1
