"""What the pages of units, people, posts and groups share: the office's right, a save that may be refused, two at once."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest
from accounts.maintaining import BelowItselfError
from accounts.models import Organization
from accounts.names import NameTakenError
from accounts.people_forms import VersionedForm


def own_organization(request: PageRequest) -> Organization:
    """Return the office's organization; raise PermissionDenied to all but the office."""
    require_office(request.reach)
    return Organization.objects.get(users=request.user)


def get_own[Row: Model](model: type[Row], request: PageRequest, number: int) -> Row:
    """Return a row of the office's own organization; another's isn't there (404)."""
    require_office(request.reach)
    return get_object_or_404(model, pk=number, organization=request.reach.organization_id)


def saved(form: VersionedForm, save: Callable[[Mapping[str, Any]], object]) -> bool:
    """Save what a valid form says; what the operation refuses becomes the form's error, with everything typed kept."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except NameTakenError as taken:
        form.add_error(None, gettext("“%(name)s”已有单位、别名、分组或岗位在用，请换一个。") % {"name": taken.name})
    except BelowItselfError:
        form.add_error("parent", gettext("不能放在自己或下级单位之下。"))
    return not form.errors


def add_page(request: PageRequest, form: VersionedForm, *, title: str, back: tuple[str, str]) -> HttpResponse:
    """Show the form of something new; `back` names the list it came from and says its word."""
    name, label = back
    context = {"form": form, "title": title, "back_url": reverse(name), "back_label": label}
    return render(request, "accounts/add.html", context, status=422 if form.is_bound else 200)


def edit(
    request: PageRequest,
    form: VersionedForm,
    save: Callable[[Mapping[str, Any]], object],
    *,
    template: str,
    context: Callable[[], Mapping[str, Any]],
    done: str,
) -> HttpResponse:
    """Show a form over a row, save it, and where another was faster show both values and keep the typing."""
    standing: list[dict[str, str]] = []
    status = 200
    if request.method == "POST":
        try:
            if saved(form, save):
                messages.success(request, done)
                return redirect(request.path)
            status = 422
        except Conflict as conflict:
            standing, status = form.standing(conflict.current), 409
            form.data = {**form.data.dict(), "version": conflict.current.version}  # type: ignore[attr-defined]
    return render(request, template, {**context(), "form": form, "standing": standing}, status=status)
