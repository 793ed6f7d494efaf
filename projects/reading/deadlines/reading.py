"""A deadline cell in, its kind, milestones and open questions out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from projects.reading.deadlines.choosing import firm, goes_back, together
from projects.reading.deadlines.context import Role, role
from projects.reading.deadlines.doubting import doubts
from projects.reading.deadlines.folding import Folded, fold
from projects.reading.deadlines.grammar import Mention, mentions
from projects.reading.deadlines.leftovers import unread
from projects.reading.deadlines.numbers import whole_number
from projects.reading.deadlines.points import Grain
from projects.reading.deadlines.resolving import Dated, Years, opening, resolve
from projects.reading.deadlines.tokens import Token, tokens
from projects.reading.deadlines.undated import beside, undated
from projects.reading.deadlines.wording import wordings
from projects.reading.model import Question, ReadMilestone


@dataclass(frozen=True, slots=True)
class DeadlineReading:
    """What one cell promises; `spans` are where each milestone's words stand in the folded text."""

    text: str
    kind: str
    milestones: tuple[ReadMilestone, ...] = ()
    questions: tuple[Question, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def due(self) -> tuple[date, ...]:
        return tuple(milestone.due for milestone in self.milestones if milestone.due)

    @property
    def sure(self) -> bool:
        return not self.questions


@lru_cache(maxsize=4096)
def read_deadline(text: str, *, year: int, shown: bool = False) -> DeadlineReading:
    """Read a deadline cell of a plan for `year`; `shown` says that the number format of the cell is known."""
    folded = fold(text)
    number = whole_number(folded.text, year, shown=shown)
    if number is not None:
        due, kind, questions = number
        milestone = ReadMilestone(due, None, text.strip(), "")
        return DeadlineReading(
            text, kind, (milestone,) if due else (), questions, ((0, len(folded.text)),) if due else ()
        )
    words = tokens(folded.text)
    sorted_out = _sort(folded, words, year)
    if sorted_out.dated:
        return _dated_reading(text, folded, words, sorted_out, year)
    silent = (*sorted_out.silent, *(mention for mention, _ in sorted_out.starts))
    kind, questions = undated(folded, words, sorted_out.found, silent, ongoing=sorted_out.ongoing)
    if sorted_out.loose:
        kind, questions = sorted_out.loose[0][0], sorted_out.loose[0][1]
    questions += sorted_out.doubts
    starts = tuple(ReadMilestone(None, day, folded.written(m.start, m.end), "") for m, day in sorted_out.starts if day)
    return DeadlineReading(text, kind, starts, questions)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The mentions of a cell by their part in it; `loose` are kinds and questions of dues without a day."""

    found: tuple[Mention, ...]
    dated: tuple[Dated, ...]
    starts: tuple[tuple[Mention, date | None], ...]
    headings: tuple[Mention, ...]
    silent: tuple[Mention, ...]
    loose: tuple[tuple[str, tuple[Question, ...]], ...]
    ongoing: bool
    doubts: tuple[Question, ...] = ()


_AFTER_FESTIVAL = Question("relative", "due", "节后没有确定的日期，请填写。")


def _sort(folded: Folded, words: Sequence[Token], year: int) -> _Sorted:
    every = [token for token in words if token.kind == "every"]
    found = together(folded.text, mentions(words))
    years = Years(year)
    by_role: defaultdict[Role, list[Mention]] = defaultdict(list)
    dated: list[Dated] = []
    starts: list[tuple[Mention, date | None]] = []
    loose: list[tuple[str, tuple[Question, ...]]] = []
    for index, mention in enumerate(found):
        left = found[index - 1].end if index else 0
        right = found[index + 1].start if index + 1 < len(found) else len(folded.text)
        part = role(mention, folded.text, left=left, right=right, every=every, plan=year)
        by_role[part].append(mention)
        if part in (Role.DUE, Role.MAYBE_DUE):
            known = resolve(mention, years)
            if known.due:
                dated.append(known)
            else:
                loose.append((known.kind, known.questions))
        elif part is Role.START:
            starts.append((mention, opening(mention, years)))
        elif part is Role.HEADING:
            years.name(mention.point)
        elif part is Role.UNDATED:
            loose.append(("relative", (_AFTER_FESTIVAL,)))
    silent = (*by_role[Role.PAST], *by_role[Role.NAME], *by_role[Role.REPEATED], *by_role[Role.MAYBE_NAME])
    return _Sorted(
        found=tuple(found),
        dated=firm(folded, dated),
        starts=tuple(starts),
        headings=tuple(by_role[Role.HEADING]),
        silent=silent,
        loose=tuple(loose),
        ongoing=bool(by_role[Role.ONGOING]),
        doubts=_name_or_deadline(folded, _doubtful(by_role, dated)),
    )


def _dated_reading(text: str, folded: Folded, words: Sequence[Token], found: _Sorted, year: int) -> DeadlineReading:
    named = sorted([*(mention for mention, _ in found.starts), *found.headings], key=lambda mention: mention.start)
    spans, phrases = wordings(folded, [item.mention for item in found.dated], named)
    milestones: list[ReadMilestone] = []
    kept: list[tuple[int, int]] = []
    starts = list(found.starts)
    for item, span, (phrase, wording) in zip(found.dated, spans, phrases, strict=True):
        start = item.start
        while starts and starts[0][0].start < item.mention.start:
            start = start or starts[0][1]
            starts.pop(0)
        twin = next((index for index, other in enumerate(milestones) if other.due == item.due), None)
        if twin is not None and (not wording or not milestones[twin].text):
            old = milestones[twin]
            milestones[twin] = ReadMilestone(old.due, old.start or start, old.phrase, old.text or wording)
            continue
        milestones.append(ReadMilestone(item.due, start, phrase, wording))
        kept.append(span)
    questions = [question for item in found.dated for question in item.questions]
    questions += [question for _, loose in found.loose for question in loose]
    questions += found.doubts
    questions += doubts(folded.text, found.dated, milestones, year)
    backward = [item.mention for last, item in pairwise(found.dated) if goes_back(folded, last, item)]
    questions += _name_or_deadline(folded, backward)
    questions += beside(folded, words, [(item.mention.start, item.mention.end) for item in found.dated])
    stray = "" if questions else unread(folded, words, found.found)
    if stray:
        questions.append(Question("unread_part", "due", f"“{stray}”像日期而没有读懂，请核对。"))
    kind = "multi" if len(milestones) > 1 else found.dated[0].kind
    return DeadlineReading(text, kind, tuple(milestones), tuple(dict.fromkeys(questions)), tuple(kept))


def _doubtful(by_role: defaultdict[Role, list[Mention]], dated: Sequence[Dated]) -> list[Mention]:
    if by_role[Role.MAYBE_DUE]:
        # Several years each with its own words are steps (2018年打开局面，2019年攻坚克难).
        years = [item for item in dated if item.mention.point.grain is Grain.YEAR]
        return by_role[Role.MAYBE_DUE] if len(years) < 2 else []
    return [] if dated else by_role[Role.MAYBE_NAME]


def _name_or_deadline(folded: Folded, found: Sequence[Mention]) -> tuple[Question, ...]:
    message = "“{}”是时限还是事项的名称，请确认。"
    return tuple(
        Question("deadline_or_name", "due", message.format(folded.written(mention.start, mention.end)))
        for mention in found
    )
