"""The headings of a plan, found or made by their path."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.bulk import draw_ids, insert_values
from accounts.prepared import Prepared, attributes, instance
from projects.choices import TaskState
from projects.models import Plan, Section, Task
from projects.promise import heading_paths, section_paths

Path = tuple[str, ...]


def standing_sections(plan: Plan) -> list[Section]:
    """Return the headings under which items stand; one that only an undone import filled is seen no more."""
    headings = [(instance(Section, values), filled) for *values, filled in _HEADINGS.rows(plan=plan.pk)]
    above = {heading.pk: heading.parent_id for heading, _ in headings}
    standing = set[int | None]()
    for heading, filled in headings:
        place: int | None = heading.pk if filled else None
        while place is not None and place not in standing:
            standing.add(place)
            place = above[place]
    return [heading for heading, _ in headings if heading.pk in standing]


def _headings(plan: int) -> QuerySet[Section, Any]:
    # Whether an item stands directly under a heading is asked of an index; the way up is short.
    items = Task.objects.filter(section=OuterRef("pk")).exclude(state=TaskState.WITHDRAWN)
    rows = Section.objects.filter(plan=plan).annotate(filled=Exists(items)).order_by("position", "pk")
    return rows.values_list(*attributes(Section), "filled")


_HEADINGS = Prepared(_headings, ids=["plan"])


def standing_paths(plan: Plan) -> tuple[Path, ...]:
    return tuple(heading_paths(standing_sections(plan)).values())


def ensure_sections(plan: Plan, paths: Iterable[Path]) -> dict[Path, int]:
    """Return the ids of these paths' headings and of all there are beside them, making what is missing.

    Whatever the number, that is one statement; without a path there is nothing to ask.
    """
    wanted = dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))
    if not wanted:
        return {}
    found = {path: pk for pk, path in section_paths({plan.pk}).items()}
    missing = [path for path in wanted if path not in found]
    if missing:
        last = Section.objects.filter(plan=plan).aggregate(last=Max("position"))["last"]
        first = 0 if last is None else last + 1
        # A heading stands before those under it, so whoever is above has its id already.
        found |= zip(missing, draw_ids(Section, len(missing)), strict=True)
        rows = (
            (found[path], plan.organization_id, plan.pk, found.get(path[:-1]), path[-1], place)
            for place, path in enumerate(missing, start=first)
        )
        insert_values(Section, ("id", "organization_id", "plan_id", "parent_id", "title", "position"), rows)
    return found
