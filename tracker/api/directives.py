"""Directives: leaders' lines on items, the units' answers, and what became of them."""

import secrets
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Scope, pairs
from accounts.models import Person
from projects.models import Task
from tracker.access import directives_for, get_directive, get_task
from tracker.api.asked import (
    LINE,
    OVER,
    AgainBody,
    AnswerBody,
    AskedQuery,
    LineBody,
    Resource,
    StepOn,
    require_ahead,
    unit_named,
)
from tracker.api.fields import Body, Day, NamedShape, OneOf, Query, Said, Sparse, Text, Whole, page_of
from tracker.api.listing import Names, given
from tracker.api.problems import Fault, Problem
from tracker.boards.directives import answering_units, answers, possible_leaders, settles
from tracker.boards.plain_asked import DIRECTIVE_COLUMNS, AskedFilters, directive_rows, filtered
from tracker.choices import DirectiveState
from tracker.directives import (
    answer_directive,
    ask_again,
    give_directive,
    settle_directive,
    withdraw_directive,
)
from tracker.models import Directive

Leaders = dict[int, tuple[Person, str]]


class DirectiveShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    department = NamedShape(help_text=gettext_lazy("由哪个单位答复"))
    leader = serializers.IntegerField(allow_null=True)
    leader_name = serializers.CharField()
    recorder_name = serializers.CharField(help_text=gettext_lazy("替领导记下的人；空的是领导自己写的"))
    text = serializers.CharField()
    given_on = serializers.DateField()
    given_at = serializers.DateTimeField()
    meeting_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("会上定的，是哪天的会"))
    due_on = serializers.DateField(help_text=gettext_lazy("答复期限"))
    state = serializers.ChoiceField(pairs(DirectiveState))
    answer = serializers.CharField()
    answerer_name = serializers.CharField()
    answered_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    settled_on = serializers.DateField(allow_null=True)
    settlement = serializers.CharField()
    cycle = serializers.IntegerField(help_text=gettext_lazy("第几次请求答复"))
    version = serializers.IntegerField()


class DirectiveQuery(AskedQuery):
    state = OneOf(pairs(DirectiveState), required=False)
    fields = Names(*DIRECTIVE_COLUMNS)  # type: ignore[assignment]


class OneDirectiveQuery(Query):
    fields = Names(*DIRECTIVE_COLUMNS)  # type: ignore[assignment]


class DirectiveBody(Body):
    """One line, who answers it and by when; the office says whose line it is."""

    text = Said(max_length=LINE)
    department = Whole(help_text=gettext_lazy("由哪个单位答复"))
    due_on = Day(help_text=gettext_lazy("不能早于今天"))
    leader = Whole(required=False, help_text=gettext_lazy("哪位领导的批示；领导自己写时不用写"))
    meeting_on = Day(required=False, help_text=gettext_lazy("会上定的才写"))


class SettlementBody(Body):
    settlement = Text(max_length=LINE, required=False, allow_blank=True, help_text=gettext_lazy("办结时的话，可不写"))


class Directives(Resource):
    @extend_schema(
        summary=gettext_lazy("列出批示，新的在前"), parameters=[DirectiveQuery], responses=page_of(DirectiveShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(DirectiveQuery)
        filters = AskedFilters(**given(asked, *AskedFilters.__slots__))
        return self.listed(asked, filtered(directives_for(self.reach, today=self.today), filters), directive_rows)


class OneDirective(Resource):
    @extend_schema(summary=gettext_lazy("读一条批示"), parameters=[OneDirectiveQuery], responses=DirectiveShape)
    def get(self, request: Request, directive_id: int) -> HttpResponse:
        del request
        rows = directives_for(self.reach, today=self.today).filter(pk=directive_id)
        return self.only(directive_rows(rows), OneDirectiveQuery)


class TaskDirectives(Resource):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(summary=gettext_lazy("在一个事项上批示"), request=DirectiveBody, responses={201: DirectiveShape})
    def post(self, request: Request, task_id: int) -> HttpResponse:
        del request
        task = get_task(self.reach, task_id, today=self.today)
        leaders = possible_leaders(self.reach, task, today=self.today)
        if not leaders:
            raise PermissionDenied
        said = self.said(DirectiveBody)
        return self.once(lambda: self._given(task, leaders, said))

    def _given(self, task: Task, leaders: Leaders, said: dict[str, Any]) -> HttpResponse:
        require_ahead(said["due_on"], today=self.today)
        leader = self._leader(leaders, said)
        unit = unit_named(said, answering_units(task, today=self.today))
        words: dict[str, Any] = {name: said.get(name) for name in ("text", "due_on", "meeting_on")}
        made = give_directive(
            task=task,
            leader=leader,
            department=unit,
            **words,
            token=secrets.token_urlsafe(24),
            by=self.actor,
            now=self.now,
        )
        return self.made(content(made), "directives")

    def _leader(self, leaders: Leaders, said: dict[str, Any]) -> Person:
        """Return whose line it is: the one named, else the caller's own, else the only one there is."""
        own = self.reach.person_id if self.reach.person_id in leaders else None
        number = said.get("leader", own or (next(iter(leaders)) if len(leaders) == 1 else None))
        if number not in leaders:
            known = "、".join(f"{number} {name}" for number, (_, name) in leaders.items())
            fault = Fault("leader", gettext("请写其中一个：%(leaders)s。") % {"leaders": known}, "unknown")
            raise Problem(422, "leader_unclear", gettext("要说明是哪位领导的批示。"), errors=[fault])
        return leaders[number][0]


def content(row: Directive) -> dict[str, Any]:
    (told,) = directive_rows(Directive.objects.filter(pk=row.pk))
    return told


class DirectiveStep(StepOn[Directive]):
    """What is done about a directive by the unit that answers it, or by whoever gave it and the office."""

    find = staticmethod(get_directive)
    tell = staticmethod(content)


class DirectiveAnswers(DirectiveStep):
    @extend_schema(
        summary=gettext_lazy("答复一条批示"), parameters=[OVER], request=AnswerBody, responses=DirectiveShape
    )
    def post(self, request: Request, directive_id: int) -> HttpResponse:
        del request
        row, said = self.granted(directive_id, answers), self.said(AnswerBody)
        return self.stepping(
            row, lambda version: answer_directive(directive=row, version=version, **said, by=self.actor, now=self.now)
        )


class DirectiveSettlement(DirectiveStep):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("一条批示已办完"), parameters=[OVER], request=SettlementBody, responses=DirectiveShape
    )
    def post(self, request: Request, directive_id: int) -> HttpResponse:
        del request
        row, said = self.granted(directive_id, settles), self.said(SettlementBody)
        return self.stepping(
            row, lambda version: settle_directive(directive=row, version=version, **said, by=self.actor)
        )


class DirectiveAskings(DirectiveStep):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("再请单位答复一次，定新的期限"),
        parameters=[OVER],
        request=AgainBody,
        responses=DirectiveShape,
    )
    def post(self, request: Request, directive_id: int) -> HttpResponse:
        del request
        row, said = self.granted(directive_id, settles), self.said(AgainBody)
        return self.asking_again(row, partial(ask_again, directive=row), said)


class DirectiveWithdrawal(DirectiveStep):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(summary=gettext_lazy("撤回一条批示"), parameters=[OVER], request=LineBody, responses=DirectiveShape)
    def post(self, request: Request, directive_id: int) -> HttpResponse:
        del request
        row, said = self.granted(directive_id, settles), self.said(LineBody)
        return self.stepping(
            row, lambda version: withdraw_directive(directive=row, version=version, **said, by=self.actor)
        )
