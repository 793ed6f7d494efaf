"""The office's pages of webhooks: which there are, a new one's secret shown once, and what each was told."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import BigIntegerField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Organization
from tracker.boards.webhooks import day_begins, event_name, get_message, get_webhook, last_told, line_of, webhooks
from tracker.reminding.events import MOST_AGAIN, again, again_since, ping
from tracker.reminding.outlets import ProblemsError, remove_outlet
from tracker.reminding.subscribing import EVENTS, Wanted, add_webhook, change_webhook


class WebhookForm(forms.Form):
    """What is told where; of one that stands the address isn't shown again."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    url = forms.CharField(label=gettext_lazy("接收网址"), max_length=2000)

    def __init__(self, *args: Any, known: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            self.fields["url"].required = False
            self.fields["url"].help_text = gettext("已填写，不再显示；不改就留空")
            self.fields["renew"] = forms.BooleanField(label=gettext("换一个签名密钥"), required=False)
        self.fields["events"] = forms.MultipleChoiceField(
            label=gettext("推送哪些"),
            choices=[(each, event_name(each)) for each in EVENTS],
            widget=forms.CheckboxSelectMultiple,
            initial=list(EVENTS),
        )

    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(said["label"], said["url"].strip(), said["events"])

    def refuse(self, error: ProblemsError) -> None:
        for name, words in error.fields.items():
            self.add_error(name if name in self.fields else None, words)


class SinceForm(forms.Form):
    """From which day on, and the message after which it goes on."""

    since = forms.DateField()
    after = forms.IntegerField(required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)


@page
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def webhook_list(request: PageRequest) -> HttpResponse:
    lines = webhooks(request.reach)
    form, secret = WebhookForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        organization = Organization.objects.get(pk=request.reach.organization_id or 0)
        try:
            _, secret = add_webhook(organization=organization, wanted=form.wanted(), by=request.actor, now=request.now)
        except ProblemsError as error:
            form.refuse(error)
        else:
            form, lines = WebhookForm(), webhooks(request.reach)
    context = {"lines": lines, "form": form, "secret": secret}
    return render(request, "tracker/webhooks.html", context, status=422 if form.is_bound else 200)


@page
@require_http_methods(["GET", "POST"])
@sensitive_variables("secret")
def webhook(request: PageRequest, webhook_id: int) -> HttpResponse:
    row = get_webhook(request.reach, webhook_id)
    kept = {"version": row.version, "label": row.label, "events": row.tells}
    form, secret, status = WebhookForm(request.POST or None, known=True, initial=kept), "", 200
    if form.is_bound:
        status = 422
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        version, renew = said["version"] or 0, said["renew"]
        try:
            row, secret = change_webhook(
                outlet=row, wanted=form.wanted(), version=version, renew=renew, by=request.actor, now=request.now
            )
        except ProblemsError as error:
            form.refuse(error)
        except Conflict:
            form.add_error(None, gettext("您填写期间有人改过。请看现在的设置，再填一次。"))
            row, status = get_webhook(request.reach, webhook_id), 409
            form.data = {**request.POST.dict(), "events": request.POST.getlist("events"), "version": row.version}
        else:
            if not secret:
                messages.success(request, gettext("已保存。"))
                return redirect("tracker:webhook", row.pk)
            kept = {"version": row.version, "label": row.label, "events": row.tells}
            form, status = WebhookForm(known=True, initial=kept), 200
    told = {"told": last_told(row), "today": request.today, "most": MOST_AGAIN, **_going_on(request)}
    context = {"line": line_of(row), "form": form, "secret": secret, **told}
    return render(request, "tracker/webhook.html", context, status=status)


def _going_on(request: PageRequest) -> dict[str, Any]:
    """Return where sending again goes on, if it was more than one request may send."""
    form = SinceForm(request.GET)
    return form.cleaned_data if form.is_valid() else {}


@page
@require_POST
def webhook_ping(request: PageRequest, webhook_id: int) -> HttpResponse:
    ping(outlet=get_webhook(request.reach, webhook_id), by=request.actor)
    messages.success(request, gettext("已排队，几秒后发出。"))
    return redirect("tracker:webhook", webhook_id)


@page
@require_POST
def webhook_again(request: PageRequest, webhook_id: int, delivery_id: int) -> HttpResponse:
    again(delivery=get_message(get_webhook(request.reach, webhook_id), delivery_id), by=request.actor)
    messages.success(request, gettext("已排队，几秒后发出。"))
    return redirect("tracker:webhook", webhook_id)


@page
@require_POST
def webhook_again_since(request: PageRequest, webhook_id: int) -> HttpResponse:
    row, form = get_webhook(request.reach, webhook_id), SinceForm(request.POST)
    if not form.is_valid():
        messages.warning(request, gettext("请填写从哪一天起。"))
        return redirect("tracker:webhook", webhook_id)
    since, after = form.cleaned_data["since"], form.cleaned_data["after"] or 0
    done = again_since(outlet=row, since=day_begins(since), after=after, by=request.actor, most=MOST_AGAIN)
    count = len(done.messages)
    messages.success(request, ngettext("%(n)d 条已排队重发。", "%(n)d 条已排队重发。", count) % {"n": count})
    if not done.left:
        return redirect("tracker:webhook", webhook_id)
    messages.warning(
        request, ngettext("还有 %(n)d 条没有重发。", "还有 %(n)d 条没有重发。", done.left) % {"n": done.left}
    )
    return redirect(f"{reverse('tracker:webhook', args=[webhook_id])}?since={since:%Y-%m-%d}&after={done.last}")


@page
@require_POST
def webhook_remove(request: PageRequest, webhook_id: int) -> HttpResponse:
    row = get_webhook(request.reach, webhook_id)
    version = request.POST.get("version", "")
    try:
        remove_outlet(outlet=row, version=int(version) if version.isdecimal() else 0, by=request.actor, now=request.now)
    except Conflict:
        messages.warning(request, gettext("刚有人改过，没有停用。请看现在的设置再定。"))
        return redirect("tracker:webhook", webhook_id)
    messages.success(request, gettext("已停用。还在排队的不再发。"))
    return redirect("tracker:webhooks")
