"""Rows inserted in bulk are the rows that saving one by one would have made."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict
from pytest_django import DjangoAssertNumQueries

from accounts.bulk import insert_rows
from accounts.choices import DepartmentKind, Door
from accounts.models import Department, GroupMember, HistoryEntry, Organization
from tests.factories import DepartmentFactory, DepartmentGroupFactory, OrganizationFactory, TargetFactory

pytestmark = pytest.mark.django_db


def test_every_kind_of_value_comes_back_as_it_went_in() -> None:
    organization = OrganizationFactory.create()
    entry = HistoryEntry(
        organization=organization,
        object_type="thing",
        object_id=2**40,
        object_version=1,
        action="thing.created",
        after={"名": ["甲", 1, None, True], "引号": 'a"b\\c\t'},
        reason="第一行\n第二行\t%s %% '",
        door=Door.IMPORT,
        at=datetime(2026, 6, 24, 1, 30, 5, 123456, tzinfo=UTC),
        business_on=date(2026, 6, 24),
    )
    insert_rows(HistoryEntry, [entry])
    stored = HistoryEntry.objects.get(pk=entry.pk)
    assert model_to_dict(stored) == model_to_dict(entry)
    assert (stored.at, stored.user) == (entry.at, None)


def test_numbers_keep_their_digits() -> None:
    example = TargetFactory.create()
    example.pk, example.value, example.baseline = None, Decimal("12345678901.2345"), Decimal("-0.5")
    insert_rows(type(example), [example])
    example.refresh_from_db()
    assert (example.value, example.baseline) == (Decimal("12345678901.2345"), Decimal("-0.5"))


def test_rows_learn_their_ids_and_those_of_parents_inserted_before() -> None:
    organization = OrganizationFactory.create()
    group = DepartmentGroupFactory.create(organization=organization)
    units = [Department(organization=organization, name=f"科室{n}", kind=DepartmentKind.AREA) for n in range(3)]
    members = [GroupMember(organization=organization, group=group, department=unit) for unit in units]
    insert_rows(Department, units)
    insert_rows(GroupMember, members)
    assert [member.department_id for member in members] == [unit.pk for unit in units]
    assert list(group.members.order_by("pk").values_list("department__name", flat=True)) == ["科室0", "科室1", "科室2"]


def test_ids_go_on_after_rows_saved_one_by_one_and_before_them() -> None:
    first = DepartmentFactory.create()
    bulk = [Department(organization=first.organization, name=f"科室{n}") for n in range(2)]
    insert_rows(Department, bulk)
    last = DepartmentFactory.create()
    assert len({first.pk, *(row.pk for row in bulk), last.pk}) == 4
    bulk[0].name = "改名"
    bulk[0].save(update_fields=["name"])
    assert Department.objects.get(pk=bulk[0].pk).name == "改名"


def test_constraints_hold_and_nothing_of_a_refused_lot_stays() -> None:
    taken = OrganizationFactory.create()
    rows = [Organization(code="neu", name="新"), Organization(code=taken.code, name="重")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Organization, rows)
    assert Organization.objects.count() == 1


def test_no_rows_are_no_work(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert_rows(Organization, [])
    assert not Organization.objects.exists()
