"""A prepared query answers as the query it was written from, whatever is asked of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Organization
from accounts.models.among import among
from accounts.prepared import Prepared, PreparedCounts, attributes, instance
from accounts.tracing import tracing
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


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.postgres
def test_postgresql_plans_it_once_however_many_requests_ask(cast: Cast, planned: bool) -> None:
    prepared = Prepared(
        lambda person: Membership.objects.filter(person=person, department__name="once").values_list("pk"),
        ids=["person"],
        planned=planned,
    )
    for request in ("request-1", "request-2"):
        with tracing(request):
            assert prepared.rows(person=2**40) == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%accounts_membership%accounts_department%name%'"
        )
        (count,) = cursor.fetchone()
    assert count == (1 if planned else 0)


def test_rows_make_the_instances_that_the_query_makes(cast: Cast) -> None:
    prepared = Prepared(
        lambda organization: Organization.objects.filter(pk=organization).values_list(*attributes(Organization)),
        ids=["organization"],
    )
    (row,) = prepared.rows(organization=cast.organization.pk)
    found = instance(Organization, row)
    assert (found, found.name, found.pk) == (cast.organization, cast.organization.name, cast.organization.pk)
    assert found._state.db == "default"


def test_several_counts_are_one_question_and_what_nothing_can_meet_is_none(cast: Cast) -> None:
    def of_person(person: int, today: date) -> dict[str, QuerySet[Membership]]:
        mine = Membership.objects.filter(person=person)
        return {"now": mine.on(today).order_by("pk"), "none": mine.filter(pk__in=[]), "all": mine}

    prepared = PreparedCounts(of_person, ids=["person"], days=["today"])
    Membership.objects.filter(person=cast.clerk.person_id).update(to_on=TODAY - timedelta(days=1))
    for user, now in ((cast.clerk, 0), (cast.head, 1)):
        with CaptureQueriesContext(connection) as captured:
            assert prepared.counts(person=user.person_id, today=TODAY) == {"now": now, "none": 0, "all": 1}
        assert len(captured) == 1
