"""Items: the list with the board's filters, one item whole with its light and its sentence, made and changed by the office."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope, pairs
from accounts.conflicts import Conflict
from projects.choices import Comparison, InvolvementRole, TaskState
from projects.models import Plan, Task
from tracker.access import get_task
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import Day, Number, OneOf, Query, Said, Shape, Sparse, page_of
from tracker.api.listing import LIGHTS, MONTH, Listing, Names, cut, given
from tracker.api.problems import Problem
from tracker.api.promise_bodies import TaskBody, TaskChange
from tracker.api.promising import Typed, add, change, over, plan_named, refuse_gone, require_open
from tracker.boards.changes import Change
from tracker.boards.filters import Filters
from tracker.boards.lines import Line, lines_of
from tracker.boards.plain import NESTED, TASK_COLUMNS, nest, task_rows
from tracker.boards.plain_listed import Place, task_page
from tracker.lights import Light

WORDS = ("content", "target_text", "measures", "deadline_text", "contacts", "note")
TOLD = ("light_word", "why", "remedy", "tags", "days_late")
WHOLE = (*TASK_COLUMNS, *WORDS, *TOLD, *NESTED)


class PartyShape(Shape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(pairs(InvolvementRole))


class MilestoneShape(Shape):
    id = serializers.IntegerField()
    position = serializers.IntegerField()
    text = serializers.CharField()
    phrase = serializers.CharField(help_text=gettext_lazy("原文里的期限"))
    start_on = serializers.DateField(allow_null=True)
    issued_due_on = serializers.DateField(allow_null=True)
    current_due_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)
    moves = serializers.IntegerField(help_text=gettext_lazy("批准延期的次数"))


class AmountShape(Shape):
    """What is said of an amount wherever it stands."""

    name = serializers.CharField()
    comparison = serializers.ChoiceField(pairs(Comparison))
    value = serializers.CharField()
    unit = serializers.CharField()
    baseline = serializers.CharField(allow_null=True)
    cumulative = serializers.BooleanField()
    start_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    horizon_year = serializers.IntegerField(allow_null=True)


class TargetShape(AmountShape):
    id = serializers.IntegerField()
    milestone = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField()


class TaskShape(Sparse):
    """An item in a list; what is nested comes with `expand` only."""

    id = serializers.IntegerField()
    plan = serializers.IntegerField()
    section = serializers.IntegerField(allow_null=True)
    number = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(pairs(TaskState))
    light = serializers.ChoiceField(
        pairs(Light), allow_null=True, help_text=gettext_lazy("草案、中止、取消的事项没有灯")
    )
    position = serializers.IntegerField()
    issued_on = serializers.DateField(allow_null=True)
    closed_on = serializers.DateField(allow_null=True)
    next_due_on = serializers.DateField(allow_null=True)
    overdue_from = serializers.DateField(allow_null=True)
    moves = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    departments = PartyShape(many=True, required=False)
    people = PartyShape(many=True, required=False)
    posts = PartyShape(many=True, required=False)
    milestones = MilestoneShape(many=True, required=False)
    targets = TargetShape(many=True, required=False)


class WholeTaskShape(TaskShape):
    """One item with its words, its light's sentence, its steps, indicators and parties."""

    content = serializers.CharField()
    target_text = serializers.CharField()
    measures = serializers.CharField()
    deadline_text = serializers.CharField()
    contacts = serializers.CharField()
    note = serializers.CharField()
    light_word = serializers.CharField()
    why = serializers.CharField(help_text=gettext_lazy("为什么是这个灯"))
    remedy = serializers.CharField(help_text=gettext_lazy("怎样转为正常"))
    tags = serializers.ListField(child=serializers.CharField())
    days_late = serializers.IntegerField()


