"""The persons and posts of one cell, one name each."""

from __future__ import annotations

import re
from functools import lru_cache

from projects.reading.names import stripped
from projects.reading.unit_words import SURNAMES

_CUT = re.compile(r"[、，,；;/|\r\n]+")
_ASIDE = re.compile(r"[（(][^（）()]*\d{7,}[^（）()]*[）)]|\d{3,4}-?\d{7,8}")
_LABEL = re.compile(r"^(?:责任人|负责人|联系人|经办人|责任领导|分管领导|牵头领导)[:：]")


@lru_cache(maxsize=4096)
def read_people(text: str) -> tuple[str, ...]:
    """Return the names of a cell in order; `陆 明俞 悦` is two people, `俞 悦` one."""
    names: list[str] = []
    for part in _CUT.split(_ASIDE.sub(" ", stripped(text))):
        names += _spaced(_LABEL.sub("", part.strip()))
    return tuple(dict.fromkeys(name.strip(" 、:：") for name in names if name.strip(" 、:：")))


def _spaced(part: str) -> list[str]:
    words = part.split()
    if not any(len(word) == 1 for word in words):
        return words
    names: list[str] = []
    surname = ""
    for place, word in enumerate(words):
        more = place + 1 < len(words)
        if not surname and len(word) == 1 and more:
            surname = word
        elif surname and len(word) > 1 and more and word[-1] in SURNAMES:
            names.append(surname + word[:-1])
            surname = word[-1]
        else:
            names.append(surname + word)
            surname = ""
    return names
