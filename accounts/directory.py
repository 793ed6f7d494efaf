"""From a name in a cell to the unit, group, post or person it means."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from django.db.models import Q

from accounts.models import Department, DepartmentAlias, DepartmentGroup, Person, Post

Expected = Literal["department", "post", "person"]
Kind = Literal["department", "group", "post", "person"]

SIMILAR_ENOUGH = 0.6
MOST_CANDIDATES = 5

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


@dataclass(frozen=True, slots=True)
class Named:
    kind: Kind
    id: int
    name: str
    written: str


def normalise(text: str) -> str:
    """Return the spelling that is compared: NFKC, small letters, no white space and no invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and unicodedata.category(sign) != "Cf")


@dataclass(slots=True)
class Directory:
    """The names of one organization on one day."""

    names: tuple[Named, ...]
    _by_spelling: dict[str, list[Named]] = field(init=False)
    _known: dict[tuple[str, Expected], Found] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_spelling = defaultdict(list)
        for named in self.names:
            self._by_spelling[named.written].append(named)

    @classmethod
    def load(cls, organization_id: int, *, today: date) -> "Directory":
        """Ask once for each kind of name; dissolved units and people who left are not meant any more."""
        mine = Q(organization_id=organization_id)
        stands = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=today)
        there = Q(left_on__isnull=True) | Q(left_on__gt=today)
        units = dict(Department.objects.filter(mine & stands).order_by("position", "pk").values_list("pk", "name"))
        aliases = DepartmentAlias.objects.filter(mine, department__in=units).values_list("department_id", "name")
        names = [
            *(_named("department", pk, name) for pk, name in units.items()),
            *(_named("department", pk, units[pk], written=alias) for pk, alias in aliases),
            *_named_rows("group", DepartmentGroup.objects.filter(mine).order_by("pk").values_list("pk", "name")),
            *_named_rows("post", Post.objects.filter(mine).order_by("position", "pk").values_list("pk", "name")),
            *_named_rows("person", Person.objects.filter(mine & there).order_by("pk").values_list("pk", "name")),
        ]
        return cls(tuple(names))

    def find(self, text: str, *, expect: Expected) -> Found:
        """Return the one thing of that name, the expected kind first; else what it is like."""
        spelling = normalise(text)
        key = (spelling, expect)
        if key not in self._known:
            self._known[key] = self._look(spelling, expect)
        return self._known[key]

    def _look(self, spelling: str, expect: Expected) -> Found:
        same = self._by_spelling.get(spelling, [])
        for kinds in LOOKED_FOR[expect]:
            hits = {(named.kind, named.id): named for named in same if named.kind in kinds}
            if len(hits) == 1:
                (hit,) = hits.values()
                return Found(hit.kind, hit.id, hit.name)
            if hits:
                return Found(
                    None, candidates=tuple(Candidate(hit.kind, hit.id, hit.name, 1.0) for hit in hits.values())
                )
        return Found(None, candidates=self._similar(spelling, LOOKED_FOR[expect][0]))

    def _similar(self, spelling: str, kinds: tuple[Kind, ...]) -> tuple[Candidate, ...]:
        best: dict[tuple[Kind, int], Candidate] = {}
        for named in self.names:
            score = _likeness(spelling, named.written) if named.kind in kinds else 0.0
            known = best.get((named.kind, named.id))
            if score >= SIMILAR_ENOUGH and (known is None or known.score < score):
                best[named.kind, named.id] = Candidate(named.kind, named.id, named.name, round(score, 2))
        return tuple(sorted(best.values(), key=lambda candidate: -candidate.score)[:MOST_CANDIDATES])


def _named(kind: Kind, pk: int, name: str, *, written: str | None = None) -> Named:
    return Named(kind, pk, name, normalise(name if written is None else written))


def _named_rows(kind: Kind, rows: Iterable[tuple[int, str]]) -> list[Named]:
    return [_named(kind, pk, name) for pk, name in rows]


def _likeness(one: str, other: str) -> float:
    """Return 0 to 1; a short form (规建局 in 规划建设局: every sign, in order) counts as much as likeness can say."""
    if len(one) < 2 or not other:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    signs = iter(other)
    shortened = all(sign in signs for sign in one)
    return max(ratio, 0.75) if shortened else ratio
