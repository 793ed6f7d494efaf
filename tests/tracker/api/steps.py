"""What every step keeps, whatever it is of: it goes over the version that was seen, and once."""

from typing import Any

from accounts.models import HistoryEntry
from tests.tracker.api.calling import Program, codes, content, problem

SOME_VERSION = '"7-0123456789abcdef"'
Said = dict[str, Any]


def over(caller: Program, path: str) -> dict[str, str]:
    """Return the header that names what the caller sees there now."""
    return {"If_Match": caller.get(path).headers["ETag"]}


def take(caller: Program, read: str, step: str, said: Said | None) -> Any:
    """Take a step over what is read, and return what it answers, which is what is read there after it."""
    answer = caller.post(step, said, **over(caller, read))
    told = content(answer)
    again = caller.get(read)
    assert (content(again), again.headers["ETag"]) == (told, answer.headers["ETag"])
    return told


def assert_careful(caller: Program, read: str, step: str, said: Said) -> None:
    """Try a step without a version, over another one, with a foreign member, and twice under one key: it acts once."""
    entries = HistoryEntry.objects.count()
    seen = over(caller, read)
    assert problem(caller.post(step, said))["status"] == 428
    assert codes(caller.post(step, {**said, "colour": "red"}, **seen))["colour"] == "unknown"
    lost = caller.post(step, said, If_Match=SOME_VERSION)
    assert (lost.status_code, problem(lost)["yours"]) == (412, said)
    assert problem(lost)["current"] == content(caller.get(read))
    assert HistoryEntry.objects.count() == entries
    first, second = (caller.post(step, said, Idempotency_Key="once", **seen) for _ in range(2))
    assert content(first) == content(second)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert content(first)["version"] > problem(lost)["current"]["version"]


def assert_made_once(caller: Program, path: str, said: Said) -> Any:
    """Make something twice under one key and return it; it is found where the answer says, and it is one."""
    assert codes(caller.post(path, {**said, "colour": "red"}))["colour"] == "unknown"
    first, second = (caller.post(path, said, Idempotency_Key="made") for _ in range(2))
    assert content(first, 201) == content(second, 201)
    found = caller.get(first.headers["Location"])
    assert (content(found), found.headers["ETag"]) == (content(first, 201), first.headers["ETag"])
    return content(first, 201)
