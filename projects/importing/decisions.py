"""What a person decided about a table, by key: of rows, columns, matches, dropped parts and roles."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

TAKE, LEAVE = "take", "leave"
"""Write what the table says; leave what the plan says. Nothing decided is taken."""

REFUSED = "refused"
"""The reason on record of a row that a person left out."""

NEW_ITEM = "new"
"""A row that is none of the items, whatever it is like."""

IS_HEADER, IS_DATA = "header", "data"
"""A row names the columns, whatever it looks like; a row is none that names them."""

ROW, FIELD, MATCH, ROLE, MERGE, HEADER = "row:", "field:", "match:", "role:", "merge:", "header:"
DATE, DROP, DROP_STEP, DROP_TARGET = "date:", "drop:", "drop_step:", "drop_target:"
TWICE = "twice:"
OWN_DUE, OWN_LEAD, OWN_SUPPORT = "own_due:", "own_lead:", "own_support:"
ASK = "ask"
"""A person wants to change what a row was read as, and hasn't said to what."""

OWN = (OWN_DUE, OWN_LEAD, OWN_SUPPORT)

BY_PLACE = (ROW, MATCH, MERGE, *OWN)
"""Keys that name a row by its place among the rows that were read."""

OF_ONE_PLAN = (*BY_PLACE, FIELD, DATE, DROP, DROP_STEP, DROP_TARGET)
"""Keys that name items or rows: they mean nothing to another plan."""


class UnknownDecisionError(ValueError):
    """A decision of a kind or value that nothing asks for."""


def row_key(place: int) -> str:
    return f"{ROW}{place}"


def field_key(task_id: int, field: str) -> str:
    return f"{FIELD}{task_id}:{field}"


def match_key(place: int) -> str:
    return f"{MATCH}{place}"


def own_keys(place: int) -> tuple[str, str, str]:
    """Return the keys by which a person changes a row's deadline, its lead and its supporting units unasked."""
    return f"{OWN_DUE}{place}", f"{OWN_LEAD}{place}", f"{OWN_SUPPORT}{place}"


def merge_key(place: int) -> str:
    return f"{MERGE}{place}"


def role_key(label: str) -> str:
    return f"{ROLE}{label}"


def header_key(words: str) -> str:
    """Return the key of what a row is, by its words (`reading.said.row_words`)."""
    return f"{HEADER}{words}"


def drop_key(task_id: int) -> str:
    return f"{DROP}{task_id}"


def drop_step_key(milestone_id: int) -> str:
    return f"{DROP_STEP}{milestone_id}"


def drop_target_key(target_id: int) -> str:
    return f"{DROP_TARGET}{target_id}"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Which rows and columns of the table are not to be written."""

    decisions: Mapping[str, str]

    @property
    def any(self) -> bool:
        return any(value == LEAVE and key.startswith((ROW, FIELD)) for key, value in self.decisions.items())

    @property
    def rows(self) -> frozenset[int]:
        """Return the places of the rows that were left out."""
        keys = (key for key, value in self.decisions.items() if value == LEAVE and key.startswith(ROW))
        return frozenset(int(key.removeprefix(ROW)) for key in keys)

    def row(self, place: int) -> bool:
        return self.decisions.get(row_key(place)) == LEAVE

    def field(self, task_id: int, field: str, *, repeated: bool = False) -> bool:
        """Say whether a column stays; one the table only `repeated` does unless a person takes it."""
        said = self.decisions.get(field_key(task_id, field))
        return said == LEAVE or (repeated and said != TAKE)


def matches(decisions: Mapping[str, str]) -> dict[int, int | None]:
    """Return by place which item a person said a row is; None: a new one."""
    said = {}
    for key, value in decisions.items():
        if key.startswith(MATCH):
            said[int(key.removeprefix(MATCH))] = None if value == NEW_ITEM else int(value)
    return said


def merges(decisions: Mapping[str, str]) -> dict[int, int]:
    """Return by place into which row a person merged another."""
    return {int(key.removeprefix(MERGE)): int(value) for key, value in decisions.items() if key.startswith(MERGE)}


def roles(decisions: Mapping[str, str]) -> dict[str, str]:
    """Return the roles a person gave to columns, by header label."""
    return {key.removeprefix(ROLE): value for key, value in decisions.items() if key.startswith(ROLE)}


def headers(decisions: Mapping[str, str]) -> dict[str, bool]:
    """Return by its words whether a row names the columns."""
    said = ((key, value) for key, value in decisions.items() if key.startswith(HEADER))
    return {key.removeprefix(HEADER): value == IS_HEADER for key, value in said}


def merged(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """Return the decisions after `said`; an empty value takes one back, and an item is only ever one row's match."""
    check(said)
    taken = {value for key, value in said.items() if key.startswith(MATCH) and value not in {"", NEW_ITEM}}
    kept = {key: value for key, value in before.items() if not (key.startswith(MATCH) and value in taken)}
    return {key: value for key, value in {**kept, **said}.items() if value}


def check(said: Mapping[str, str]) -> None:
    """Refuse what no page offers: a row or column neither taken nor left, a match or merge that is no number."""
    for key, value in said.items():
        if not value:
            continue
        if key.startswith((ROW, FIELD)) and value not in {TAKE, LEAVE}:
            raise UnknownDecisionError(f"{key} is {value}")
        if key.startswith(HEADER) and (value not in {IS_HEADER, IS_DATA} or key == HEADER):
            raise UnknownDecisionError(f"{key} is {value}")
        if key.startswith(MATCH) and value != NEW_ITEM and not value.isdecimal():
            raise UnknownDecisionError(f"{key} is {value}")
        if key.startswith(MERGE) and (not value.isdecimal() or key == merge_key(int(value))):
            raise UnknownDecisionError(f"{key} is {value}")
        if key.startswith(BY_PLACE) and not key.partition(":")[2].isdecimal():
            raise UnknownDecisionError(key)


def replaced(decisions: Mapping[str, str], old: Sequence[object], new: Sequence[object]) -> dict[str, str]:
    """Return the decisions for a table read afresh: those about a row follow it to its new place, or end with it.

    `old` and `new` name the rows by where they stand in the file.
    """
    place_of = {row: place for place, row in enumerate(new)}
    followed: dict[str, str] = {}
    for key, value in decisions.items():
        if not key.startswith(BY_PLACE):
            followed[key] = value
            continue
        kind, _, text = key.partition(":")
        moved = _moved(int(text), old, place_of)
        if key.startswith(MERGE):
            into = _moved(int(value), old, place_of)
            value = "" if into is None else str(into)  # noqa: PLW2901 - the row it names has a new place too
        if moved is not None and value:
            followed[f"{kind}:{moved}"] = value
    return followed


def _moved(place: int, old: Sequence[object], place_of: Mapping[object, int]) -> int | None:
    return place_of.get(old[place]) if place < len(old) else None


def without(decisions: Mapping[str, str], kinds: Collection[str]) -> dict[str, str]:
    return {key: value for key, value in decisions.items() if not key.startswith(tuple(kinds))}
