"""Which row of a new table is which item of the plan: by number, title and words, with the ground of each match."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SAME_NUMBER_LIKENESS = 0.45
"""A number alone proves little: offices renumber. With this likeness of words it does."""
MOVED_LIKENESS = 0.6
"""Without the number, words must be this much alike."""
SAME_SECTION, SAME_TITLE = 0.05, 0.25
"""What a heading or a title in common adds to the likeness of words, where several items are alike."""
RARE_PAIRS = 24
"""How many of a row's rarest pairs of characters lead to candidates."""
MOST_HOLDERS = 600
"""How many old rows these pairs may point at; a pair that half the table has says nothing."""
CANDIDATES = 8
"""How many old rows sharing rare pairs are compared in full."""
SHORTENED = 0.85
"""A row of which this share stands in another, word for word, was merged into it or split from it."""
SHORTEST_PART = 6
"""Pairs of characters below which a part proves nothing."""
_SIGNS = re.compile(r"[\W_]+")


class Ground(StrEnum):
    """Why a row is taken for an item: the number or the title with like words, the words alone, or a person's word."""

    NUMBER = "number"
    TITLE = "title"
    CONTENT = "content"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Words:
    """What a row is recognised by, already `normal`; `rest` tells rows apart whose words are all the same."""

    number: str
    text: str
    title: str = ""
    section: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    new: int
    old: int
    ground: Ground
    likeness: float


def normal(text: str) -> str:
    """Return `text` without white space, widths and punctuation, so that re-saving a table changes nothing."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


def pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, min(len(text), 1))))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the Dice coefficient of two bags of character pairs, 0 to 1."""
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def match(new: Sequence[Words], old: Sequence[Words], said: Mapping[int, int | None] | None = None) -> list[Match]:
    """Pair rows one to one, surest ground first; what stays unpaired is new or dropped.

    `said` is what a person decided: by new row the old one, or None for a new item. The order of the new rows never
    changes which words go with which item.
    """
    said = said or {}
    found: dict[int, Match] = {}
    left_new = set(range(len(new))) - said.keys()
    left_old = set(range(len(old)))

    def take(matches: Iterable[Match]) -> None:
        for one in matches:
            if one.new in left_new and one.old in left_old:
                left_new.discard(one.new)
                left_old.discard(one.old)
                found[one.new] = one

    for index, chosen in sorted(said.items()):
        if index < len(new) and chosen is not None and chosen in left_old:
            left_old.discard(chosen)
            found[index] = Match(index, chosen, Ground.MANUAL, 1.0)
    for key, ground in EQUALS:
        if left_new and left_old:
            take(_equal(new, old, left_new, left_old, key, ground))
    if left_new and left_old:
        take(_best_first(_alike(new, old, left_new, left_old), new))
    return [found[index] for index in sorted(found)]


Key = Callable[[Words], Hashable]

EQUALS: tuple[tuple[Key, Ground], ...] = (
    (lambda row: row, Ground.NUMBER),
    (lambda row: (row.section, row.number, row.text), Ground.NUMBER),
    (lambda row: (row.number, row.text) if row.number else None, Ground.NUMBER),
    (lambda row: (row.section, row.text, row.rest), Ground.CONTENT),
    (lambda row: (row.text, row.rest), Ground.CONTENT),
    (lambda row: (row.section, row.text), Ground.CONTENT),
    (lambda row: row.text, Ground.CONTENT),
)
"""What is the same in both tables, from all of it down to the words alone."""


def nearest(row: Words, old: Sequence[Words], among: Iterable[int]) -> list[int]:
    """Return those old rows that are anything like this one, the likest first: whom a person may have meant."""
    bag = pairs(row.text)
    scored = [(_score(row, old[index], likeness(bag, pairs(old[index].text))), index) for index in among]
    return [index for score, index in sorted(scored, key=lambda one: (-one[0], one[1])) if score > SAME_SECTION]


