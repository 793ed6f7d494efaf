"""Amounts and lists of items: one more, and one changed over its item's version."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.conflicts import Conflict
from projects.models import Target
from tracker.api.asked import OVER
from tracker.api.etags import lost, seen_by
from tracker.api.item_parts import ItemPart
from tracker.api.promise_bodies import TargetBody, TargetChange
from tracker.api.promising import require_open, with_aim
from tracker.api.tasks import TargetShape


class OwnTargetShape(TargetShape):
    """An amount read by itself; `version` is its item's."""

    task = serializers.IntegerField()
    version = serializers.IntegerField(help_text=gettext_lazy("所属事项的版本"))


class TargetPart(ItemPart):
    member = "targets"
    model = Target
    placing: ClassVar[Any] = staticmethod(with_aim)


class TaskTargets(TargetPart):
    @extend_schema(
        summary=gettext_lazy("给事项加一个指标；If-Match 用事项的 ETag"),
        parameters=[OVER],
        request=TargetBody,
        responses={201: OwnTargetShape},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        return self.added(request, task_id, TargetBody)


class OneTarget(TargetPart):
    @extend_schema(summary=gettext_lazy("读一个指标"), responses=OwnTargetShape)
    def get(self, request: Request, target_id: int) -> HttpResponse:
        del request
        self.asked()
        _, found = self.part(target_id)
        return self.one(found, version=found["version"])

    @extend_schema(summary=gettext_lazy("修改指标"), request=TargetChange, responses=OwnTargetShape)
    def patch(self, request: Request, target_id: int) -> HttpResponse:
        """Change an amount; a list that gets shorter is another list, so the answer is the one that stands in its place."""
        task, found = self.part(target_id)
        require_office(self.reach)
        said, seen = self.said(TargetChange), seen_by(request)
        require_open(task.plan)
        before = {row["id"] for row in self.rows(task)}
        try:
            self.write(task, said, target_id, seen.expected(task.version))
        except Conflict as conflict:
            raise lost(current=found, yours=request.data) from conflict
        rows = {row["id"]: row for row in self.rows(task)}
        now = rows.get(target_id) or next(row for number, row in rows.items() if number not in before)
        return self.one(now, version=now["version"])
