"""The items that hold every word somebody looks for: in what was promised, in a report, or in a name that has a part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntFlag
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.models import Department, DepartmentAlias, Person, Post
from accounts.models.among import among
from accounts.models.dated import in_force
from projects.models import Involvement, Task
from tracker.models import ItemText, ReportText
from tracker.search_words import grams, normal, words


class Grade(IntFlag):
    """Where a word was found: in an item's title, in any of its own words, in a name that has a part, in a report."""

    TITLE = 1
    NAME = 2
    OWN = 4
    SAID = 8


CLOSENESS = (Grade.TITLE, Grade.NAME, Grade.OWN)
"""Where all words have to be found for an item to stand before another; last come those that hold each somewhere."""


@dataclass(frozen=True, slots=True)
class Named:
    """Ids of those of an organization in whose name a word stands."""

    departments: frozenset[int] = frozenset()
    posts: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.departments or self.posts or self.people)

    def parts(self, *, today: date) -> QuerySet[Involvement]:
        named = Q(department__in=self.departments) | Q(post__in=self.posts) | Q(person__in=self.people)
        return Involvement.objects.filter(named, in_force(today))


type Sought = Mapping[str, Named]
"""The words somebody looks for, in their order."""


def grades_of(sought: Sought, organization_id: int | None, *, today: date) -> dict[int, int]:
    """Return the items of an organization with which every word is found, with its grades, in a query a word.

    They are looked up before anything else is asked of them: no database can guess how many items hold a word, and it joins
    them to their plans one by one where it guesses few.
    """
    found: dict[int, int] | None = None
    for word, named in sought.items():
        grades: dict[int, int] = {}
        # Plain numbers: adding up thousands of flags takes longer than finding them.
        for task, grade in _with(word, named, organization_id, today):
            grades[task] = grades.get(task, 0) | grade
        # What isn't true of all words isn't true of the item.
        found = grades if found is None else {task: found[task] & grades[task] for task in found.keys() & grades.keys()}
    return found or {}


def holding(tasks: QuerySet[Task], sought: Sought, reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return those of the items that hold every word."""
    return tasks.filter(among("pk", list(grades_of(sought, reach.organization_id, today=today)))) if sought else tasks


def by_closeness(tasks: QuerySet[Task], asked: str, grades: Mapping[int, int]) -> QuerySet[Task]:
    """Sort as a person expects: the number itself, then titles, then units and people, then contents, then reports."""
    cases, left = [When(number=asked.strip(), then=Value(0))], grades
    for place, level in enumerate(map(int, CLOSENESS), 1):
        if ids := [task for task, grade in left.items() if grade & level]:
            cases.append(When(among("pk", ids), then=Value(place)))
            left = {task: grade for task, grade in left.items() if not grade & level}
    closeness = Case(*cases, default=Value(len(CLOSENESS) + 1), output_field=IntegerField())
    return tasks.filter(among("pk", list(grades))).order_by(closeness, "-plan__year", "-plan", "position", "pk")


def reports_with(task_ids: Collection[int], sought: Iterable[str]) -> dict[int, int]:
    """Return the newest report of each of these items in which one of the words stands."""
    anywhere = Q()
    for word in sought:
        anywhere |= Q(body__contains=word)
    rows = ReportText.objects.filter(anywhere, task__in=task_ids).order_by("pk").values_list("task", "pk")
    return dict(rows)


def sought_in(asked: str, organization_id: int | None) -> Sought:
    """Return each word of what is asked with those in whose names it stands, in four queries."""
    sought = words(asked)
    if not sought:
        return {}
    units = [
        *Department.objects.filter(organization=organization_id).values_list("pk", "name"),
        *DepartmentAlias.objects.filter(organization=organization_id).values_list("department_id", "name"),
    ]
    posts = Post.objects.filter(organization=organization_id).values_list("pk", "name")
    people = Person.objects.filter(organization=organization_id).values_list("pk", "name")
    known = [[(pk, normal(name)) for pk, name in rows] for rows in (units, posts, people)]
    return {word: Named(*(frozenset(pk for pk, name in rows if word in name) for rows in known)) for word in sought}


def _with(word: str, named: Named, organization_id: int | None, today: date) -> QuerySet[Any, Any]:
    """Return the items a word is found with and where; whatever the pairs find is held against the text itself."""
    own, pairs = Q(organization=organization_id), Q()
    if organization_id is not None and (sought := grams(word, organization=organization_id)):
        pairs = Q(grams__holds=sought)
    within = Q(title__contains=word) | Q(body__contains=word)
    titled = When(title__contains=word, then=Value(int(Grade.TITLE | Grade.OWN)))
    place = Case(titled, default=Value(int(Grade.OWN)), output_field=IntegerField())
    texts = ItemText.objects.filter(own, pairs, within).values_list("task_id", place)
    others: list[QuerySet[Any, Any]] = [
        ReportText.objects.filter(own, pairs, body__contains=word).values_list("task_id", _always(Grade.SAID))
    ]
    if named:
        others.append(named.parts(today=today).values_list("task_id", _always(Grade.NAME)))
    return texts.union(*others, all=True)


def _always(grade: Grade) -> Value:
    return Value(int(grade), output_field=IntegerField())