class TaskQuery(Listing):
    plan = Number(required=False)
    light = OneOf(LIGHTS, required=False)
    unit = Number(required=False, help_text=gettext_lazy("牵头单位"))
    leader = Number(required=False, help_text=gettext_lazy("责任领导的职务"))
    section = Number(required=False)
    month = serializers.RegexField(MONTH, required=False, help_text="2026-06")
    q = Said(required=False, max_length=100)
    changed = OneOf(
        pairs(Change), required=False, help_text=gettext_lazy("自 since 起发生了什么；须同时写 plan 和 since")
    )
    since = Day(required=False)
    fields = Names(*TASK_COLUMNS)  # type: ignore[assignment]
    expand = Names(*NESTED)


class OneTaskQuery(Query):
    fields = Names(*WHOLE)  # type: ignore[assignment]


class Tasks(Endpoint):
    writes: ClassVar[Scope] = Scope.PLAN

    @extend_schema(summary=gettext_lazy("列出事项"), parameters=[TaskQuery], responses=page_of(TaskShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(TaskQuery)
        if "changed" in asked and not {"plan", "since"} <= asked.keys():
            raise Problem(422, "incomplete", gettext("写 changed 时须同时写 plan 和 since。"))
        paging = self.paging(asked)
        place = Place(paging.after, paging.limit + 1)
        filters = Filters(**given(asked, *Filters.__slots__))
        rows = task_page(self.reach, filters, place, asked.get("fields", TASK_COLUMNS), today=self.today)
        page, following = paging.fit(rows)
        nest(page, asked.get("expand", ()), today=self.today)
        return self.page(page, following)

    @extend_schema(
        summary=gettext_lazy("新建事项：连同责任单位、节点和指标"), request=TaskBody, responses={201: WholeTaskShape}
    )
    def post(self, request: Request) -> HttpResponse:
        del request
        require_office(self.reach)
        said = self.said(TaskBody)
        plan = plan_named(said["plan"], self.reach, today=self.today)
        require_open(plan)
        return self.once(lambda: self._made(plan, said))

    def _made(self, plan: Plan, said: dict[str, Any]) -> HttpResponse:
        typed = Typed.empty(plan)
        refuse_gone(said, typed)
        number = add(plan, over(typed, said, plan), by=self.actor, now=self.now)
        made = told(self, number)
        return self.one(made, version=made["version"], status=201, location=f"/api/v1/tasks/{number}/")


class OneTask(Endpoint):
    writes: ClassVar[Scope] = Scope.PLAN

    @extend_schema(summary=gettext_lazy("读一个事项"), parameters=[OneTaskQuery], responses=WholeTaskShape)
    def get(self, request: Request, task_id: int) -> HttpResponse:
        del request
        asked = self.asked(OneTaskQuery)
        found = told(self, task_id)
        return self.one(cut(found, asked.get("fields")), version=found["version"])

    @extend_schema(
        summary=gettext_lazy("修改事项：文字、责任单位、节点和指标"), request=TaskChange, responses=WholeTaskShape
    )
    def patch(self, request: Request, task_id: int) -> HttpResponse:
        task = get_task(self.reach, task_id, today=self.today)
        require_office(self.reach)
        said, seen = self.said(TaskChange), seen_by(request)
        require_open(task.plan)
        typed = Typed.standing(task)
        refuse_gone(said, typed)
        try:
            change(task, over(typed, said, task.plan), seen.expected(task.version), by=self.actor, now=self.now)
        except Conflict as conflict:
            raise lost(current=told(self, task_id), yours=request.data) from conflict
        now = told(self, task_id)
        return self.one(now, version=now["version"])


def told(view: Endpoint, task_id: int) -> dict[str, Any]:
    """Return all that is told of an item as it stands now."""
    task = get_task(view.reach, task_id, today=view.today)
    (line,) = lines_of([task], today=view.today, with_parties=False)
    return whole(line)


def whole(line: Line) -> dict[str, Any]:
    """Return all that is told of one item; its light is asked of the database as in lists."""
    task = Task.objects.filter(pk=line.task.pk)
    (row,) = task_rows(task, TASK_COLUMNS, today=line.today)
    nest([row], NESTED, today=line.today)
    told = {name: getattr(line.task, name) for name in WORDS}
    return row | told | {name: getattr(line, name) for name in TOLD}
