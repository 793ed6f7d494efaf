"""Names for what history keeps as numbers: units, persons, indicators and steps."""

from collections import defaultdict
from collections.abc import Collection

from accounts.models import Department, HistoryEntry, Person
from projects.models import Milestone, Target
from tracker.boards.happenings import Names

UNITS = ("department", "to", "asking_department", "from_department", "to_department")
PERSONS = ("answering_person", "person", "from_person", "to_person")
PARTS = ("values", "marks")


def names_in(entries: Collection[HistoryEntry]) -> Names:
    """Return a name for every number these entries keep, in four queries at most."""
    kept: defaultdict[str, set[int]] = defaultdict(set)
    for entry in entries:
        for field in (*UNITS, *PERSONS):
            value = entry.after.get(field)
            if isinstance(value, int):
                kept[field].add(value)
        if entry.object_type == "report":
            for field in PARTS:
                kept[field] |= {int(number) for number in entry.after.get(field, {})}
    units = Department.objects.in_bulk({pk for field in UNITS for pk in kept[field]})
    persons = Person.objects.in_bulk({pk for field in PERSONS for pk in kept[field]})
    targets, steps = Target.objects.in_bulk(kept["values"]), Milestone.objects.in_bulk(kept["marks"])
    return {
        **{(field, pk): units[pk].name for field in UNITS for pk in kept[field] if pk in units},
        **{(field, pk): persons[pk].name for field in PERSONS for pk in kept[field] if pk in persons},
        **{
            ("values", pk): f"{target.name}（{target.unit}）" if target.unit else target.name
            for pk, target in targets.items()
        },
        **{("marks", pk): step.text or step.phrase for pk, step in steps.items()},
    }
