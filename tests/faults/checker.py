"""What a run under kills comes to: the reminder record, what the sinks kept and the list of kills in, the verdict out.

Pure: it knows no database and no process, so that corruptions of each kind can be tried on it (test_checker.py).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SENT, UNKNOWN = "sent", "unknown"
TOLD = "expanded"
FINAL_REMINDERS = {TOLD, "merged", "cancelled", "superseded", "suppressed"}
OUT = {SENT, UNKNOWN}
"""A channel that never sends again ends a broken-off try as unknown, and the office is told to look after it."""
FINAL_MESSAGES = {*OUT, "failed", "cancelled"}
INBOX = "inbox"

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Promise:
    """What must be told to whom, and since when (seconds, like all times here)."""

    subject: str
    recipient: str
    since: float


@dataclass(frozen=True)
class Reminder:
    id: int
    key: Key
    subject: str
    recipient: str
    state: str


@dataclass(frozen=True)
class Attempt:
    """`worker` is the number of the process that tried."""

    worker: int
    started_at: float
    ended_at: float | None
    outcome: str


@dataclass(frozen=True)
class Message:
    """`id` is what it bears on the wire, `channels` of an inbox entry is never kept by a sink."""

    id: str
    channel: str
    recipient: str
    state: str
    reminders: Sequence[int]
    attempts: Sequence[Attempt] = ()
    sent_at: float | None = None


@dataclass(frozen=True)
class Record:
    """`reached` names the channels on which each recipient has an address, the inbox among them."""

    promises: Collection[Promise]
    reminders: Collection[Reminder]
    messages: Collection[Message]
    reached: Mapping[str, Collection[str]]


def record_of(found: Mapping[str, Any], *, since: Mapping[str, float], besides: Iterable[Promise] = ()) -> Record:
    """Read the record as `tests.faults.crowd` writes it; `since` says from when on each promise holds, by its reason."""
    return Record(
        [
            *(Promise(row["subject"], row["recipient"], since.get(row["of"], 0.0)) for row in found["promises"]),
            *besides,
        ],
        [Reminder(**{**row, "key": tuple(row["key"])}) for row in found["reminders"]],
        [Message(**{**row, "attempts": [Attempt(**each) for each in row["attempts"]]}) for row in found["messages"]],
        found["reached"],
    )


@dataclass(frozen=True)
class Copy:
    """One message that a sink took over the wire."""

    id: str
    sha256: str
    at: float


@dataclass(frozen=True)
class Kill:
    at: float
    service: str
    pids: Collection[int] = ()


@dataclass
class Verdict:
    """`worst_lateness_s` counts from the last recovery or, for what came due later, from then."""

    kills: int = 0
    reminders: int = 0
    wire_messages: int = 0
    lost: int = 0
    record_duplicates: int = 0
    wire_duplicates: int = 0
    unmatched_wire_duplicates: int = 0
    unfinished: int = 0
    altered: int = 0
    worst_lateness_s: float = 0.0
    worst_wait_s: float = 0.0
    said: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return what may never happen and did."""
        names = ("lost", "record_duplicates", "unmatched_wire_duplicates", "unfinished", "altered")
        return [name for name in names if getattr(self, name)]


def judge(record: Record, copies: Collection[Copy], kills: Collection[Kill], *, recovered_at: float) -> Verdict:
    """Hold a run against the promises; `recovered_at` is when everything was up again after the last kill."""
    told = [row for row in record.reminders if row.state == TOLD]
    verdict = Verdict(kills=len(kills), reminders=len(told), wire_messages=len(copies))
    kept = Counter(copy.id for copy in copies)
    wrong = {
        "lost": [*_untold(record, told), *_unplaced(record, told), *_unsent(record, kept)],
        "record_duplicates": [*_repeated(record.reminders), *_told_twice(record.messages)],
        "unfinished": [*_unfinished(record)],
        "altered": [*_altered(copies)],
    }
    for name, found in wrong.items():
        setattr(verdict, name, len(found))
        verdict.said += [f"{name}: {line}" for line in found]
    _judge_wire(verdict, record, kept, kills)
    _judge_times(verdict, record, told, recovered_at)
    return verdict


