"""What columns are by what stands in them, where a person said which row names them and the names say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from projects.reading.deadlines import read_deadline
from projects.reading.unit_words import ends_as_unit, is_field, is_group, is_nothing, is_person, is_post

_LOOKED_AT = 40
_RUNNING = re.compile(r"^[(（]?\d{1,4}[)）.、]?$")
_CUT = re.compile(r"[、，,；;/\s]+")
_LONGEST_LIMIT = 24
_ANY_YEAR = 2000
_NAMING = frozenset({"title", "content"})

Kind = Callable[[str], bool]


def guess_roles(roles: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return by column the role its cells show; nothing where a header already says which column is the task.

    `rows` are cells below the header. Most of a column's texts must be of one kind; the longest texts are the task.
    """
    if _NAMING & set(roles):
        return {}
    columns = {
        place: [text for row in rows[:_LOOKED_AT] if place < len(row) and (text := row[place].strip())]
        for place, role in enumerate(roles)
        if role == "ignore"
    }
    free = {place: texts for place, texts in columns.items() if texts}
    found: dict[int, str] = {}
    for role, is_kind in _KINDS:
        place = next((place for place, texts in free.items() if role not in roles and _mostly(texts, is_kind)), None)
        if place is not None:
            found[place] = role
            del free[place]
    if free:
        found[max(free, key=lambda place: sum(map(len, free[place])))] = "content"
    return found


def people_role(texts: Sequence[str]) -> str:
    """Return `leader` where most texts are posts, `owner` where most are people, and nothing for other texts."""
    looked_at = texts[:_LOOKED_AT]
    if not looked_at or not _mostly(looked_at, _are_people):
        return ""
    return "leader" if _mostly(looked_at, is_post) else "owner"


def _mostly(texts: Sequence[str], is_kind: Kind) -> bool:
    return sum(map(is_kind, texts)) * 3 > len(texts) * 2


def _is_number(text: str) -> bool:
    return bool(_RUNNING.match(text))


def _is_limit(text: str) -> bool:
    return len(text) <= _LONGEST_LIMIT and read_deadline(text, year=_ANY_YEAR, shown=True).kind != "none"


def _are_people(text: str) -> bool:
    return all(is_person(name) or is_post(name) for name in _names(text))


def _are_units(text: str) -> bool:
    return all(ends_as_unit(name) or is_group(name) or is_field(name) for name in _names(text))


def _names(text: str) -> list[str]:
    return [name for name in _CUT.split(text) if name and not is_nothing(name)] or [text]


_KINDS: tuple[tuple[str, Kind], ...] = (
    ("no", _is_number),
    ("deadline", _is_limit),
    ("owner", _are_people),
    ("lead_department", _are_units),
    ("support_departments", _are_units),
)
