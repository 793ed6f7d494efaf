"""Posts and who holds them, and groups of units."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rosters
from accounts.choices import PostRank
from accounts.entry import PageRequest, page
from accounts.maintaining import change_group, change_post
from accounts.models import DepartmentGroup, Post, PostHolding
from accounts.people_forms import RANKS, GroupForm, HoldForm, LastDayForm, PostForm
from accounts.registering import create_group, create_post, hold_post, leave_post
from accounts.views.editing import add_page, edit, get_own, own_organization, saved


@page
@require_safe
def posts(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    lines = rosters.posts(organization.pk, today=request.today)
    shown = [{"line": line, "rank": RANKS[PostRank(line.post.rank)]} for line in lines]
    vacant = sum(not line.holdings for line in lines)
    return render(request, "accounts/posts.html", {"rows": shown, "vacant": vacant})


@page
@require_http_methods(["GET", "POST"])
def post_add(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    form = PostForm(request.POST or None, organization_id=organization.pk)

    def make(said: Mapping[str, Any]) -> None:
        create_post(organization=organization, by=request.actor, **_said(said))

    if request.method == "POST" and saved(form, make):
        messages.success(request, gettext("已添加“%(name)s”。") % {"name": form.cleaned_data["name"]})
        return redirect("people:posts")
    return add_page(request, form, title=gettext("添加岗位"), back=("people:posts", gettext("岗位")))


@page
@require_http_methods(["GET", "POST"])
def post(request: PageRequest, post_id: int) -> HttpResponse:
    found = get_own(Post, request, post_id)
    form = PostForm(request.POST or None, initial=PostForm.initial_of(found), organization_id=found.organization_id)

    def change(said: Mapping[str, Any]) -> None:
        change_post(post=found, version=said["version"], by=request.actor, **_said(said))

    def context() -> dict[str, Any]:
        return _post_context(request, post_id)

    return edit(request, form, change, template="accounts/post.html", context=context, done=gettext("已保存。"))


@page
@require_POST
def post_hold(request: PageRequest, post_id: int) -> HttpResponse:
    found = get_own(Post, request, post_id)
    form = HoldForm(request.POST, organization_id=found.organization_id, of=found)
    if form.is_valid():
        try:
            with transaction.atomic():
                hold_post(post=found, by=request.actor, **form.cleaned_data)
        except IntegrityError:
            form.add_error("person", gettext("这个人已经在这个岗位上。"))
        else:
            messages.success(request, gettext("已登记任职。"))
            return redirect("people:post", post_id)
    context = _post_context(request, post_id) | {"holding": form}
    context["form"] = PostForm(initial=PostForm.initial_of(found), organization_id=found.organization_id)
    return render(request, "accounts/post.html", context, status=422)


@page
@require_POST
def post_leave(request: PageRequest, holding_id: int) -> HttpResponse:
    holding = get_own(PostHolding, request, holding_id)
    get_object_or_404(PostHolding, pk=holding_id, to_on__isnull=True)
    form = LastDayForm(request.POST)
    if form.is_valid():
        leave_post(holding=holding, to_on=form.cleaned_data["on"], by=request.actor)
        messages.success(request, gettext("已登记离任。"))
    else:
        messages.error(request, gettext("请填最后一天。"))
    return redirect("people:post", holding.post_id)


@page
@require_safe
def groups(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    return render(request, "accounts/groups.html", {"rows": rosters.groups(organization.pk, today=request.today)})


@page
@require_http_methods(["GET", "POST"])
def group_add(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    form = GroupForm(request.POST or None, initial={"on": request.today}, organization_id=organization.pk)

    def make(said: Mapping[str, Any]) -> None:
        units, since = list(said["departments"]), said["on"]
        create_group(organization=organization, name=said["name"], departments=units, from_on=since, by=request.actor)

    if request.method == "POST" and saved(form, make):
        messages.success(request, gettext("已添加“%(name)s”。") % {"name": form.cleaned_data["name"]})
        return redirect("people:groups")
    return add_page(request, form, title=gettext("添加分组"), back=("people:groups", gettext("分组")))


@page
@require_http_methods(["GET", "POST"])
def group(request: PageRequest, group_id: int) -> HttpResponse:
    found = get_own(DepartmentGroup, request, group_id)
    initial = {**GroupForm.initial_of(found), "on": request.today}
    form = GroupForm(request.POST or None, initial=initial, organization_id=found.organization_id)

    def change(said: Mapping[str, Any]) -> None:
        units, since = list(said["departments"]), said["on"]
        change_group(
            group=found, version=said["version"], name=said["name"], departments=units, on=since, by=request.actor
        )

    def context() -> dict[str, Any]:
        entries = rosters.history_of("departmentgroup", group_id, found.organization_id)
        return {"group": get_own(DepartmentGroup, request, group_id), "entries": entries}

    return edit(request, form, change, template="accounts/group.html", context=context, done=gettext("已保存。"))


def _post_context(request: PageRequest, post_id: int) -> dict[str, Any]:
    found = get_own(Post, request, post_id)
    holdings = PostHolding.objects.filter(post=found).select_related("person").order_by("-to_on", "-from_on", "pk")
    return {
        "post": found,
        "holdings": sorted(holdings, key=lambda row: row.to_on is not None),
        "holding": HoldForm(initial={"from_on": request.today}, organization_id=found.organization_id, of=found),
        "entries": rosters.history_of("post", post_id, found.organization_id),
        "today": request.today,
    }


def _said(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": said["name"],
        "rank": PostRank(said["rank"]),
        "departments": list(said["departments"]),
        "position": said["position"],
    }
