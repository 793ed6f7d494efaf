"""Who signs a unit's reports off: its heads, where they have a sign-in."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.choices import MembershipRole
from accounts.models import Membership, User


@dataclass(frozen=True, slots=True)
class Signers:
    """The heads' sign-ins by unit, of those units whose plan asks for a sign-off."""

    heads: Mapping[int, frozenset[int]]

    def needed(self, department_id: int) -> bool:
        """Say whether reports of the unit wait for a signature; one without a head could wait for ever."""
        return bool(self.heads.get(department_id))

    def signs(self, department_id: int, user: User | None) -> bool:
        return user is not None and user.pk in self.heads.get(department_id, frozenset())


def signers_of(departments: Collection[int], *, today: date) -> Signers:
    """Return the heads of these units who can sign in today, in one query; none is asked for no units."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    if departments:
        heads = Membership.objects.on(today).filter(
            department__in=departments, role=MembershipRole.HEAD, person__user__is_active=True
        )
        for unit, user in heads.values_list("department_id", "person__user"):
            found[unit].add(user)
    return Signers({unit: frozenset(users) for unit, users in found.items()})
