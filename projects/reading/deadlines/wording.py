"""The words that belong to each milestone of a cell: its date phrase, and the work beside it."""

from __future__ import annotations

import re
from itertools import pairwise

from projects.reading.deadlines.folding import Folded
from projects.reading.deadlines.grammar import Mention

_SENTENCE = re.compile(r"[;。!?]")
_CLAUSE = re.compile(r"[,(]")
_SHORT_NAME = 6
_EDGES = " \t,，;；。、:：.!！?？"
_LEADING = re.compile(r"^(?:并|且|同时|其中|[①-⒛❶-➓]|[)）])+")
_TRAILING = re.compile(r"(?:并?[于在]|至|到|并|且|和|及|与|或|/|[①-⒛❶-➓])+$")
_EMPTY = re.compile(r"\([、，,;；。\s]*\)|（[、，,;；。\s]*）")
_HEDGES = re.compile(
    r"(?:完成(?:时间|时限|日期)|截[至止]?(?:时间|时限|日期|到)?|时间|时限|争取|力争|确保|最迟|至迟|最晚|不[晚迟]于|不超过|原则上|预计|计划|拟|暂定|即日起|现在起|起|[:：、至到约])+"
)


def wordings(
    folded: Folded, mentions: list[Mention], named: list[Mention]
) -> tuple[list[tuple[int, int]], list[tuple[str, str]]]:
    """Return for each mention the span of text it owns, and its phrase with the words beside it.

    The words of the times in `named` (starts, a year as heading) are left out.
    """
    cuts = [
        0,
        *(_cut(folded, left, right) for left, right in pairwise(mentions)),
        len(folded.text),
    ]
    whole = pairwise(cuts)
    spans = [_sentence(folded.text, mention, *span) for mention, span in zip(mentions, whole, strict=True)]
    worded = []
    for mention, (start, end) in zip(mentions, spans, strict=True):
        phrase = re.sub(r"\s+", "", folded.written(mention.start, mention.end))
        before = _TRAILING.sub("", _outside(folded, start, mention.start, named))
        worded.append((phrase, _trimmed(before + _outside(folded, mention.end, end, named))))
    return spans, worded


def _sentence(text: str, mention: Mention, start: int, end: int) -> tuple[int, int]:
    """Narrow a span to the sentence in which its time stands."""
    opened = text.rfind("。", start, mention.start)
    closed = text.find("。", mention.end, end)
    return (opened + 1 if opened >= 0 else start), (closed if closed >= 0 else end)


def _cut(folded: Folded, left: Mention, right: Mention) -> int:
    between = folded.text[left.end : right.start]
    if between.endswith("(") and folded.text.startswith(")", right.end):
        # A date in brackets of its own belongs to the words before them.
        between = between[:-1]
    ends = list(_SENTENCE.finditer(between)) or list(_CLAUSE.finditer(between))
    places = [left.end + match.end() for match in ends]
    if not places and 0 < len(between) - between.rfind("、") - 1 <= _SHORT_NAME and "、" in between:
        places = [left.end + between.rfind("、") + 1]
    places += [place for place in folded.lines if left.end <= place <= right.start]
    return max(places, default=right.start)


def _outside(folded: Folded, start: int, end: int, named: list[Mention]) -> str:
    words = ""
    for mention in named:
        if start <= mention.start and mention.end <= end:
            words += folded.written(start, mention.start)
            start = mention.end
    return words + folded.written(start, end)


def _trimmed(words: str) -> str:
    words = _LEADING.sub("", words.strip(_EDGES)).strip(_EDGES)
    for opening, closing in ("()", "（）"):
        if opening in words or closing in words:
            words = _paired(words, opening, closing)
    words = _TRAILING.sub("", words.strip(_EDGES)).strip(_EDGES)
    return "" if _HEDGES.fullmatch(words) else words


def _paired(words: str, opening: str, closing: str) -> str:
    """Drop empty brackets, and the half of a pair that went to a neighbour."""
    words = _EMPTY.sub("", words)
    if words.count(opening) > words.count(closing):
        place = words.rindex(opening)
        inner = words[place + 1 :]
        return words[:place] + ("，" if place and inner else "") + inner
    if words.count(closing) > words.count(opening):
        place = words.rindex(closing)
        return words[:place] + words[place + 1 :]
    return words
