"""What is offered while one types: the names of units, groups, posts and people, and the next free number."""

from dataclasses import dataclass
from datetime import date

from accounts.directory import Directory
from projects.editing.forms import PEOPLE, POSTS, UNITS
from projects.models import Plan, Task

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


def next_number(plan: Plan) -> str:
    """Return the number behind the highest one, empty where the plan's numbers are no numbers."""
    numbers = list(Task.objects.filter(plan=plan).exclude(number="").values_list("number", flat=True))
    counted = [int(number) for number in numbers if number.isdecimal()]
    return str(max(counted, default=0) + 1) if counted or not numbers else ""
