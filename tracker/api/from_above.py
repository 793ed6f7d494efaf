"""What the office above handed down: read as it was offered, taken into a plan of one's own, or declined."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Scope, pairs
from projects.access import get_handed_to, handed_to
from projects.choices import HandDownState
from projects.handing_down import NotOwnError, decline, leading_units, take
from projects.models import HandDown
from projects.planning import WrongStateError
from tracker.api.asked import OVER, LineBody, Resource, Row
from tracker.api.fields import Body, NamedShape, OneOf, Query, Said, Shape, Sparse, Text, Whole, page_of
from tracker.api.listing import Listing, Names
from tracker.api.problems import Fault, Problem
from tracker.api.promising import archived, plan_named
from tracker.api.tasks import AmountShape
from tracker.boards.plain_handing import FROM_ABOVE_MEMBERS, from_above_rows

STATES = [pair for pair in pairs(HandDownState) if pair[0] != HandDownState.WITHDRAWN]
"""What was withdrawn is no more to be seen below."""


class PromisedStepShape(Shape):
    text = serializers.CharField()
    phrase = serializers.CharField(help_text=gettext_lazy("原文里的期限"))
    start_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class PromisedShareShape(Shape):
    on = serializers.DateField()
    share = serializers.CharField(help_text=gettext_lazy("到这天应走完全程的多少，0 到 1"))


class PromisedAmountShape(AmountShape):
    step = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("属于第几个节点"))
    items = serializers.ListField(child=serializers.CharField(), help_text=gettext_lazy("要逐个打勾的"))
    curve = PromisedShareShape(many=True, help_text=gettext_lazy("空的是匀速"))


class FromAboveShape(Sparse):
    """The promise as it was offered; a later change above doesn't reach it."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    content = serializers.CharField()
    target_text = serializers.CharField()
    measures = serializers.CharField()
    deadline_text = serializers.CharField()
    milestones = PromisedStepShape(many=True, help_text=gettext_lazy("交办时还没有完成的节点"))
    targets = PromisedAmountShape(many=True)
    taken_as = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("接收成了本机构的哪个事项"))
    state = serializers.ChoiceField(STATES)
    word = serializers.CharField(help_text=gettext_lazy("附言"))
    reason = serializers.CharField(help_text=gettext_lazy("退回的原因"))
    offered_on = serializers.DateField(help_text=gettext_lazy("交办日期"))
    answered_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("接收或退回的日期"))
    version = serializers.IntegerField()

    def get_fields(self) -> dict[str, Any]:
        # The language keeps the word for itself.
        return {**super().get_fields(), "from": NamedShape(help_text=gettext_lazy("哪个机构交办的"))}


class FromAboveQuery(Listing):
    state = OneOf(STATES, required=False)
    fields = Names(*FROM_ABOVE_MEMBERS)  # type: ignore[assignment]


class OneFromAboveQuery(Query):
    fields = Names(*FROM_ABOVE_MEMBERS)  # type: ignore[assignment]


class TakingBody(Body):
    """Into which plan, under which headings, led by whom."""

    plan = Whole(help_text=gettext_lazy("放进本机构的哪张责任分解表"))
    department = Whole(help_text=gettext_lazy("由本机构的哪个单位牵头"))
    category = serializers.ListField(
        child=Said(max_length=500), required=False, max_length=8, help_text=gettext_lazy("板块，从大到小；没有的就新建")
    )
    number = Text(max_length=32, required=False, allow_blank=True, help_text=gettext_lazy("序号；不写就接着往下编"))


class FromAbove(Resource):
    @extend_schema(
        summary=gettext_lazy("列出上级交办的事项，新的在前"),
        parameters=[FromAboveQuery],
        responses=page_of(FromAboveShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        rows = handed_to(self.reach)
        asked = self.asked(FromAboveQuery)
        return self.listed(asked, rows.filter(state=asked["state"]) if "state" in asked else rows, from_above_rows)


class OneFromAbove(Resource):
    @extend_schema(
        summary=gettext_lazy("读一件上级交办的事项"), parameters=[OneFromAboveQuery], responses=FromAboveShape
    )
    def get(self, request: Request, from_above_id: int) -> HttpResponse:
        del request
        return self.only(from_above_rows(handed_to(self.reach).filter(pk=from_above_id)), OneFromAboveQuery)


class AnswerFromBelow(Resource):
    def told(self, row: HandDown) -> Row:
        """Return what stands there now; raise Http404 where it was withdrawn meanwhile: here that is no more to be seen."""
        for now in from_above_rows(handed_to(self.reach).filter(pk=row.pk)):
            return now
        raise Http404


class FromAboveTaking(AnswerFromBelow):
    """Writes an item into a plan, so a token needs what making one needs."""

    writes: ClassVar[Scope] = Scope.PLAN

    @extend_schema(
        summary=gettext_lazy("接收：照原文写进本机构的表，此后是本机构自己的事项"),
        parameters=[OVER],
        request=TakingBody,
        responses=FromAboveShape,
    )
    def post(self, request: Request, from_above_id: int) -> HttpResponse:
        del request
        row = get_handed_to(self.reach, from_above_id)
        said = self.said(TakingBody)
        return self.stepped(row, lambda: self.told(row), lambda version: self._take(row, version, said))

    def _take(self, row: HandDown, version: int, said: Row) -> None:
        plan = plan_named(said["plan"], self.reach, today=self.today)
        lead = leading_units(self.reach.organization_id, today=self.today).filter(pk=said["department"]).first()
        if lead is None:
            raise no_such_unit()
        try:
            take(
                handed=row,
                version=version,
                plan=plan,
                lead=lead,
                category=tuple(said.get("category", ())),
                number=said.get("number", ""),
                by=self.actor,
                now=self.now,
            )
        except NotOwnError as gone:
            raise no_such_unit() from gone
        except WrongStateError as gone:
            raise archived() from gone


class FromAboveDeclining(AnswerFromBelow):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("退回上级交办的事项"), parameters=[OVER], request=LineBody, responses=FromAboveShape
    )
    def post(self, request: Request, from_above_id: int) -> HttpResponse:
        del request
        row = get_handed_to(self.reach, from_above_id)
        said = self.said(LineBody)
        return self.stepped(
            row,
            lambda: self.told(row),
            lambda version: decline(handed=row, version=version, reason=said["reason"], by=self.actor),
        )


def no_such_unit() -> Problem:
    reason = gettext("没有这个单位，或者已经撤销。")
    return Problem(422, "no_such_unit", reason, errors=[Fault("department", reason, "no_such_unit")])