def _untold(record: Record, told: Iterable[Reminder]) -> Iterable[str]:
    """Yield the promises of which nobody was told."""
    known = {(row.subject, row.recipient) for row in told}
    for promise in record.promises:
        if (promise.subject, promise.recipient) not in known:
            yield f"{promise.subject} was never told to {promise.recipient}"


def _unplaced(record: Record, told: Iterable[Reminder]) -> Iterable[str]:
    """Yield the channels on which a told reminder never went out."""
    out = {(reminder, row.channel) for row in record.messages if row.state in OUT for reminder in row.reminders}
    for row in told:
        for channel in record.reached[row.recipient]:
            if (row.id, channel) not in out:
                yield f"reminder {row.id} did not go out by {channel}"


def _unsent(record: Record, kept: Mapping[str, int]) -> Iterable[str]:
    for row in record.messages:
        if row.channel != INBOX and row.state == SENT and not kept.get(row.id):
            yield f"{row.id} is marked as sent and no sink has it"


def _repeated(reminders: Iterable[Reminder]) -> Iterable[str]:
    for key, times in Counter(row.key for row in reminders).items():
        if times > 1:
            yield f"{key} stands {times} times in the record"


def _told_twice(messages: Iterable[Message]) -> Iterable[str]:
    """Yield the reminders that stand in two messages on one channel to one recipient."""
    places = Counter(
        (reminder, row.channel, row.recipient)
        for row in messages
        if row.state != "cancelled"
        for reminder in row.reminders
    )
    for (reminder, channel, recipient), times in places.items():
        if times > 1:
            yield f"reminder {reminder} stands in {times} messages by {channel} to {recipient}"


def _unfinished(record: Record) -> Iterable[str]:
    for reminder in record.reminders:
        if reminder.state not in FINAL_REMINDERS:
            yield f"reminder {reminder.id} is {reminder.state}"
    for message in record.messages:
        if message.state not in FINAL_MESSAGES:
            yield f"{message.id} is {message.state}"
        elif any(attempt.ended_at is None for attempt in message.attempts):
            yield f"{message.id} has an attempt that never ended"


def _altered(copies: Iterable[Copy]) -> Iterable[str]:
    """Yield the messages that came again with other bytes."""
    bytes_of = defaultdict(set)
    for copy in copies:
        bytes_of[copy.id].add(copy.sha256)
    for message, found in bytes_of.items():
        if len(found) > 1:
            yield f"{message} came as {len(found)} different messages"


def _judge_wire(verdict: Verdict, record: Record, kept: Mapping[str, int], kills: Collection[Kill]) -> None:
    """Count second copies, and those for which no try of their message was killed while it was open."""
    messages = {row.id: row for row in record.messages if row.channel != INBOX}
    for message, times in kept.items():
        known = messages.get(message)
        killed = sum(was_killed(attempt, kills) for attempt in known.attempts) if known else -1
        verdict.wire_duplicates += times - 1
        if unmatched := max(0, times - 1 - killed):
            verdict.unmatched_wire_duplicates += unmatched
            verdict.said.append(
                f"unmatched_wire_duplicates: {message} came {times} times, {killed} of its tries were killed"
            )


def was_killed(attempt: Attempt, kills: Iterable[Kill]) -> bool:
    """Say whether the process that made a try was killed before anybody knew its end."""
    ended_at = float("inf") if attempt.ended_at is None else attempt.ended_at
    return attempt.outcome == UNKNOWN and any(
        attempt.worker in kill.pids and attempt.started_at <= kill.at <= ended_at for kill in kills
    )


def _judge_times(verdict: Verdict, record: Record, told: Iterable[Reminder], recovered_at: float) -> None:
    sent: dict[int, float] = {}
    for message in record.messages:
        for reminder in message.reminders:
            sent[reminder] = max(sent.get(reminder, 0.0), message.sent_at or 0.0)
    since = {(promise.subject, promise.recipient): promise.since for promise in record.promises}
    for row in told:
        due, done = since.get((row.subject, row.recipient)), sent.get(row.id, 0.0)
        if due is not None:
            verdict.worst_wait_s = max(verdict.worst_wait_s, round(done - due, 1))
            verdict.worst_lateness_s = max(verdict.worst_lateness_s, round(done - max(due, recovered_at), 1))
