"""Rows written in bulk are the rows that saving one by one would have made."""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.forms.models import model_to_dict
from pytest_django import DjangoAssertNumQueries

from accounts.bulk import BLOCK, FEW, draw_ids, insert_missing, insert_rows, insert_values, uncollected, upsert_values
from accounts.choices import DepartmentKind, Door
from accounts.models import Department, HistoryEntry, Organization
from projects.models import Target
from tests.factories import (
    DepartmentFactory,
    MilestoneDateFactory,
    MilestoneFactory,
    OrganizationFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

Write = Callable[[type[Model], Sequence[str], Sequence[Sequence[Any]]], None]
both = pytest.mark.parametrize("write", [insert_values, upsert_values])


def values_of(row: Model) -> tuple[list[str], list[Any]]:
    names = [field.attname for field in row._meta.concrete_fields]
    return names, [getattr(row, name) for name in names]


def written(write: Write, row: Model) -> Model:
    """Write an unsaved row in bulk and read it back."""
    (row.pk,) = draw_ids(type(row), 1)
    names, values = values_of(row)
    write(type(row), names, [values])
    return type(row)._default_manager.get(pk=row.pk)


def test_every_kind_of_value_comes_back_as_it_went_in() -> None:
    entry = HistoryEntry(
        organization=OrganizationFactory.create(),
        object_type="thing",
        object_id=2**40,
        object_version=1,
        action="thing.created",
        after={"名": ["甲", 1, None, True], "引号": 'a"b\\c\t{}'},
        reason="第一行\n第二行\t%s %% ' {1,2}",
        door=Door.IMPORT,
        at=datetime(2026, 6, 24, 1, 30, 5, 123456, tzinfo=UTC),
        business_on=date(2026, 6, 24),
    )
    stored = written(insert_values, entry)
    assert model_to_dict(stored) == model_to_dict(entry)
    assert isinstance(stored, HistoryEntry)
    assert (stored.at, stored.user) == (entry.at, None)


def test_what_is_overwritten_comes_back_as_it_went_in() -> None:
    step = MilestoneFactory.create()
    date_row, task = MilestoneDateFactory.create(milestone=step, due_on=date(2026, 3, 31)), step.task
    date_row.at = datetime(2026, 6, 24, 1, 30, 5, 123456, tzinfo=UTC)
    task.extra, task.note, task.issued_on = {"引号": '{a,"b"}\\c'}, "{甲,乙}\n%s 'NULL'", date(2026, 1, 2)
    for row in (date_row, task):
        names, values = values_of(row)
        upsert_values(type(row), names, [values])
        stored = type(row)._default_manager.get(pk=row.pk)
        assert values_of(stored) == values_of(row)


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, FEW + BLOCK + 2])
def test_few_rows_and_many_come_back_as_they_went_in_and_get_ids_of_their_own(count: int) -> None:
    organization = OrganizationFactory.create()
    texts = ["第一行\n第二行\t%s %% ' {1,2}", '{"引号": "a\\"b"}', "NULL", "", "\\N"]
    columns = [field.attname for field in HistoryEntry._meta.concrete_fields if field.attname != "id"]
    rows = [
        {
            "organization_id": organization.pk,
            "object_type": "thing",
            "object_id": 2**40 + number,
            "object_version": 1,
            "task_id": None if number % 2 else number,
            "action": "thing.created",
            "before": {},
            "after": {"名": ["甲", number, None, True], "引号": 'a"b\\c\t{}'},
            "reason": texts[number % len(texts)],
            "door": Door.IMPORT,
            "user_id": None,
            "actor_name": "",
            "at": datetime(2026, 6, 24, 1, 30, 5, 123456, tzinfo=UTC),
            "business_on": date(2026, 6, 24),
        }
        for number in range(count)
    ]
    insert_values(HistoryEntry, columns, [[row[name] for name in columns] for row in rows])
    assert list(HistoryEntry.objects.order_by("pk").values(*columns)) == rows


