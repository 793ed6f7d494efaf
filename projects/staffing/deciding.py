"""What taking a staff list in would do, row by row, against who is known; nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from accounts.choices import MembershipRole, PostRank
from accounts.directory import Found, normalise
from projects.reading.staff import StaffList, StaffProblem, StaffRow, is_mobile
from projects.staffing.duties import is_of_leaders, read_duty
from projects.staffing.known import GENERATED, Known, KnownPerson


@dataclass(frozen=True, slots=True)
class NewUnit:
    """`near` are units whose names are alike: the same one, perhaps, in other words."""

    name: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostAct:
    """A post to be held; without an id it is made first."""

    name: str
    rank: PostRank
    id: int | None


@dataclass(frozen=True, slots=True)
class Namesake:
    id: int
    name: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One row's effect. Rows of one person share `key`; `opens` is the row on which the person is met first.

    `role` is what is joined with in the unit, None when nothing changes there; `was` is the role that ends with it.
    """

    place: int
    row: StaffRow
    key: str
    opens: bool
    person_id: int | None
    unit: str
    unit_id: int | None
    role: MembershipRole | None
    was: MembershipRole | None
    posts: tuple[PostAct, ...]
    changes: tuple[tuple[str, str, str], ...]
    username: str
    has_username: str
    namesakes: tuple[Namesake, ...]

    @property
    def is_new(self) -> bool:
        return self.person_id is None and self.opens

    @property
    def is_changed(self) -> bool:
        return not self.is_new and bool(self.role or self.posts or self.changes)


