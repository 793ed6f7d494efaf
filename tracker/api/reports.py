"""Reports: what units said of items, and handing one in."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import pairs
from projects.access import get_task, require_lead
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost
from tracker.api.fields import (
    Amount,
    Body,
    Day,
    Flag,
    NamedShape,
    Number,
    OneOf,
    Query,
    Said,
    Shape,
    Sparse,
    Text,
    Whole,
    page_of,
)
from tracker.api.listing import Listing, Names, given
from tracker.api.problems import Fault, Problem
from tracker.boards.answering import Answering, answering
from tracker.boards.plain import ReportFilters, report_rows, reports_for
from tracker.choices import Decision, ReportState, ReviewState
from tracker.doubt_words import question
from tracker.handing_in import Filled, hand_in
from tracker.models import ProgressReport
from tracker.reporting import Account, NotReportable, Submission

MEMBERS = (
    "id",
    "task",
    "plan",
    "round",
    "department",
    "author_name",
    "state",
    "no_change",
    "sentence",
    "problems",
    "next_step",
    "help_needed",
    "review_state",
    "late",
    "submitted_at",
    "submitted_on",
    "version",
    "values",
    "marks",
    "ticks",
    "reviews",
)


class ValueShape(Shape):
    target = serializers.IntegerField()
    value = serializers.CharField()


class MarkShape(Shape):
    milestone = serializers.IntegerField()
    done_on = serializers.DateField()


class ReviewShape(Shape):
    decision = serializers.ChoiceField(pairs(Decision))
    reason = serializers.CharField()
    actor_name = serializers.CharField()
    at = serializers.DateTimeField()


class ReportShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    round = serializers.CharField(help_text=gettext_lazy("期次，例如 2026-06"))
    department = NamedShape()
    author_name = serializers.CharField()
    state = serializers.ChoiceField(pairs(ReportState))
    no_change = serializers.BooleanField()
    sentence = serializers.CharField()
    problems = serializers.CharField()
    next_step = serializers.CharField()
    help_needed = serializers.CharField()
    review_state = serializers.ChoiceField(pairs(ReviewState))
    late = serializers.BooleanField()
    submitted_at = serializers.DateTimeField()
    submitted_on = serializers.DateField()
    version = serializers.IntegerField()
    values = ValueShape(many=True)
    marks = MarkShape(many=True)
    ticks = serializers.ListField(child=serializers.IntegerField())
    reviews = ReviewShape(many=True)


class ReportQuery(Listing):
    plan = Number(required=False)
    task = Number(required=False)
    unit = Number(required=False)
    state = OneOf(pairs(ReportState), required=False)
    review_state = OneOf(pairs(ReviewState), required=False)
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class OneReportQuery(Query):
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class ValueBody(Body):
    target = Whole()
    value = Amount()


class MarkBody(Body):
    milestone = Whole()
    done_on = Day()


class ReportBody(Body):
    """A unit's account of an item in the current round, as its form on the page."""

    state = OneOf(pairs(ReportState))
    sentence = Said(max_length=200, help_text=gettext_lazy("一句话，说做到哪一步；无变化时写原因"))
    no_change = Flag(required=False)
    problems = Text(max_length=500, required=False, allow_blank=True)
    next_step = Text(max_length=500, required=False, allow_blank=True)
    help_needed = Text(max_length=500, required=False, allow_blank=True)
    values = serializers.ListField(child=ValueBody(), required=False, max_length=200)
    marks = serializers.ListField(child=MarkBody(), required=False, max_length=200)
    ticks = serializers.ListField(
        child=Whole(), required=False, max_length=2000, help_text=gettext_lazy("清单里已完成的各条；不写则清单不变")
    )
    owed = Whole(required=False, help_text=gettext_lazy("应报记录的 id，见 /owed/；不写则为当前期次"))
    seen = Whole(required=False, help_text=gettext_lazy("您看到的最近一次报送的 id，没有写 0；此后有人报过则为 412"))
    confirmed = serializers.ListField(
        child=Text(max_length=64), required=False, max_length=50, help_text=gettext_lazy("已确认属实的疑问")
    )


