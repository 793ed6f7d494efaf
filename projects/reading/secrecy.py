"""Markings of state secrecy (密级): told from words that only speak about secrets, in cells, paragraphs and file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

_SIGN = "密"
"""Every marking holds it, so that a text without it costs one look."""
_HEADS = re.compile(r"[绝机秘絕機祕]")
_TRADITIONAL = str.maketrans("絕機祕級標識啟無", "绝机秘级标识启无")
_UNSEEN = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x1f]+")
_STARS = re.compile(r"(?<=密)(级?)[★☆⭐✩✪✭✮✯✰✱*]")
_SPLIT_WORD = re.compile(r"(?<=[绝机秘])[\s\u200b-\u200f\ufeff]+(?=密)")
_GAP = re.compile(r"(\n\s*\n|\n|\t+|\s{2,})")

_LEVEL = r"(?P<level>绝密|机密|秘密)"
_NOT_OURS = r"(?<!商业)(?<!工作)(?<!个人)(?<!技术)"
"""Secrets that are no state secrets: what is said of them is no marking."""
_NUMERAL = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_PERIOD = rf"(?:\(?(?:{_NUMERAL}(?:年|个月|月|日|天)|长期|永久|(?:启用|解密|使用|公布|开启)前|保密期限.{{0,12}}|至?\d{{4}}年.{{0,8}})\)?)"
_LABEL = r"(?:文件)?(?:密级|(?:涉密|秘密|保密)(?:等级|级别|程度))(?:标[志识])?(?:[和与及]?保密期限)?"
_ON = r"[☑☒✓✔■√●◉]"
_OFF = r"(?:[□○☐▢◯]\w{1,3})"
_COPY = r"(?:份号:?\d*|编号:?\d*|(?:No|NO)\.?\d+|第?\d{4,8}号?)"

_ALONE = re.compile(
    rf"(?:{_COPY})?\W*(?:{_LABEL}[:=为]?)?\W*{_LEVEL}(?:级文件|级|件|文件|版)?★?\W*{_PERIOD}?\W*(?:{_COPY})?"
)
_STARRED = re.compile(rf"(?<![“\"‘「『'《]){_NOT_OURS}{_LEVEL}级?★")
_LABELLED = re.compile(
    rf"{_LABEL}(?::|=|\(|\[|【|(?={_ON})|(?=[□○☐]))[(\[【]?(?:{_OFF}*{_ON})?{_LEVEL}级?"
    r"(?=$|[^\u4e00-\u9fff]|保密|期限|编号|份号|长期|紧急|签发|定密)(?![、/,](?:绝密|机密|秘密|内部|公开|普通|一般|非密))(?![□○☐])"
)
_BRACKETED_FIRST = re.compile(rf"[(\[【〔「]{_LEVEL}(?:级|件)?★?{_PERIOD}?[)\]】〕」]")
_BRACKETED_LAST = re.compile(
    rf"(?:[\[【〔]|(?:表|清单|台账|方案|计划|要点|通知|报告|文件|纪要|总结|稿|号)\(){_LEVEL}(?:级|件)?★?{_PERIOD}?[)\]】〕]$"
)
_BEFORE_YEAR = re.compile(rf"{_LEVEL}级?(?=\d{{4}}年|份号|编号|第\d+号)")
_TITLE = re.compile(r"(?:表|清单|台账|纪要|通知|方案|计划|要点)\W*$")
_BEGINS_APART = re.compile(r"[\da-zA-Z★(\[【〔《<]")
_ENDS_APART = re.compile(r"[\da-zA-Z)\]】〕》>。:]$")

_NAME_PARTS = re.compile(r"[\s_\-—–.,,、;+=&~()【】\[\]〔〕《》<>{}!@#$%^'\"“”‘’「」『』·|]+")
_PART_ALONE = re.compile(rf"(?:\d{{1,8}}年?度?)?{_LEVEL}(?:级文件|级|件|文件|版)?★?{_PERIOD}?(?:\d{{1,8}}年?)?")
_OTHERS = re.compile(r"(?:商业|个人|国家|保守|保护|泄露)[\W_]*$")

_SINGLE = 2
_RUN_GAP = 2
"""Blank cells that may stand between the signs of a word written downwards: they are merged into it."""


@dataclass(frozen=True, slots=True)
class Marking:
    """A marking found; `level` is 绝密, 机密 or 秘密."""

    level: str


@dataclass(frozen=True, slots=True)
class MarkedCell:
    """Where a marking stands among rows of cells, counted from 0."""

    row: int
    column: int
    marking: Marking


def marking(text: str) -> Marking | None:
    """Return the marking a cell or paragraph carries, None where it only speaks of secrets."""
    if _SIGN not in text or not _HEADS.search(text):
        return None
    shown = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    whole = _STARS.sub(r"\1★", _UNSEEN.sub("", shown))
    found = (
        _ALONE.fullmatch(whole.strip(_edges(whole)))
        or _STARRED.search(whole)
        or _LABELLED.search(whole)
        or _BRACKETED_FIRST.match(whole)
        or _BRACKETED_LAST.search(whole)
        or _BEFORE_YEAR.match(whole)
    )
    return Marking(found["level"]) if found else _marked_piece(shown)


def marking_in_name(name: str) -> Marking | None:
    """Return the marking in a file's name: the word between signs and spaces, or what `marking` finds."""
    if not any(sign in name for sign in "密★"):
        return None
    stem = PurePosixPath(PureWindowsPath(name).name).stem
    shown = _SPLIT_WORD.sub("", unicodedata.normalize("NFKC", stem).translate(_TRADITIONAL))
    shown = _STARS.sub(r"\1★", shown)
    place = 0
    for part in _NAME_PARTS.split(shown):
        place = shown.index(part, place)
        found = _PART_ALONE.fullmatch(part)
        if found and not _OTHERS.search(shown[:place]):
            return Marking(found["level"])
    return marking(stem)


