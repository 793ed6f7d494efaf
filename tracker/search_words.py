"""What counts as the same writing when something is looked for, and the pairs of signs by which an index finds it.

Chinese puts no spaces between words and most words are two signs long, so every pair of neighbouring signs is an entry:
whoever looks for 医院 finds it in 人民医院, and never anything in which those two don't stand side by side.
"""

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

MOST_WORDS = 8
MOST_SIGNS = 100
_HALF = 2**31


@dataclass(frozen=True, slots=True)
class Writing:
    """A text as it is compared; `origins` holds for each of its signs the place in the text it comes from."""

    text: str
    origins: tuple[int, ...]


def writing(text: str) -> Writing:
    """Return full width as half width, capitals as small letters, and no space beside a Chinese sign.

    Tables write 张　三 to fill a column, and ＡＢ for AB; a gap between two Latin words or numbers stays, as one space.
    """
    signs: list[str] = []
    origins: list[int] = []
    gap = False
    for place, sign in enumerate(text):
        if sign.isspace() or not sign.isprintable():
            gap = True
            continue
        for each in _folded(sign):
            if gap and signs and not (_is_wide(each) or _is_wide(signs[-1])):
                signs.append(" ")
                origins.append(place)
            gap = False
            signs.append(each)
            origins.append(place)
    return Writing("".join(signs), tuple(origins))


def normal(text: str) -> str:
    return writing(text).text


def words(asked: str) -> tuple[str, ...]:
    """Return what was asked for, word by word, each once: all of them have to be found.

    A space parts words here even beside Chinese signs; past a hundred signs or eight words nothing is read.
    """
    found = (normal(word) for word in asked[:MOST_SIGNS].split())
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def grams(text: str, *, organization: int) -> frozenset[int]:
    """Return the pairs of neighbouring signs in a normal text as signed 32-bit numbers, others for each organization.

    Two pairs may share a number, so what an index finds by them is held against the text itself.
    """
    return frozenset(crc32(f"{one}{other}".encode(), organization) - _HALF for one, other in set(pairwise(text)))


def marked(text: str, sought: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Yield `text` in pieces, each with whether it is a word that was sought."""
    at = 0
    for start, end in _spans(writing(text), sought):
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False


def around(text: str, sought: Collection[str], *, most: int) -> str:
    """Return at most about `most` signs of a long text, with the first word that was sought among them."""
    if len(text) <= most:
        return text
    first = next(iter(_spans(writing(text), sought)), (0, 0))[0]
    start = max(0, min(first - most // 3, len(text) - most))
    return f"{'…' if start else ''}{text[start : start + most]}{'…' if start + most < len(text) else ''}"


def _spans(within: Writing, sought: Collection[str]) -> Sequence[tuple[int, int]]:
    """Return where words stand in the text as it was written, from left to right, none over another."""
    found = sorted(span for word in sought if word for span in _places(within, word))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _places(within: Writing, word: str) -> Iterator[tuple[int, int]]:
    at = within.text.find(word)
    while at >= 0:
        yield within.origins[at], within.origins[at + len(word) - 1] + 1
        at = within.text.find(word, at + len(word))


@lru_cache(maxsize=8192)
def _folded(sign: str) -> str:
    """Return one sign as it is compared: some become several (㎡, ㈠), and none keeps a space of its own."""
    return "".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold()).split())


@lru_cache(maxsize=8192)
def _is_wide(sign: str) -> bool:
    """Tell Chinese signs and their punctuation, which stand without spaces, from letters and numbers."""
    return unicodedata.east_asian_width(sign) in {"W", "F"} or unicodedata.category(sign).startswith("P")
