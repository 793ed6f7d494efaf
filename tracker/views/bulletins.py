"""Bulletins: the list, drawing one up, writing on it, publishing it, the items behind its figures, its file."""

from io import BytesIO
from typing import IO, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.models import Plan
from tracker.access import get_bulletin
from tracker.boards.bulletins import (
    BulletinDocument,
    EditedParagraph,
    behind,
    bulletin_document,
    edited_paragraphs,
    figures_of,
    issue_text,
    may_write,
    period_text,
    periods_to_tell_of,
    plans_to_tell_of,
)
from tracker.boards.bulletins import bulletins as read_bulletins
from tracker.bulletins.periods import Period
from tracker.bulletins.writing import (
    NotPublished,
    Words,
    WrongBulletinState,
    begin_bulletin,
    next_number,
    period_of,
    publish_bulletin,
    redraw_bulletin,
    withdraw_bulletin,
    write_bulletin,
)
from tracker.choices import BulletinAnnex
from tracker.forms import FilterForm
from tracker.models import Bulletin
from tracker.publishing.bulletin import bulletin_file, columns_of
from tracker.publishing.pdf import PdfNotMade, makes_pdf, pdf_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ANNEXES = {
    BulletinAnnex.LAGGING: gettext_lazy("逾期和滞后事项清单"),
    BulletinAnnex.ALL: gettext_lazy("再加全部事项一览表"),
}
LONGEST = 20_000
CENTRED = (1, 4, 5)
"""Columns of the annexes, from 1, whose cells stand in the middle."""
REFUSALS = {
    "number": gettext_lazy("期号要接着上一期。没有发布，您写的已留在下面。"),
    "moved": gettext_lazy("有手写的段落，写的是旧数字，请先核对下面标出的几处。没有发布，您写的已留在下面。"),
}
CHANGED = gettext_lazy("您写的时候，别人已经改过这一份。您写的已留在下面，没有存；请核对后再存一次。")


