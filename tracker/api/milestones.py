"""Steps of items: one more, another day by the rules of the page, and the day on which a step was done."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.conflicts import Conflict
from projects.choices import TaskState
from projects.models import Milestone, Task
from projects.planning import mark_milestones
from tracker.api.asked import OVER
from tracker.api.etags import lost, seen_by
from tracker.api.item_parts import ItemPart
from tracker.api.problems import Fault, Problem
from tracker.api.promise_bodies import MilestoneBody, MilestoneChange
from tracker.api.promising import require_open, with_step
from tracker.api.tasks import MilestoneShape


class OwnMilestoneShape(MilestoneShape):
    """A step read by itself; `version` is its item's."""

    task = serializers.IntegerField()
    version = serializers.IntegerField(help_text=gettext_lazy("所属事项的版本"))


class MilestonePart(ItemPart):
    member = "milestones"
    model = Milestone
    placing: ClassVar[Any] = staticmethod(with_step)


class TaskMilestones(MilestonePart):
    @extend_schema(
        summary=gettext_lazy("给事项加一个节点；If-Match 用事项的 ETag"),
        parameters=[OVER],
        request=MilestoneBody,
        responses={201: OwnMilestoneShape},
    )
    def post(self, request: Request, task_id: int) -> HttpResponse:
        return self.added(request, task_id, MilestoneBody)


class OneMilestone(MilestonePart):
    @extend_schema(summary=gettext_lazy("读一个节点"), responses=OwnMilestoneShape)
    def get(self, request: Request, milestone_id: int) -> HttpResponse:
        del request
        self.asked()
        _, found = self.part(milestone_id)
        return self.one(found, version=found["version"])

    @extend_schema(
        summary=gettext_lazy("修改节点：文字、时限（重新下达、延期或更正）、完成的日期"),
        request=MilestoneChange,
        responses=OwnMilestoneShape,
    )
    def patch(self, request: Request, milestone_id: int) -> HttpResponse:
        task, _ = self.part(milestone_id)
        require_office(self.reach)
        said, seen = self.said(MilestoneChange), seen_by(request)
        require_open(task.plan)
        if "done_on" in said:
            self._require_markable(task, said)
        try:
            self._changed(task, milestone_id, said, seen.expected(task.version))
        except Conflict as conflict:
            raise lost(current=self.told(task, milestone_id), yours=request.data) from conflict
        found = self.told(task, milestone_id)
        return self.one(found, version=found["version"])

    @transaction.atomic
    def _changed(self, task: Task, milestone_id: int, said: Mapping[str, Any], version: int) -> None:
        told = {name: value for name, value in said.items() if name != "done_on"}
        if told or not said:
            version = self.write(task, told, milestone_id, version)
        if "done_on" in said:
            done = {milestone_id: said["done_on"]}
            mark_milestones(task=task, done=done, by=self.actor, now=self.now, version=version)

    def _require_markable(self, task: Task, said: Mapping[str, Any]) -> None:
        if task.state != TaskState.ISSUED:
            raise Problem(409, "not_issued", gettext("事项没有下达，或已中止、办结。"))
        if said["done_on"] is not None and said["done_on"] > self.today:
            reason = gettext("这一天还没有到。")
            raise Problem(422, "day_to_come", reason, errors=[Fault("done_on", reason, "to_come")])
