"""Imports: a table is uploaded, compared with its plan, decided on, written, and taken back."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.core.files.base import File
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope
from accounts.conflicts import Conflict
from accounts.models import Organization
from projects.access import batches_for, plans_for
from projects.choices import BatchState, PlanState
from projects.importing.batches import NotApplicable, apply_batch, decide, read_batch, receive_file
from projects.importing.offering import not_offered
from projects.importing.page.laying import Overview, places_of
from projects.importing.plain import decidable_rows, question_rows
from projects.importing.receiving import AT_ONCE_BYTES
from projects.importing.refusals import refusal_of, refusal_text
from projects.importing.shelf import overview_of
from projects.importing.undo import Obstacle, Obstacles, undo_batch
from projects.importing.wording import happening, question_text
from projects.models import ImportBatch, Plan
from tracker.api.asked import OVER
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import page_of
from tracker.api.import_shapes import (
    COLUMNS,
    COUNTED,
    ApplyBody,
    DecisionChange,
    DiffQuery,
    DiffRowShape,
    ImportQuery,
    ImportShape,
    QuestionQuery,
    QuestionShape,
    UndoBody,
    UploadBody,
    WholeImportShape,
)
from tracker.api.listing import given, rows_as
from tracker.api.problems import Fault, Problem

MOST_NAMED = 100
"""Reasons of one refusal; a table of ten thousand rows may have as many."""


class Imports(Endpoint):
    writes: ClassVar[Scope] = Scope.PLAN
    parser_classes = (MultiPartParser,)

    @extend_schema(summary=gettext_lazy("列出导入，新的在前"), parameters=[ImportQuery], responses=page_of(ImportShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        batches = batches_for(self.reach)
        asked = self.asked(ImportQuery)
        wanted = given(asked, "state", "plan")
        return self.listed(asked, batches.filter(**wanted), lambda page: rows_as(COLUMNS, page.values_list(*COLUMNS)))

    @extend_schema(
        summary=gettext_lazy("上传一张表；小的当时就读，大的随后读"),
        request={"multipart/form-data": UploadBody},
        responses={201: WholeImportShape},
    )
    def post(self, request: Request) -> HttpResponse:
        """Keep the file once, then read it outside of that transaction: reading takes seconds, and writes as it goes."""
        del request
        require_office(self.reach)
        said = self.said(UploadBody)
        plan, year = self._aim(said)
        kept = self.once(lambda: self._received(said["file"], plan, year))
        batch = batches_for(self.reach).get(pk=orjson.loads(kept.content)["id"])
        if batch.state == BatchState.OPENED and batch.size <= AT_ONCE_BYTES:
            batch = read_batch(batch=batch, by=self.actor, now=self.now)
        location = f"/api/v1/imports/{batch.pk}/"
        if batch.state == BatchState.REFUSED:
            told = _refusal(batch)
            fault = Fault("file", told["text"], told["code"])
            raise Problem(422, "file_refused", told["text"], errors=[fault], headers={"Location": location})
        answer = self.one(self.content(batch), version=batch.version, status=201, location=location)
        if again := kept.headers.get("Idempotency-Replayed"):
            answer["Idempotency-Replayed"] = again
        return answer

    def _aim(self, said: Mapping[str, Any]) -> tuple[Plan | None, int]:
        """Return the plan the table is for, if there is one, and the year."""
        if "plan" not in said:
            if "year" not in said:
                raise _aimless("year", "incomplete", gettext("请写年度，或者写 plan。"))
            return None, said["year"]
        plans = plans_for(self.reach, today=self.today).exclude(state=PlanState.ARCHIVED)
        plan = plans.filter(pk=said["plan"]).first()
        if plan is None:
            raise _aimless("plan", "no_such_plan", gettext("没有这张责任分解表，或者已经归档。"))
        if said.get("year", plan.year) != plan.year:
            raise _aimless("year", "other_year", gettext("这张责任分解表是另一年度的。"))
        return plan, plan.year

    def _received(self, file: "File[bytes]", plan: Plan | None, year: int) -> HttpResponse:
        batch = receive_file(
            organization=Organization.objects.get(users=self.user),
            year=year,
            plan=plan,
            file=file,
            file_name=file.name or "",
            by=self.actor,
            now=self.now,
        )
        return self.one({"id": batch.pk}, version=batch.version, status=201)

    def content(self, batch: ImportBatch) -> dict[str, Any]:
        return content(batch, seen_of(self, batch))


class ImportEndpoint(Endpoint):
    """What is done with one import; the manual has all of it in one chapter."""

    chapter = "imports"
    writes: ClassVar[Scope] = Scope.PLAN

    def batch(self, batch_id: int) -> ImportBatch:
        return get_object_or_404(batches_for(self.reach).select_related("organization", "plan"), pk=batch_id)

    def overview(self, batch_id: int) -> Overview:
        """Return what the table would do; refuse one that isn't there to be checked."""
        batch = self.batch(batch_id)
        if batch.state != BatchState.PREVIEWED:
            status = 404 if self.request.method == "GET" else 409
            raise Problem(status, "not_previewed", gettext("这份表没有读好，或者已经写入、放弃，没有可核对的。"))
        return overview_of(batch, by=self.actor)

    def told(self, batch_id: int) -> HttpResponse:
        batch = self.batch(batch_id)
        return self.one(content(batch, seen_of(self, batch)), version=batch.version)

    def lost(self, batch_id: int) -> Problem:
        batch = self.batch(batch_id)
        return lost(current=content(batch, seen_of(self, batch)), yours=self.request.data)