def marked_cell(rows: Sequence[Sequence[str]]) -> MarkedCell | None:
    """Return the first marked cell; a word spread over neighbouring cells, one sign each, is found at its 密."""
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if _SIGN not in text:
                continue
            found = marking(text) or (_spread(rows, row, column) if len(text.strip()) <= _SINGLE else None)
            if found:
                return MarkedCell(row, column, found)
    return None


def marked_text(texts: Iterable[str]) -> Marking | None:
    """Return the first marking in texts that stand apart: headers, footers, text boxes, titles."""
    return next((found for text in texts if (found := marking(text))), None)


def _edges(text: str) -> str:
    """Return the punctuation at hand, to be taken off both ends."""
    return "".join({sign for sign in text if not sign.isalnum() and sign != "★"})


def _marked_piece(shown: str) -> Marking | None:
    """Look for the word on a line of its own, or set apart by wide spaces, beside a title or a number.

    A line break inside a sentence (保护商业 / 秘密) sets nothing apart.
    """
    pieces = _GAP.split(_SPLIT_WORD.sub("", shown).strip())
    texts, gaps = pieces[::2], pieces[1::2]
    if len(texts) < 2:
        return None
    for place, text in enumerate(texts):
        bare = _UNSEEN.sub("", text)
        found = _ALONE.fullmatch(bare.strip(_edges(bare))) if _SIGN in bare else None
        if found is None:
            continue
        before, after = "".join(texts[:place]), "".join(texts[place + 1 :])
        free_before = not before or _is_blank(gaps[place - 1]) or _TITLE.search(before) or _ENDS_APART.search(before)
        free_after = not after or _is_blank(gaps[place]) or _TITLE.search(after) or _BEGINS_APART.match(after)
        if free_before and free_after:
            return Marking(found["level"])
    return None


def _is_blank(gap: str) -> bool:
    return gap.count("\n") > 1


def _spread(rows: Sequence[Sequence[str]], row: int, column: int) -> Marking | None:
    """Join the single signs around a 密 that stands alone in its cell, downwards and along the row."""
    if _bare(rows[row][column])[:1] != _SIGN:
        return None
    down = [cells[column] if column < len(cells) else "" for cells in rows]
    return _run(down, row) or _run(rows[row], column)


def _run(cells: Sequence[str], place: int) -> Marking | None:
    signs = [*_signs(cells[:place][::-1])[::-1], _bare(cells[place]), *_signs(cells[place + 1 :])]
    found = _ALONE.fullmatch(_STARS.sub(r"\1★", "".join(signs)))
    return Marking(found["level"]) if found else None


def _signs(cells: Iterable[str]) -> list[str]:
    found: list[str] = []
    blanks = 0
    for cell in cells:
        sign = _bare(cell)
        blanks = 0 if sign else blanks + 1
        if blanks > _RUN_GAP or len(sign) > _SINGLE:
            break
        if sign:
            found.append(sign)
    return found


def _bare(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text[:40])).translate(_TRADITIONAL)
