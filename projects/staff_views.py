"""Taking in a staff list: upload or paste, see who is new and who is known, confirm, hand out the codes."""

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.base import ContentFile, File
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.choices import Door
from accounts.entry import PageRequest, page
from accounts.models import Organization
from accounts.names import NameTakenError
from accounts.views.editing import own_organization
from projects.importing.refusals import refusal_sentence
from projects.reading.child import ReadingRefused, read_grid, warm_up
from projects.reading.shown import Shown
from projects.reading.staff import StaffList, StaffProblem, StaffRow, read_staff
from projects.staffing.deciding import Proposal
from projects.staffing.wording import effects, problem_sentence
from projects.staffing.writing import OutdatedError, propose, take_in

MOST_PEOPLE = 2000
"""One list at a time; an office with more sends one a part of the house."""
SALT = "projects.staff_list"
GOOD_FOR = 24 * 60 * 60


class StaffForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("人员名单"), required=False)
    pasted = forms.CharField(
        label=gettext_lazy("或粘贴表格"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("从表格软件复制的单元格，连表头一起"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("file")) == bool(cleaned.get("pasted", "").strip()):
            raise forms.ValidationError(gettext("请选一个文件，或粘贴表格，两样选一样。"))
        return cleaned

    def staff(self) -> StaffList | None:
        """Return the list of a valid form; None, with the reason as the form's error, where it can't be read."""
        file: File[bytes] = self.cleaned_data["file"] or ContentFile(
            self.cleaned_data["pasted"].encode(), name=gettext("粘贴的表格") + ".tsv"
        )
        try:
            staff = read_staff(_grids(file))
        except ReadingRefused as refused:
            self.add_error(None, refusal_sentence(refused.code, refused.params))
            return None
        if not staff.found:
            self.add_error(None, gettext("没有认出表头：至少要有“姓名”一列，和“单位”“职务”“手机”中的一列。"))
        elif len(staff.rows) > MOST_PEOPLE:
            self.add_error(None, gettext("一次最多 %(limit)s 人，请分开导入。") % {"limit": MOST_PEOPLE})
        return None if self.errors else staff


@sensitive_post_parameters("list", "pasted")
@page
@require_http_methods(["GET", "POST"])
def staff_import(request: PageRequest) -> HttpResponse:
    """Take a list, show what it would do, and do it; between the two the list travels with the page, signed."""
    organization = own_organization(request)
    if "list" in request.POST:
        return _confirmed(request, organization)
    form = StaffForm(request.POST or None, request.FILES or None)
    staff = form.staff() if form.is_bound and form.is_valid() else None
    if staff is not None:
        return _preview(request, organization, staff)
    warm_up()  # whoever looks at this form sends a file soon
    return render(request, "projects/staff_import.html", {"form": form}, status=422 if form.is_bound else 200)


def _grids(file: "File[bytes]") -> tuple[Shown, ...]:
    """Read an upload from a file that is gone afterwards: a staff list isn't kept."""
    with tempfile.NamedTemporaryFile(prefix="duban-staff-") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return read_grid(kept.name, name=file.name or "")


def _preview(request: PageRequest, organization: Organization, staff: StaffList, *, status: int = 200) -> HttpResponse:
    proposal = propose(organization=organization, staff=staff, same={}, by=request.actor)
    several = len({row.sheet for row in staff.rows} | {problem.sheet for problem in proposal.problems}) > 1
    context = {
        "proposal": proposal,
        "lines": [{"line": line, "effects": effects(line)} for line in proposal.lines],
        "problems": [{"problem": one, "said": problem_sentence(one)} for one in proposal.problems],
        "several_sheets": several,
        "list": _sealed(staff, proposal),
        "nothing": not (proposal.new or proposal.changed),
    }
    return render(request, "projects/staff_preview.html", context, status=status)


def _confirmed(request: PageRequest, organization: Organization) -> HttpResponse:
    try:
        staff, seen = _unsealed(request.POST["list"])
    except signing.BadSignature:
        messages.error(request, gettext("这份名单放得太久或不完整，请重新上传。"))
        return redirect("projects:staff_import")
    by = replace(request.actor, door=Door.IMPORT)
    same = _same(request.POST)
    sign_ins = "sign_ins" in request.POST
    try:
        done, slips = take_in(
            organization=organization, staff=staff, seen=seen, same=same, sign_ins=sign_ins, by=by, now=timezone.now()
        )
    except (OutdatedError, NameTakenError, IntegrityError):
        messages.error(request, gettext("没有写入：核对期间单位或人员有变动。下面是按现在的情况重新核对的结果。"))
        return _preview(request, organization, staff, status=409)
    counts = {"new": done.new, "changed": done.changed, "units": len(done.units)}
    said = gettext("名单已写入：新增 %(new)d 人，更新 %(changed)d 人，新建 %(units)d 个单位。") % counts
    if slips:
        return render(request, "projects/staff_codes.html", {"slips": slips, "said": said})
    messages.success(request, said)
    return redirect("people:persons")


def _same(said: Mapping[str, str]) -> dict[int, int]:
    """Return which namesake was chosen, by the row's place in the list."""
    places = ((name.removeprefix("same-"), said[name]) for name in said if name.startswith("same-"))
    return {int(place): int(number) for place, number in places if place.isdecimal() and number.isdecimal()}


def _sealed(staff: StaffList, proposal: Proposal) -> str:
    said = {
        "rows": [list(asdict(row).values()) for row in staff.rows],
        "problems": [list(asdict(problem).values()) for problem in staff.problems],
        "seen": proposal.digest,
    }
    return signing.dumps(said, salt=SALT, compress=True)


def _unsealed(text: str) -> tuple[StaffList, str]:
    said = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
    rows = tuple(StaffRow(*row) for row in said["rows"])
    problems = tuple(StaffProblem(*problem) for problem in said["problems"])
    return StaffList(rows, problems, found=True), said["seen"]