def _equal(
    new: Sequence[Words], old: Sequence[Words], left_new: set[int], left_old: set[int], key: Key, ground: Ground
) -> list[Match]:
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for index in sorted(left_old, reverse=True):
        waiting[key(old[index])].append(index)
    waiting.pop(None, None)
    # Rows equal in words and number pair in the order of what else they say, not in the order of the table.
    return [
        Match(index, candidates.pop(), ground if new[index].number or ground != Ground.NUMBER else Ground.CONTENT, 1.0)
        for index in sorted(left_new, key=lambda at: (new[at].number, new[at].section, new[at].rest, at))
        if new[index].text and (candidates := waiting.get(key(new[index])))
    ]


def _alike(new: Sequence[Words], old: Sequence[Words], left_new: set[int], left_old: set[int]) -> Iterator[Match]:
    """Yield every pair of rows that may be the same item with other words."""
    bags = {index: pairs(old[index].text) for index in left_old}
    named = _named(old, left_old)
    titles = Counter(new[index].title for index in left_new)
    holders = _holders(bags)
    for index in sorted(left_new):
        row, bag = new[index], pairs(new[index].text)
        near = dict.fromkeys(at for name in _names(row) for at in named.get(name, ())[:CANDIDATES])
        near |= dict.fromkeys(_sharing(bag, holders))
        only = titles[row.title] == 1 and len(named.get(("title", row.title), ())) == 1
        for candidate in near:
            found = _judge(row, old[candidate], bag, bags[candidate], only_title=only)
            if found is not None:
                yield Match(index, candidate, *found)


def _names(row: Words) -> Iterator[tuple[str, ...]]:
    """Yield what a row goes by; numbers that begin afresh under each heading are told apart by it first."""
    if row.title:
        yield ("title", row.title)
    if row.number:
        yield ("number", row.section, row.number)
        yield ("number", row.number)


def _named(old: Sequence[Words], left_old: Iterable[int]) -> dict[tuple[str, ...], list[int]]:
    named: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index in sorted(left_old):
        for name in _names(old[index]):
            named[name].append(index)
    return named


def _holders(bags: Mapping[int, Counter[str]]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for index in sorted(bags):
        for pair in bags[index]:
            holders[pair].append(index)
    return holders


def _sharing(bag: Counter[str], holders: Mapping[str, list[int]]) -> list[int]:
    """Return the old rows that share most of this row's rarest pairs, as far as an index can tell cheaply."""
    known = sorted((len(holders[pair]), pair) for pair in bag if pair in holders)
    shared: Counter[int] = Counter()
    looked = 0
    for count, pair in known[:RARE_PAIRS]:
        looked += count
        if looked > MOST_HOLDERS and shared:
            break
        shared.update(holders[pair])
    # Ties stand in the order of the pairs and of the old rows, never in that of the new ones.
    return [index for index, _ in shared.most_common(CANDIDATES)]


def _judge(
    row: Words, item: Words, bag: Counter[str], other: Counter[str], *, only_title: bool
) -> tuple[Ground, float] | None:
    """Return the ground on which the row may be the item and how much they are alike, or None.

    A title that no other row has says enough; one that several share needs words that are alike as well.
    """
    size, other_size = bag.total(), other.total()
    common = sum(min(count, other[pair]) for pair, count in bag.items() if pair in other)
    alike = 2 * common / ((size + other_size) or 1)
    score = _score(row, item, alike)
    part = min(size, other_size)
    whole = common >= SHORTENED * part
    if row.number and row.number == item.number and (alike >= SAME_NUMBER_LIKENESS or (whole and part > 1)):
        return Ground.NUMBER, score
    if row.title and row.title == item.title and (only_title or alike >= SAME_NUMBER_LIKENESS):
        return Ground.TITLE, score
    if alike >= MOVED_LIKENESS or (whole and part >= SHORTEST_PART):
        return Ground.CONTENT, score
    return None


def _score(row: Words, item: Words, alike: float) -> float:
    same_section = bool(row.section) and row.section == item.section
    same_title = bool(row.title) and row.title == item.title
    # The number breaks ties between likenesses that differ by less than a word.
    same_number = bool(row.number) and row.number == item.number
    return alike + SAME_SECTION * (same_section + same_number) + SAME_TITLE * same_title


def _best_first(matches: Iterable[Match], new: Sequence[Words]) -> list[Match]:
    def order(one: Match) -> tuple[object, ...]:
        row = new[one.new]
        return (-one.likeness, row.number, row.text, row.rest, row.section, one.old, one.new)

    return sorted(matches, key=order)