class Reports(Endpoint):
    @extend_schema(summary=gettext_lazy("列出报送，新的在前"), parameters=[ReportQuery], responses=page_of(ReportShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ReportQuery)
        filters = ReportFilters(**given(asked, *ReportFilters.__slots__))
        return self.listed(asked, reports_for(self.reach, filters, today=self.today), report_rows)


class OneReport(Endpoint):
    @extend_schema(summary=gettext_lazy("读一次报送"), parameters=[OneReportQuery], responses=ReportShape)
    def get(self, request: Request, report_id: int) -> HttpResponse:
        del request
        found = reports_for(self.reach, ReportFilters(), today=self.today).filter(pk=report_id)
        return self.only(report_rows(found), OneReportQuery)


class TaskReports(Endpoint):
    @extend_schema(
        summary=gettext_lazy("报送一个事项；还没审核时再报，以新的为准"),
        request=ReportBody,
        responses={201: ReportShape},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        task = get_task(self.reach, task_id, today=self.today)
        require_lead(self.reach, task, today=self.today)
        said = self.said(ReportBody)
        return self.once(lambda: self._handed_in(request, task_id, said))

    def _handed_in(self, request: Request, task_id: int, said: dict[str, Any]) -> HttpResponse:
        try:
            asked = answering(self.reach, task_id, owed_id=said.get("owed"), today=self.today)
        except NotReportable as refusal:
            raise not_reportable(refusal.reason) from refusal
        account = account_of(said, asked)
        _refuse_doubts(asked, account, said.get("confirmed", ()))
        submission = Submission(
            task=asked.line.task,
            department=asked.department,
            reporting_round=asked.round,
            account=account,
            person=self.user.person,
            token=secrets.token_urlsafe(24),
            confirmed=sorted(set(said.get("confirmed", ()))),
        )
        filled = Filled(submission, said.get("seen", asked.seen))
        done = hand_in(rows=[filled], by=self.actor, now=self.now)
        for report in done.conflicts.values():
            raise lost(current=content(report), yours=request.data)
        for reason in done.refused.values():
            raise not_reportable(reason)
        (made,) = done.reports.values()
        return self.one(content(made), version=made.version, status=201, location=f"/api/v1/reports/{made.pk}/")


def content(report: ProgressReport) -> dict[str, Any]:
    (row,) = report_rows(ProgressReport.objects.filter(pk=report.pk))
    return row


def account_of(said: dict[str, Any], asked: Answering) -> Account:
    """Return what the unit says, of the item's own figures, lists and steps; refuse what belongs to another."""
    state = ReportState(said["state"])
    if said.get("no_change"):
        return Account(state=state, sentence=said["sentence"], no_change=True)
    figures = {target.id for target in asked.figures}
    items = {item.pk for target in asked.checklists for item in asked.lists[target.id]}
    steps = {step.id for step in asked.steps}
    values, marks, ticks = said.get("values", ()), said.get("marks", ()), said.get("ticks", ())
    faults = [
        *_foreign("values", [value["target"] for value in values], figures),
        *_foreign("marks", [mark["milestone"] for mark in marks], steps),
        *_foreign("ticks", ticks, items),
    ]
    if faults:
        raise Problem(422, "not_of_this_item", gettext("有的指标、节点不属于这个事项，或已经完成。"), errors=faults)
    return Account(
        state=state,
        sentence=said["sentence"],
        **{name: said.get(name, "") for name in ("problems", "next_step", "help_needed")},
        values={value["target"]: value["value"] for value in values},
        ticks=ticks,
        ticked_targets=[target.id for target in asked.checklists] if "ticks" in said else [],
        marks={mark["milestone"]: mark["done_on"] for mark in marks},
    )


def _foreign(name: str, told: list[int], own: set[int]) -> list[Fault]:
    reason = gettext("不属于这个事项，或已经完成。")
    return [Fault(f"{name}.{place}", reason, "unknown") for place, number in enumerate(told) if number not in own]


def _refuse_doubts(asked: Answering, account: Account, confirmed: Any) -> None:
    doubts = [doubt for doubt in asked.doubts(account) if doubt.key not in confirmed]
    if doubts:
        faults = [Fault("confirmed", question(doubt), doubt.key) for doubt in doubts]
        raise Problem(
            422, "doubt", gettext("有与已知情况不符的地方；属实就把 errors 里的 code 写进 confirmed。"), errors=faults
        )


def not_reportable(reason: str) -> Problem:
    """Return the refusal for a report that can't be taken as things stand."""
    texts = {
        "not_issued": gettext("事项没有下达，或已中止、办结，不用报送。"),
        "no_round": gettext("现在没有要报送的期次。"),
        "already_accepted": gettext("本期的报送已审核通过。"),
        "round_closed": gettext("本期已经关闭。"),
        "not_waiting": gettext("这次报送不在待审状态。"),
    }
    return Problem(409, reason, texts.get(reason, reason))
