"""Amounts and named lists in a cell: what counts as done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from projects.reading.deadlines.folding import Folded, fold
from projects.reading.deadlines.tokens import tokens
from projects.reading.model import Question, ReadTarget
from projects.reading.targets.checklists import Checklist, checklists, items_behind, listed_noun
from projects.reading.targets.naming import BREAK, carried, name_of, noun, quoted, split_baseline, split_start
from projects.reading.targets.quantities import QUANTITY, comparison, is_promised, value_of

_COUNTS = re.compile(r"[\d二两三四五六七八九十]")
# Words of time that stand beside numbers and are no times alone; some are part of the time they follow.
_KEPT = frozenset(("list", "range", "within", "bared", "endm", "relative"))
# Without one of these no word of time has a number or stands in a name; looking first is ten times cheaper.
_TIMELY = re.compile(
    r"[年月日季旬周节夕天《〔\[【]|\d[./-]\d|(?:19|20)\d\d|[五六七八十][一二三四五六七八]|Q\d|今后|近期"
)
_FOLLOWING = frozenset(("from", "before", "about", "since", "during"))


@dataclass(frozen=True, slots=True)
class TargetsReading:
    targets: tuple[ReadTarget, ...] = ()
    questions: tuple[Question, ...] = ()


def read_targets(text: str, *, spans: Sequence[tuple[int, int]] = (), year: int | None = None) -> TargetsReading:
    """Read the amounts of a text; `spans` are where each milestone's words stand in it."""
    if not _COUNTS.search(text):
        return TargetsReading()
    folded = fold(text)
    hidden = _without_times(folded)
    found: list[tuple[int, ReadTarget]] = []
    questions: list[Question] = []
    taken: set[int] = set()
    for checklist in checklists(hidden):
        found.append((checklist.start, _list_target(checklist, hidden, spans)))
        if checklist.count != len(checklist.items):
            questions.append(_mismatch(checklist))
        taken.update(range(checklist.count_at, checklist.end))
    past = 0
    for match in QUANTITY.finditer(hidden):
        if match.start("value") in taken or is_promised(match, hidden, folded.text[: match.start()], year):
            if match.start("value") not in taken:
                target = _amount(match, hidden, folded, past, spans)
                if not target.name and found:
                    target = replace(target, name=carried(found[-1][1].name))
                found.append((match.start(), target))
            past = match.end()
    found.sort(key=lambda pair: pair[0])
    return TargetsReading(tuple(target for _, target in found), tuple(questions))


def _without_times(folded: Folded) -> str:
    """Blank the times of a text, so that 28 in `6月28座` stays and 6 in `6月` goes."""
    if not _TIMELY.search(folded.text):
        return folded.text
    signs = list(folded.text)
    for token in tokens(folded.text):
        if token.start and "A" <= folded.text[token.start - 1] <= "Z":
            continue
        alone = token.start == 0 or signs[token.start - 1] != " "
        if token.kind not in _KEPT and not (token.kind in _FOLLOWING and alone):
            signs[token.start : token.end] = " " * (token.end - token.start)
    return "".join(signs)


def _list_target(checklist: Checklist, text: str, spans: Sequence[tuple[int, int]]) -> ReadTarget:
    name = listed_noun(noun(text[checklist.end :]))
    if checklist.unit in "村镇":
        name = checklist.unit + name
    milestone = _milestone(checklist.count_at, spans)
    return ReadTarget(name, "=", float(checklist.count), checklist.unit, "", milestone, checklist.items)


def _mismatch(checklist: Checklist) -> Question:
    unit = checklist.unit
    message = f"写明{checklist.count}{unit}，列出{len(checklist.items)}{unit}，请核对名单。"
    return Question("count_mismatch", "targets", message)


def _amount(match: re.Match[str], text: str, folded: Folded, past: int, spans: Sequence[tuple[int, int]]) -> ReadTarget:
    sentence = folded.text[past : match.start()]
    left, base = split_baseline(sentence)
    if not base:
        left = text[past : match.start()]
        left = BREAK.split(left)[-1].rsplit(" ", maxsplit=1)[-1]
    left, start = split_start(left)
    rest = text[match.end() :]
    value = value_of(match["value"])
    items = items_behind(rest, value)
    name = listed_noun(noun(rest)) if items else quoted(name_of(left, rest, match["unit"]))
    unit = match["unit"].replace("m2", "㎡")
    milestone = _milestone(match.start("value"), spans)
    return ReadTarget(name, comparison(match), value, unit, base or start, milestone, items)


def _milestone(place: int, spans: Sequence[tuple[int, int]]) -> int | None:
    return next((index for index, (start, end) in enumerate(spans) if start <= place < end), None)
