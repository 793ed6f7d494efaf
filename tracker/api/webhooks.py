"""Webhooks: what other systems of the office are told where, their secrets shown once, and each message with its fate."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.access import require_office
from accounts.choices import Scope, pairs
from accounts.conflicts import Conflict
from accounts.models import Organization
from tracker.api.asked import OVER, Resource
from tracker.api.endpoint import Endpoint
from tracker.api.etags import lost, seen_by
from tracker.api.fields import LARGEST, Body, Day, OneOf, Query, Said, Shape, Sparse, Whole, page_of
from tracker.api.listing import Listing, Names, given
from tracker.api.problems import Fault, Problem, missing
from tracker.boards.webhooks import (
    MESSAGE_MEMBERS,
    WEBHOOK_MEMBERS,
    day_begins,
    find_webhook,
    known_webhooks,
    message_rows,
    webhook_rows,
)
from tracker.choices import UNSENT, DeliveryState, SystemEvent
from tracker.models import Delivery, Outlet
from tracker.reminding.events import MOST_AGAIN, PING, again, again_since, messages_to, ping
from tracker.reminding.outlets import ProblemsError, known_settings, remove_outlet
from tracker.reminding.subscribing import Wanted, add_webhook, change_webhook

Row = dict[str, Any]

LABEL, ADDRESS = 100, 2000
UNKEPT = "secret"
"""The member of an answer that is said once and never kept."""
EVENT_WORDS = pairs(SystemEvent)
TOLD_WORDS = [*EVENT_WORDS, (PING, PING)]


class WebhookMembers(Shape):
    """What is read of a webhook, and answered beside its secret."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # of the webhook, not of the field
    host = serializers.CharField(help_text=gettext_lazy("发往哪里，只到主机和端口；密钥换过、设置打不开时为空"))
    events = serializers.ListField(child=serializers.ChoiceField(EVENT_WORDS))
    active = serializers.BooleanField(help_text=gettext_lazy("停用的不再推送，记录仍可查"))
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class WebhookShape(WebhookMembers, Sparse):
    """A webhook as it is read."""


class WebhookWithSecretShape(WebhookMembers):
    """A webhook as it is read, and the secret that is never shown again."""

    secret = serializers.CharField(
        allow_null=True, help_text=gettext_lazy("签名密钥，只显示这一次；同一个 Idempotency-Key 再发时为 null")
    )


class ToldEventShape(Sparse):
    id = serializers.IntegerField()
    event = serializers.ChoiceField(TOLD_WORDS)
    event_id = serializers.CharField(help_text=gettext_lazy("对方收到的 webhook-id；重发时不变"))
    state = serializers.ChoiceField(pairs(DeliveryState))
    state_word = serializers.CharField()
    why = serializers.CharField(help_text=gettext_lazy("没有收下的原因"))
    attempts_made = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    next_try_at = serializers.DateTimeField(allow_null=True, help_text=gettext_lazy("还要再发的，最早什么时候"))
    replay_of = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("重发的是哪一条"))
    asked_by = serializers.CharField(help_text=gettext_lazy("谁要求试发或重发；系统自动发的为空"))


class ReplayedShape(Shape):
    queued = serializers.IntegerField(help_text=gettext_lazy("这次排队重发多少条"))
    left = serializers.IntegerField(help_text=gettext_lazy("还有多少条没有排队"))
    last = serializers.IntegerField(help_text=gettext_lazy("排到哪一条；没排完就把它写进 after 再发"))


class WebhookQuery(Listing):
    fields = Names(*WEBHOOK_MEMBERS)  # type: ignore[assignment]


class OneWebhookQuery(Query):
    fields = Names(*WEBHOOK_MEMBERS)  # type: ignore[assignment]


class ToldEventQuery(Listing):
    state = OneOf(pairs(DeliveryState), required=False)
    fields = Names(*MESSAGE_MEMBERS)  # type: ignore[assignment]


def _events(*, required: bool) -> serializers.ListField:
    return serializers.ListField(child=OneOf(EVENT_WORDS), required=required, min_length=1, max_length=len(EVENT_WORDS))


class WebhookBody(Body):
    label = Said(max_length=LABEL)  # type: ignore[assignment]  # of the webhook, not of the field
    address = Said(max_length=ADDRESS, help_text=gettext_lazy("接收网址：https，或系统管理员允许的内网地址"))
    events = _events(required=True)


class WebhookChange(Body):
    label = Said(max_length=LABEL, required=False)  # type: ignore[assignment]  # of the webhook, not of the field
    address = Said(max_length=ADDRESS, required=False, help_text=gettext_lazy("不写就不改"))
    events = _events(required=False)


