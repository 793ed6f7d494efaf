"""People written with their unit behind them: 陈志强（规建局） says who, and of which unit."""

from __future__ import annotations

import re
from functools import lru_cache

from projects.reading.unit_words import is_person, is_post, is_whole

_BEHIND = re.compile(
    r"(?:^|(?<=[、，,；;/|\s:：。]))(?P<person>[\u4e00-\u9fff·]{2,8})\s*[（(]\s*(?P<unit>[^（()）]{2,20}?)\s*[)）]"
)
_OFFICE = re.compile(
    r"(?:党[委组]|工委)?(?:常务)?副?(?:主任|书记|科长|局长|部长|处长|院长|校长|站长|所长|队长|股长|经理|秘书长|负责人)$"
)


@lru_cache(maxsize=8192)
def unit_first(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with such people written as 规建局（陈志强）, and their units; all else stays as it is."""
    if "（" not in text and "(" not in text:
        return text, ()
    units: list[str] = []

    def turn(match: re.Match[str]) -> str:
        person, inside = match["person"], match["unit"]
        unit = _OFFICE.sub("", inside)
        if not is_person(person) or is_person(unit) or is_post(unit) or not is_whole(unit):
            return match[0]
        units.append(unit)
        return f"{unit}（{person}）"

    return _BEHIND.sub(turn, text), tuple(units)
