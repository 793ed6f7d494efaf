"""`among` finds what `in` finds, through keys and joins, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Department, DepartmentAlias
from accounts.models.among import among
from tests.factories import DepartmentFactory

pytestmark = pytest.mark.django_db


def test_a_key_and_a_foreign_key_are_looked_for_among_many() -> None:
    units = [DepartmentFactory.create() for _ in range(3)]
    for unit in units:
        DepartmentAlias.objects.create(organization=unit.organization, department=unit, name=f"{unit.name}简称")
    some = [units[0].pk, units[2].pk]
    assert set(Department.objects.filter(among("pk", some))) == {units[0], units[2]}
    assert DepartmentAlias.objects.filter(among("department", some)).count() == 2
    assert DepartmentAlias.objects.filter(among("department__organization", [units[1].organization_id])).count() == 1
    assert list(Department.objects.exclude(among("pk", some))) == [units[1]]


def test_nobody_is_among_none() -> None:
    DepartmentFactory.create()
    assert not Department.objects.filter(among("pk", ())).exists()


def test_more_than_a_statement_takes_marks_for_are_found_at_once() -> None:
    unit = DepartmentFactory.create()
    with CaptureQueriesContext(connection) as queries:
        found = list(Department.objects.filter(among("pk", range(unit.pk, unit.pk + 300_000))))
    assert (found, len(queries)) == ([unit], 1)
