"""What an office hands down to the organizations directly below: offered, read with its answer, and withdrawn."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope, pairs
from accounts.conflicts import Conflict
from accounts.models import Organization
from projects.access import children_of, get_handed_by, handed_by
from projects.choices import HandDownState
from projects.handing_down import HandedAlreadyError, NotAChildError, NotHandableError, hand_down, withdraw
from projects.models import HandDown, Task
from tracker.access import get_task
from tracker.api.asked import LINE, OVER, LineBody, Resource, Row
from tracker.api.etags import Seen, lost, seen_by
from tracker.api.fields import Body, NamedShape, Number, OneOf, Query, Shape, Sparse, Text, Whole, page_of
from tracker.api.listing import Listing, Names
from tracker.api.problems import Fault, Problem
from tracker.api.tasks import told
from tracker.boards.plain_handing import HAND_DOWN_COLUMNS, ORGANIZATION_COLUMNS, hand_down_rows, organization_rows

MOST = 500
"""Organizations to which one request hands an item."""
FILTERS = {"task": "task", "plan": "task__plan", "state": "state"}


class HandDownShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    task_version = serializers.IntegerField(help_text=gettext_lazy("交办时事项的 version；比现在的小，就是后来改过"))
    to = NamedShape(help_text=gettext_lazy("交给哪个机构"))
    word = serializers.CharField(help_text=gettext_lazy("附言"))
    state = serializers.ChoiceField(pairs(HandDownState))
    reason = serializers.CharField(help_text=gettext_lazy("退回或收回的原因"))
    offered_on = serializers.DateField(help_text=gettext_lazy("交办日期"))
    answered_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("接收、退回或收回的日期"))
    version = serializers.IntegerField()


class HandedDownShape(Shape):
    items = HandDownShape(many=True, help_text=gettext_lazy("每个机构一条"))


class ChildOrganizationShape(Sparse):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()


class ChildOrganizationQuery(Listing):
    fields = Names(*ORGANIZATION_COLUMNS)  # type: ignore[assignment]


class HandDownQuery(Listing):
    task = Number(required=False)
    plan = Number(required=False)
    state = OneOf(pairs(HandDownState), required=False)
    fields = Names(*HAND_DOWN_COLUMNS)  # type: ignore[assignment]


class OneHandDownQuery(Query):
    fields = Names(*HAND_DOWN_COLUMNS)  # type: ignore[assignment]


class HandDownBody(Body):
    """To whom, and what is said with it."""

    to = serializers.ListField(
        child=Whole(), max_length=MOST, help_text=gettext_lazy("交给哪些直接下级机构，见 /child-organizations/")
    )
    word = Text(max_length=LINE, required=False, allow_blank=True, help_text=gettext_lazy("附言"))


class ChildOrganizations(Resource):
    chapter = "hand_downs"

    @extend_schema(
        summary=gettext_lazy("列出直接下级机构"),
        parameters=[ChildOrganizationQuery],
        responses=page_of(ChildOrganizationShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        rows = children_of(self.reach)
        return self.listed(self.asked(ChildOrganizationQuery), rows, organization_rows, newest_first=False)


class HandDowns(Resource):
    @extend_schema(
        summary=gettext_lazy("列出交给下级机构的事项，新的在前"),
        parameters=[HandDownQuery],
        responses=page_of(HandDownShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        rows = handed_by(self.reach)
        asked = self.asked(HandDownQuery)
        wanted = {path: asked[name] for name, path in FILTERS.items() if name in asked}
        return self.listed(asked, rows.filter(**wanted), hand_down_rows)


class OneHandDown(Resource):
    @extend_schema(
        summary=gettext_lazy("读一件交给下级机构的事项"), parameters=[OneHandDownQuery], responses=HandDownShape
    )
    def get(self, request: Request, hand_down_id: int) -> HttpResponse:
        del request
        return self.only(hand_down_rows(handed_by(self.reach).filter(pk=hand_down_id)), OneHandDownQuery)


class TaskHandDowns(Resource):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("把一个事项交给下级机构；If-Match 写读到的事项的 ETag"),
        parameters=[OVER],
        request=HandDownBody,
        responses={201: HandedDownShape},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        task = get_task(self.reach, task_id, today=self.today)
        require_office(self.reach)
        said, seen = self.said(HandDownBody), seen_by(request)
        return self.once(lambda: self._offered(task, said, seen))

    def _offered(self, task: Task, said: Row, seen: Seen) -> HttpResponse:
        offices = self._named(said["to"])
        try:
            made = hand_down(
                task=task,
                version=seen.expected(task.version),
                to=offices,
                word=said.get("word", ""),
                by=self.actor,
                now=self.now,
            )
        except Conflict as conflict:
            raise lost(current=told(self, task.pk), yours=self.request.data) from conflict
        except NotHandableError as why:
            raise Problem(409, "not_issued", gettext("只有已下达、正在办理的事项才能交办。")) from why
        except NotAChildError as why:
            raise no_children(said["to"], range(len(said["to"]))) from why
        except HandedAlreadyError as why:
            raise handed_already(said["to"], why.offices) from why
        rows = hand_down_rows(HandDown.objects.filter(pk__in=[row.pk for row in made]).order_by("pk"))
        return self.one({"items": rows}, version=0, status=201)

    def _named(self, numbers: Sequence[int]) -> list[Organization]:
        known = children_of(self.reach).in_bulk(numbers)
        strange = [place for place, number in enumerate(numbers) if number not in known]
        if strange or not numbers:
            raise no_children(numbers, strange)
        return [known[number] for number in numbers]


class HandDownWithdrawal(Resource):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("收回一件还没有答复的"), parameters=[OVER], request=LineBody, responses=HandDownShape
    )
    def post(self, request: Request, hand_down_id: int) -> HttpResponse:
        del request
        row = get_handed_by(self.reach, hand_down_id)
        said = self.said(LineBody)
        return self.stepped(
            row,
            lambda: _content(row),
            lambda version: withdraw(handed=row, version=version, reason=said["reason"], by=self.actor),
        )


def _content(row: HandDown) -> Row:
    (now,) = hand_down_rows(HandDown.objects.filter(pk=row.pk))
    return now


def no_children(numbers: Sequence[int], places: Collection[int]) -> Problem:
    """Return the refusal of organizations that aren't directly below, or of a list that names none."""
    if not numbers:
        reason = gettext("请至少写一个直接下级机构。")
        return Problem(422, "not_a_child", reason, errors=[Fault("to", reason, "empty")])
    reason = gettext("不是本机构的直接下级机构。")
    detail = gettext("事项只能交给直接下级机构。")
    return Problem(422, "not_a_child", detail, errors=[Fault(f"to.{place}", reason, "unknown") for place in places])


def handed_already(numbers: Sequence[int], offices: Collection[Organization]) -> Problem:
    """Return the refusal that names whoever has the item; nobody else was handed it either."""
    having = {office.pk: office.name for office in offices}
    reason = gettext("已经交给：%(names)s")
    faults = [
        Fault(f"to.{place}", reason % {"names": having[number]}, "handed_already")
        for place, number in enumerate(numbers)
        if number in having
    ]
    detail = gettext("有的机构已经有这个事项，待接收或已接收；这次谁都没有交。")
    return Problem(409, "handed_already", detail, errors=faults)
