"""What is offered while one types: the names of units, groups, posts and people."""

from dataclasses import dataclass
from datetime import date

from accounts.directory import Directory
from projects.editing.forms import PEOPLE, POSTS, UNITS

KINDS = {UNITS: ("department", "group"), POSTS: ("post", "person"), PEOPLE: ("person", "post")}


@dataclass(frozen=True, slots=True)
class Offered:
    """A list of names; `id` is how a field refers to it."""

    id: str
    names: tuple[str, ...]


def offered_names(organization_id: int, *, today: date) -> list[Offered]:
    names = Directory.load(organization_id, today=today).names
    return [
        Offered(f"names-{which}", tuple(dict.fromkeys(one.name for kind in kinds for one in names if one.kind == kind)))
        for which, kinds in KINDS.items()
    ]
