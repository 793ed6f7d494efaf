"""The reminder record: who had to be told what, and each message with its tries."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import pairs
from tracker.api.endpoint import Endpoint
from tracker.api.fields import Day, NamedShape, Number, OneOf, Query, Said, Shape, Sparse, page_of
from tracker.api.listing import Listing, Names, given
from tracker.boards.deliveries import FILTERS, Asked, open_to, sought
from tracker.boards.plain_record import (
    DELIVERY_MEMBERS,
    REMINDER_MEMBERS,
    ReminderFilters,
    delivery_rows,
    letter_rows,
    reminder_rows,
    reminders_for,
)
from tracker.choices import AttemptOutcome, Channel, DeliveryState, ReminderState, SubjectKind
from tracker.reminding.due import Audience

STATES = [(word, word) for word in ("today", *FILTERS)]


class ReminderShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField(allow_null=True)
    subject_kind = serializers.ChoiceField(pairs(SubjectKind), help_text=gettext_lazy("因什么提醒"))
    subject = serializers.IntegerField()
    cycle = serializers.IntegerField()
    step = serializers.CharField(help_text=gettext_lazy("哪一级，例如 before-5、day、after-3"))
    person = NamedShape(allow_null=True)
    department = NamedShape(allow_null=True, help_text=gettext_lazy("发到群里时是哪个单位"))
    audience = serializers.ChoiceField(pairs(Audience))
    state = serializers.ChoiceField(pairs(ReminderState))
    merged_into = serializers.IntegerField(allow_null=True)
    tell_at = serializers.DateTimeField()
    raised_at = serializers.DateTimeField()
    step_word = serializers.CharField()
    fate = serializers.CharField(help_text=gettext_lazy("结果；没有发的写明原因"))
    deliveries = serializers.ListField(child=serializers.IntegerField())


class DeliveryShape(Sparse):
    """A message in a list; a list doesn't tell its text."""

    id = serializers.IntegerField()
    channel = serializers.ChoiceField(pairs(Channel))
    person = NamedShape(allow_null=True)
    department = NamedShape(allow_null=True)
    state = serializers.ChoiceField(pairs(DeliveryState))
    attempts_made = serializers.IntegerField()
    subject = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)
    state_word = serializers.CharField()
    why = serializers.CharField(help_text=gettext_lazy("没有送达的原因"))
    reminders = serializers.ListField(child=serializers.IntegerField())


class AttemptShape(Shape):
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(pairs(AttemptOutcome))
    outcome_word = serializers.CharField()
    detail = serializers.CharField()


class WholeDeliveryShape(DeliveryShape):
    body = serializers.CharField(help_text=gettext_lazy("发出的原文"))
    attempts = AttemptShape(many=True)


class ReminderQuery(Listing):
    state = OneOf(pairs(ReminderState), required=False)
    task = Number(required=False)
    person = Number(required=False)
    unit = Number(required=False, help_text=gettext_lazy("单位的群和它的人"))
    begin = Day(required=False, help_text=gettext_lazy("应提醒的日期，从这天起"))
    end = Day(required=False, help_text=gettext_lazy("应提醒的日期，到这天止"))
    fields = Names(*REMINDER_MEMBERS)  # type: ignore[assignment]


class OneReminderQuery(Query):
    fields = Names(*REMINDER_MEMBERS)  # type: ignore[assignment]


class DeliveryQuery(Listing):
    state = OneOf(STATES, required=False)
    q = Said(required=False, max_length=100, help_text=gettext_lazy("收件人姓名、事项编号或名称里的字"))
    unit = Number(required=False, help_text=gettext_lazy("单位的群和它的人"))
    channel = OneOf(pairs(Channel), required=False)
    begin = Day(required=False, help_text=gettext_lazy("应提醒的日期，从这天起"))
    end = Day(required=False, help_text=gettext_lazy("应提醒的日期，到这天止"))
    fields = Names(*DELIVERY_MEMBERS)  # type: ignore[assignment]


class OneDeliveryQuery(Query):
    fields = Names(*DELIVERY_MEMBERS, "body", "attempts")  # type: ignore[assignment]


class Reminders(Endpoint):
    @extend_schema(
        summary=gettext_lazy("列出提醒，新的在前"), parameters=[ReminderQuery], responses=page_of(ReminderShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ReminderQuery)
        found = reminders_for(self.reach, ReminderFilters(**given(asked, *ReminderFilters.__slots__)))
        return self.listed(asked, found, reminder_rows)


class OneReminder(Endpoint):
    @extend_schema(summary=gettext_lazy("读一件提醒"), parameters=[OneReminderQuery], responses=ReminderShape)
    def get(self, request: Request, reminder_id: int) -> HttpResponse:
        del request
        found = reminders_for(self.reach, ReminderFilters()).filter(pk=reminder_id)
        return self.only(reminder_rows(found), OneReminderQuery)


class Deliveries(Endpoint):
    @extend_schema(
        summary=gettext_lazy("列出送达记录，新的在前"), parameters=[DeliveryQuery], responses=page_of(DeliveryShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(DeliveryQuery)
        wanted = Asked(words=asked.get("q", ""), **given(asked, "state", "unit", "channel", "begin", "end"))
        return self.listed(asked, sought(self.reach, wanted, today=self.today), delivery_rows)


class OneDelivery(Endpoint):
    @extend_schema(
        summary=gettext_lazy("读一条消息：原文和每次发送"),
        parameters=[OneDeliveryQuery],
        responses=WholeDeliveryShape,
    )
    def get(self, request: Request, delivery_id: int) -> HttpResponse:
        del request
        return self.only(letter_rows(open_to(self.reach).filter(pk=delivery_id)), OneDeliveryQuery)