class PeriodForm(forms.Form):
    """Of which plan and period a bulletin is."""

    plan = forms.ChoiceField(label=gettext_lazy("责任分解表"))
    period = forms.ChoiceField(label=gettext_lazy("哪一期"))

    def __init__(self, *args: Any, plans: list[Plan], periods: tuple[Period, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = {each.key: each for each in periods}
        self._offer("plan", [(str(plan.pk), plan.title) for plan in plans])
        self._offer("period", [(key, period_text(each)) for key, each in self.periods.items()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices


class WordsForm(forms.Form):
    """What is written on a draft: its settings, a box a paragraph, and what becomes of words from a hand."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    issuer = forms.CharField(label=gettext_lazy("发文机关署名"), max_length=100)
    masthead = forms.CharField(
        label=gettext_lazy("红头"), max_length=60, required=False, help_text=gettext_lazy("不填就不印红头")
    )
    copies = forms.CharField(label=gettext_lazy("分送"), max_length=300, required=False)
    annex = forms.ChoiceField(label=gettext_lazy("附件"), choices=list(ANNEXES.items()))
    number = forms.IntegerField(
        label=gettext_lazy("本年第一期的期号"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=gettext_lazy("以前在纸上发过的，接着往下编"),
    )

    def __init__(self, *args: Any, paragraphs: tuple[EditedParagraph, ...], first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [each.row.key for each in paragraphs]
        for each in paragraphs:
            box = forms.Textarea(attrs={"rows": each.lines})
            self.fields[f"text-{each.row.key}"] = forms.CharField(
                label=each.heading, max_length=LONGEST, required=False, widget=box, initial=each.row.text
            )
        if not first:
            del self.fields["number"]

    def words(self) -> Words:
        said = self.cleaned_data
        ticked = {mark: [key for key in self.keys if f"{mark}-{key}" in self.data] for mark in ("reset", "checked")}
        return Words(
            title=said["title"],
            masthead=said["masthead"],
            issuer=said["issuer"],
            copies=said["copies"],
            annex=BulletinAnnex(said["annex"]),
            texts={key: said[f"text-{key}"].replace("\r\n", "\n") for key in self.keys},
            reset=ticked["reset"],
            checked=ticked["checked"],
        )


class WithdrawalForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=300, error_messages={"required": gettext_lazy("请写撤回的原因。")})


@page
@require_safe
def bulletins(request: PageRequest) -> HttpResponse:
    lines, shown = read_bulletins(request.reach, number=FilterForm(request.GET).number(), today=request.today)
    return render(request, "tracker/bulletins.html", {"lines": lines, "page": shown})


@page
@require_http_methods(["GET", "POST"])
def bulletin_add(request: PageRequest) -> HttpResponse:
    plans = list(plans_to_tell_of(request.reach, today=request.today))
    asked = request.POST.get("plan") or request.GET.get("plan") or ""
    plan = next((each for each in plans if str(each.pk) == asked), plans[0] if plans else None)
    periods = periods_to_tell_of(plan, today=request.today) if plan else ()
    data = request.POST if request.method == "POST" else None
    form = PeriodForm(data, plans=plans, periods=periods, initial={"plan": plan.pk if plan else None})
    if plan is not None and form.is_valid():
        period = form.periods[form.cleaned_data["period"]]
        return redirect("tracker:bulletin", begin_bulletin(plan=plan, period=period, by=request.actor).pk)
    status = 422 if form.errors else 200
    return render(request, "tracker/bulletin_add.html", {"form": form, "plan": plan, "plans": plans}, status=status)


@page
@require_safe
def bulletin(request: PageRequest, bulletin_id: int) -> HttpResponse:
    return _shown(request, get_bulletin(request.reach, bulletin_id, today=request.today))


def _shown(request: PageRequest, row: Bulletin, *, wrong: str = "", status: int = 200) -> HttpResponse:
    told = bulletin_document(row, today=request.today)
    context = {
        "row": row,
        "told": told,
        "issue": issue_text(told.number),
        "period": period_text(period_of(row)),
        "figures": figures_of(row),
        "tables": [(annex, columns_of(annex)) for annex in told.annexes],
        "may_write": may_write(request.reach, row),
        "centred": CENTRED,
        "office": request.reach.office,
        "wrong": wrong,
        "pdf": makes_pdf(),
    }
    return render(request, "tracker/bulletin.html", context, status=status)


@page
@require_http_methods(["GET", "POST"])
def bulletin_edit(request: PageRequest, draft_id: int) -> HttpResponse:
    row = _own_draft(request, draft_id)
    if request.method != "POST":
        return _edit_page(request, row)
    paragraphs = edited_paragraphs(row)
    form = WordsForm(request.POST, paragraphs=paragraphs, first=_is_first(request, row))
    if not form.is_valid():
        return _edit_page(request, row, form, status=422)
    try:
        return _carry_out(request, row, form)
    except NotPublished as refusal:
        return _edit_page(request, row, form, wrong=str(REFUSALS[refusal.reason]), status=422)
    except (Conflict, WrongBulletinState):
        row = get_bulletin(request.reach, draft_id, today=request.today)
        if not may_write(request.reach, row):
            return _shown(request, row, wrong=gettext("您写的时候，别人已经发布或撤回了这一份。"), status=409)
        # What was typed stands in the form, what the other wrote beside it; saved again, it is saved over that.
        again = request.POST.copy()
        again["version"] = str(row.version)
        form.data = again
        return _edit_page(request, row, form, wrong=str(CHANGED), theirs=True, status=409)


def _carry_out(request: PageRequest, row: Bulletin, form: WordsForm) -> HttpResponse:
    version, words, by = form.cleaned_data["version"], form.words(), request.actor
    match request.POST.get("act"):
        case "redraw":
            redraw_bulletin(bulletin=row, version=version, words=words, by=by)
            messages.success(request, gettext("数字已更新，手写的段落没有动。"))
            return redirect("tracker:bulletin_edit", row.pk)
        case "publish":
            number = form.cleaned_data.get("number")
            made = publish_bulletin(bulletin=row, version=version, words=words, number=number, by=by)
            messages.success(request, gettext("第 %(number)d 期已发布。") % {"number": made.number})
            return redirect("tracker:bulletin", row.pk)
        case _:
            write_bulletin(bulletin=row, version=version, words=words, by=by)
            messages.success(request, gettext("已保存。"))
            return redirect("tracker:bulletin_edit", row.pk)


def _edit_page(
    request: PageRequest,
    row: Bulletin,
    form: WordsForm | None = None,
    *,
    wrong: str = "",
    theirs: bool = False,
    status: int = 200,
) -> HttpResponse:
    paragraphs = edited_paragraphs(row)
    initial = {name: getattr(row, name) for name in ("version", "title", "masthead", "issuer", "copies", "annex")}
    form = form or WordsForm(initial=initial, paragraphs=paragraphs, first=_is_first(request, row))
    context = {
        "row": row,
        "form": form,
        "period": period_text(period_of(row)),
        "boxes": [(each, form[f"text-{each.row.key}"]) for each in paragraphs],
        "number": next_number(row.organization_id, request.today.year),
        "wrong": wrong,
        "theirs": theirs,
    }
    return render(request, "tracker/bulletin_edit.html", context, status=status)


def _is_first(request: PageRequest, row: Bulletin) -> bool:
    return next_number(row.organization_id, request.today.year) is None


def _own_draft(request: PageRequest, bulletin_id: int) -> Bulletin:
    """Return a draft to write on; raise Http404 where it isn't theirs, PermissionDenied where it is only read."""
    row = get_bulletin(request.reach, bulletin_id, today=request.today)
    if not may_write(request.reach, row):
        raise PermissionDenied
    return row


@page
@require_POST
def bulletin_withdraw(request: PageRequest, bulletin_id: int) -> HttpResponse:
    row = get_bulletin(request.reach, bulletin_id, today=request.today)
    if not request.reach.office:
        raise PermissionDenied
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        wrong = next(iter(form.errors.get("reason", ())), gettext("这张表单已过期，请再点一次。"))
        return _shown(request, row, wrong=str(wrong), status=422)
    said = form.cleaned_data
    try:
        withdraw_bulletin(bulletin=row, version=said["version"], reason=said["reason"], by=request.actor)
    except (Conflict, WrongBulletinState):
        row = get_bulletin(request.reach, bulletin_id, today=request.today)
        wrong = gettext("您看的时候，别人已经改过这一份，下面是现在的样子。您的操作没有写入。")
        return _shown(request, row, wrong=wrong, status=409)
    messages.success(request, gettext("已撤回。"))
    return redirect("tracker:bulletin", row.pk)


@page
@require_safe
def bulletin_items(request: PageRequest, bulletin_id: int) -> HttpResponse:
    row = get_bulletin(request.reach, bulletin_id, today=request.today)
    found = behind(row, request.GET.get("figure", ""), request.reach, today=request.today)
    context = {"row": row, "behind": found, "figures": figures_of(row), "period": period_text(period_of(row))}
    return render(request, "tracker/bulletin_items.html", context)


@page
@require_safe
def bulletin_word(request: PageRequest, bulletin_id: int) -> HttpResponseBase:
    row = get_bulletin(request.reach, bulletin_id, today=request.today)
    told = bulletin_document(row, today=request.today)
    return _file(BytesIO(bulletin_file(told)), told, "docx", WORD)


@page
@require_safe
def bulletin_pdf(request: PageRequest, bulletin_id: int) -> HttpResponseBase:
    """Give the Word file as a PDF where the server can make one; else say how a browser does."""
    row = get_bulletin(request.reach, bulletin_id, today=request.today)
    told = bulletin_document(row, today=request.today)
    try:
        return _file(pdf_of(bulletin_file(told)), told, "pdf", "application/pdf")
    except PdfNotMade:
        messages.warning(request, gettext("这里现在生成不了 PDF。请下载 Word，或者打印本页，目标选“另存为 PDF”。"))
        return redirect("tracker:bulletin", row.pk)


def _file(content: IO[bytes], told: BulletinDocument, suffix: str, content_type: str) -> FileResponse:
    issue = told.issue if told.row.published_on else gettext("草稿")
    name = f"{told.row.title}（{issue}）.{suffix}"
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
