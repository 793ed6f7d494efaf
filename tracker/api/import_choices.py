"""How a table is read: which column is what, which row names the columns; and a table put aside or taken up again."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.conflicts import Conflict
from projects.choices import BatchState
from projects.importing.batches import NotApplicable, choose_header, choose_roles, discard_batch, resume_batch
from projects.importing.decisions import IS_DATA, IS_HEADER
from projects.importing.refusals import lacks_header
from projects.importing.shelf import overview_of
from projects.models import ImportBatch
from projects.reading.child import ReadingRefused
from projects.reading.columns import ROLES
from projects.reading.model import Reading
from projects.reading.said import may_be_header, row_words
from tracker.api.asked import OVER
from tracker.api.etags import seen_by
from tracker.api.fields import Body, OneOf, Said, Shape, page_of
from tracker.api.import_shapes import WholeImportShape
from tracker.api.imports import ImportEndpoint, not_applicable
from tracker.api.listing import Listing
from tracker.api.problems import Fault, Problem

Row = dict[str, Any]
BETWEEN_CELLS = "\u3000"
"""What stands between the cells of a row that was left out."""

READ_AS = [(role, role) for role in ROLES]


class ColumnShape(Shape):
    letter = serializers.CharField()
    label = serializers.CharField(help_text=gettext_lazy("表头，写成一行"))  # type: ignore[assignment]  # of the column
    name = serializers.CharField(help_text=gettext_lazy("改列的性质时用它；空的不能改"))
    role = serializers.ChoiceField(READ_AS)
    chosen = serializers.BooleanField(help_text=gettext_lazy("是人定的"))


class HeadShape(Shape):
    """A table of the file with its columns, or a row that was left out and may name the columns."""

    id = serializers.IntegerField()
    sheet = serializers.CharField()
    row = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("没有读作事项的行；空的是一张表"))
    text = serializers.CharField()
    words = serializers.CharField(help_text=gettext_lazy("说它是不是表头时用它；空的不能说"))
    columns = ColumnShape(many=True)


class HeadQuery(Listing):
    pass


class RolesChange(Body):
    roles = serializers.DictField(
        child=OneOf([*READ_AS, ("", "")], allow_blank=True),
        help_text=gettext_lazy("列的 name 和它的性质；空的收回，按系统的读法"),
    )


class HeaderChange(Body):
    words = Said(max_length=250)
    reads_as = OneOf([(word, word) for word in (IS_HEADER, IS_DATA)], allow_null=True)


class DiscardBody(Body):
    reason = Said(max_length=500)


class ResumeBody(Body):
    pass


class Readable(ImportEndpoint):
    """A table that may be read another way."""

    def readable(self, batch_id: int) -> ImportBatch:
        """Return a table that may be read another way; refuse one that was written or put aside."""
        batch = self.batch(batch_id)
        if batch.state != BatchState.PREVIEWED and not lacks_header(batch):
            status = 404 if self.request.method == "GET" else 409
            raise Problem(status, "not_previewed", gettext("这份表没有读好，或者已经写入、放弃，没有可核对的。"))
        return batch

    def heads(self, batch: ImportBatch) -> Iterator[tuple[int, Row]]:
        """Yield tables and rows that may name columns, each with its place."""
        yield from enumerate((*self._tables(batch), *_left_out(batch)))

    def _tables(self, batch: ImportBatch) -> Iterator[Row]:
        if batch.state != BatchState.PREVIEWED:
            return
        for head in overview_of(batch, by=self.actor).heads.all:
            columns = [
                {name: getattr(column, name) for name in ("letter", "label", "name", "role", "chosen")}
                for column in sorted((*head.columns, *head.hidden), key=lambda column: column.at)
            ]
            yield {
                "sheet": head.sheet,
                "row": None,
                "text": head.title,
                "words": head.named_by,
                "columns": columns,
            }

    def chosen(self, batch: ImportBatch, choose: Callable[[int], object], version: int) -> HttpResponse:
        """Read the file as it was chosen to be, over the version that was seen."""
        try:
            choose(version)
        except Conflict as conflict:
            raise self.lost(batch.pk) from conflict
        except ReadingRefused as refused:
            fault = Fault("", refused.message, refused.code)
            raise Problem(422, "file_refused", refused.message, errors=[fault]) from refused
        except NotApplicable as refused:
            raise not_applicable(refused, None) from refused
        return self.told(batch.pk)


class ImportColumns(Readable):
    @extend_schema(
        summary=gettext_lazy("列出一次导入的表头和列，以及可能是表头的行"),
        parameters=[HeadQuery],
        responses=page_of(HeadShape),
    )
    def get(self, request: Request, batch_id: int) -> HttpResponse:
        del request
        batch = self.readable(batch_id)
        page, following = self.paging(self.asked(HeadQuery)).part_of(list(self.heads(batch)))
        return self.page([{"id": place, **row} for place, row in page], following)

    @extend_schema(
        summary=gettext_lazy("改列的性质，按新的列重读；已定的决定不变"),
        request=RolesChange,
        responses=WholeImportShape,
    )
    def patch(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.readable(batch_id)
        roles, seen = self.said(RolesChange)["roles"], seen_by(request)
        known = {column["name"] for _, head in self.heads(batch) for column in head["columns"]}
        if foreign := [name for name in roles if not name or name not in known]:
            raise _not_offered([f"roles.{name}" for name in foreign])

        def choose(version: int) -> ImportBatch:
            return choose_roles(batch=batch, roles=roles, by=self.actor, now=self.now, version=version)

        return self.chosen(batch, choose, seen.expected(batch.version))


class ImportHeader(Readable):
    @extend_schema(
        summary=gettext_lazy("说明一行是表头，或者不是，然后重读"), request=HeaderChange, responses=WholeImportShape
    )
    def patch(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.readable(batch_id)
        said, seen = self.said(HeaderChange), seen_by(request)
        known = {head["words"] for _, head in self.heads(batch)} | set(_rows_that_may(batch)) - {""}
        if said["words"] not in known:
            raise _not_offered(["words"])

        def choose(version: int) -> ImportBatch:
            header = said["reads_as"] or ""
            return choose_header(
                batch=batch, words=said["words"], header=header, by=self.actor, now=self.now, version=version
            )

        return self.chosen(batch, choose, seen.expected(batch.version))


class ImportDiscard(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("放弃一次还没有写入的导入"),
        parameters=[OVER],
        request=DiscardBody,
        responses=WholeImportShape,
    )
    def post(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.batch(batch_id)
        said, seen = self.said(DiscardBody), seen_by(request)
        return self.once(lambda: self._discarded(batch, said["reason"], seen.expected(batch.version)))

    def _discarded(self, batch: ImportBatch, reason: str, version: int) -> HttpResponse:
        try:
            discard_batch(batch=batch, by=self.actor, now=self.now, reason=reason, version=version)
        except Conflict as conflict:
            raise self.lost(batch.pk) from conflict
        except NotApplicable as refused:
            raise not_applicable(refused, None) from refused
        return self.told(batch.pk)


class ImportResume(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("重新办理一次放弃了的导入"),
        parameters=[OVER],
        request=ResumeBody,
        responses=WholeImportShape,
    )
    def post(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.batch(batch_id)
        self.said(ResumeBody)
        seen = seen_by(request)
        return self.once(lambda: self._resumed(batch, seen.expected(batch.version)))

    def _resumed(self, batch: ImportBatch, version: int) -> HttpResponse:
        try:
            resume_batch(batch=batch, by=self.actor, now=self.now, version=version)
        except Conflict as conflict:
            raise self.lost(batch.pk) from conflict
        except NotApplicable as refused:
            raise not_applicable(refused, None) from refused
        return self.told(batch.pk)


def _left_out(batch: ImportBatch) -> Iterator[Row]:
    """Yield the rows that were read as no items and may name the columns."""
    for sheet in _reading(batch).sheets:
        for row in (*sheet.skipped, *(row for table in sheet.tables for row in table.skipped)):
            if words := _words(row.text.split(BETWEEN_CELLS)):
                yield {"sheet": sheet.name, "row": row.row, "text": row.text, "words": words, "columns": []}


def _rows_that_may(batch: ImportBatch) -> Iterator[str]:
    """Yield the words of rows that were read as items and may name the columns."""
    yield from (_words([text for text in task.cells if text]) for task in _reading(batch).tasks)


def _words(texts: Sequence[str]) -> str:
    return row_words(texts) if may_be_header(texts) else ""


def _reading(batch: ImportBatch) -> Reading:
    return Reading.from_dict(batch.reading) if batch.reading else Reading((), (), batch.year)


def _not_offered(fields: list[str]) -> Problem:
    reason = gettext("没有这个问题，或者不能这样答。")
    errors = [Fault(name, reason, "not_offered") for name in fields[:100]]
    return Problem(422, "not_offered", gettext("有的决定不能这样写，逐条写在 errors 里。"), errors=errors)
