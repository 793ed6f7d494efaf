"""A cell's words folded to one form (NFKC, no white space) that still knows where each character stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from projects.reading.deadlines.numerals import number

_DASHES = dict.fromkeys("-‐‑‒–—―─━﹣－−⸺", "-") | dict.fromkeys("~～〜∼˜", "~")
_QUOTES = dict.fromkeys('“”„‟"＂「」『』〝〞', '"') | dict.fromkeys("‘’'＇", "'")
_OTHERS = {"○": "〇", "◯": "〇", "。": "。", "．": ".", "｡": "。", "•": "·", "・": "·", "‧": "·", "∙": "·"}
_SIGNS = _DASHES | _QUOTES | _OTHERS
# What folds sign by sign, and all that then needs no closer look: most cells.
_ONE_BY_ONE = str.maketrans({chr(0xFF01 + place): chr(0x21 + place) for place in range(94)} | {"\u3000": " "} | _SIGNS)
_PLAIN = re.compile(r"[\t\r\n -~·、。〇《》【】〔〕\u4e00-\u9fff]*")
_SHORTEST_ITEM = 4
_SPACE = re.compile(r"\s")

_FULL_NUMBER_DATE = r"(?:20\d\d[./-]\d{1,2}(?:[./-]\d{1,2})?|20\d{6}|\d{1,2}[./]\d{1,2})"
_TWO_DATES = re.compile(rf"(?<![\d./-]){_FULL_NUMBER_DATE}(\s+)(?={_FULL_NUMBER_DATE}(?![\d./-]))")
# Between digits a space may be all that parts a year from its month, or a telephone from the next line.
_YEAR_SPACE = re.compile(r"(?<!\d)20\d\d([ \t\u3000]+)(?=\d{1,2}\s*月)")
_LONG_NUMBER = re.compile(r"(?<=\d{5})(\s*[\r\n]\s*)(?=\d{1,2}月)")
_CLOCK = re.compile(
    r"(?<=[\d日号])\s*[T\s]\s*\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?|(?<=[日号])\s*(?:上午|下午|晚上?)?\s*(?![0零]+\s*[时点]\s*整?\s*前)(?:\d{1,2}|零\s*)(?:[时点](?:整|\d{1,2}分)?|:\d{2}(?::\d{2})?)"
)
_ASIDE = re.compile(r"[(]\s*(?:含\s*(?:当\s*[日天]|(?:本\s*)?日)?|(?:星\s*期|周)\s*[一二三四五六日天])\s*[)]")
# A point too many between a year and its month, or a month and its day (2018年.6月, 8月.20日).
_UP_TO_99 = r"\s*\d(?:\s*\d)?\s*"
_SLIP = re.compile(rf"年(\s*[.·])(?={_UP_TO_99}月)|月(\s*[.·])(?={_UP_TO_99}[日号])")
# Where a Chinese keyboard gave full stops for points (2017。6。30).
_POINTED = re.compile(r"(?<!\d)20\d\d。\d{1,2}(?:。\d{1,2})?(?![\d月])")
# The capital numerals of a bill, where they count a year, a month, a day or a quarter (贰零贰零年拾月).
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_CAPITAL_NUMBER = re.compile(r"[壹贰叁肆伍陆柒捌玖拾〇零]+(?=[年月日号]|季度)")
_WRAPPED_EDGE = re.compile(r"[(](底|末|前|底前|初|中旬|上旬|下旬)[)]")
_ORDINAL = r"\d{1,2}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九]"
_LINE_NUMBER = re.compile(
    rf"[(]\s*(?P<bracketed>{_ORDINAL})\s*[)]|"
    rf"(?:^|(?<=[\n;。,:\s])(?<!\d[ \u3000]))[(]?(?P<bare>{_ORDINAL}|[a-hA-H])\s*(?:[)、:]|[.](?!\d)|[.](?=\d{{1,2}}\s*月|20\d\d年))"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`text[i]` comes from `original[origin[i]]`; `breaks` are the places in `text` where a line ended."""

    text: str
    origin: Sequence[int]
    original: str
    breaks: frozenset[int]

    @property
    def lines(self) -> list[int]:
        """Where a new line begins; one too short to be an item is only wrapped."""
        edges = [0, *sorted(self.breaks), len(self.text)] if self.breaks else []
        return [
            edge
            for before, edge, after in zip(edges, edges[1:], edges[2:], strict=False)
            if min(edge - before, after - edge) >= _SHORTEST_ITEM
        ]

    def written(self, start: int, end: int) -> str:
        """Return those characters as they were written, line breaks and outer spaces aside."""
        if start >= end:
            return ""
        piece = self.original[self.origin[start] : self.origin[end - 1] + 1]
        return re.sub(r"[\r\n]+", "", piece).strip()


