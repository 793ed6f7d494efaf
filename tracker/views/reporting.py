"""Reporting on an item: the form under its row or on its own page, and what comes of it."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entry import PageRequest, page
from projects.access import get_task
from tracker.boards.answering import Answering, answering, standing_report
from tracker.boards.mine import mine
from tracker.choices import ReviewState
from tracker.doubts import Doubt
from tracker.drafting import drop_draft, keep_draft
from tracker.evidence import EvidenceRefused, Inspected, Refusal, attach
from tracker.forms import ReportForm
from tracker.models import ProgressReport, ReportDraft
from tracker.reporting import NotReportable, Submission, submit_reports
from tracker.sentences import round_text
from tracker.views.evidence import looked_through, refusal_texts, takes_files
from tracker.views.mine import tabs
from tracker.views.report_form import content_of, form_context
from tracker.views.unsent import kept_through_sign_in, taken_up


@dataclass(slots=True)
class Sent:
    """A form as it came in, with the files that could be kept and what was said of the others."""

    form: ReportForm
    taken: Sequence[Inspected] = ()
    refused: Sequence[Refusal] = ()
    kept: frozenset[int] = frozenset()
    asked: Sequence[str] = ()
    sure: bool = False

    @property
    def confirmed(self) -> frozenset[str]:
        """Return the questions that were answered with yes."""
        return frozenset(self.asked) if self.sure else frozenset()


@takes_files
@kept_through_sign_in
@page
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: PageRequest, task_id: int) -> HttpResponse:
    try:
        asked = _asked(request, task_id)
    except NotReportable as refusal:
        typed = request.POST.get("sentence") or request.POST.get("reason", "")
        return _refused(request, task_id, refusal, typed=typed, kept=_kept_though_closed(request, task_id, refusal))
    if request.method != "POST":
        draft = taken_up(request, asked)
        return _page(request, replace(asked, draft=draft) if draft else asked, None)
    if request.POST.get("act") in {"draft", "drop"}:
        return _draft_acted(request, asked)
    return _sent(request, asked)


@kept_through_sign_in
@require_POST
@page
def report_draft(request: PageRequest, task_id: int) -> HttpResponse:
    """Keep what is typed so far; the form stays as it is."""
    try:
        asked = _asked(request, task_id, closed_too=True)
    except NotReportable as refusal:
        return JsonResponse({"reason": refusal.reason}, status=409)
    _keep(request, asked)
    return JsonResponse({"at": localtime(request.now).strftime("%H:%M")})


def _asked(request: PageRequest, task_id: int, *, closed_too: bool = False) -> Answering:
    return answering(request.reach, task_id, owed_id=_owed_id(request), today=request.today, closed_too=closed_too)


def _owed_id(request: PageRequest) -> int | None:
    owed = request.GET.get("owed", "")
    return int(owed) if owed.isdecimal() else None


def _kept_though_closed(request: PageRequest, task_id: int, refusal: NotReportable) -> ReportDraft | None:
    """Keep what was sent into a round that closed meanwhile: reopened, it shows it again."""
    if request.method != "POST" or refusal.reason != "round_closed" or request.POST.get("act") == "drop":
        return None
    return _keep(request, _asked(request, task_id, closed_too=True))


def _keep(request: PageRequest, asked: Answering) -> ReportDraft | None:
    seen = request.POST.get("seen", "")
    return keep_draft(
        task=asked.line.task,
        reporting_round=asked.round,
        department=asked.department,
        content=content_of(request.POST),
        seen=int(seen) if seen.isdecimal() else 0,
        token=request.POST.get("token", ""),
        by=request.actor,
        now=request.now,
    )


def _draft_acted(request: PageRequest, asked: Answering) -> HttpResponse:
    """Keep the draft by its button, or drop it, and show the form again."""
    if request.POST["act"] == "draft":
        asked = replace(asked, draft=_keep(request, asked))
    elif asked.draft:
        drop_draft(draft=asked.draft, by=request.actor)
        asked = replace(asked, draft=None)
    return _page(request, asked, None)


def _sent(request: PageRequest, asked: Answering) -> HttpResponse:
    form = ReportForm(asked, request.POST)
    first = _first(form, asked)
    if first is not None:
        return _done(request, asked, first)
    taken, refused = looked_through(request)
    numbers = (text for text in request.POST.getlist("kept") if text.isdecimal())
    sent = Sent(
        form=form,
        taken=taken,
        refused=refused,
        kept=frozenset(int(text) for text in numbers),
        asked=request.POST.getlist("asked"),
        sure="sure" in request.POST,
    )
    return _judged(request, asked, sent)


def _judged(request: PageRequest, asked: Answering, sent: Sent) -> HttpResponse:
    """Take the form, or show it again with what is wrong, what came in meanwhile, or what is asked."""
    form = sent.form
    if not form.is_valid() or sent.refused:
        return _came_back(request, asked, sent)
    if form.cleaned_data["seen"] != asked.seen:
        return _conflict(request, asked, sent)
    questions = [doubt for doubt in asked.doubts(form.account()) if doubt.key not in sent.confirmed]
    if questions:
        return _came_back(request, asked, sent, questions)
    try:
        made = _submit(request, asked, sent)
    except NotReportable as refusal:
        task_id = asked.line.task.pk
        kept = _kept_though_closed(request, task_id, refusal)
        return _refused(request, task_id, refusal, typed=form.account().sentence, kept=kept)
    return _done(request, asked, made)


def _first(form: ReportForm, asked: Answering) -> ProgressReport | None:
    """Return the report that this very form has made already."""
    token = form.data.get("token") or ""
    return ProgressReport.objects.filter(token=token, task=asked.line.task).first() if token else None


def _submit(request: PageRequest, asked: Answering, sent: Sent) -> ProgressReport:
    """Take the report; where its files find no room it is taken without them, and that is said."""
    submission = Submission(
        task=asked.line.task,
        department=asked.department,
        reporting_round=asked.round,
        account=sent.form.account(),
        person=request.user.person,
        token=sent.form.cleaned_data["token"],
        confirmed=sorted(sent.confirmed),
        files=sent.taken,
        kept=sent.kept,
    )
    try:
        return submit_reports(submissions=[submission], by=request.actor, now=request.now)[0]
    except EvidenceRefused as error:
        for sentence in refusal_texts(error.refusals):
            messages.warning(request, sentence)
    bare = replace(submission, files=(), kept=())
    return submit_reports(submissions=[bare], by=request.actor, now=request.now)[0]


def _came_back(
    request: PageRequest, asked: Answering, sent: Sent, questions: Collection[Doubt] = (), *, status: int = 422
) -> HttpResponse:
    """Show the form again with all that was typed; files that could be kept are, and needn't be chosen again."""
    asked, picked, refused = _files_kept(request, asked, sent)
    return _page(request, asked, sent.form, status=status, questions=questions, refused=refused, picked=picked)


