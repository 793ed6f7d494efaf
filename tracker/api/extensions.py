"""Extensions: later dates asked for, each word that is said of them, and how they ended."""

import secrets
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Scope, pairs
from projects.models import Milestone
from tracker.api.asked import LINE, OVER, AskedQuery, Resource, unit_named
from tracker.api.fields import Body, Day, Flag, NamedShape, OneOf, Query, Said, Shape, Sparse, Text, Whole, page_of
from tracker.api.listing import Names, given
from tracker.api.problems import Fault, Problem
from tracker.asking import Refusal
from tracker.boards.extending import Asking, asking, extension_line
from tracker.boards.plain_asked import EXTENSION_COLUMNS, AskedFilters, extension_rows, filtered
from tracker.choices import ApprovalStep, Decision, ExtensionState
from tracker.deciding import extensions_for, get_extension
from tracker.extending import NotDecidable, NotExtendable, ask_extension, decide_extension, withdraw_extension
from tracker.extending import Request as Wanted
from tracker.models import Extension
from tracker.refusal_words import extension_refused, word_refused

MEMBERS = (*(name for name in EXTENSION_COLUMNS if name != "decided"), "waits_for", "decisions")
OF_DAY = frozenset({Refusal.NOT_LATER, Refusal.NOT_A_WORKDAY})


class ExtensionDecisionShape(Shape):
    step = serializers.ChoiceField(pairs(ApprovalStep))
    decision = serializers.ChoiceField(pairs(Decision))
    reason = serializers.CharField(help_text=gettext_lazy("空的：申请人自己就是这一步的人，越过"))
    actor_name = serializers.CharField()
    decided_on = serializers.DateField()
    at = serializers.DateTimeField()


class ExtensionShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    milestone = serializers.IntegerField()
    department = NamedShape()
    author_name = serializers.CharField()
    from_on = serializers.DateField(help_text=gettext_lazy("申请时的时限"))
    to_on = serializers.DateField(help_text=gettext_lazy("申请改到的时限"))
    reason = serializers.CharField()
    progress = serializers.CharField(help_text=gettext_lazy("做到哪一步了"))
    state = serializers.ChoiceField(pairs(ExtensionState))
    chain = serializers.ListField(
        child=serializers.ChoiceField(pairs(ApprovalStep)), help_text=gettext_lazy("依次由谁决定")
    )
    asked_on = serializers.DateField()
    asked_at = serializers.DateTimeField()
    ended_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    waits_for = serializers.ChoiceField(pairs(ApprovalStep), allow_null=True, help_text=gettext_lazy("现在等谁决定"))
    decisions = ExtensionDecisionShape(many=True)


class ExtensionQuery(AskedQuery):
    state = OneOf(pairs(ExtensionState), required=False)
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class OneExtensionQuery(Query):
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class ExtensionBody(Body):
    milestone = Whole()
    department = Whole(required=False, help_text=gettext_lazy("以哪个单位的名义；只有一个牵头单位时不用写"))
    to_on = Day(help_text=gettext_lazy("要在原时限以后，且是工作日"))
    reason = Said(max_length=1000)
    progress = Said(max_length=1000, help_text=gettext_lazy("做到哪一步了"))


class ExtensionDecisionBody(Body):
    agrees = Flag()
    reason = Said(max_length=1000)


class ExtensionWithdrawalBody(Body):
    reason = Text(max_length=LINE, required=False, allow_blank=True)