class OneImport(ImportEndpoint):
    @extend_schema(summary=gettext_lazy("读一次导入：读到哪里、将写入什么"), responses=WholeImportShape)
    def get(self, request: Request, batch_id: int) -> HttpResponse:
        del request
        self.asked()
        return self.told(batch_id)

    @extend_schema(
        summary=gettext_lazy("决定一次导入的问题、行和列"), request=DecisionChange, responses=WholeImportShape
    )
    def patch(self, request: Request, batch_id: int) -> HttpResponse:
        view = self.overview(batch_id)
        decisions, seen = self.said(DecisionChange)["decisions"], seen_by(request)
        if foreign := [*not_offered(view.prepared, decisions)]:
            reason = gettext("没有这个问题，或者不能这样答。")
            faults = [Fault(f"decisions.{key}", reason, "not_offered") for key in foreign[:MOST_NAMED]]
            raise Problem(422, "not_offered", gettext("有的决定不能这样写，逐条写在 errors 里。"), errors=faults)
        batch = self.batch(batch_id)
        try:
            decide(batch=batch, decisions=decisions, by=self.actor, version=seen.expected(batch.version))
        except Conflict as conflict:
            raise self.lost(batch_id) from conflict
        except NotApplicable as refused:
            raise not_applicable(refused, view) from refused
        return self.told(batch_id)


class ImportDiff(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("列出一次导入与原表的差别，一行一条"),
        parameters=[DiffQuery],
        responses=page_of(DiffRowShape),
    )
    def get(self, request: Request, batch_id: int) -> HttpResponse:
        del request
        view = self.overview(batch_id)
        asked = self.asked(DiffQuery)
        places, following = self.paging(asked).part_of(places_of(view, asked.get("outcome", "all")))
        return self.page(decidable_rows(view, places), following)


class ImportQuestions(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("列出一次导入要定的问题"), parameters=[QuestionQuery], responses=page_of(QuestionShape)
    )
    def get(self, request: Request, batch_id: int) -> HttpResponse:
        del request
        view = self.overview(batch_id)
        asked = self.asked(QuestionQuery)
        wanted = {"open": (False,), "decided": (True,)}.get(asked.get("state", ""), (False, True))
        found = [one for one in view.queue.all if one.question.decided in wanted]
        page, following = self.paging(asked).part_of(found)
        return self.page(question_rows(view, page), following)


