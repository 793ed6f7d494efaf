"""The organizations of an installation: making one, how it is called, and a new code for who acts for its office."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.validators import validate_slug
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require_system
from accounts.codes import hand_out
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.founding import CircleError, Founded, change_organization, found_organization
from accounts.models import Organization, User
from accounts.people_forms import OpenSignInForm
from tracker.boards.installation import office_sign_ins, organization_file

if TYPE_CHECKING:
    OrganizationChoice = forms.ModelChoiceField[Organization]
else:
    OrganizationChoice = forms.ModelChoiceField


class OrganizationForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=gettext_lazy("机构名称"), max_length=200)
    parent = OrganizationChoice(
        label=gettext_lazy("上级机构"),
        queryset=Organization.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有"),
    )

    def __init__(self, *args: Any, but: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Organization.objects.exclude(pk=but).order_by("name", "pk")
        cast(OrganizationChoice, self.fields["parent"]).queryset = others


class FoundingForm(OrganizationForm, OpenSignInForm):
    """A new organization and who signs in for its office."""

    code = forms.CharField(
        label=gettext_lazy("代码"),
        max_length=50,
        validators=[validate_slug],
        help_text=gettext_lazy("字母、数字，定了不再改"),
        error_messages={"invalid": gettext_lazy("代码只能用字母、数字、- 和 _。")},
    )
    office_name = forms.CharField(label=gettext_lazy("督查办经办人姓名"), max_length=100)
    field_order = ("name", "code", "parent", "office_name", "username")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if Organization.objects.filter(code=code).exists():
            raise forms.ValidationError(gettext("已有这个代码的机构，请到它的页面看，或换一个代码。"))
        return code


@never_cache
@page
@require_http_methods(["GET", "POST"])
def organization_add(request: PageRequest) -> HttpResponse:
    """Make an organization and show the first sign-in code of its office, this once.

    A second press finds the code taken and makes nothing; a lost sign-in code is handed out again on its page.
    """
    require_system(request.reach)
    form = FoundingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            founded = _found(request, form.cleaned_data)
        except IntegrityError:
            form.add_error("code", gettext("已有这个代码的机构，请到它的页面看，或换一个代码。"))
        else:
            return _code_page(request, founded.organization, founded.user, founded.code)
    context = {"form": form}
    return render(request, "tracker/organization_add.html", context, status=422 if form.is_bound else 200)


@page
@require_http_methods(["GET", "POST"])
def organization(request: PageRequest, organization_id: int) -> HttpResponse:
    require_system(request.reach)
    found = get_object_or_404(Organization, pk=organization_id)
    initial = {"version": found.version, "name": found.name, "parent": found.parent_id}
    form = OrganizationForm(request.POST or None, initial=initial, but=found.pk)
    standing: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            change_organization(organization=found, by=request.actor, **said)
        except CircleError:
            form.add_error("parent", gettext("不能放在自己或下级机构之下。"))
        except Conflict as conflict:
            form.data = {**request.POST.dict(), "version": conflict.current.version}
            standing = _beside(conflict.current, said)
        else:
            messages.success(request, gettext("已保存。"))
            return redirect("tracker:organization", found.pk)
    status = 409 if standing else 422 if form.is_bound else 200
    context = {"file": organization_file(found, today=request.today), "form": form, "standing": standing}
    return render(request, "tracker/organization.html", context, status=status)


@never_cache
@page
@require_POST
def organization_code(request: PageRequest, organization_id: int) -> HttpResponse:
    """Hand out a new code to someone who acts for the organization's office, and to nobody else there."""
    require_system(request.reach)
    found = get_object_or_404(Organization, pk=organization_id)
    asked = request.POST.get("user", "")
    sign_ins = office_sign_ins(found, today=request.today)
    user = get_object_or_404(sign_ins, pk=int(asked) if asked.isdecimal() else 0)
    return _code_page(request, found, user, hand_out(user=user, by=request.actor, now=timezone.now()))


def _found(request: PageRequest, said: dict[str, Any]) -> Founded:
    facts = {name: said[name] for name in ("code", "name", "parent", "office_name", "username")}
    return found_organization(by=request.actor, now=timezone.now(), **facts)


def _beside(current: Organization, said: dict[str, Any]) -> list[dict[str, str]]:
    lines = [
        {"label": gettext("机构名称"), "now": current.name, "typed": said["name"]},
        {"label": gettext("上级机构"), "now": str(current.parent or ""), "typed": str(said["parent"] or "")},
    ]
    return [line for line in lines if line["now"] != line["typed"]] or lines[:1]


def _code_page(request: PageRequest, found: Organization, user: User, code: str) -> HttpResponse:
    context = {"organization": found, "sign_in": user, "code": code}
    return render(request, "tracker/organization_code.html", context)