class NewSecretBody(Body):
    address = Said(
        max_length=ADDRESS, required=False, help_text=gettext_lazy("host 为空、设置打不开时要写；不写就不改")
    )


class NothingBody(Body):
    """A step that needs no words."""


class ReplayBody(Body):
    since = Day(help_text=gettext_lazy("从这天起推送的；等待发送的不重复"))
    after = Whole(required=False, max_value=LARGEST, help_text=gettext_lazy("接着上次的 last 往后发"))


class Hooks(Resource):
    """What all addresses of webhooks share: the office's own, those out of use only for reading."""

    writes: ClassVar[Scope] = Scope.OFFICE

    def in_use(self, row: Outlet) -> Outlet:
        if not row.active:
            raise Problem(409, "webhook_withdrawn", gettext("这项推送已经停用，要再用请新建一个。"))
        return row

    def found(self, webhook_id: int) -> Outlet:
        return find_webhook(self.reach, webhook_id)

    @sensitive_variables()
    def changed(self, row: Outlet, wanted: Wanted, version: int, *, renew: bool = False) -> tuple[Outlet, str]:
        """Return the webhook and its new secret, if there is one."""
        try:
            return change_webhook(outlet=row, wanted=wanted, version=version, renew=renew, by=self.actor, now=self.now)
        except ProblemsError as error:
            raise refused(error) from error
        except Conflict as conflict:
            raise self.lost(row) from conflict

    def lost(self, row: Outlet) -> Problem:
        """Show what stands there; of what was sent the address isn't repeated, it may hold a key."""
        sent: Row = dict(self.request.data)
        return lost(current=self.content(row), yours={name: sent[name] for name in sent if name != "address"})

    @staticmethod
    def content(row: Outlet) -> Row:
        (told,) = webhook_rows(Outlet.objects.filter(pk=row.pk))
        return told

    @sensitive_variables()
    def once_with_secret(self, effect: Callable[[], tuple[Outlet, str]], status: int, *, made: bool) -> HttpResponse:
        """Answer with the webhook and its secret; the answer that is kept for the same key has none."""

        @sensitive_variables()
        def acted() -> HttpResponse:
            row, secret = effect()
            told = self.content(row)
            where = f"/api/v1/webhooks/{row.pk}/" if made else ""
            return self.one(told, version=row.version, status=status, location=where, beside={UNKEPT: secret})

        return self.once(acted, unkept=(UNKEPT,))


