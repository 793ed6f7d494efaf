"""The items that hold every word somebody looks for: in what was promised, in a report, or in a name that has a part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from accounts.access import Reach
from accounts.models import Department, DepartmentAlias, Person, Post
from accounts.models.dated import in_force
from projects.models import Involvement, Task
from tracker.models import ItemText, ReportText
from tracker.search_words import grams, normal, words


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


def holding(tasks: QuerySet[Task], sought: Sought, reach: Reach, *, today: date) -> QuerySet[Task]:
    """Return those of the items that hold every word, each wherever it stands."""
    for word, named in sought.items():
        tasks = tasks.filter(pk__in=_with(word, named, reach.organization_id, today))
    return tasks


def by_closeness(tasks: QuerySet[Task], asked: str, sought: Sought, *, today: date) -> QuerySet[Task]:
    """Sort as a person expects: the number itself, then titles, then units and people, then contents, then reports."""
    named = sought.values()
    title, body = Q(), Q()
    for word in sought:
        title &= Q(item_text__title__contains=word)
        body &= Q(item_text__title__contains=word) | Q(item_text__body__contains=word)
    cases = [When(number=asked.strip(), then=Value(0)), When(title, then=Value(1))]
    if named and all(named):
        parts = [Exists(each.parts(today=today).filter(task=OuterRef("pk"))) for each in named]
        cases.append(When(Q(*parts), then=Value(2)))
    closeness = Case(*cases, When(body, then=Value(3)), default=Value(4), output_field=IntegerField())
    return tasks.order_by(closeness, "-plan__year", "-plan", "position", "pk")


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
    """Return the ids of the items a word is found with; whatever the pairs find is held against the text itself."""
    own, pairs = Q(organization=organization_id), Q()
    if organization_id is not None and (sought := grams(word, organization=organization_id)):
        pairs = Q(grams__holds=sought)
    texts = ItemText.objects.filter(own, pairs, Q(title__contains=word) | Q(body__contains=word))
    others: list[QuerySet[Any, Any]] = [ReportText.objects.filter(own, pairs, body__contains=word).values("task")]
    if named:
        others.append(named.parts(today=today).values("task"))
    return texts.values("task").union(*others)
