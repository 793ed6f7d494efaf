"""The import pages: upload a table, check what was read, decide, write it."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile, File
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Organization
from projects.access import plans_for
from projects.choices import BatchState, PlanState
from projects.importing.batches import NotApplicable, applied_before, apply_batch, decide, open_batch, preview
from projects.importing.page import ImportPage, import_page
from projects.importing.preparing import Prepared
from projects.models import ImportBatch, Plan

TABS = ("all", "asked", "changed", "new", "dropped", "unchanged")
MOST_BATCHES = 50
# A broader sheet has the questions above it.
MOST_COLUMNS_BESIDE = 6


if TYPE_CHECKING:
    PlanField = forms.ModelChoiceField[Plan]
else:
    PlanField = forms.ModelChoiceField


class PlanChoice(PlanField):
    def label_from_instance(self, obj: Plan) -> str:
        return f"{obj.year} {obj.title}"


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("责任分解表"), required=False)
    pasted = forms.CharField(
        label=gettext_lazy("或粘贴表格"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("从表格软件复制的单元格"),
    )
    plan = PlanChoice(
        queryset=Plan.objects.none(),
        required=False,
        label=gettext_lazy("导入到"),
        empty_label=gettext_lazy("新的责任分解表"),
    )
    year = forms.IntegerField(label=gettext_lazy("年度"), min_value=1990, max_value=2100)

    def __init__(self, *args: Any, request: PageRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = plans_for(request.reach, today=request.today).exclude(state=PlanState.ARCHIVED).order_by("-year", "pk")
        cast(PlanChoice, self.fields["plan"]).queryset = plans
        self.fields["year"].initial = request.today.year
        current = list(plans.filter(year=request.today.year)[:2])
        if len(current) == 1:  # most uploads revise the one table of the year; a second plan by mistake is a nuisance
            self.fields["plan"].initial = current[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("pasted", "").strip():
            raise forms.ValidationError(gettext("请选一个文件，或粘贴表格。"))
        return cleaned


@page
@require_http_methods(["GET", "POST"])
def imports(request: PageRequest) -> HttpResponse:
    """List what was uploaded and take one more table."""
    refuse_all_but_office(request)
    form = UploadForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        batch = _open(request, form)
        return redirect("projects:import", batch.pk)
    batches = (
        ImportBatch.objects.filter(organization=request.reach.organization_id)
        .select_related("plan", "uploaded_by__person")
        .defer("reading", "decisions")
        .order_by("-pk")[:MOST_BATCHES]
    )
    status = 422 if form.is_bound else 200
    return render(request, "projects/imports.html", {"form": form, "batches": batches}, status=status)


@page
@require_GET
def import_check(request: PageRequest, batch_id: int) -> HttpResponse:
    """Show the sheet as issued beside its reading."""
    return _check(request, get_batch(request, batch_id))


@page
@require_POST
def import_decide(request: PageRequest, batch_id: int) -> HttpResponse:
    """Keep the decisions on the page; htmx gets the rows they touch, the queue and the foot."""
    batch = get_batch(request, batch_id)
    before = _prepared(request, batch)
    try:
        batch = decide(batch=batch, decisions=_decisions(request, before), by=request.actor)
    except NotApplicable:
        return redirect("projects:import", batch.pk)
    if not request.htmx:
        return redirect(f"{reverse('projects:import', args=[batch.pk])}?{urlencode({'show': _tab(request)})}")
    prepared = _prepared(request, batch)
    shown = _shown(prepared, batch)
    on_page = {row.place for row in import_page(before).shown(_tab(request))}
    touched = _touched(before, prepared) & on_page
    rows = [row for row in shown.rows if row.place in touched]
    return render(request, "projects/import_decided.html", {**_context(request, batch, shown), "rows": rows})


@page
@require_POST
def import_apply(request: PageRequest, batch_id: int) -> HttpResponse:
    batch = get_batch(request, batch_id)
    try:
        batch = decide(batch=batch, decisions=_decisions(request, _prepared(request, batch)), by=request.actor)
        applied = apply_batch(
            batch=batch, by=request.actor, now=request.now, fingerprint=request.POST.get("fingerprint", "")
        )
    except Conflict:
        notice = gettext("原计划在您核对期间有了变动，下面已按最新情况重新比对，请再看一遍后确认。")
        return _check(request, batch, notice=notice, status=409)
    except NotApplicable as refused:
        batch.refresh_from_db()
        return _check(request, batch, notice=_refusal(refused), status=422)
    counts = applied.counts
    messages.success(
        request,
        gettext("已写入：新增 %(new)s 项，修改 %(changed)s 项，未变 %(unchanged)s 项。")
        % {key: counts[key] for key in ("new", "changed", "unchanged")},
    )
    return redirect("projects:plan", applied.plan.pk)


@page
@require_GET
def import_file(request: PageRequest, batch_id: int) -> FileResponse:
    """Hand back the file as it was uploaded, never to be shown inside a page."""
    batch = get_batch(request, batch_id)
    return FileResponse(
        batch.file.open("rb"), as_attachment=True, filename=batch.file_name, content_type="application/octet-stream"
    )


def refuse_all_but_office(request: PageRequest) -> None:
    if not request.reach.office:
        raise PermissionDenied


def get_batch(request: PageRequest, batch_id: int) -> ImportBatch:
    refuse_all_but_office(request)
    batches = ImportBatch.objects.filter(organization=request.reach.organization_id)
    return get_object_or_404(batches.select_related("organization", "plan", "applied_by__person"), pk=batch_id)


def _open(request: PageRequest, form: UploadForm) -> ImportBatch:
    plan: Plan | None = form.cleaned_data["plan"]
    file: File[bytes] | None = form.cleaned_data["file"]
    if file is None:
        file = ContentFile(form.cleaned_data["pasted"].encode(), name=gettext("粘贴的表格") + ".txt")
    return open_batch(
        organization=Organization.objects.get(users=request.user),
        year=plan.year if plan else form.cleaned_data["year"],
        plan=plan,
        file=file,
        file_name=file.name or "",
        by=request.actor,
        now=request.now,
    )


def _check(request: PageRequest, batch: ImportBatch, *, notice: str = "", status: int = 200) -> HttpResponse:
    if batch.state == BatchState.REFUSED:
        return render(request, "projects/import_refused.html", {"batch": batch})
    if batch.state != BatchState.PREVIEWED:
        return render(request, "projects/import_applied.html", {"batch": batch})
    shown = _shown(_prepared(request, batch), batch)
    context = _context(request, batch, shown)
    context |= {"rows": shown.shown(context["tab"]), "notice": notice, "before": applied_before(batch)}
    return render(request, "projects/import_check.html", context, status=status)


def _shown(prepared: Prepared, batch: ImportBatch) -> ImportPage:
    return import_page(prepared, remembered=batch.summary.get("remembered"))


def _prepared(request: PageRequest, batch: ImportBatch) -> Prepared:
    return preview(batch, by=request.actor)


def _context(request: PageRequest, batch: ImportBatch, shown: ImportPage) -> dict[str, Any]:
    current = _tab(request)
    return {
        "batch": batch,
        "page": shown,
        "tab": current,
        "tabs": [_tab_link(tab, current, shown) for tab in TABS],
        "width": len(shown.columns),
        "broad": len(shown.columns) > MOST_COLUMNS_BESIDE,
        "days": (date(batch.year - 5, 1, 1), date(batch.year + 30, 12, 31)),
        "decide_url": reverse("projects:import_decide", args=[batch.pk]),
        **_foot(shown),
    }


def _foot(shown: ImportPage) -> dict[str, Any]:
    """Return what the confirm bar says will be written."""
    labels = {
        "new": gettext("新增"),
        "changed": gettext("修改"),
        "dropped": gettext("取消"),
        "unchanged": gettext("未变"),
    }
    return {
        "counts": [{"label": label, "number": shown.counts[key]} for key, label in labels.items()],
        "rest": gettext("节点 %(milestones)s 个　指标 %(targets)s 个　原文逐格保存") % shown.counts,
        "label": gettext("确认写入 %(rows)s 项") % shown.counts,
        "first_url": f"#question-{shown.first_undecided}",
    }


def _tab(request: PageRequest) -> str:
    asked = request.POST.get("show") or request.GET.get("show", "all")
    return asked if asked in TABS else "all"


def _tab_link(tab: str, current: str, shown: ImportPage) -> dict[str, Any]:
    labels = {
        "all": gettext("全部"),
        "asked": gettext("需决定"),
        "changed": gettext("△ 修改"),
        "new": gettext("＋ 新增"),
        "dropped": gettext("－ 取消"),
        "unchanged": gettext("＝ 未变"),
    }
    number = len(shown.rows) if tab == "all" else shown.counts[tab]
    return {"label": labels[tab], "url": f"?show={tab}", "number": number, "current": tab == current}


def _decisions(request: PageRequest, prepared: Prepared) -> dict[str, str]:
    """Return what the form says of each question; a typed day beats a chosen answer, what isn't admitted is left out."""
    found = {}
    for question in prepared.questions:
        value = request.POST.get(f"day:{question.key}") or request.POST.get(question.key)
        if value is not None and question.admits(value):
            found[question.key] = value
    return found


def _touched(before: Prepared, after: Prepared) -> set[int]:
    """Return the places of rows whose reading or questions a decision changed."""
    old = {question.key: question for question in before.questions}
    keys = {question.key for question in after.questions if old.get(question.key) != question}
    places = {row for question in after.questions if question.key in keys for row in question.rows}
    return places | {row for question in before.questions if question.key in keys for row in question.rows}


def _refusal(refused: NotApplicable) -> str:
    return {
        "undecided": gettext("还有 %(count)s 处待决定，没有写入任何数据。") % {"count": refused.count},
        "already_applied": gettext("这份表已经写入过。"),
        "empty": gettext("没有读到任何事项，没有写入任何数据。"),
        "refused": gettext("这份文件没有读成，没有写入任何数据。"),
    }[refused.reason]
