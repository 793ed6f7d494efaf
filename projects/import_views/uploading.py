"""Taking a table in, as a file or as pasted cells, and the list of what was taken in before."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.files.base import ContentFile, File
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require_office
from accounts.entry import PageRequest, page
from accounts.models import Organization
from projects.access import plans_for
from projects.choices import PlanState
from projects.import_views.reaching import get_batch
from projects.importing.batches import open_batch, receive_file
from projects.importing.receiving import AT_ONCE_BYTES
from projects.importing.refusals import is_kept
from projects.models import ImportBatch, Plan
from projects.reading.child import warm_up

MOST_BATCHES = 50

if TYPE_CHECKING:
    PlanField = forms.ModelChoiceField[Plan]
else:
    PlanField = forms.ModelChoiceField


class PlanChoice(PlanField):
    def label_from_instance(self, obj: Plan) -> str:
        drafted = gettext("（起草中）") if obj.state == PlanState.DRAFT else ""
        return f"{obj.year} {obj.title}{drafted}"


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
        asked = request.GET.get("plan", "")
        if asked.isdecimal():  # from a plan's own page
            self.fields["plan"].initial = int(asked)
        elif len(current) == 1:  # most uploads revise the one table of the year; a second plan by mistake is a nuisance
            self.fields["plan"].initial = current[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("pasted", "").strip():
            raise forms.ValidationError(gettext("请选一个文件，或粘贴表格。"))
        if cleaned.get("file") and cleaned.get("pasted", "").strip():
            raise forms.ValidationError(gettext("文件和粘贴的表格只能选一样：清掉粘贴的，或者不选文件。"))
        return cleaned


@page
@require_http_methods(["GET", "POST"])
def imports(request: PageRequest) -> HttpResponse:
    """List what was uploaded and take one more table."""
    require_office(request.reach)
    form = UploadForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        batch = _open(request, form)
        return redirect("projects:import", batch.pk)
    warm_up()  # whoever looks at this form sends a file soon
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
def import_file(request: PageRequest, batch_id: int) -> FileResponse:
    """Hand back the file as it was uploaded, never to be shown inside a page."""
    batch = get_batch(request, batch_id)
    if not is_kept(batch):
        raise Http404
    return FileResponse(
        batch.file.open("rb"), as_attachment=True, filename=batch.file_name, content_type="application/octet-stream"
    )


def _open(request: PageRequest, form: UploadForm) -> ImportBatch:
    plan: Plan | None = form.cleaned_data["plan"]
    file: File[bytes] | None = form.cleaned_data["file"]
    if file is None:
        file = ContentFile(form.cleaned_data["pasted"].encode(), name=gettext("粘贴的表格") + ".txt")
    take = open_batch if (file.size or 0) <= AT_ONCE_BYTES else receive_file
    return take(
        organization=Organization.objects.get(users=request.user),
        year=plan.year if plan else form.cleaned_data["year"],
        plan=plan,
        file=file,
        file_name=file.name or "",
        by=request.actor,
        now=request.now,
    )