@dataclass(frozen=True, slots=True)
class Proposal:
    lines: tuple[Line, ...]
    units: tuple[NewUnit, ...]
    posts: tuple[str, ...]
    problems: tuple[StaffProblem, ...]

    @property
    def new(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def changed(self) -> int:
        return sum(line.is_changed for line in self.lines)

    @property
    def unchanged(self) -> int:
        return len(self.lines) - self.new - self.changed

    @property
    def sign_ins(self) -> int:
        return sum(bool(line.username) for line in self.lines)

    @property
    def digest(self) -> str:
        """Return what tells this proposal from another: it is written only while it is the one that was seen."""
        return sha256(repr(self).encode()).hexdigest()


def decide(staff: StaffList, known: Known, *, same: Mapping[int, int]) -> Proposal:
    """Return the proposal; `same` says, by the row's place in the list, which namesake of several is meant."""
    deciding = _Deciding(known, same, list(staff.problems))
    for place, row in enumerate(staff.rows):
        deciding.take(place, row)
    posts = {act.name: None for line in deciding.lines for act in line.posts if act.id is None}
    lines = deciding.with_sign_ins()
    problems = sorted(deciding.problems, key=lambda problem: (problem.sheet, problem.row))
    return Proposal(tuple(lines), tuple(deciding.units.values()), tuple(posts), tuple(problems))


@dataclass(slots=True)
class _Deciding:
    known: Known
    same: Mapping[int, int]
    problems: list[StaffProblem]
    lines: list[Line] = field(default_factory=list)
    units: dict[str, NewUnit] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def take(self, place: int, row: StaffRow) -> None:
        owner = self.known.by_mobile.get(row.mobile) if is_mobile(row.mobile) else None
        if owner is not None and owner.name != row.name:
            self._refuse(row, "mobile_taken", owner.name)
            return
        unit = self._unit(row)
        if unit is None:
            return
        name, unit_id = unit
        duty = read_duty(row.duty, unit=row.unit)
        posts = tuple(self._post(post, rank) for post, rank in duty.posts)
        person, namesakes = self._person(place, row, unit_id, posts)
        key = f"known {person.id}" if person else _new_key(row)
        opens = key not in self.met
        self.met.add(key)
        has = person.units.get(unit_id) if person and unit_id is not None else None
        role = (duty.role or MembershipRole.CLERK if has is None else duty.role) if name else None
        line = Line(
            place=place,
            row=row,
            key=key,
            opens=opens,
            person_id=person.id if person else None,
            unit=name,
            unit_id=unit_id,
            role=None if role == has else role,
            was=has if role and role != has else None,
            posts=tuple(act for act in posts if not (person and act.id in person.posts)),
            changes=_changes(person, row) if person and opens else (),
            username="",
            has_username=person.username if person else "",
            namesakes=namesakes,
        )
        self.lines.append(line)

    def _refuse(self, row: StaffRow, code: str, value: str, *, fatal: bool = True) -> None:
        self.problems.append(StaffProblem(row.sheet, row.row, code, value, fatal))

    def _unit(self, row: StaffRow) -> tuple[str, int | None] | None:
        """Return the unit's name and id; no name for the leaders' heading, no id for one to be made."""
        if is_of_leaders(row.unit):
            return "", None
        found = self.known.directory.find(row.unit, expect="department")
        if found.kind == "department":
            return found.name, found.id
        refusal = self._unit_refusal(row.unit, found)
        if refusal:
            self._refuse(row, refusal, row.unit)
            return None
        near = tuple(candidate.name for candidate in found.candidates if candidate.kind == "department")
        return self.units.setdefault(normalise(row.unit), NewUnit(row.unit, near)).name, None

    def _unit_refusal(self, name: str, found: Found) -> str:
        if found.kind == "group":
            return "unit_is_group"
        if name in self.known.gone:
            return "unit_gone"
        return "ambiguous_unit" if found.ambiguous else ""

    def _post(self, name: str, rank: PostRank) -> PostAct:
        found = self.known.directory.find(name, expect="post")
        if found.kind == "post":
            return PostAct(found.name, rank, found.id)
        return PostAct(self.posts.setdefault(normalise(name), name), rank, None)

    def _person(
        self, place: int, row: StaffRow, unit_id: int | None, posts: tuple[PostAct, ...]
    ) -> tuple[KnownPerson | None, tuple[Namesake, ...]]:
        """Return who is meant: of this name here, with this mobile, or in no unit yet; others are asked about."""
        those = self.known.by_name.get(row.name, ())
        held = {act.id for act in posts if act.id is not None}
        here = [one for one in those if unit_id in one.units or (unit_id is None and held & one.posts)]
        reached = [one for one in those if row.mobile and one.mobile == row.mobile and is_mobile(row.mobile)]
        free = [one for one in those if not one.units and not one.posts and f"known {one.id}" not in self.met]
        free = [one for one in free if not (one.mobile and row.mobile and one.mobile != row.mobile)]
        for sure in (reached, here, free if len(those) == 1 else []):
            if sure:
                return sure[0], ()
        chosen = next((one for one in those if one.id == self.same.get(place)), None)
        return chosen, tuple(self._namesake(one) for one in those)

    def _namesake(self, one: KnownPerson) -> Namesake:
        labels = (self.known.directory.label(f"department:{unit}") for unit in one.units)
        return Namesake(one.id, one.name, tuple(filter(None, labels)))

    def with_sign_ins(self) -> list[Line]:
        """Give each person without a sign-in the name it would have: the list's, else the mobile, else a number."""
        taken, number = set(self.known.usernames), 0
        named: list[Line] = []
        for line in self.lines:
            username = ""
            if line.opens and not line.has_username:
                wanted = [line.row.username, line.row.mobile if is_mobile(line.row.mobile) else ""]
                username = next((name for name in wanted if name and name.casefold() not in taken), "")
                if line.row.username and username != line.row.username:
                    self._refuse(line.row, "username_taken", line.row.username, fatal=False)
                while not username:
                    number += 1
                    numbered = f"{GENERATED}{number:03}"
                    username = "" if numbered in taken else numbered
                taken.add(username.casefold())
            named.append(replace(line, username=username))
        return named


def _new_key(row: StaffRow) -> str:
    return f"new {row.name} {row.mobile if is_mobile(row.mobile) else row.unit}"


def _changes(person: KnownPerson, row: StaffRow) -> tuple[tuple[str, str, str], ...]:
    """Return the facts the list has otherwise; what it leaves empty stays."""
    pairs = (("mobile", person.mobile, row.mobile), ("email", person.email, row.email))
    return tuple((name, old, new) for name, old, new in pairs if new and new != old)
