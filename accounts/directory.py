"""From a name in a cell to the unit, group, post or person it means."""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Literal

from django.db.models import Q

from accounts.models import Department, DepartmentAlias, DepartmentGroup, Person, Post

Expected = Literal["department", "post", "person"]
Kind = Literal["department", "group", "post", "person"]

SIMILAR_ENOUGH = 0.6
SHORT_FORM = 0.75
"""规建局 for 规划建设局: every sign, in order."""
PART_OF = 0.7
"""规建局建设科 beside 规建局: one name stands whole in the other."""
TELLING = 0.2
"""A short form or a part must say this much of what its signs could say: 示例 stands whole in every sample name."""
NUMBERING = frozenset("〇零一二三四五六七八九十0123456789甲乙丙丁")
SHORTEST_NAME = 3
LEVELS = frozenset("省市州区县镇乡")
"""Before a unit's name they say whose it is (市发改委), which inside one office goes without saying."""
MOST_CANDIDATES = 5
MOST_COMPARED = 40
LONGEST_COMPARED = 60

# A leader's column names posts and people alike; a unit's column names units and groups first.
LOOKED_FOR: dict[Expected, tuple[tuple[Kind, ...], ...]] = {
    "department": (("department", "group"), ("post", "person")),
    "post": (("post",), ("person",), ("department", "group")),
    "person": (("person",), ("post",), ("department", "group")),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    kind: Kind
    id: int
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """`kind` is None when nothing, or more than one, goes by that name; then `candidates` says what might be meant."""

    kind: Kind | None
    id: int | None = None
    name: str = ""
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    kind: Kind
    id: int
    name: str
    written: str


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """Return the spelling that is compared: NFKC, small letters, no white space and no invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")


@dataclass(slots=True)
class Directory:
    """The names of one organization on one day; `values` are all who may be meant, as `kind:id`.

    Names are alike by the signs few others have: what most of a table's names share (科, 局, 示例·) says nothing.
    """

    names: tuple[Named, ...]
    values: frozenset[str] = field(init=False)
    _by_spelling: dict[str, list[Named]] = field(init=False)
    _labels: dict[str, str] = field(init=False)
    _by_sign: dict[str, list[int]] = field(init=False)
    _spread: dict[Kind, Counter[str]] = field(init=False)
    _spellings: dict[Kind, set[str]] = field(init=False)
    _known: dict[tuple[str, Expected], Found] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._labels = {f"{named.kind}:{named.id}": named.name for named in self.names}
        self.values = frozenset(self._labels)
        self._by_spelling = defaultdict(list)
        self._by_sign = defaultdict(list)
        for at, named in enumerate(self.names):
            self._by_spelling[named.written].append(named)
            for sign in set(named.written):
                self._by_sign[sign].append(at)
        self._spellings = defaultdict(set)
        self._spread = defaultdict(Counter)
        for named in self.names:
            self._count({named.written}, named.kind)

    @classmethod
    def load(cls, organization_id: int, *, today: date) -> "Directory":
        """Ask once for each kind of name; dissolved units and people who left are not meant any more."""
        mine = Q(organization_id=organization_id)
        stands = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=today)
        there = Q(left_on__isnull=True) | Q(left_on__gt=today)
        units = dict(Department.objects.filter(mine & stands).order_by("position", "pk").values_list("pk", "name"))
        heirs = _heirs(organization_id, units)
        aliases = DepartmentAlias.objects.filter(mine).order_by("pk").values_list("department_id", "name")
        names = [
            *(_named("department", pk, name) for pk, name in units.items()),
            *(_named("department", heir, units[heir], written=name) for name, heir in heirs.values()),
            *(
                _named("department", heir, units[heir], written=alias)
                for pk, alias in aliases
                if (heir := pk if pk in units else heirs.get(pk, ("", 0))[1])
            ),
            *_named_rows("group", DepartmentGroup.objects.filter(mine).order_by("pk").values_list("pk", "name")),
            *_named_rows("post", Post.objects.filter(mine).order_by("position", "pk").values_list("pk", "name")),
            *_named_rows("person", Person.objects.filter(mine & there).order_by("pk").values_list("pk", "name")),
        ]
        return cls(tuple(names))

    def label(self, value: str) -> str:
        """Return the name of one of `values`, empty when nobody's."""
        return self._labels.get(value, "")

    def meet(self, texts: Iterable[str], *, expect: Expected) -> None:
        """Learn the names of a table, so that what its names share is not taken for a likeness."""
        spellings = {normalise(text) for text in set(texts)}
        for kind in LOOKED_FOR[expect][0]:
            if self._count(spellings, kind):
                self._known.clear()

    def _count(self, spellings: set[str], kind: Kind) -> bool:
        """Count the signs of names not met before; tell whether there are any."""
        fresh = spellings - self._spellings[kind]
        self._spellings[kind] |= fresh
        self._spread[kind].update(sign for spelling in fresh for sign in set(spelling))
        return bool(fresh)

    def find(self, text: str, *, expect: Expected) -> Found:
        """Return the one thing of that name, the expected kind first; else what it is like."""
        key = (text, expect)
        if key not in self._known:
            self._known[key] = self._look(normalise(text), expect)
        return self._known[key]

    def alike(self, text: str, *, expect: Expected) -> tuple[Candidate, ...]:
        """Return whom a name is like, the likest first, whether or not someone goes by it."""
        return self._similar(normalise(text), LOOKED_FOR[expect][0])

    def _look(self, spelling: str, expect: Expected) -> Found:
        same = self._by_spelling.get(spelling, [])
        for kinds in LOOKED_FOR[expect]:
            hits = {(named.kind, named.id): named for named in same if named.kind in kinds}
            if len(hits) == 1:
                (hit,) = hits.values()
                return Found(hit.kind, hit.id, hit.name)
            if hits:
                several = tuple(Candidate(hit.kind, hit.id, hit.name, 1.0) for hit in hits.values())
                return Found(None, candidates=several, ambiguous=True)
        return Found(None, candidates=self._similar(spelling, LOOKED_FOR[expect][0]))

    def _similar(self, spelling: str, kinds: tuple[Kind, ...]) -> tuple[Candidate, ...]:
        best: dict[tuple[Kind, int], Candidate] = {}
        own = spelling[1:] if spelling[:1] in LEVELS and len(spelling) > SHORTEST_NAME else spelling
        for named in self._sharing(spelling, kinds):
            score = max(self._likeness(text, named) for text in {spelling, own})
            known = best.get((named.kind, named.id))
            if score >= SIMILAR_ENOUGH and (known is None or known.score < score):
                best[named.kind, named.id] = Candidate(named.kind, named.id, named.name, round(score, 2))
        return tuple(sorted(best.values(), key=lambda candidate: -candidate.score)[:MOST_CANDIDATES])

    def _sharing(self, spelling: str, kinds: tuple[Kind, ...]) -> list[Named]:
        """Return the names of these kinds that share the most telling signs."""
        shared: defaultdict[int, float] = defaultdict(float)
        for sign in set(spelling):
            for at in self._by_sign.get(sign, ()):
                if self.names[at].kind in kinds:
                    shared[at] += self._weight(sign, self.names[at].kind)
        ranked = sorted(shared, key=lambda at: (-shared[at], at))
        return [self.names[at] for at in ranked[:MOST_COMPARED]]

    def _likeness(self, text: str, named: Named) -> float:
        """Return 0 to 1: the weight of the signs that both have in the same order.

        Names that differ in a number (攻坚一组, 攻坚二组) name two things, and so do most names of people.
        """
        one, other, kind = text[:LONGEST_COMPARED], named.written[:LONGEST_COMPARED], named.kind
        if len(one) < 2 or not other or _differ_in_number(one, other):
            return 0.0
        common = self._common(one, other, kind)
        mine, its = (sum(self._weight(sign, kind) for sign in each) for each in (one, other))
        likeness = 2 * common / (mine + its) if mine + its else 0.0
        if kind == "person" and not _one_sign_apart(one, other):
            likeness = 0.0
        if common < TELLING * len(one) * math.log(1 + len(self._spellings[kind])):
            return likeness
        signs = iter(other)
        if all(sign in signs for sign in one):
            return max(likeness, SHORT_FORM)
        return max(likeness, PART_OF) if len(other) > 1 and other in one else likeness

    def _common(self, one: str, other: str, kind: Kind) -> float:
        """Return the weight of the heaviest signs common to both in the same order."""
        row = [0.0] * (len(other) + 1)
        for sign in one:
            diagonal, weight = 0.0, self._weight(sign, kind)
            for at, its in enumerate(other, start=1):
                above = row[at]
                row[at] = max(above, row[at - 1], diagonal + weight if sign == its else 0.0)
                diagonal = above
        return row[-1]

    def _weight(self, sign: str, kind: Kind) -> float:
        """Return how much a sign tells: most when one name has it, nothing when nearly all have."""
        return math.log((1 + len(self._spellings[kind])) / max(self._spread[kind][sign], 1))


def _differ_in_number(one: str, other: str) -> bool:
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and all(sign in NUMBERING for pair in differing for sign in pair)


def _one_sign_apart(one: str, other: str) -> bool:
    """Tell whether two names of people may be one person's, mistyped: three signs at least, one of them another."""
    family, mine = one.rpartition("·")[::2]
    its_family, its = other.rpartition("·")[::2]
    if family != its_family or len(mine) != len(its) or len(mine) < SHORTEST_NAME:
        return False
    return sum(sign != its_sign for sign, its_sign in zip(mine, its, strict=True)) == 1


def _named(kind: Kind, pk: int, name: str, *, written: str | None = None) -> Named:
    return Named(kind, pk, name, normalise(name if written is None else written))


def _named_rows(kind: Kind, rows: Iterable[tuple[int, str]]) -> list[Named]:
    return [_named(kind, pk, name) for pk, name in rows]


def _heirs(organization_id: int, standing: Collection[int]) -> dict[int, tuple[str, int]]:
    """Return each dissolved unit's name and the unit that stands in its place today, if there is one."""
    gone = Department.objects.filter(organization_id=organization_id, successor__isnull=False).exclude(pk__in=standing)
    rows = {pk: (name, successor) for pk, name, successor in gone.values_list("pk", "name", "successor_id")}
    heirs: dict[int, tuple[str, int]] = {}
    for pk, (name, successor) in rows.items():
        seen = {pk}
        heir = successor
        while heir in rows and heir not in seen:
            seen.add(heir)
            heir = rows[heir][1]
        if heir in standing:
            heirs[pk] = (name, heir)
    return heirs
