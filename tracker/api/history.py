"""History: what happened to an item and to the plan it stands in, as it is kept for good."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import Door, pairs
from tracker.access import get_task
from tracker.api.asked import Resource
from tracker.api.fields import OneOf, Shape, Sparse, page_of
from tracker.api.listing import Listing, Names
from tracker.boards.happenings import KINDS
from tracker.boards.plain_asked import ENTRY_COLUMNS, EVENT_COLUMNS, history_rows
from tracker.boards.timeline import entries_of

MEMBERS = (*ENTRY_COLUMNS, *EVENT_COLUMNS, "changes")
KIND_WORDS = [(kind, kind) for kind in KINDS]


class MadeChangeShape(Shape):
    label = serializers.CharField()  # type: ignore[assignment]
    old = serializers.CharField()
    new = serializers.CharField()


class HistoryShape(Sparse):
    id = serializers.IntegerField()
    object_type = serializers.CharField()
    object_id = serializers.IntegerField()
    version = serializers.IntegerField(help_text=gettext_lazy("这一次之后，它是第几版"))
    action = serializers.CharField(help_text=gettext_lazy("给程序看的名称，例如 report.accepted"))
    door = serializers.ChoiceField(pairs(Door))
    at = serializers.DateTimeField()
    on = serializers.DateField(help_text=gettext_lazy("办理日期"))
    kind = serializers.ChoiceField(KIND_WORDS)
    who = serializers.CharField()
    what = serializers.CharField(help_text=gettext_lazy("发生了什么，一句话"))
    reason = serializers.CharField()
    said = serializers.CharField()
    confirmed = serializers.ListField(child=serializers.CharField(), help_text=gettext_lazy("报送时确认属实的疑问"))
    changes = MadeChangeShape(many=True)


class HistoryQuery(Listing):
    kind = OneOf(KIND_WORDS, required=False)
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class TaskHistory(Resource):
    @extend_schema(
        summary=gettext_lazy("读一个事项的办理记录，新的在前"),
        parameters=[HistoryQuery],
        responses=page_of(HistoryShape),
    )
    def get(self, request: Request, task_id: int) -> HttpResponse:
        del request
        task = get_task(self.reach, task_id, today=self.today)
        asked = self.asked(HistoryQuery)
        rows = entries_of(task, kind=asked.get("kind", ""))
        return self.listed(asked, rows, lambda page: history_rows(page, today=self.today))