class Extensions(Resource):
    @extend_schema(
        summary=gettext_lazy("列出延期申请，新的在前"), parameters=[ExtensionQuery], responses=page_of(ExtensionShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ExtensionQuery)
        filters = AskedFilters(**given(asked, *AskedFilters.__slots__))
        return self.listed(asked, filtered(extensions_for(self.reach, today=self.today), filters), extension_rows)


class OneExtension(Resource):
    @extend_schema(summary=gettext_lazy("读一份延期申请"), parameters=[OneExtensionQuery], responses=ExtensionShape)
    def get(self, request: Request, extension_id: int) -> HttpResponse:
        del request
        rows = extensions_for(self.reach, today=self.today).filter(pk=extension_id)
        return self.only(extension_rows(rows), OneExtensionQuery)


class TaskExtensions(Resource):
    @extend_schema(summary=gettext_lazy("为一个节点申请延期"), request=ExtensionBody, responses={201: ExtensionShape})
    def post(self, request: Request, task_id: int) -> HttpResponse:
        del request
        asked = asking(self.reach, task_id, today=self.today)
        said = self.said(ExtensionBody)
        return self.once(lambda: self._asked(asked, said))

    def _asked(self, asked: Asking, said: dict[str, Any]) -> HttpResponse:
        unit, step = unit_named(said, asked.units), _step(asked, said["milestone"])
        wanted = Wanted(said["to_on"], said["reason"], said["progress"], secrets.token_urlsafe(24))
        try:
            made = ask_extension(milestone=step, department=unit, request=wanted, by=self.actor, now=self.now)
        except NotExtendable as error:
            raise _not_extendable(error.refusal, error.milestone, year=asked.task.plan.year) from error
        return self.made(content(made), "extensions")


class ExtensionDecisions(Resource):
    writes: ClassVar[Scope] = Scope.OFFICE

    @extend_schema(
        summary=gettext_lazy("对一份延期申请表态：同意或不同意"),
        parameters=[OVER],
        request=ExtensionDecisionBody,
        responses=ExtensionShape,
    )
    def post(self, request: Request, extension_id: int) -> HttpResponse:
        del request
        waiting = get_extension(self.reach, extension_id, today=self.today)
        if not waiting.roles:
            raise PermissionDenied
        said, row = self.said(ExtensionDecisionBody), waiting.extension

        def decide(version: int) -> Extension:
            return decide_extension(extension=row, version=version, **said, by=self.actor, now=self.now)

        return self.stepped(row, lambda: content(row), lambda version: _decidable(lambda: decide(version)))


class ExtensionWithdrawal(Resource):
    @extend_schema(
        summary=gettext_lazy("撤回延期申请"),
        parameters=[OVER],
        request=ExtensionWithdrawalBody,
        responses=ExtensionShape,
    )
    def post(self, request: Request, extension_id: int) -> HttpResponse:
        del request
        line = extension_line(self.reach, extension_id, today=self.today)
        if not line.own:
            raise PermissionDenied
        said, row = self.said(ExtensionWithdrawalBody), line.row

        def withdraw(version: int) -> Extension:
            return withdraw_extension(extension=row, version=version, **said, by=self.actor, now=self.now)

        return self.stepped(row, lambda: content(row), lambda version: _decidable(lambda: withdraw(version)))


def content(row: Extension) -> dict[str, Any]:
    (told,) = extension_rows(Extension.objects.filter(pk=row.pk))
    return told


def _step(asked: Asking, number: int) -> Milestone:
    """Return the step of the item; refuse one that isn't its own, is done, or takes no later date."""
    for choice in asked.choices:
        if choice.milestone.pk == number:
            if choice.refusal:
                raise _not_extendable(choice.refusal, choice.milestone, year=asked.task.plan.year)
            return choice.milestone
    fault = Fault("milestone", gettext("不属于这个事项，或已经完成。"), "unknown")
    raise Problem(422, "not_of_this_item", gettext("有的指标、节点不属于这个事项，或已经完成。"), errors=[fault])


def _not_extendable(refusal: Refusal, step: Milestone, *, year: int) -> Problem:
    said = extension_refused(refusal, step, year=year)
    fault = Fault("to_on" if refusal in OF_DAY else "milestone", said, refusal.value)
    return Problem(422 if refusal in OF_DAY else 409, "not_extendable", said, errors=[fault])


def _decidable(act: Callable[[], Extension]) -> Extension:
    try:
        return act()
    except NotDecidable as error:
        if error.reason == "not_yours":
            raise PermissionDenied from error
        said = word_refused(error.reason)
        raise Problem(409, "not_decidable", said, errors=[Fault("state", said, error.reason)]) from error