class Webhooks(Hooks):
    @extend_schema(
        summary=gettext_lazy("列出推送到其他系统的设置，停用的也在内"),
        parameters=[WebhookQuery],
        responses=page_of(WebhookShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        rows = known_webhooks(self.reach)
        return self.listed(self.asked(WebhookQuery), rows, webhook_rows, newest_first=False)

    @extend_schema(
        summary=gettext_lazy("新建一项推送；签名密钥只在这次的回答里"),
        request=WebhookBody,
        responses={201: WebhookWithSecretShape},
    )
    def post(self, request: Request) -> HttpResponse:
        del request
        require_office(self.reach)
        said = self.said(WebhookBody)
        return self.once_with_secret(lambda: self._made(said), 201, made=True)

    @sensitive_variables()
    def _made(self, said: Row) -> tuple[Outlet, str]:
        organization = Organization.objects.get(pk=self.reach.organization_id or 0)
        wanted = Wanted(said["label"], said["address"], {*said["events"]})
        try:
            return add_webhook(organization=organization, wanted=wanted, by=self.actor, now=self.now)
        except ProblemsError as error:
            raise refused(error) from error


class OneWebhook(Hooks):
    @extend_schema(summary=gettext_lazy("读一项推送"), parameters=[OneWebhookQuery], responses=WebhookShape)
    def get(self, request: Request, webhook_id: int) -> HttpResponse:
        del request
        return self.only(webhook_rows(known_webhooks(self.reach).filter(pk=webhook_id)), OneWebhookQuery)

    @extend_schema(summary=gettext_lazy("修改一项推送；不写的不变"), request=WebhookChange, responses=WebhookShape)
    def patch(self, request: Request, webhook_id: int) -> HttpResponse:
        row = self.found(webhook_id)
        said, seen = self.said(WebhookChange), seen_by(request)
        if not known_settings(self.in_use(row)):
            detail = gettext("密钥换过，原来的地址和签名密钥打不开了。请带 address 向 secrets/ 要一个新密钥。")
            raise Problem(409, "seal_broken", detail)
        wanted = Wanted(said.get("label", row.label), said.get("address", ""), {*said.get("events", row.tells)})
        row, _ = self.changed(row, wanted, seen.expected(row.version))
        return self.one(self.content(row), version=row.version)


class WebhookSecrets(Hooks):
    @extend_schema(
        summary=gettext_lazy("换一个签名密钥，只在这次的回答里；旧的立即作废"),
        parameters=[OVER],
        request=NewSecretBody,
        responses=WebhookWithSecretShape,
    )
    def post(self, request: Request, webhook_id: int) -> HttpResponse:
        row = self.found(webhook_id)
        said, seen = self.said(NewSecretBody), seen_by(request)
        wanted = Wanted(row.label, said.get("address", ""), row.tells)

        def renewed() -> tuple[Outlet, str]:
            return self.changed(self.in_use(row), wanted, seen.expected(row.version), renew=True)

        return self.once_with_secret(renewed, 200, made=False)


class WebhookWithdrawal(Hooks):
    @extend_schema(
        summary=gettext_lazy("停用一项推送；排队的也不再发"),
        parameters=[OVER],
        request=NothingBody,
        responses=WebhookShape,
    )
    def post(self, request: Request, webhook_id: int) -> HttpResponse:
        del request
        row = self.found(webhook_id)
        self.said(NothingBody)

        def step(version: int) -> None:
            remove_outlet(outlet=self.in_use(row), version=version, by=self.actor, now=self.now)

        return self.stepped(row, lambda: self.content(row), step)


class WebhookTrials(Hooks):
    @extend_schema(
        summary=gettext_lazy("试发一条 ping；几秒后发出"), request=NothingBody, responses={201: ToldEventShape}
    )
    def post(self, request: Request, webhook_id: int) -> HttpResponse:
        del request
        row = self.found(webhook_id)
        self.said(NothingBody)
        return self.once(lambda: asked_for(self, ping(outlet=self.in_use(row), by=self.actor)))


class WebhookDeliveries(Hooks):
    @extend_schema(
        summary=gettext_lazy("列出推送过什么，新的在前；原文和每次发送在 /deliveries/"),
        parameters=[ToldEventQuery],
        responses=page_of(ToldEventShape),
    )
    def get(self, request: Request, webhook_id: int) -> HttpResponse:
        del request
        row, asked = self.found(webhook_id), self.asked(ToldEventQuery)
        return self.listed(asked, messages_to(row).filter(**given(asked, "state")), message_rows)


class WebhookDeliveryReplays(Hooks):
    @extend_schema(
        summary=gettext_lazy("把推送过的一条重发；编号和内容不变"),
        request=NothingBody,
        responses={201: ToldEventShape},
    )
    def post(self, request: Request, webhook_id: int, delivery_id: int) -> HttpResponse:
        del request
        row = self.found(webhook_id)
        told = messages_to(row).filter(pk=delivery_id).first()
        if told is None:
            raise missing()
        self.said(NothingBody)
        return self.once(lambda: self._again(row, told))

    def _again(self, row: Outlet, told: Delivery) -> HttpResponse:
        self.in_use(row)
        if told.state in UNSENT:
            raise Problem(409, "still_waiting", gettext("这一条还在排队，会自动发出，不用重发。"))
        return asked_for(self, again(delivery=told, by=self.actor))


class WebhookReplays(Hooks):
    @extend_schema(
        summary=gettext_lazy("把某天起推送过的都重发，一次最多 1000 条，先发最早的"),
        request=ReplayBody,
        responses={201: ReplayedShape},
    )
    def post(self, request: Request, webhook_id: int) -> HttpResponse:
        del request
        row = self.found(webhook_id)
        said = self.said(ReplayBody)
        return self.once(lambda: self._again(row, said))

    def _again(self, row: Outlet, said: Row) -> HttpResponse:
        since, after = day_begins(said["since"]), said.get("after", 0)
        done = again_since(outlet=self.in_use(row), since=since, after=after, by=self.actor, most=MOST_AGAIN)
        content = {"queued": len(done.messages), "left": done.left, "last": done.last}
        return self.one(content, version=0, status=201)


def asked_for(endpoint: Endpoint, message: Delivery) -> HttpResponse:
    """Answer with a message that was asked for; it is found in the record."""
    (told,) = message_rows(Delivery.objects.filter(pk=message.pk))
    return endpoint.one(told, version=0, status=201, location=f"/api/v1/deliveries/{message.pk}/")


def refused(error: ProblemsError) -> Problem:
    """Return the refusal of settings that won't do, by the names that members have here."""
    faults = [Fault("address", words, "refused") for words in error.fields.values()]
    detail = gettext("接收网址不能用。内网地址要由系统管理员写进 OUTGOING_ALLOWED（主机:端口，逐个列出）。")
    return Problem(422, "address_refused", detail, errors=faults)
