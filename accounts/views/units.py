"""Units: the tree, one unit, and a new one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import rosters
from accounts.choices import DepartmentKind
from accounts.entry import PageRequest, page
from accounts.maintaining import change_department
from accounts.models import Department
from accounts.people_forms import KINDS, UnitForm
from accounts.registering import create_department
from accounts.views.editing import add_page, edit, get_own, own_organization, saved


@page
@require_safe
def units(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    lines = rosters.units(organization.pk, today=request.today)
    shown = [{"line": line, "kind": KINDS[DepartmentKind(line.unit.kind)]} for line in lines]
    return render(request, "accounts/units.html", {"rows": shown, "organization": organization})


@page
@require_http_methods(["GET", "POST"])
def unit_add(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    form = UnitForm(request.POST or None, organization_id=organization.pk)

    def make(said: Mapping[str, Any]) -> None:
        create_department(organization=organization, by=request.actor, **_said(said))

    if request.method == "POST" and saved(form, make):
        messages.success(request, gettext("已添加“%(name)s”。") % {"name": form.cleaned_data["name"]})
        return redirect("people:units")
    return add_page(request, form, title=gettext("添加单位"), back=("people:units", gettext("单位")))


@page
@require_http_methods(["GET", "POST"])
def unit(request: PageRequest, unit_id: int) -> HttpResponse:
    found = get_own(Department, request, unit_id)
    organization_id = found.organization_id
    form = UnitForm(
        request.POST or None, initial=UnitForm.initial_of(found), organization_id=organization_id, unit=found
    )

    def change(said: Mapping[str, Any]) -> None:
        change_department(department=found, version=said["version"], by=request.actor, **_said(said))

    def context() -> dict[str, Any]:
        people = rosters.persons(organization_id, unit=unit_id, today=request.today)
        return {
            "unit": get_own(Department, request, unit_id),
            "people": rosters.person_lines(list(people), today=request.today),
            "entries": rosters.history_of("department", unit_id, organization_id),
        }

    return edit(request, form, change, template="accounts/unit.html", context=context, done=gettext("已保存。"))


def _said(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": said["name"],
        "kind": DepartmentKind(said["kind"]),
        "parent": said["parent"],
        "position": said["position"],
        "aliases": said["aliases"].splitlines(),
    }
