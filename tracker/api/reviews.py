"""Reviews: what the office answered to reports, and answering one."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Scope, pairs
from tracker.api.asked import OVER, AskedQuery, Resource
from tracker.api.fields import Body, Number, OneOf, Query, Sparse, Text, page_of
from tracker.api.listing import Names, given
from tracker.api.problems import Fault, Problem, missing
from tracker.api.reports import ReportShape, content, not_reportable
from tracker.boards.plain import ReportFilters, reports_for
from tracker.boards.plain_asked import REVIEW_COLUMNS, review_rows, reviews_for
from tracker.boards.reviewing import get_report
from tracker.choices import Decision
from tracker.models import ProgressReport
from tracker.reporting import NotReportable, accept_report, return_report


class GivenReviewShape(Sparse):
    id = serializers.IntegerField()
    report = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    decision = serializers.ChoiceField(pairs(Decision))
    reason = serializers.CharField()
    actor_name = serializers.CharField()
    decided_on = serializers.DateField()
    at = serializers.DateTimeField()


class ReviewQuery(AskedQuery):
    report = Number(required=False)
    decision = OneOf(pairs(Decision), required=False)
    fields = Names(*REVIEW_COLUMNS)  # type: ignore[assignment]


class OneReviewQuery(Query):
    fields = Names(*REVIEW_COLUMNS)  # type: ignore[assignment]


class ReviewBody(Body):
    decision = OneOf(pairs(Decision))
    reason = Text(
        max_length=500, required=False, allow_blank=True, help_text=gettext_lazy("退回时必须写理由；通过时可写意见")
    )


class Reviews(Resource):
    @extend_schema(
        summary=gettext_lazy("列出对报送的审核，新的在前"),
        parameters=[ReviewQuery],
        responses=page_of(GivenReviewShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ReviewQuery)
        filters = ReportFilters(**given(asked, "task", "plan", "unit"))
        rows = reviews_for(self.reach, filters, decision=asked.get("decision", ""), today=self.today)
        if "report" in asked:
            rows = rows.filter(report=asked["report"])
        return self.listed(asked, rows, review_rows)


class OneReview(Resource):
    @extend_schema(summary=gettext_lazy("读一次审核"), parameters=[OneReviewQuery], responses=GivenReviewShape)
    def get(self, request: Request, review_id: int) -> HttpResponse:
        del request
        rows = reviews_for(self.reach, ReportFilters(), today=self.today).filter(pk=review_id)
        return self.only(review_rows(rows), OneReviewQuery)


class ReportReviews(Resource):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("审核一次报送：通过或退回"), parameters=[OVER], request=ReviewBody, responses=ReportShape
    )
    def post(self, request: Request, report_id: int) -> HttpResponse:
        del request
        if not reports_for(self.reach, ReportFilters(), today=self.today).filter(pk=report_id).exists():
            raise missing()
        report = get_report(self.reach, report_id, today=self.today)
        said = self.said(ReviewBody)
        reason = said.get("reason", "")
        if said["decision"] == Decision.RETURNED and not reason:
            fault = Fault("reason", gettext("请写退回的理由，单位会看到。"), "required")
            raise Problem(422, "reason_missing", gettext("退回要写理由。"), errors=[fault])

        def answer(version: int) -> ProgressReport:
            over: dict[str, Any] = {"report": report, "version": version, "by": self.actor, "now": self.now}
            try:
                if said["decision"] == Decision.ACCEPTED:
                    return accept_report(comment=reason, **over)
                return return_report(reason=reason, **over)
            except NotReportable as refusal:
                raise not_reportable(refusal.reason) from refusal

        return self.stepped(report, lambda: content(report), answer)
