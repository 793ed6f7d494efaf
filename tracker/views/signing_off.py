"""The head's answers to the reports of the unit: several signed at once, or one given back to its clerk."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from tracker.boards.unsigned import get_report_to_sign
from tracker.forms import ReturnForm
from tracker.models import ProgressReport
from tracker.reporting import NotReportable
from tracker.signing_off import give_back, sign_reports
from tracker.views.answered import chosen_reports, say_left
from tracker.views.mine import sign_page


@require_POST
@page
def sign_off(request: PageRequest) -> HttpResponse:
    """Sign the ticked reports, each over the version that was seen; those that moved on stay, and are named."""
    if not request.reach.headed:
        raise PermissionDenied
    signed, left = 0, list[ProgressReport]()
    for number, version in chosen_reports(request.POST):
        report = get_report_to_sign(request.reach, number, today=request.today)
        try:
            sign_reports(reports=[report], versions={number: version}, by=request.actor, now=request.now)
        except (Conflict, NotReportable):
            left.append(report)
        else:
            signed += 1
    if signed:
        said = ngettext("已签发 %(n)d 份报送。", "已签发 %(n)d 份报送。", signed)
        messages.success(request, said % {"n": signed})
    if left:
        return sign_page(request, left=say_left(left), status=409)
    if not signed:
        messages.warning(request, gettext("还没有勾选报送。"))
    return _back()


@require_POST
@page
def sign_off_return(request: PageRequest, report_id: int) -> HttpResponse:
    report = get_report_to_sign(request.reach, report_id, today=request.today)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        wrong = str(next(iter(form.errors.get("reason", ())), gettext("这张表单已过期，请再点一次。")))
        return sign_page(request, errors={report.pk: wrong}, typed=request.POST.get("reason", ""), status=422)
    try:
        give_back(report=report, by=request.actor, now=request.now, **form.cleaned_data)
    except (Conflict, NotReportable):
        typed = form.cleaned_data["reason"]
        return sign_page(request, left=say_left([report]), typed=typed, status=409)
    messages.success(request, gettext("已退给经办人，经办人会收到提醒。"))
    return _back()


def _back() -> HttpResponse:
    return redirect(f"{reverse('tracker:mine')}?tab=sign")
