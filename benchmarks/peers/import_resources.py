"""The same import by django-import-export: in bulk mode with skip_diff, one resource a table.

It is given more than it would have in life: the rows of every table are worked out before the clock starts, so that it
only has to read the file and to write; and a foreign key is taken as the number it is, instead of one query a row.

`at_its_fastest` it doesn't look either whether a row is there already (force_init_instance), which ours always does.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import tablib
from django.db import models
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import modelresource_factory
from import_export.widgets import CharWidget, IntegerWidget

from tracker.models.search import as_tokens


def resource_of(model: type[models.Model], *, at_its_fastest: bool) -> Any:
    """Return the resource of a table, a thousand rows a statement."""
    keys = [field.attname for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    plain = [field.attname for field in model._meta.concrete_fields if not isinstance(field, models.ForeignKey)]
    options = {
        "fields": (*plain, *keys),
        "use_bulk": True,
        "skip_diff": True,
        "force_init_instance": at_its_fastest,
        "report_skipped": False,
        "batch_size": 1000,
        "import_id_fields": [model._meta.pk.attname],
    }
    fields = {key: Field(attribute=key, column_name=key, widget=IntegerWidget()) for key in keys}
    # By itself it would write "" where there is no text, and two plans without a token would be one.
    texts = [each.attname for each in model._meta.concrete_fields if each.null and isinstance(each, models.CharField)]
    fields |= {text: Field(attribute=text, column_name=text, widget=CharWidget(allow_blank=False)) for text in texts}
    return modelresource_factory(model, meta_options=options, custom_fields=fields)()


def rows_of(model: type[models.Model], keys: Sequence[Any]) -> tablib.Dataset:
    """Return rows that are there as the dataset a resource takes."""
    names = [field.attname for field in model._meta.concrete_fields]
    rows = model._default_manager.filter(pk__in=keys).order_by("pk").values_list(*names)
    return tablib.Dataset(*(tuple(map(_cell, row)) for row in rows), headers=names)


def _cell(value: Any) -> Any:
    if isinstance(value, frozenset):
        return as_tokens(value)
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def import_file(
    path: Path, datasets: Sequence[tuple[type[models.Model], tablib.Dataset]], *, at_its_fastest: bool
) -> None:
    """Read the file and write the rows: what the clock sees."""
    assert len(XLSX().create_dataset(path.read_bytes()))
    for model, dataset in datasets:
        resource = resource_of(model, at_its_fastest=at_its_fastest)
        result = resource.import_data(dataset, use_transactions=True, raise_errors=True)
        assert result.totals["new"] == len(dataset)
