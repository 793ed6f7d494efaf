"""Whether those named in last year's plan are still there, and who may take over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from accounts.models import Department, DepartmentGroup, GroupMember, Person, Post, PostHolding
from projects.drafts import PartyDraft

Kind = Literal["department", "group", "post", "person"]
Key = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Named:
    """One party; `ended`: a dissolved unit, a person who left, a group without members; `vacant`: a post nobody holds."""

    key: Key
    name: str
    ended: bool = False
    vacant: bool = False

    @property
    def field(self) -> str:
        """Return the name under which a successor is chosen."""
        return f"instead:{self.key[0]}:{self.key[1]}"


@dataclass(frozen=True, slots=True)
class Roll:
    """Everyone of an organization on one day, those who are gone among them."""

    named: Mapping[Key, Named] = field(default_factory=dict)

    @classmethod
    def load(cls, organization_id: int, *, today: date) -> "Roll":
        """Ask once for each kind."""
        mine = {"organization_id": organization_id}
        held = set(PostHolding.objects.on(today).filter(**mine).values_list("post_id", flat=True))
        filled = set(GroupMember.objects.on(today).filter(**mine).values_list("group_id", flat=True))
        rows = [
            *(
                Named(("department", unit.pk), unit.name, ended=_over(unit.dissolved_on, today))
                for unit in Department.objects.filter(**mine).order_by("position", "pk")
            ),
            *(
                Named(("group", group.pk), group.name, ended=group.pk not in filled)
                for group in DepartmentGroup.objects.filter(**mine).order_by("pk")
            ),
            *(
                Named(("post", post.pk), post.name, vacant=post.pk not in held)
                for post in Post.objects.filter(**mine).order_by("position", "pk")
            ),
            *(
                Named(("person", person.pk), person.name, ended=_over(person.left_on, today))
                for person in Person.objects.filter(**mine).order_by("name", "pk")
            ),
        ]
        return cls({row.key: row for row in rows})

    def of(self, party: PartyDraft) -> Named:
        return self.named[key_of(party)]

    def successors(self, kind: Kind) -> tuple[Named, ...]:
        """Return who may take the part of an ended unit, group or person."""
        kinds = {"person"} if kind == "person" else {"department", "group"}
        return tuple(row for row in self.named.values() if row.key[0] in kinds and not row.ended)

    def ended_among(self, parties: Iterable[PartyDraft]) -> tuple[Named, ...]:
        """Return those who are gone, each once, in the order in which they are met."""
        return tuple(dict.fromkeys(named for party in parties if (named := self.of(party)).ended))


def key_of(party: PartyDraft) -> Key:
    if party.department_id is not None:
        return "department", party.department_id
    if party.group_id is not None:
        return "group", party.group_id
    if party.post_id is not None:
        return "post", party.post_id
    if party.person_id is not None:
        return "person", party.person_id
    raise ValueError(f"{party.as_written}: no party")


def _over(last: date | None, today: date) -> bool:
    return last is not None and last <= today
