"""What wasn't delivered (未送达), and what one person wants of the channels (我的提醒方式)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Person
from tracker.boards.outlets import choices_of
from tracker.boards.undelivered import get_undelivered
from tracker.boards.undelivered import undelivered as read_undelivered
from tracker.choices import SettledBy
from tracker.reminding.preferring import prefer
from tracker.reminding.settling import NothingLeftError, NoWayError, send_again, settle
from tracker.views.outlet_forms import AgainForm, PreferenceForm, SettleForm


@page
@require_safe
def undelivered(request: PageRequest) -> HttpResponse:
    return _list(request)


@require_POST
@page
def delivery_settle(request: PageRequest, delivery_id: int) -> HttpResponse:
    row = get_undelivered(request.reach, delivery_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        wrong = form.errors.get("word") or form.errors["how"]
        return _list(request, wrong=str(wrong[0]), at=row.pk, status=422)
    how, word = SettledBy(form.cleaned_data["how"]), form.cleaned_data["word"]
    try:
        settle(delivery=row, how=how, word=word, by=request.actor, now=request.now)
    except Conflict:
        messages.warning(request, gettext("这一条已有人处理过了。"))
    else:
        messages.success(request, gettext("已记下，从未送达里销去。"))
    return redirect("tracker:undelivered")


@require_POST
@page
def delivery_again(request: PageRequest, delivery_id: int) -> HttpResponse:
    row = get_undelivered(request.reach, delivery_id)
    form = AgainForm(request.POST)
    form.is_valid()
    word = form.cleaned_data.get("word") or gettext("重发")
    try:
        send_again(delivery=row, word=word, today=request.today, by=request.actor, now=request.now)
    except Conflict:
        messages.warning(request, gettext("这一条已有人处理过了。"))
    except NoWayError:
        wrong = gettext("收件人现在没有可用的地址或账号，不能重发。请先改好地址，或电话告知后销账。")
        return _list(request, wrong=wrong, at=row.pk, status=422)
    except NothingLeftError:
        wrong = gettext("这条消息里已没有要说的事，不必重发，请直接销账。")
        return _list(request, wrong=wrong, at=row.pk, status=422)
    else:
        messages.success(request, gettext("已作为一条新消息排队，仍需办理的才写进去。"))
    return redirect("tracker:undelivered")


@page
@require_http_methods(["GET", "POST"])
def my_channels(request: PageRequest) -> HttpResponse:
    """Show what of the channels may be chosen, and keep the choice; what is obliged isn't asked."""
    choices = choices_of(request.reach, today=request.today)
    if request.method == "POST" and choices:
        form = PreferenceForm(request.POST)
        if form.is_valid():
            wanted = {each.channel: each.channel in form.cleaned_data["wanted"] for each in choices if not each.why}
            person = Person.objects.get(pk=request.reach.person_id or 0)
            prefer(person=person, wanted=wanted, by=request.actor)
            messages.success(request, gettext("已保存，下一批提醒起照此发送。"))
            return redirect("tracker:my_channels")
    return render(request, "tracker/my_channels.html", {"choices": choices})


def _list(request: PageRequest, *, wrong: str = "", at: int = 0, status: int = 200) -> HttpResponse:
    number = request.GET.get("page", "")
    found = read_undelivered(request.reach, number=int(number) if number.isdecimal() else 1)
    context = {"list": found, "wrong": wrong, "at": at, "typed": request.POST.get("word", "")}
    return render(request, "tracker/undelivered.html", context, status=status)
