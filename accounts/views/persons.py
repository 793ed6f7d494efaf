"""People: the list, one person with units, posts and sign-in, and a new one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rosters
from accounts.access import require_system
from accounts.choices import MembershipRole, Role
from accounts.codes import hand_out, open_sign_in
from accounts.entry import PageRequest, page
from accounts.maintaining import change_person, end_membership, leave, revoke
from accounts.models import Membership, Person, RoleGrant, User
from accounts.people_forms import MEMBER_ROLES, ROLES, JoinForm, LastDayForm, OpenSignInForm, PersonForm
from accounts.registering import create_person, grant, join, set_active
from accounts.views.editing import edit, get_own, own_organization, saved

ROWS = 50


@page
@require_safe
def persons(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    words = request.GET.get("q", "").strip()
    unit = request.GET.get("unit", "")
    found = rosters.persons(
        organization.pk, words=words, unit=int(unit) if unit.isdecimal() else None, today=request.today
    )
    shown = Paginator(found, ROWS).get_page(request.GET.get("page"))
    lines = rosters.person_lines(list(shown.object_list), today=request.today)
    context = {
        "rows": lines,
        "page": shown,
        "words": words,
        "roles": MEMBER_ROLES,
        "query": f"q={words}" if words else "",
    }
    return render(request, "accounts/persons.html", context)


@page
@require_http_methods(["GET", "POST"])
def person_add(request: PageRequest) -> HttpResponse:
    organization = own_organization(request)
    form = PersonForm(request.POST or None)
    joining = JoinForm(
        request.POST or None,
        initial={"department": request.GET.get("unit"), "from_on": request.today},
        organization_id=organization.pk,
    )
    made: list[Person] = []

    def make(said: Mapping[str, Any]) -> None:
        one = create_person(
            organization=organization, name=said["name"], email=said["email"], mobile=said["mobile"], by=request.actor
        )
        join(person=one, by=request.actor, **_joining(joining.cleaned_data))
        made.append(one)

    if request.method == "POST" and joining.is_valid() and saved(form, make):
        messages.success(request, gettext("已添加“%(name)s”。") % {"name": made[0].name})
        return redirect("people:person", made[0].pk)
    context = {"form": form, "joining": joining}
    return render(request, "accounts/person_add.html", context, status=422 if form.is_bound else 200)


@page
@require_http_methods(["GET", "POST"])
def person(request: PageRequest, person_id: int) -> HttpResponse:
    found = get_own(Person, request, person_id)
    form = PersonForm(request.POST or None, initial=PersonForm.initial_of(found))

    def change(said: Mapping[str, Any]) -> None:
        facts = {name: said[name] for name in ("version", "name", "email", "mobile")}
        change_person(person=found, by=request.actor, **facts)

    def context() -> dict[str, Any]:
        return _context(request, person_id)

    return edit(request, form, change, template="accounts/person.html", context=context, done=gettext("已保存。"))


@page
@require_POST
def person_join(request: PageRequest, person_id: int) -> HttpResponse:
    found = get_own(Person, request, person_id)
    form = JoinForm(request.POST, organization_id=found.organization_id)
    if form.is_valid():
        try:
            with transaction.atomic():
                join(person=found, by=request.actor, **_joining(form.cleaned_data))
        except IntegrityError:
            form.add_error("department", gettext("已经在这个单位，身份相同。"))
        else:
            messages.success(request, gettext("已加入。"))
            return redirect("people:person", person_id)
    return _again(request, found, joining=form)


@page
@require_POST
def membership_end(request: PageRequest, membership_id: int) -> HttpResponse:
    membership = get_own(Membership, request, membership_id)
    get_object_or_404(Membership, pk=membership_id, to_on__isnull=True)
    form = LastDayForm(request.POST)
    if form.is_valid():
        end_membership(membership=membership, to_on=form.cleaned_data["on"], by=request.actor)
        messages.success(request, gettext("已登记离开。"))
    else:
        messages.error(request, gettext("请填最后一天。"))
    return redirect("people:person", membership.person_id)


@page
@require_POST
def person_leave(request: PageRequest, person_id: int) -> HttpResponse:
    found = get_own(Person, request, person_id)
    form = LastDayForm(request.POST)
    if form.is_valid() and found.left_on is None:
        leave(person=found, on=form.cleaned_data["on"], by=request.actor)
        messages.success(request, gettext("已登记离职，登录已停用；报过的情况仍记在本人名下。"))
    return redirect("people:person", person_id)


@page
@require_POST
def person_sign_in(request: PageRequest, person_id: int) -> HttpResponse:
    """Make a sign-in and show its first code, this once."""
    found = get_own(Person, request, person_id)
    if User.objects.filter(person=found).exists():
        return redirect("people:person", person_id)
    form = OpenSignInForm(request.POST)
    if not form.is_valid():
        return _again(request, found, opening=form)
    user, code = open_sign_in(
        person=found, username=form.cleaned_data["username"], by=request.actor, now=timezone.now()
    )
    return render(request, "accounts/code.html", {"person": found, "user_name": user.username, "code": code})


@page
@require_POST
def person_code(request: PageRequest, person_id: int) -> HttpResponse:
    found = get_own(Person, request, person_id)
    user = get_object_or_404(User, person=found)
    code = hand_out(user=user, by=request.actor, now=timezone.now())
    return render(request, "accounts/code.html", {"person": found, "user_name": user.username, "code": code})


@page
@require_POST
def person_active(request: PageRequest, person_id: int) -> HttpResponse:
    found = get_own(Person, request, person_id)
    user = get_object_or_404(User, person=found)
    if user.pk == request.user.pk:
        messages.error(request, gettext("不能停用自己的登录。"))
    else:
        set_active(user=user, active=not user.is_active, by=request.actor)
    return redirect("people:person", person_id)


@page
@require_POST
def person_role(request: PageRequest, person_id: int) -> HttpResponse:
    """Give the role named in the form, or take it back; nobody takes the office from themselves.

    Looking after the installation reaches beyond the organization, so only who does may hand it on.
    """
    found = get_own(Person, request, person_id)
    user = get_object_or_404(User, person=found)
    if request.POST.get("role") not in {Role.OFFICE.value, Role.SYSTEM.value}:
        return redirect("people:person", person_id)
    role = Role(request.POST["role"])
    if role == Role.SYSTEM:
        require_system(request.reach)
    held = RoleGrant.objects.filter(user=user, role=role, to_on__isnull=True).first()
    if held is None:
        grant(user=user, organization=found.organization, role=role, from_on=request.today, by=request.actor)
    elif user.pk == request.user.pk:
        messages.error(request, gettext("不能收回自己的权限，请由另一位督查办人员办理。"))
    else:
        revoke(grant=held, by=request.actor)
    return redirect("people:person", person_id)


def _again(request: PageRequest, found: Person, **forms: Any) -> HttpResponse:
    context = {**_context(request, found.pk), "form": PersonForm(initial=PersonForm.initial_of(found)), **forms}
    return render(request, "accounts/person.html", context, status=422)


def _context(request: PageRequest, person_id: int) -> dict[str, Any]:
    found = get_own(Person, request, person_id)
    file = rosters.person_file(found, today=request.today)
    granted = {one.role for one in file.grants}
    return {
        "file": file,
        "joining": JoinForm(initial={"from_on": request.today}, organization_id=found.organization_id),
        "opening": OpenSignInForm(),
        "memberships": [(row, MEMBER_ROLES[MembershipRole(row.role)]) for row in file.memberships],
        "grants": [
            (role.value, label, role.value in granted)
            for role, label in ROLES.items()
            if role != Role.SYSTEM or request.reach.system
        ],
        "today": request.today,
        "self": file.user is not None and file.user.pk == request.user.pk,
    }


def _joining(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"department": said["department"], "role": MembershipRole(said["role"]), "from_on": said["from_on"]}
