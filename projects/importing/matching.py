"""Which row of a new table is which item of the plan: by number, words and likeness, with the ground of each match."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

SAME_NUMBER_LIKENESS = 0.45
"""A number alone proves little: offices renumber. With this likeness of words it does."""
MOVED_LIKENESS = 0.6
"""Without the number, words must be this much alike."""
CANDIDATES = 30
"""How many old rows sharing rare pairs of characters are compared in full."""


class Ground(StrEnum):
    SAME = "same"  # number and words
    WORDS = "words"  # the same words under another number
    NUMBER = "number"  # the same number, similar words
    LIKENESS = "likeness"  # another number, similar words


@dataclass(frozen=True, slots=True)
class Words:
    """What a row is recognised by: its number and its words, already `normal`."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    new: int
    old: int
    ground: Ground
    likeness: float


def normal(text: str) -> str:
    """Return `text` without white space, widths and punctuation, so that re-saving a table changes nothing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, min(len(text), 1))))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the Dice coefficient of two bags of character pairs, 0 to 1."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def match(new: Sequence[Words], old: Sequence[Words]) -> list[Match]:
    """Pair rows one to one, surest ground first; what stays unpaired is new or dropped."""
    found: dict[int, Match] = {}
    left_new, left_old = set(range(len(new))), set(range(len(old)))

    def take(matches: Iterable[Match]) -> None:
        for one in matches:
            if one.new in left_new and one.old in left_old:
                left_new.discard(one.new)
                left_old.discard(one.old)
                found[one.new] = one

    take(_equal(new, old, left_new, left_old, lambda row: (row.number, row.text), Ground.SAME))
    take(_equal(new, old, left_new, left_old, lambda row: row.text, Ground.WORDS))
    take(_numbered(new, old, left_new, left_old))
    take(_alike(new, old, left_new, left_old))
    return [found[index] for index in sorted(found)]


def _equal(
    new: Sequence[Words],
    old: Sequence[Words],
    left_new: set[int],
    left_old: set[int],
    key: Callable[[Words], Hashable],
    ground: Ground,
) -> list[Match]:
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for index in sorted(left_old, reverse=True):
        waiting[key(old[index])].append(index)
    return [
        Match(index, candidates.pop(), ground, 1.0)
        for index in sorted(left_new)
        if new[index].text and (candidates := waiting.get(key(new[index])))
    ]


def _numbered(new: Sequence[Words], old: Sequence[Words], left_new: set[int], left_old: set[int]) -> list[Match]:
    by_number: dict[str, list[int]] = defaultdict(list)
    for index in left_old:
        if old[index].number:
            by_number[old[index].number].append(index)
    matches = [
        Match(index, candidate, Ground.NUMBER, likeness(pairs(new[index].text), pairs(old[candidate].text)))
        for index in left_new
        for candidate in by_number.get(new[index].number, ())
    ]
    return _best_first(one for one in matches if one.likeness >= SAME_NUMBER_LIKENESS)


def _alike(new: Sequence[Words], old: Sequence[Words], left_new: set[int], left_old: set[int]) -> list[Match]:
    bags = {index: pairs(old[index].text) for index in left_old}
    holders: dict[str, list[int]] = defaultdict(list)
    for index, bag in bags.items():
        for pair in bag:
            holders[pair].append(index)
    matches = []
    for index in left_new:
        bag = pairs(new[index].text)
        shared: Counter[int] = Counter()
        for pair in sorted(bag, key=lambda pair: len(holders.get(pair, ())))[:CANDIDATES]:
            shared.update(holders.get(pair, ()))
        matches += [
            Match(index, candidate, Ground.LIKENESS, likeness(bag, bags[candidate]))
            for candidate, _ in shared.most_common(CANDIDATES)
        ]
    return _best_first(one for one in matches if one.likeness >= MOVED_LIKENESS)


def _best_first(matches: Iterable[Match]) -> list[Match]:
    return sorted(matches, key=lambda one: (-one.likeness, one.new, one.old))
