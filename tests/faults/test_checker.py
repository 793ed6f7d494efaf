"""The checker of runs under kills finds each kind of corruption, or a clean verdict would say nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.checker import Attempt, Copy, Kill, Message, Promise, Record, Reminder, Verdict, judge

WORKER, KILLED = 41, 42
PROMISES = tuple(Promise(f"milestone:{n}", f"person:{n}", since=100.0) for n in (1, 2, 3))
REMINDERS = tuple(
    Reminder(n, ("milestone", n, "before-1"), f"milestone:{n}", f"person:{n}", "expanded") for n in (1, 2, 3)
)
SENT = Attempt(WORKER, started_at=101.0, ended_at=102.0, outcome="sent")
BROKEN_OFF = Attempt(KILLED, started_at=101.0, ended_at=104.0, outcome="unknown")
MAILS = tuple(Message(f"<{n}@x>", "mail", f"person:{n}", "sent", (n,), (SENT,), sent_at=102.0) for n in (1, 2, 3))
ENTRIES = tuple(Message(f"<i{n}@x>", "inbox", f"person:{n}", "sent", (n,), sent_at=101.0) for n in (1, 2, 3))
RECORD = Record(PROMISES, REMINDERS, (*MAILS, *ENTRIES), {f"person:{n}": ("inbox", "mail") for n in (1, 2, 3)})
COPIES = tuple(Copy(row.id, "a", 102.0) for row in MAILS)
KILLS = (Kill(103.0, "worker", (KILLED,)),)


def verdict(
    record: Record = RECORD,
    copies: tuple[Copy, ...] = COPIES,
    kills: tuple[Kill, ...] = KILLS,
    recovered_at: float = 103.5,
) -> Verdict:
    return judge(record, copies, kills, recovered_at=recovered_at)


def with_first_mail(change: Callable[[Message], Message]) -> Record:
    first, *others = MAILS
    return replace(RECORD, messages=(change(first), *others, *ENTRIES))


def test_a_run_in_which_everything_was_told_once_is_clean() -> None:
    found = verdict()
    assert (found.wrong(), found.wire_duplicates, found.reminders, found.wire_messages) == ([], 0, 3, 3)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, reminders=REMINDERS[1:]),
        replace(RECORD, reminders=(replace(REMINDERS[0], state="suppressed"), *REMINDERS[1:])),
        replace(RECORD, messages=(*MAILS[1:], *ENTRIES)),
        replace(RECORD, messages=(*MAILS, *ENTRIES[1:])),
        with_first_mail(lambda mail: replace(mail, state="failed")),
    ],
    ids=["never raised", "told nobody", "no mail", "not in the inbox", "mail failed"],
)
def test_what_was_promised_and_not_told_is_lost(record: Record) -> None:
    assert verdict(record).lost == 1


def test_a_message_marked_as_sent_that_no_sink_has_is_lost() -> None:
    assert verdict(copies=COPIES[1:]).wrong() == ["lost"]


def test_one_key_on_two_rows_is_a_duplicate_in_the_record() -> None:
    again = replace(REMINDERS[0], id=9, state="merged")
    assert verdict(replace(RECORD, reminders=(*REMINDERS, again))).wrong() == ["record_duplicates"]


def test_one_reminder_in_two_messages_is_a_duplicate_in_the_record() -> None:
    again = Message("<9@x>", "mail", "person:1", "sent", (1,), (SENT,), sent_at=102.0)
    found = verdict(replace(RECORD, messages=(*RECORD.messages, again)), (*COPIES, Copy("<9@x>", "a", 102.0)))
    assert found.wrong() == ["record_duplicates"]


def test_a_second_copy_is_matched_to_the_killed_try_that_may_have_sent_it() -> None:
    record = with_first_mail(lambda mail: replace(mail, attempts=(BROKEN_OFF, replace(SENT, started_at=104.0))))
    found = verdict(record, (*COPIES, COPIES[0]))
    assert (found.wrong(), found.wire_duplicates, found.unmatched_wire_duplicates) == ([], 1, 0)


@pytest.mark.parametrize(
    "earlier",
    [
        (),
        (replace(BROKEN_OFF, worker=WORKER),),
        (replace(BROKEN_OFF, outcome="retry"),),
        (replace(BROKEN_OFF, started_at=103.2),),
        (replace(BROKEN_OFF, ended_at=102.5),),
    ],
    ids=[
        "no earlier try",
        "of a process that lived",
        "known to have failed",
        "begun after the kill",
        "over before the kill",
    ],
)
def test_a_second_copy_without_a_killed_open_try_is_unmatched(earlier: tuple[Attempt, ...]) -> None:
    record = with_first_mail(lambda mail: replace(mail, attempts=(*earlier, SENT)))
    found = verdict(record, (*COPIES, COPIES[0]))
    assert (found.wire_duplicates, found.unmatched_wire_duplicates) == (1, 1)


def test_a_third_copy_needs_a_second_killed_try() -> None:
    record = with_first_mail(lambda mail: replace(mail, attempts=(BROKEN_OFF, SENT)))
    assert verdict(record, (*COPIES, COPIES[0], COPIES[0])).unmatched_wire_duplicates == 1


def test_a_message_on_the_wire_that_the_record_does_not_know_is_unmatched() -> None:
    assert verdict(copies=(*COPIES, Copy("<stranger@x>", "a", 102.0))).unmatched_wire_duplicates == 1


def test_other_bytes_under_the_same_name_are_found() -> None:
    record = with_first_mail(lambda mail: replace(mail, attempts=(BROKEN_OFF, SENT)))
    assert verdict(record, (*COPIES, replace(COPIES[0], sha256="b"))).wrong() == ["altered"]


@pytest.mark.parametrize("state", ["due", "held"])
def test_a_reminder_without_a_final_state_is_unfinished(state: str) -> None:
    more = Reminder(9, ("milestone", 9, "before-5"), "milestone:9", "person:1", state)
    assert verdict(replace(RECORD, reminders=(*REMINDERS, more))).wrong() == ["unfinished"]


@pytest.mark.parametrize("state", ["ready", "sending", "retry"])
def test_a_message_without_a_final_state_is_unfinished(state: str) -> None:
    assert verdict(with_first_mail(lambda mail: replace(mail, state=state))).unfinished == 1


def test_a_try_that_never_ended_is_unfinished() -> None:
    open_try = replace(SENT, ended_at=None, outcome="open")
    assert verdict(with_first_mail(lambda mail: replace(mail, attempts=(open_try, SENT)))).wrong() == ["unfinished"]


def test_lateness_counts_from_the_last_recovery_and_waiting_from_the_promise() -> None:
    found = verdict(with_first_mail(lambda mail: replace(mail, sent_at=163.5)))
    assert (found.worst_wait_s, found.worst_lateness_s) == (63.5, 60.0)
