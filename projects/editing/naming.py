"""Who is meant by the names typed into an item: found in the directory, asked about, or kept as words; never guessed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from accounts import registering
from accounts.directory import Candidate, Directory
from accounts.history import Actor
from accounts.models import GroupMember, Organization
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TaskDraft
from projects.importing.drafting import KEPT_LABELS
from projects.importing.naming import EXPECTED, KEEP, NEW
from projects.reading.people import read_people
from projects.reading.units import read_supporters

KIND_FIELDS: Mapping[str, str] = {
    "department": "department_id",
    "group": "group_id",
    "post": "post_id",
    "person": "person_id",
}
BETWEEN = "、"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A typed name that is nobody's, or several's; `likely` may be meant, `groups` are all words for many units."""

    role: InvolvementRole
    name: str
    likely: tuple[Candidate, ...]
    groups: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """Return the name of the field under which a person says who it is."""
        return f"as:{self.role}:{self.name}"


class UnknownNamesError(ValueError):
    """Names nobody goes by; nothing was written."""

    def __init__(self, unknown: Sequence[Unknown]) -> None:
        super().__init__(BETWEEN.join(one.name for one in unknown))
        self.unknown = unknown


@dataclass(slots=True)
class Meant:
    """Who was named, the words that stay words, and what a word became where that isn't the word itself."""

    parties: list[PartyDraft] = field(default_factory=list)
    kept: dict[InvolvementRole, tuple[str, ...]] = field(default_factory=dict)
    became: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def beside(self, before: Mapping[str, object]) -> dict[str, object]:
        """Return the columns beside the item's own, with the kept words under their labels."""
        labels = {KEPT_LABELS[role]: BETWEEN.join(words) for role, words in self.kept.items()}
        others = {name: value for name, value in before.items() if name not in labels}
        return others | {label: words for label, words in labels.items() if words}


def kept_words(draft: TaskDraft, role: InvolvementRole) -> tuple[str, ...]:
    """Return the names that stand in the item as words only."""
    said = str(draft.extra.get(KEPT_LABELS.get(role, ""), ""))
    return tuple(name for name in said.split(BETWEEN) if name)


