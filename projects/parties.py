"""From the parties of a draft to involvement rows: ids checked against the organization, groups spread over members."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter

from django.db.models import Q

from accounts.models import Department, DepartmentGroup, GroupMember, Person, Post
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft
from projects.rows import PartyRow, TaskRow

PARTY_NAMES = ("department_id", "post_id", "person_id", "group_id")


class UnknownPartyError(ValueError):
    """A draft names a unit, post, person or group that isn't this organization's, or a group without members."""


@dataclass(slots=True)
class PartyBook:
    """Who may be named in an organization's promises, as far as some drafts need it."""

    organization_id: int
    known: dict[str, set[int]]
    members: dict[int, list[GroupMember]] = field(default_factory=dict)

    @classmethod
    def load(cls, organization_id: int, drafts: Iterable[PartyDraft], *, today: date) -> "PartyBook":
        """Ask once for each kind of party; members of groups are those of `today` and later."""
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for parties in set(map(attrgetter(*PARTY_NAMES), drafts)):
            for name, pk in zip(PARTY_NAMES, parties, strict=True):
                if pk is not None:
                    wanted[name].add(pk)
        models = {"department_id": Department, "post_id": Post, "person_id": Person, "group_id": DepartmentGroup}
        known = {
            name: set(
                model._default_manager.filter(organization_id=organization_id, pk__in=wanted[name]).values_list(
                    "pk", flat=True
                )
            )
            for name, model in models.items()
            if wanted[name]
        }
        book = cls(organization_id, known)
        if wanted["group_id"]:
            book._load_members(wanted["group_id"], today)
        return book

    def _load_members(self, groups: set[int], today: date) -> None:
        still = Q(to_on__isnull=True) | Q(to_on__gte=today)
        members = GroupMember.objects.filter(still, group__in=groups, organization_id=self.organization_id)
        for member in members.order_by("department__position", "department_id"):
            self.members.setdefault(member.group_id, []).append(member)

    def rows(self, task: TaskRow, drafts: Sequence[PartyDraft], *, from_on: date | None = None) -> list[PartyRow]:
        """Return unsaved rows in the order of the drafts, holding from `from_on` (None: from the beginning)."""
        named = {draft.department_id: draft.role for draft in drafts if draft.department_id is not None}
        rows: list[PartyRow] = []
        for draft in drafts:
            self._check(draft)
            if draft.group_id is None:
                rows.append(self._row(task, draft, from_on))
                continue
            # A unit that is named by itself has its part already; 各科室 beside it means the others.
            rows += [
                self._member_row(task, draft, member, from_on)
                for member in self.members[draft.group_id]
                if named.get(member.department_id) not in (draft.role, InvolvementRole.LEAD)
            ]
        for position, row in enumerate(rows):
            row.position = position
        return rows

    def _check(self, draft: PartyDraft) -> None:
        named = (draft.department_id, draft.post_id, draft.person_id, draft.group_id)
        parties = [(name, pk) for name, pk in zip(PARTY_NAMES, named, strict=True) if pk is not None]
        if len(parties) != 1:
            raise UnknownPartyError(f"{draft.as_written}: one party a row, not {len(parties)}")
        ((name, pk),) = parties
        if pk not in self.known[name] or (name == "group_id" and not self.members.get(pk)):
            raise UnknownPartyError(f"{draft.as_written}: no {name} {pk} in this organization")

    def _row(self, task: TaskRow, draft: PartyDraft, from_on: date | None) -> PartyRow:
        return PartyRow(
            task,
            self.organization_id,
            draft.role,
            draft.department_id,
            draft.post_id,
            draft.person_id,
            group_id=None,
            as_written=draft.as_written,
            from_on=from_on,
        )

    def _member_row(self, task: TaskRow, draft: PartyDraft, member: GroupMember, from_on: date | None) -> PartyRow:
        starts = [day for day in (from_on, member.from_on) if day is not None]
        return PartyRow(
            task,
            self.organization_id,
            draft.role,
            member.department_id,
            post_id=None,
            person_id=None,
            group_id=draft.group_id,
            as_written=draft.as_written,
            from_on=max(starts, default=None),
            to_on=member.to_on,
        )
