"""A subject is written as encoded words that every reader puts together again, none longer than the standard allows."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from tracker.reminding.channels.heads import QuickHeads

LONGEST_LINE, LONGEST_WORD = 76, 75
SUBJECTS = (
    "6月24日 提醒：第12项“道路工程”报批6月30日到期，还有 5 天",
    "短",
    "督" * 15,
    "督" * 200,
    "a b  c 中 d  e",
    "👩‍👩‍👧‍👦" * 30,
    "ü" * 100,
)


def written(subject: str) -> bytes:
    mail = EmailMessage(policy=QuickHeads())
    mail["Subject"] = subject
    mail["To"] = "clerk@example.org"
    return bytes(mail)


@pytest.mark.parametrize("subject", [*SUBJECTS, "plain words"])
def test_a_subject_reads_as_it_was_said(subject: str) -> None:
    assert message_from_bytes(written(subject), policy=default)["Subject"] == subject


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_line_and_no_word_is_longer_than_allowed(subject: str) -> None:
    head = written(subject).partition(b"To:")[0].decode("ascii")
    assert max(map(len, head.splitlines())) <= LONGEST_LINE
    assert max(map(len, head.removeprefix("Subject: ").split())) <= LONGEST_WORD


def test_a_plain_subject_is_the_librarys() -> None:
    mail = EmailMessage(policy=default)
    mail["Subject"], mail["To"] = "plain words", "clerk@example.org"
    assert written("plain words") == bytes(mail)