class ImportApply(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("写入一次导入"), parameters=[OVER], request=ApplyBody, responses=WholeImportShape
    )
    def post(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.batch(batch_id)
        said, seen = self.said(ApplyBody), seen_by(request)
        return self.once(lambda: self._applied(batch, said["fingerprint"], seen.expected(batch.version)))

    def _applied(self, batch: ImportBatch, fingerprint: str, version: int) -> HttpResponse:
        try:
            apply_batch(batch=batch, by=self.actor, now=self.now, fingerprint=fingerprint, version=version)
        except Conflict as conflict:
            raise self.lost(batch.pk) from conflict
        except NotApplicable as refused:
            raise not_applicable(refused, seen_of(self, self.batch(batch.pk))) from refused
        return self.told(batch.pk)


class ImportUndo(ImportEndpoint):
    @extend_schema(
        summary=gettext_lazy("撤回一次已写入的导入"), parameters=[OVER], request=UndoBody, responses=WholeImportShape
    )
    def post(self, request: Request, batch_id: int) -> HttpResponse:
        batch = self.batch(batch_id)
        said, seen = self.said(UndoBody), seen_by(request)
        return self.once(lambda: self._undone(batch, said["reason"], seen.expected(batch.version)))

    def _undone(self, batch: ImportBatch, reason: str, version: int) -> HttpResponse:
        try:
            undo_batch(batch=batch, by=self.actor, now=self.now, reason=reason, version=version)
        except Obstacles as found:
            raise built_on(found.obstacles) from found
        except Conflict as conflict:
            raise self.lost(batch.pk) from conflict
        except NotApplicable as refused:
            raise not_applicable(refused, None) from refused
        return self.told(batch.pk)


def seen_of(view: Endpoint, batch: ImportBatch) -> Overview | None:
    """Return what the table would do, while it is there to be checked."""
    return overview_of(batch, by=view.actor) if batch.state == BatchState.PREVIEWED else None


def content(batch: ImportBatch, view: Overview | None) -> dict[str, Any]:
    written = view.to_write if view else batch.summary
    known = view is not None or batch.applied_at is not None
    return {
        **{name: getattr(batch, name) for name in COLUMNS if name not in {"id", "plan"}},
        "id": batch.pk,
        "plan": batch.plan_id,
        "refusal": _refusal(batch) if batch.state == BatchState.REFUSED else None,
        "progress": {name: int(batch.progress.get(name, 0)) for name in ("done", "total")},
        "counts": {name: int(written.get(name, 0)) for name in COUNTED} if known else None,
        "undecided": len(view.queue.undecided) if view else None,
        "fingerprint": view.prepared.fingerprint if view else None,
    }


def _aimless(field: str, code: str, reason: str) -> Problem:
    """Return the refusal of an upload that doesn't say rightly for what it is."""
    return Problem(422, code, reason, errors=[Fault(field, reason, code)])


def _refusal(batch: ImportBatch) -> dict[str, str]:
    """Return why the file was not read; those of long ago have a sentence and no code."""
    code, _ = refusal_of(batch)
    return {"code": code or "refused", "text": refusal_text(batch)}


def not_applicable(refused: NotApplicable, view: Overview | None) -> Problem:
    """Return the refusal of what an import doesn't take as it stands; open questions are named."""
    texts = {
        "undecided": gettext("还有 %(count)s 处待决定，没有写入任何数据。") % {"count": refused.count},
        "already_applied": gettext("这份表已经写入过。"),
        "already_undone": gettext("这份表已经撤回或放弃。"),
        "not_applied": gettext("这份表还没有写入。"),
        "not_read": gettext("这份表还没有读好，请稍后再问。"),
        "refused": gettext("这份文件没有读成，没有写入任何数据。"),
        "empty": gettext("没有读到任何事项，没有写入任何数据。"),
        "archived": gettext("责任分解表已经归档，不能撤回。"),
        "no_record": gettext("这次导入没有留下撤回所需的记录。"),
    }
    left = view.queue.undecided[:MOST_NAMED] if view and refused.reason == "undecided" else ()
    faults = [Fault(f"decisions.{one.question.key}", question_text(one.question), "undecided") for one in left]
    status = 422 if refused.reason in {"undecided", "empty"} else 409
    return Problem(status, refused.reason, texts[refused.reason], errors=faults)


def built_on(obstacles: tuple[Obstacle, ...]) -> Problem:
    """Return the refusal to take back what others have built on, with what stands there."""
    line = gettext("%(number)s %(title)s：%(who)s %(happened)s")
    faults = [
        Fault(
            f"tasks.{one.task_id}",
            line % {"number": one.number, "title": one.title, "who": one.who, "happened": happening(one.happened)},
            one.happened,
        )
        for one in obstacles[:MOST_NAMED]
    ]
    return Problem(409, "built_on", gettext("导入之后已有人办理，不能撤回；逐条写在 errors 里。"), errors=faults)
