"""Plans: the year's tables that the caller sees."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope, pairs
from accounts.conflicts import Conflict
from accounts.models import Organization
from projects.access import get_plan, plans_for
from projects.choices import PlanState
from projects.models import Plan
from projects.planning import change_plan, create_plan
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import Body, Flag, Number, OneOf, Query, Said, Sparse, Text, Whole, page_of
from tracker.api.listing import Listing, Names, cut, given, rows_as

COLUMNS = ("id", "year", "title", "document", "state", "issued_on", "restricted", "version")


class PlanShape(Sparse):
    id = serializers.IntegerField()
    year = serializers.IntegerField()
    title = serializers.CharField()
    document = serializers.CharField(help_text=gettext_lazy("发文字号"))
    state = serializers.ChoiceField(pairs(PlanState))
    issued_on = serializers.DateField(allow_null=True)
    restricted = serializers.BooleanField(help_text=gettext_lazy("只给有份的人看"))
    version = serializers.IntegerField()


class PlanQuery(Listing):
    year = Number(required=False, max_value=9999)
    state = OneOf(pairs(PlanState), required=False)
    fields = Names(*COLUMNS)  # type: ignore[assignment]


class OnePlanQuery(Query):
    fields = Names(*COLUMNS)  # type: ignore[assignment]


class PlanBody(Body):
    year = Whole(min_value=2000, max_value=2100)
    title = Said(max_length=300)
    document = Text(max_length=200, required=False, allow_blank=True)
    restricted = Flag(required=False)


class PlanChange(Body):
    title = Said(max_length=300, required=False)
    document = Text(max_length=200, required=False, allow_blank=True)
    restricted = Flag(required=False)


class Plans(Endpoint):
    writes: ClassVar[Scope] = Scope.PLAN

    @extend_schema(summary=gettext_lazy("列出责任分解表"), parameters=[PlanQuery], responses=page_of(PlanShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(PlanQuery)
        plans = plans_for(self.reach, today=self.today).filter(**given(asked, "year", "state"))
        return self.listed(asked, plans, lambda page: rows_as(COLUMNS, page.values_list(*COLUMNS)), newest_first=False)

    @extend_schema(summary=gettext_lazy("新建责任分解表（草案）"), request=PlanBody, responses={201: PlanShape})
    def post(self, request: Request) -> HttpResponse:
        del request
        require_office(self.reach)
        said = self.said(PlanBody)
        return self.once(lambda: self._made(said))

    def _made(self, said: dict[str, Any]) -> HttpResponse:
        organization = Organization.objects.get(users=self.user)
        plan = create_plan(organization=organization, **said, by=self.actor, now=self.now)
        return self.one(content(plan), version=plan.version, status=201, location=f"/api/v1/plans/{plan.pk}/")


class OnePlan(Endpoint):
    writes: ClassVar[Scope] = Scope.PLAN

    @extend_schema(summary=gettext_lazy("读一张责任分解表"), parameters=[OnePlanQuery], responses=PlanShape)
    def get(self, request: Request, plan_id: int) -> HttpResponse:
        del request
        asked = self.asked(OnePlanQuery)
        plan = get_plan(self.reach, plan_id, today=self.today)
        return self.one(cut(content(plan), asked.get("fields")), version=plan.version)

    @extend_schema(
        summary=gettext_lazy("修改责任分解表的名称、文号和可见范围"), request=PlanChange, responses=PlanShape
    )
    def patch(self, request: Request, plan_id: int) -> HttpResponse:
        plan = get_plan(self.reach, plan_id, today=self.today)
        require_office(self.reach)
        said, seen = self.said(PlanChange), seen_by(request)
        kept = {name: getattr(plan, name) for name in ("title", "document", "restricted")}
        try:
            plan = change_plan(plan=plan, version=seen.expected(plan.version), by=self.actor, **kept | said)
        except Conflict as conflict:
            raise lost(current=content(conflict.current), yours=request.data) from conflict
        return self.one(content(plan), version=plan.version)


def content(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in COLUMNS}