def _files_kept(request: PageRequest, asked: Answering, sent: Sent) -> tuple[Answering, frozenset[int], list[str]]:
    refused = list(sent.refused)
    made = []
    try:
        made = attach(
            task=asked.line.task, files=sent.taken, department=asked.department, by=request.actor, now=request.now
        )
    except EvidenceRefused as error:
        refused += error.refusals
    kept = replace(asked, kept=(*asked.kept, *made))
    return kept, sent.kept | {row.pk for row in made}, refusal_texts(refused)


def _done(request: PageRequest, asked: Answering, made: ProgressReport) -> HttpResponse:
    """Show the row in its new state with the page's counts; without script, lead back to the list."""
    at = localtime(made.submitted_at).strftime("%H:%M")
    said = gettext("第 %(number)s 项已报 %(at)s。")
    if made.review_state == ReviewState.UNSIGNED:
        said = gettext("第 %(number)s 项已报 %(at)s，等科室负责人签发。")
    messages.success(request, said % {"number": asked.line.task.number, "at": at})
    if not in_place(request):
        return redirect("tracker:mine")
    now = answering(
        request.reach, asked.line.task.pk, owed_id=asked.owed.pk if asked.owed else None, today=request.today
    )
    view = mine(request.reach, today=request.today)
    context = {
        "row": now.row,
        "mine": view,
        "tabs": tabs(view),
        "reported_at": localtime(made.submitted_at),
    }
    return render(request, "tracker/mine_done.html", context)


def _page(
    request: PageRequest, asked: Answering, form: ReportForm | None, *, status: int = 200, **beside: Any
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": asked.row,
        "asked": asked,
        "round_name": round_text(asked.round.key),
        "form": _form(request, asked, form, **beside),
    }
    template = "tracker/mine_row.html" if in_place(request) else "tracker/report.html"
    return render(request, template, context, status=status)


def _form(request: PageRequest, asked: Answering, form: ReportForm | None, **beside: Any) -> dict[str, Any]:
    no_change = "no_change" in request.GET
    post_url = _address(request)
    return form_context(
        asked, form, user_id=request.user.pk, token=_token(form), post_url=post_url, no_change=no_change, **beside
    )


def _conflict(request: PageRequest, asked: Answering, sent: Sent) -> HttpResponse:
    """Someone reported meanwhile: show both, and let the second decide."""
    form = sent.form
    if in_place(request) and asked.newest:
        form.add_error(
            None,
            gettext("%(who)s 刚报过：“%(sentence)s”。仍要用您写的，请再提交一次。")
            % {"who": asked.newest.author_name, "sentence": asked.newest.sentence},
        )
        return _came_back(request, asked, sent)
    account = form.account()
    asked, picked, refused = _files_kept(request, asked, sent)
    context = {
        "row": asked.row,
        "asked": asked,
        "theirs": asked.newest,
        "typed": account,
        "form": _form(request, asked, form, refused=refused, picked=picked),
    }
    return render(request, "tracker/report_conflict.html", context, status=409)


def _refused(
    request: PageRequest, task_id: int, refusal: NotReportable, *, typed: str = "", kept: ReportDraft | None = None
) -> HttpResponse:
    """Say why nothing is taken, with what was typed, to be copied, beside what the same round holds."""
    task = get_task(request.reach, task_id, today=request.today)
    theirs = standing_report(task, owed_id=_owed_id(request), today=request.today)
    context = {"task": task, "reason": refusal.reason, "typed": typed, "theirs": theirs, "kept": kept}
    if not in_place(request):
        status = 409 if request.method == "POST" else 200
        return render(request, "tracker/report_refused.html", context, status=status)
    if request.method == "POST":
        # Of the refusals only 422 is swapped in; what was typed must not be lost with the form.
        context["row_id"] = request.headers.get("HX-Target", "")
        return render(request, "tracker/report_refused_row.html", context, status=422)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("tracker:item", args=[task_id])
    return answer


def in_place(request: HttpRequest) -> bool:
    """Say whether the answer is swapped into a page rather than shown as one."""
    return request.headers.get("HX-Request") == "true"


def _address(request: PageRequest) -> str:
    owed = request.GET.get("owed", "")
    return f"{request.path}?owed={owed}" if owed.isdecimal() else request.path


def _token(form: ReportForm | None) -> str:
    """Keep the token of a form that comes back, so that its second submit is still the first."""
    return (form.data.get("token") if form else "") or secrets.token_urlsafe(24)
