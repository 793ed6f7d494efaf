"""Closings: units asking for an item to be struck off, and what the office answers."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope, pairs
from projects.planning import WrongStateError
from tracker.api.asked import LINE, OVER, AskedQuery, LineBody, Resource, unit_named
from tracker.api.fields import Body, Day, NamedShape, OneOf, Query, Said, Sparse, Text, Whole, page_of
from tracker.api.listing import Names, given
from tracker.api.problems import Fault, Problem, not_open
from tracker.asking import Refusal
from tracker.boards.closing import AskingToClose, ClosureLine, asking_to_close, get_closure, require_own
from tracker.boards.plain_asked import CLOSING_COLUMNS, AskedFilters, closing_rows, closings_for, filtered
from tracker.choices import ClosureState
from tracker.closing import (
    Ended,
    LeftOpen,
    NotClosable,
    Statement,
    ask_closing,
    close_asked,
    return_closing,
    withdraw_closing,
)
from tracker.models import Closure
from tracker.refusal_words import closing_refused


class ClosingShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    department = NamedShape(allow_null=True)
    author_name = serializers.CharField()
    statement = serializers.CharField(help_text=gettext_lazy("完成情况"))
    asked_on = serializers.DateField()
    asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(pairs(ClosureState))
    verified_how = serializers.CharField(help_text=gettext_lazy("怎样核实的"))
    reason = serializers.CharField()
    decider_name = serializers.CharField()
    decided_on = serializers.DateField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class ClosingQuery(AskedQuery):
    state = OneOf(pairs(ClosureState), required=False)
    fields = Names(*CLOSING_COLUMNS)  # type: ignore[assignment]


class OneClosingQuery(Query):
    fields = Names(*CLOSING_COLUMNS)  # type: ignore[assignment]


class ClosingBody(Body):
    statement = Said(max_length=2000, help_text=gettext_lazy("完成情况"))
    department = Whole(required=False, help_text=gettext_lazy("以哪个单位的名义；只有一个牵头单位时不用写"))


class VerificationBody(Body):
    how = Said(max_length=LINE, help_text=gettext_lazy("怎样核实的"))
    on = Day(help_text=gettext_lazy("办结日期，不能晚于今天"))
    despite = Text(
        max_length=LINE, required=False, allow_blank=True, help_text=gettext_lazy("没有全部完成的，为什么也办结")
    )


class ClosingWithdrawalBody(Body):
    """Taking it back needs no words."""


class Closings(Resource):
    @extend_schema(
        summary=gettext_lazy("列出办结申请，新的在前"), parameters=[ClosingQuery], responses=page_of(ClosingShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ClosingQuery)
        filters = AskedFilters(**given(asked, *AskedFilters.__slots__))
        return self.listed(asked, filtered(closings_for(self.reach, today=self.today), filters), closing_rows)


class OneClosing(Resource):
    @extend_schema(summary=gettext_lazy("读一份办结申请"), parameters=[OneClosingQuery], responses=ClosingShape)
    def get(self, request: Request, closure_id: int) -> HttpResponse:
        del request
        rows = closings_for(self.reach, today=self.today).filter(pk=closure_id)
        return self.only(closing_rows(rows), OneClosingQuery)


class TaskClosings(Resource):
    @extend_schema(summary=gettext_lazy("申请办结一个事项"), request=ClosingBody, responses={201: ClosingShape})
    def post(self, request: Request, task_id: int) -> HttpResponse:
        del request
        asked = asking_to_close(self.reach, task_id, today=self.today)
        said = self.said(ClosingBody)
        return self.once(lambda: self._asked(asked, said))

    def _asked(self, asked: AskingToClose, said: dict[str, Any]) -> HttpResponse:
        unit, statement = unit_named(said, asked.units), Statement(said["statement"], secrets.token_urlsafe(24))
        try:
            made = ask_closing(task=asked.task, department=unit, statement=statement, by=self.actor, now=self.now)
        except NotClosable as error:
            raise _not_closable(error.refusal, error.left) from error
        return self.made(content(made), "closings")


class ClosingStep(Resource):
    """An answer to a request for closing."""

    def line(self, closure_id: int) -> ClosureLine:
        return get_closure(self.reach, closure_id, today=self.today)

    def office_line(self, closure_id: int) -> ClosureLine:
        line = self.line(closure_id)
        require_office(self.reach)
        return line

    def answering(self, row: Closure, answer: Callable[..., Closure], said: Mapping[str, Any]) -> HttpResponse:
        """Give an answer over the version that was seen."""

        def give(version: int) -> Closure:
            try:
                return answer(closure=row, version=version, by=self.actor, now=self.now, **said)
            except LeftOpen as error:
                raise _not_closable(Refusal.LEFT_OPEN, error.left, field="despite") from error
            except (Ended, WrongStateError) as error:
                raise not_open(_state_of(row)) from error

        return self.stepped(row, lambda: content(row), give)


class ClosingVerification(ClosingStep):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("核实后办结销号"), parameters=[OVER], request=VerificationBody, responses=ClosingShape
    )
    def post(self, request: Request, closure_id: int) -> HttpResponse:
        del request
        row, said = self.office_line(closure_id).row, self.said(VerificationBody)
        return self.answering(row, self._close, said)

    def _close(self, **said: Any) -> Closure:
        if said["on"] > self.today:
            fault = Fault("on", gettext("办结日期不能晚于今天。"), "future")
            raise Problem(422, "day_to_come", gettext("这一天还没有到。"), errors=[fault])
        return close_asked(**said)


class ClosingReturn(ClosingStep):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("退回办结申请，事项仍在办理"), parameters=[OVER], request=LineBody, responses=ClosingShape
    )
    def post(self, request: Request, closure_id: int) -> HttpResponse:
        del request
        row, said = self.office_line(closure_id).row, self.said(LineBody)
        return self.answering(row, return_closing, said)


class ClosingWithdrawal(ClosingStep):
    @extend_schema(
        summary=gettext_lazy("撤回办结申请"), parameters=[OVER], request=ClosingWithdrawalBody, responses=ClosingShape
    )
    def post(self, request: Request, closure_id: int) -> HttpResponse:
        del request
        line = self.line(closure_id)
        require_own(line)
        return self.answering(line.row, withdraw_closing, self.said(ClosingWithdrawalBody))


def content(row: Closure) -> dict[str, Any]:
    (told,) = closing_rows(Closure.objects.filter(pk=row.pk))
    return told


def _not_closable(refusal: Refusal, left: int, *, field: str = "statement") -> Problem:
    said = closing_refused(refusal, left)
    return Problem(409, "not_closable", said, errors=[Fault(field, said, refusal.value)])


def _state_of(row: Closure) -> str:
    return Closure.objects.values_list("state", flat=True).get(pk=row.pk)
