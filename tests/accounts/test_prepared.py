"""A prepared query answers as the query it was written from, whatever is asked of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import QuerySet

from accounts.models import Membership
from accounts.models.among import among
from accounts.prepared import Prepared
from projects.models import Milestone, Plan, Target
from tests.cast import TODAY, Cast

pytestmark = pytest.mark.django_db


def steps(tasks: list[int], day: date) -> QuerySet[Milestone, tuple[int, str, date | None]]:
    rows = Milestone.objects.filter(among("task", tasks), current_due_on__lte=day).order_by("pk")
    return rows.values_list("pk", "text", "current_due_on")


def test_it_answers_alike_for_every_list_and_day(plan: Plan) -> None:
    prepared = Prepared(steps, lists=["tasks"], days=["day"])
    ids = list(plan.tasks.values_list("pk", flat=True))
    for tasks in (ids, ids[:1], []):
        for day in (date(2026, 3, 31), date(2026, 12, 31), date(2025, 1, 1)):
            assert prepared.rows(tasks=tasks, day=day) == list(steps(tasks, day))


def test_values_are_converted_as_models_have_them(plan: Plan) -> None:
    prepared = Prepared(
        lambda task: Target.objects.filter(task=task).values_list("value", "cumulative", "curve", "due_on"),
        ids=["task"],
    )
    aim = Target.objects.get()
    assert prepared.rows(task=aim.task_id) == [(Decimal(7), True, [], aim.due_on)]


def test_ids_and_days_find_their_own_places(cast: Cast) -> None:
    prepared = Prepared(
        lambda person, organization, today: (
            Membership.objects.on(today).filter(person=person, organization=organization).values_list("department_id")
        ),
        ids=["person", "organization"],
        days=["today"],
    )
    asked = {"person": cast.clerk.person_id, "organization": cast.organization.pk}
    assert prepared.rows(**asked, today=TODAY) == [(cast.building.pk,)]
    assert prepared.rows(**asked, today=date(2025, 1, 1)) == []
    assert prepared.rows(**{**asked, "organization": cast.organization.pk + 99}, today=TODAY) == []
    Membership.objects.filter(person=cast.clerk.person_id).update(to_on=TODAY - timedelta(days=1))
    assert prepared.rows(**asked, today=TODAY) == []
