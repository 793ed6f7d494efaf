"""A folded cell cut into the dated words of the vocabulary, everything else left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.deadlines.festivals import FOUNDED, NAMES, NAMES_OF_NOTE
from projects.reading.deadlines.words import VOCABULARY

# Every word of the vocabulary begins with one of these; the rest of a sentence is passed over at twice the speed.
_FIRST = (
    r"0-9一二三四五六七八九十廿卅〇零元两百首第半双单各每按逐隔月日周旬季年全整岁今本当明翌来次去往上下后前起之以左期间开止至到为和及与或内"
    r"农阴旧古腊冬即立马用通历限时期租服合建施工党TNQHIJFMASOND《〔\[(【\"'\-~、,/"
    + "".join(sorted({name[0] for name in (*NAMES, *NAMES_OF_NOTE, *FOUNDED)}))
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    start: int
    end: int
    parts: dict[str, str]


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the dated words of a folded text, in order; `parts` names what each one holds."""
    found = []
    for match in LEXER.finditer(text):
        kind, groups = _ENTRIES[match.lastgroup or ""]
        parts = {name: value for name, group in groups if (value := match[group]) is not None}
        found.append(Token(kind, match.start(), match.end(), parts))
    return _settled(found)


def _settled(found: list[Token]) -> tuple[Token, ...]:
    """Take a bare 6.1 before a verb for a day only where other days are written so."""
    dotted = any(token.kind == "md" for token in found)
    settled = [replace(token, kind="md") if token.kind == "loosemd" else token for token in found] if dotted else found
    return tuple(token for token in settled if token.kind != "loosemd")


def lexer(*, first: str = f"(?=[{_FIRST}])") -> re.Pattern[str]:
    """Return all entries as one pattern whose last group tells which one it was; `first` is tried before them all."""
    alternatives = []
    for place, (_, pattern) in enumerate(VOCABULARY):
        own = re.sub(r"\(\?P(<|=)(\w+)", rf"(?P\g<1>part{place}_\g<2>", pattern)
        # The name closes the entry and doesn't open it: so the engine passes over an entry by its first character.
        alternatives.append(f"(?:{own})(?P<entry{place}>)")
    return re.compile(f"{first}(?:{'|'.join(alternatives)})", re.VERBOSE)


def _entries() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Name for each entry its kind and its parts with their groups."""
    entries: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for place, (kind, _) in enumerate(VOCABULARY):
        parts = [group for group in LEXER.groupindex if group.startswith(f"part{place}_")]
        entries[f"entry{place}"] = kind, [(group.partition("_")[2], group) for group in parts]
    return entries


LEXER = lexer()
_ENTRIES = _entries()
