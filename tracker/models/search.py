"""What can be looked for: the words of each item and report as they are compared, and an index over their pairs of signs."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, override

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup

from accounts.models import Organization
from projects.models import Task
from tracker.models.reports import ProgressReport

if TYPE_CHECKING:
    AnyField = models.Field[Collection[int], Collection[int]]
    AnyLookup = Lookup[Any]
else:
    AnyField, AnyLookup = models.Field, Lookup


class GramsField(AnyField):
    """A set of signed 32-bit numbers: an array with a GIN index on PostgreSQL, words of a full-text index on SQLite."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "integer[]" if connection.vendor == "postgresql" else "text"

    @override
    def to_python(self, value: Any) -> frozenset[int] | None:
        """Take the numbers themselves, or the words of them that SQLite keeps."""
        if isinstance(value, str):
            return frozenset(int(token, 16) - ((int(token, 16) >> 31) << 32) for token in value.split())
        return None if value is None else frozenset(value)

    def from_db_value(self, value: Any, *_: Any) -> frozenset[int] | None:
        return self.to_python(value)

    @override
    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        grams = self.to_python(value)
        if grams is None:
            return None
        if connection.vendor == "postgresql":
            return "{" + ",".join(str(gram) for gram in sorted(grams)) + "}"
        return as_tokens(grams)

    def get_placeholder_sql(self, value: Any, _compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return "%s::integer[]" if connection.vendor == "postgresql" else "%s", [value]


def as_tokens(grams: Collection[int]) -> str:
    return " ".join(f"{gram & 0xFFFFFFFF:08x}" for gram in sorted(grams))


@GramsField.register_lookup
class Holds(AnyLookup):
    """Whether all of these numbers are in the set."""

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        return "%s", (GramsField().get_db_prep_value(value, connection),)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        lhs, before = self.process_lhs(compiler, connection)
        _, given = self.process_rhs(compiler, connection)
        return f"{lhs} @> %s::integer[]", [*before, *given]

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        _, given = self.process_rhs(compiler, connection)
        model, quote = self.lhs.target.model, connection.ops.quote_name
        table, key = model._meta.db_table, f"{quote(self.lhs.alias)}.{quote(model._meta.pk.column)}"
        index = quote(f"{table}_grams")
        return f"{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [*given]  # noqa: S608 - names of models


class ItemText(models.Model):
    """An item's own words, normal; the table of an index stands beside it (see the migration before you alter it)."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, primary_key=True, related_name="item_text")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    body = models.TextField()
    grams = GramsField()

    def __str__(self) -> str:
        return f"{self.task_id} {self.title[:30]}"


class ReportText(models.Model):
    """A report's words, normal; written once, as reports are."""

    report = models.OneToOneField(ProgressReport, on_delete=models.PROTECT, primary_key=True, related_name="text")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    grams = GramsField()

    def __str__(self) -> str:
        return f"{self.report_id} {self.body[:30]}"


class TextDue(models.Model):
    """An item whose words changed together with many others': the clock writes them a moment later."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, primary_key=True, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.task_id)
