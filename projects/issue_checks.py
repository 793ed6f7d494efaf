"""What is doubtful in a draft, to be looked at before it is issued; nothing of it forbids issuing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import Department, Membership, Post, PostHolding
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement, Milestone, Plan, Target, Task
from projects.reading.targets.reading import read_targets

SHOWN = 12
STANDING_KINDS = ("ongoing", "recurring")
NOT_COUNTED = (TaskState.WITHDRAWN, TaskState.CANCELLED)
MOST_READ = 1000
"""So many target texts are looked through, for the page is shown at once."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One kind of doubt: how many, and the first few of what it concerns; a mild one is worth no second thought."""

    said: str
    count: int
    tasks: tuple[Task, ...] = ()
    units: tuple[Department, ...] = ()
    mild: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What issuing a draft would hand out: items, to so many leading units, and so many units to sign for them."""

    drafts: int
    leads: int
    signers: int


def shape_of(plan: Plan, *, today: date) -> Shape:
    drafts = Task.objects.filter(plan=plan, state=TaskState.DRAFT)
    parts = Involvement.objects.on(today).filter(task__in=drafts, department__isnull=False)
    leads = parts.filter(role=InvolvementRole.LEAD)
    signers = parts.filter(role__in=(InvolvementRole.LEAD, InvolvementRole.SUPPORT))
    return Shape(drafts.count(), *(rows.values("department").distinct().count() for rows in (leads, signers)))


def doubts_of(plan: Plan, *, today: date) -> list[Doubt]:
    """Return the doubts about issuing on `today`, in a fixed number of queries, those without any left out."""
    drafts = Task.objects.filter(plan=plan, state=TaskState.DRAFT).order_by("position", "pk")
    parts = Involvement.objects.on(today).filter(task=OuterRef("pk"))
    steps = Milestone.objects.filter(task=OuterRef("pk"), dropped_on__isnull=True, current_due_on__isnull=False)
    targets = Target.objects.filter(task=OuterRef("pk"), dropped_on__isnull=True)
    doubled, misplaced = _odd_numbers(plan)
    found = [
        _of_tasks(gettext("没有牵头单位"), drafts.exclude(Exists(parts.filter(role=InvolvementRole.LEAD)))),
        _of_tasks(
            gettext("没有时限，也不是长期工作"), drafts.exclude(Exists(steps)).exclude(deadline_kind__in=STANDING_KINDS)
        ),
        _of_tasks(
            gettext("时限已过，下达后马上就是逾期"),
            drafts.filter(Exists(steps.filter(current_due_on__lt=today, done_on__isnull=True))),
        ),
        _of_tasks(gettext("指标没有单位"), drafts.filter(Exists(targets.filter(unit="", items__isnull=True)))),
        _of_tasks(gettext("目标里写了数量，但没有指标"), _with_amounts(drafts.exclude(Exists(targets)), plan.year)),
        _of_tasks(gettext("编号重复"), drafts.filter(pk__in=doubled)),
        _of_tasks(gettext("编号不按次序"), drafts.filter(pk__in=misplaced)),
        _of_units(gettext("单位里没有能登录的人"), _units_without_people(plan, today)),
        _of_tasks(
            gettext("责任领导的岗位空缺"), drafts.filter(Exists(parts.filter(post__in=_vacant_posts(plan, today))))
        ),
        _of_tasks(gettext("没有责任人"), drafts.exclude(Exists(parts.filter(role=InvolvementRole.OWNER))), mild=True),
    ]
    return [doubt for doubt in found if doubt.count]


def _of_tasks(said: str, tasks: Iterable[Task], *, mild: bool = False) -> Doubt:
    found = list(tasks)
    return Doubt(said, len(found), tasks=tuple(found[:SHOWN]), mild=mild)


def _of_units(said: str, units: Iterable[Department]) -> Doubt:
    found = list(units)
    return Doubt(said, len(found), units=tuple(found[:SHOWN]))


def _with_amounts(tasks: QuerySet[Task], year: int) -> list[Task]:
    written = tasks.filter(target_text__regex="[0-9０-９一二三四五六七八九十百两]")[:MOST_READ]
    return [task for task in written if read_targets(task.target_text, year=year).targets]


def _odd_numbers(plan: Plan) -> tuple[list[int], list[int]]:
    """Return the items whose number another one has, and those whose number is lower than the one above."""
    rows = Task.objects.filter(plan=plan).exclude(state__in=NOT_COUNTED).exclude(number="").order_by("position", "pk")
    lines = list(rows.values_list("pk", "section", "number"))
    # Where several sections begin with 1, each counts its own.
    by_section = len({section for _, section, number in lines if number == "1"}) > 1
    keyed = [(pk, section if by_section else None, number) for pk, section, number in lines]
    count = Counter((section, number) for _, section, number in keyed)
    doubled = [pk for pk, section, number in keyed if count[section, number] > 1]
    return doubled, _misplaced(keyed)


def _misplaced(keyed: Sequence[tuple[int, int | None, str]]) -> list[int]:
    above: dict[int | None, tuple[int, ...]] = {}
    found = []
    for pk, section, number in keyed:
        if not re.fullmatch(r"\d+([.．\-—]\d+)*", number):
            continue
        place = tuple(int(part) for part in re.findall(r"\d+", number))
        if place < above.get(section, ()):
            found.append(pk)
        above[section] = place
    return found


def _vacant_posts(plan: Plan, today: date) -> QuerySet[Post]:
    held = PostHolding.objects.on(today).filter(post=OuterRef("pk"))
    return Post.objects.filter(organization=plan.organization_id).exclude(Exists(held))


def _units_without_people(plan: Plan, today: date) -> QuerySet[Department]:
    involved = Involvement.objects.on(today).filter(
        task__plan=plan, task__state=TaskState.DRAFT, department__isnull=False
    )
    signed_in = Membership.objects.on(today).filter(
        Q(person__left_on__isnull=True) | Q(person__left_on__gt=today),
        department=OuterRef("pk"),
        person__user__is_active=True,
    )
    units = Department.objects.filter(pk__in=involved.values("department"))
    return units.exclude(Exists(signed_in)).order_by("position", "pk")
