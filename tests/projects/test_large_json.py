"""A reading of many megabytes in its column."""

import pytest
from django.db import connection, models

from projects.models import ImportBatch
from projects.models.large_json import LargeJSONField
from tests.cast import Cast
from tests.projects.importing.tables import batch_of, table, whole


@pytest.mark.django_db
def test_a_reading_comes_back_as_it_went_in(cast: Cast) -> None:
    reading = table(whole(cast)).to_dict()
    batch = batch_of(cast, table(whole(cast)), None)
    assert ImportBatch.objects.get(pk=batch.pk).reading == reading
    assert ImportBatch.objects.filter(pk=batch.pk, reading__year=2026).exists()


@pytest.mark.django_db
def test_no_reading_is_none(cast: Cast) -> None:
    batch = batch_of(cast, table(whole(cast)), None)
    ImportBatch.objects.update(reading=None)
    assert ImportBatch.objects.get(pk=batch.pk).reading is None
    assert ImportBatch.objects.filter(reading__isnull=True).exists()


@pytest.mark.sqlite
@pytest.mark.django_db
def test_chinese_stands_in_the_file_as_it_is_written(cast: Cast) -> None:
    batch = batch_of(cast, table(whole(cast)), None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reading FROM projects_importbatch WHERE id = %s", [batch.pk])
        assert "新塘路" in cursor.fetchone()[0]


def test_to_migrations_it_is_django_s_own_field() -> None:
    assert LargeJSONField(null=True).deconstruct() == models.JSONField(null=True).deconstruct()