@lru_cache(maxsize=1024)
def fold(text: str) -> Folded:
    loose, origin = _characters(text)
    gone, numbered = _dropped(loose)
    if not gone and not _SPACE.search(loose):
        return Folded(_pointed(loose), origin, text, frozenset())
    separators = {match.start(1): ";" for match in chain(_TWO_DATES.finditer(loose), _LONG_NUMBER.finditer(loose))}
    separators |= {match.start(1): "年" for match in _YEAR_SPACE.finditer(loose)}
    kept: list[str] = []
    places: list[int] = []
    breaks: set[int] = set()
    for index, sign in enumerate(loose):
        if sign in "\r\n" or separators.get(index) == ";" or index in numbered:
            breaks.add(len(kept))
        if (sign.isspace() and index not in separators) or index in gone:
            continue
        kept.append(separators.get(index, sign))
        places.append(origin[index])
    return Folded(_pointed("".join(kept)), tuple(places), text, frozenset(breaks))


def _pointed(text: str) -> str:
    text = _CAPITAL_NUMBER.sub(lambda match: match[0].translate(_CAPITALS), text)
    return _POINTED.sub(lambda match: match[0].replace("。", "."), text)


def _characters(text: str) -> tuple[str, Sequence[int]]:
    plain = text.translate(_ONE_BY_ONE)
    if _PLAIN.fullmatch(plain):
        return plain, range(len(plain))
    signs: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for sign in _folded(character):
            signs.append(sign)
            origin.append(index)
    return "".join(signs), origin


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    if _is_enumerator(character):
        return ";"
    if unicodedata.category(character) in ("Cf", "Cc") and character not in "\t\r\n":
        return ""
    return unicodedata.normalize("NFKC", character)


def _is_enumerator(character: str) -> bool:
    # ①, ⑴, ⒈, ㈠ would fold to plain digits and join the date that follows.
    return (
        "\u2460" <= character <= "\u249b"
        or "\u24ea" <= character <= "\u24ff"
        or ("\u2776" <= character <= "\u2793" or "\u3220" <= character <= "\u3229")
    )


def _dropped(loose: str) -> tuple[set[int], set[int]]:
    """Return the places that say nothing about a day, and where the numbers of a list stood among them."""
    gone: set[int] = set()
    for pattern in (_CLOCK, _ASIDE):
        for match in pattern.finditer(loose):
            gone.update(range(*match.span()))
    for match in _SLIP.finditer(loose):
        gone.update(range(*match.span(match.lastindex or 0)))
    for match in _WRAPPED_EDGE.finditer(loose):
        gone.update((match.start(), match.end() - 1))
    numbers = list(_LINE_NUMBER.finditer(loose))
    if not _is_list(loose, numbers):
        return gone, set()
    for match in numbers:
        gone.update(range(*match.span()))
    return gone, {match.start() for match in numbers}


def _ordinal(sign: str) -> int:
    return ord(sign.lower()) - ord("a") + 1 if sign.isascii() and sign.isalpha() else number(sign)


def _is_list(loose: str, numbers: list[re.Match[str]]) -> bool:
    """Tell a list's own numbers from months: each is 1 or follows one that stood before, and words stand between."""
    ordinals = [_ordinal(match["bracketed"] or match["bare"]) for match in numbers]
    counted = all(ordinal == 1 or ordinal - 1 in ordinals[:place] for place, ordinal in enumerate(ordinals))
    between = [loose[one.end() : other.start()].strip() for one, other in pairwise(numbers)]
    return len(numbers) > 1 and max(ordinals) > 1 and counted and all(len(words) > 1 for words in between)