@dataclass(slots=True)
class Names:
    """The names of an organization as one editor means them; `answers` say of a name by its key who it is.

    Units, posts and people are made only where an answer says so: call it inside the transaction.
    """

    organization_id: int
    by: Actor
    answers: Mapping[str, str] = field(default_factory=dict)
    made: dict[tuple[str, str], int] = field(default_factory=dict)
    _known: "_Known | None" = None

    @property
    def known(self) -> "_Known":
        """Ask for the names once, and only when a new one was typed."""
        if self._known is None:
            directory = Directory.load(self.organization_id, today=self.by.today)
            grouped = any(one.kind == "group" for one in directory.names)
            self._known = _Known(directory, _members(self.organization_id, self.by) if grouped else {})
        return self._known

    def meant(self, typed: Mapping[InvolvementRole, str], *, before: TaskDraft | None = None) -> Meant:
        """Return who has a part, in the order of the text; what stood there before means who it meant.

        Raise UnknownNamesError.
        """
        known = {(party.role, party.as_written): party for party in before.parties} if before else {}
        meant, rest = Meant(), dict[InvolvementRole, list[str]]()
        found: dict[tuple[InvolvementRole, str], PartyDraft] = {}
        for role, text in typed.items():
            parts = [part.strip() for part in text.split(BETWEEN)]
            found |= {key: party for key, party in known.items() if key[0] == role and key[1] in parts}
            words = kept_words(before, role) if before else ()
            meant.kept[role] = tuple(name for name in words if name in parts)
            settled = {*meant.kept[role], *(name for one, name in known if one == role)}
            names = _names_in(text, role) or [part for part in parts if part]
            rest[role] = [name for name in names if name not in settled]
        if any(rest.values()):
            found |= self.find(rest, meant)
        meant.parties = sorted(found.values(), key=lambda party: _place(party, typed))
        return meant

    def find(
        self, names: Mapping[InvolvementRole, Iterable[str]], meant: Meant
    ) -> dict[tuple[InvolvementRole, str], PartyDraft]:
        unknown: list[Unknown] = []
        made: list[tuple[InvolvementRole, str, str]] = []
        found: dict[tuple[InvolvementRole, str], PartyDraft] = {}
        for role, name in ((role, name) for role, each in names.items() for name in each):
            value = self._value(role, name)
            kind, _, number = value.partition(":")
            if not value:
                unknown.append(self._unknown(role, name))
            elif value == KEEP:
                meant.kept[role] = (*meant.kept[role], name)
            elif kind == NEW:
                made.append((role, name, number))
            else:
                found[role, name] = PartyDraft(role, name, **{KIND_FIELDS[kind]: int(number)})
                self._tell(meant, name, kind, int(number))
        if unknown:
            raise UnknownNamesError(unknown)
        for role, name, kind in made:
            found[role, name] = PartyDraft(role, name, **{KIND_FIELDS[kind]: self._make(kind, name)})
        return found

    def _value(self, role: InvolvementRole, name: str) -> str:
        """Return `kind:id`, `new:kind` or `keep`; empty where nobody has said."""
        hit = self.known.directory.find(name, expect=EXPECTED[role])
        if hit.kind and hit.id and self._has_members(hit.kind, hit.id):
            return f"{hit.kind}:{hit.id}"
        said = self.answers.get(f"as:{role}:{name}", "")
        kind, _, number = said.partition(":")
        if said == KEEP or (kind == NEW and number in {"department", "post", "person"}):
            return said
        return said if said in self.known.directory.values and self._has_members(kind, int(number)) else ""

    def _has_members(self, kind: str, number: int) -> bool:
        return kind != "group" or number in self.known.members

    def _tell(self, meant: Meant, name: str, kind: str, number: int) -> None:
        label = self.known.directory.label(f"{kind}:{number}")
        if kind == "group":
            meant.became.append((name, self.known.members[number]))
        elif label != name:
            meant.became.append((name, (label,)))

    def _unknown(self, role: InvolvementRole, name: str) -> Unknown:
        hit = self.known.directory.find(name, expect=EXPECTED[role])
        groups = dict.fromkeys(
            (f"group:{one.id}", one.name)
            for one in self.known.directory.names
            if one.kind == "group" and one.id in self.known.members
        )
        return Unknown(role, name, hit.candidates, tuple(groups))

    def _make(self, kind: str, name: str) -> int:
        if (kind, name) not in self.made:
            organization = Organization.objects.get(pk=self.organization_id)
            match kind:
                case "department":
                    made = registering.create_department(organization=organization, name=name, by=self.by).pk
                case "post":
                    made = registering.create_post(organization=organization, name=name, by=self.by).pk
                case _:
                    made = registering.create_person(organization=organization, name=name, by=self.by).pk
            self.made[kind, name] = made
        return self.made[kind, name]


@dataclass(frozen=True, slots=True)
class _Known:
    directory: Directory
    members: Mapping[int, tuple[str, ...]]


def _members(organization_id: int, by: Actor) -> dict[int, tuple[str, ...]]:
    """Return the units of today in each group, by name."""
    rows = GroupMember.objects.on(by.today).filter(organization=organization_id)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for group, name in rows.order_by("department__position", "department_id").values_list("group", "department__name"):
        found[group].append(name)
    return {group: tuple(names) for group, names in found.items()}


def _names_in(text: str, role: InvolvementRole) -> Sequence[str]:
    if role in {InvolvementRole.LEAD, InvolvementRole.SUPPORT}:
        found = read_supporters(text)
        return tuple(dict.fromkeys((*found.lead, *found.support)))
    return tuple(dict.fromkeys(read_people(text)))


def _place(party: PartyDraft, typed: Mapping[InvolvementRole, str]) -> tuple[int, int]:
    return list(typed).index(party.role), typed[party.role].find(party.as_written)