@pytest.mark.postgres
@both
def test_a_text_longer_than_its_column_is_refused_not_cut_off(write: Write) -> None:
    with pytest.raises(DataError), transaction.atomic():
        written(write, Organization(code="x" * 51, name="名"))


@both
def test_numbers_keep_their_digits(write: Write) -> None:
    example = TargetFactory.create()
    example.value, example.baseline = Decimal("12345678901.2345"), Decimal("-0.5")
    stored = written(write, example)
    assert isinstance(stored, Target)
    assert (stored.value, stored.baseline) == (Decimal("12345678901.2345"), Decimal("-0.5"))


@both
def test_ids_go_on_after_rows_saved_one_by_one_and_before_them(write: Write) -> None:
    first = DepartmentFactory.create()
    bulk = [written(write, Department(organization=first.organization, name=f"科室{n}")) for n in range(2)]
    last = DepartmentFactory.create()
    assert len({first.pk, *(row.pk for row in bulk), last.pk}) == 4


@pytest.mark.parametrize("count", [2, FEW + 2, FEW + BLOCK + 2])
def test_of_what_is_missing_that_stands_already_is_left_out_and_left_alone(count: int) -> None:
    OrganizationFactory.create(code="o1", name="原有")
    columns = [field.attname for field in Organization._meta.concrete_fields if field.attname != "id"]
    usual = {name: getattr(Organization(name="新\t增\n"), name) for name in columns}
    rows = ([(usual | {"code": f"o{number}"})[name] for name in columns] for number in range(count))
    insert_missing(Organization, columns, rows)
    found = dict(Organization.objects.values_list("code", "name"))
    assert found == {f"o{number}": "新\t增\n" for number in range(count)} | {"o1": "原有"}


def test_instances_learn_their_ids_and_count_as_saved() -> None:
    organization = OrganizationFactory.create()
    units = [Department(organization=organization, name=f"科室{n}", kind=DepartmentKind.AREA) for n in range(3)]
    insert_rows(Department, units)
    units[0].name = "改名"
    units[0].save(update_fields=["name"])
    names = Department.objects.filter(pk__in=[unit.pk for unit in units]).order_by("pk").values_list("name", flat=True)
    assert list(names) == ["改名", "科室1", "科室2"]


def test_what_stands_under_a_key_is_overwritten_whole_and_nothing_beside_it() -> None:
    one, other = DepartmentFactory.create(name="旧名"), DepartmentFactory.create(name="别的")
    names, values = values_of(one)
    changed = dict(zip(names, values, strict=True)) | {"name": "新名", "kind": DepartmentKind.AREA, "parent_id": None}
    upsert_values(Department, names, [list(changed.values())])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.name, one.kind, other.name, Department.objects.count()) == ("新名", "area", "别的", 2)


@both
def test_a_column_that_is_forgotten_is_refused(write: Write) -> None:
    with pytest.raises(ValueError, match="other columns"):
        write(Organization, ["id", "code"], [[1, "x"]])


@both
def test_constraints_hold_and_nothing_of_a_refused_lot_stays(write: Write) -> None:
    taken = OrganizationFactory.create()
    names, _ = values_of(taken)
    rows = [(pk, code, "名", None, 1) for pk, code in zip(draw_ids(Organization, 2), ["neu", taken.code], strict=True)]
    with pytest.raises(IntegrityError), transaction.atomic():
        write(Organization, names, rows)
    assert Organization.objects.count() == 1


@both
def test_no_rows_are_no_work(write: Write, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        write(Organization, values_of(Organization())[0], [])
    assert not Organization.objects.exists()


def test_the_collector_works_again_after_a_bulk_even_one_that_failed() -> None:
    def fail() -> None:
        assert not gc.isenabled()
        with uncollected():
            raise KeyError

    with pytest.raises(KeyError), uncollected():
        fail()
    assert gc.isenabled()
