"""The words that say what a time is: the end of a range, a start, a limit, one of several."""

from __future__ import annotations

from projects.reading.deadlines.words.signs import ABOUT, BEFORE, LINK, Entry

PLACES: tuple[Entry, ...] = (
    # 2017年8月—长期 has a start and no end.
    ("from", f"{LINK}(?=长期|永久|常年|常态)"),
    ("since", "至今(?!年)"),
    ("range", f"(?:起|开始|开工)?{LINK}"),
    ("list", "[、,/和及与或]|以及"),
)

MARKS: tuple[Entry, ...] = (
    ("about", ABOUT),
    ("before", BEFORE),
    ("since", "以来"),
    ("from", "起(?!草|步|诉|重)|开始|以后|之后|后(?!期|续|勤|备|台)"),
    ("during", "期间"),
    ("within", "(?:之|以)?内(?!部|容|涝|控|河|环)|为?止"),
)
