"""The words of time in a cell that no rule took: a reading is sure only when there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from projects.reading.deadlines.context import CLAUSE
from projects.reading.deadlines.folding import Folded
from projects.reading.deadlines.grammar import Mention
from projects.reading.deadlines.tokens import Token
from projects.reading.deadlines.words.signs import BEFORE

_COUNT = r"(?:\d+|[一二两三四五六七八九十]+)"
_BLANK = r"[xX×_*△?]"
_STOP = r"(?=$|[,;。)前底内])"
_LIMIT = r"(?=$|[,;、。)\]前后止起至到内日]|完成)"

STRAY = "|".join(
    (
        r"(?<!\d)\d{1,2}月(?!龄)",
        r"(?<!\d)\d{1,2}日(?!游)",
        rf"(?<![\d-])\d{{1,2}}号(?!、){_LIMIT}",
        r"正月|腊月",
        r"(?<!\d)20\d\d[,、]\d",
        r"[一二三四五六七八九十]+(?:月|日(?!游)|号前)",
        rf"(?<![\dA-Za-z./-])(?:20\d\d[./-]\d{{1,2}}(?:[./-]\d{{1,2}})?|(?:1[0-2]|0?[1-9])[./-](?:3[01]|[12]\d|0?[1-9])){_LIMIT}",
        r"(?<![\d-])20\d{4,6}(?!\d)",
        rf"(?<![\dA-Za-z./-])[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]){_LIMIT}",
        r"(?<!\d)20\d\d(?=开工|动工|竣工|投产|建成|完成|启动)",
        r"(?<![\d.])\d\d?[./]\d\d?(?=开工|竣工|完工|投产|动工|建成)",
        # A letter for a digit (1O月, l2月).
        r"(?:\d[OolI]|[OolI]\d)\d?[月日]",
        # A year of three or five digits, a quarter or a half there is not, so many months from the start.
        r"\d{3,}[年月](?![龄前来内期])",
        rf"(?<!每)第?{_COUNT}个?季度(?!假)|第{_COUNT}个?(?:半年|周)|Q\d|\dQ",
        rf"(?<!每)(?:(?<![\u4e00-\u9fff])前|头|后){_COUNT}个(?:月|季度)",
        r"(?<!\d)[上中下]旬",
        # A blank that was never filled in (  月  日前, X月底).
        rf"{_BLANK}[年月日]|年月|(?<![一-龥])月日|(?<=\d年)日|(?<=\d月)日{_STOP}",
    )
)
_STRAY = re.compile(STRAY)
_UNFILLED = re.compile(r"[xX×_*△][年月日]")

# What touches a time and is no word of its own: the rest of a number, a letter or sign alone, a day not written.
_CUT_BEFORE = re.compile(r"(?:\d|[\dOolI]{3,}[-./年月]|\d[Ool]|[农阴古旧]历)$")
_SLIP_BEFORE = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]|[#+=&$^`|@\\])$")
_SLIP_BEHIND = re.compile(r"^(?:[A-Za-z](?![A-Za-z])|[#+=&$^`|@\\])(?=$|[,;。)])")
_CUT_BEHIND = re.compile(
    r"^(?:(?:[-~]+|[至到])(?=$|[,;。)])|[-~]\d|[0零][时点]|\(不含|\(?(?:起|开始)\)|[日号](?=$|[,;。)前])|"
    + _BLANK
    + r"+[日号]|[?]|[\dOolI]+(?=$|[,;。)]|[日年曰目]|号[,;。)前]|号$))"
)
_CLOSED_BEFORE = re.compile(rf"^\){BEFORE}")
# The digits of a day that are the number of something (QQ群20170630).
_NUMBERED = re.compile(r"(?:群|编号?|号码|代码|证号?|批次|账[号户]|No\.?)[::]?$", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_ACCOUNTS = frozenset({"skip", "fiveyear", "every", "relative", "festival", "event"})


def left_over(text: str, words: Sequence[Token], found: Sequence[Mention]) -> str:
    """Return a folded text with blanks for all that its times, rhythms, limits and names account for."""
    signs = list(text)
    for start, end in _accounted(text, words, found):
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def unread(folded: Folded, words: Sequence[Token], found: Sequence[Mention]) -> str:
    """Return the first word of time without a part in the reading; empty when all have one."""
    text = folded.text
    for mention in found:
        before, behind = text[: mention.start], text[mention.end :]
        if _CUT_BEFORE.search(before) and not _joined(mention, found):
            return text[max(0, mention.start - 4) : mention.end]
        if text[mention.start].isdigit() and _SLIP_BEFORE.search(before):
            return text[mention.start - 1 : mention.end]
        if _SLIP_BEHIND.match(behind):
            return text[mention.start : mention.end + 1]
        if match := _CUT_BEHIND.match(behind):
            return text[mention.start : mention.end + match.end()]
        if before.endswith("(") and len(before) > 1 and not mention.modifier and _CLOSED_BEFORE.match(behind):
            return text[mention.start : mention.end + 2]
        if _DIGITS.fullmatch(text[mention.start : mention.end]) and _NUMBERED.search(before):
            return text[mention.start : mention.end]
    stray = _UNFILLED.search(text) or _STRAY.search(left_over(text, words, found))
    return stray[0] if stray else ""


def _joined(mention: Mention, found: Sequence[Mention]) -> bool:
    """Tell times that stand side by side (2017.6.30 and its year) from the rest of a number."""
    return any(other.end == mention.start for other in found)


def _accounted(text: str, words: Sequence[Token], found: Sequence[Mention]) -> list[tuple[int, int]]:
    spans = [(mention.start, mention.end) for mention in found]
    clause_end = -1
    for token in words:
        if token.kind in _ACCOUNTS and (text[token.end - 1] != "旬" or token.start < clause_end):
            spans.append((token.start, token.end))
            ahead = CLAUSE.search(text, token.end)
            clause_end = ahead.start() if ahead else len(text)
        elif token.start < clause_end:
            # 每月25日前, 次月5日前: the day belongs to the rhythm of its clause.
            spans.append((token.start, token.end))
    return spans
