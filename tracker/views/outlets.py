"""The pages of the office's outlets (提醒渠道): units' groups, the organization's gateways, and people's addresses on them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.models import Department, Organization
from tracker.boards.outlets import address_lines, get_outlet, history_of, line_of, units_without, ways
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.naming import channel_name
from tracker.reminding.outlets import (
    ProblemsError,
    TakenError,
    add_outlet,
    change_outlet,
    remove_outlet,
    set_addresses,
)
from tracker.views.outlet_forms import OutletForm

LONGEST_ADDRESS = 200


@page
@require_safe
def outlets(request: PageRequest) -> HttpResponse:
    return render(request, "tracker/outlets.html", {"ways": ways(request.reach)})


@page
@require_http_methods(["GET", "POST"])
def outlet_add(request: PageRequest, channel: str) -> HttpResponse:
    require_office(request.reach)
    way = CHANNELS.get(channel)
    if way is None or not way.fields or way.kind == "system":
        raise Http404
    units = None
    if way.kind == "group":
        units = Department.objects.filter(pk__in=[unit.pk for unit in units_without(request.reach, channel)])
        units = units.order_by("position", "pk")
    form = OutletForm(request.POST or None, channel=way, units=units)
    if request.method == "POST" and form.is_valid():
        organization = Organization.objects.get(pk=request.reach.organization_id or 0)
        unit = form.cleaned_data.get("department")
        try:
            row = add_outlet(
                organization=organization,
                channel=channel,
                department=unit,
                told=form.told(),
                by=request.actor,
                now=request.now,
            )
        except ProblemsError as error:
            form.refuse(dict(error.fields))
        except TakenError:
            form.add_error(None, gettext("已有一个在用，请改那一个。"))
        else:
            messages.success(request, gettext("已保存。下一批提醒起照此发送。"))
            return redirect("tracker:outlet", row.pk)
    context = {"form": form, "name": channel_name(channel), "group": way.kind == "group"}
    return render(request, "tracker/outlet_add.html", context, status=422 if form.is_bound else 200)


@page
@require_http_methods(["GET", "POST"])
def outlet(request: PageRequest, outlet_id: int) -> HttpResponse:
    row = get_outlet(request.reach, outlet_id)
    form = OutletForm(request.POST or None, channel=CHANNELS[row.channel], outlet=row)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            change_outlet(outlet=row, told=form.told(), version=version, by=request.actor, now=request.now)
        except ProblemsError as error:
            form.refuse(dict(error.fields))
        except Conflict:
            form.add_error(None, gettext("您填写期间有人改过。请看现在的设置，再填一次。"))
            row, status = get_outlet(request.reach, outlet_id), 409
            form.data = {**request.POST.dict(), "version": row.version}
        else:
            messages.success(request, gettext("已保存。下一批提醒起照此发送。"))
            return redirect("tracker:outlet", row.pk)
    context = {"line": line_of(row), "form": form, "entries": history_of(row), "group": row.department_id is not None}
    return render(request, "tracker/outlet.html", context, status=status)


@require_POST
@page
def outlet_remove(request: PageRequest, outlet_id: int) -> HttpResponse:
    row = get_outlet(request.reach, outlet_id)
    version = request.POST.get("version", "")
    try:
        remove_outlet(outlet=row, version=int(version) if version.isdecimal() else 0, by=request.actor, now=request.now)
    except Conflict:
        messages.warning(request, gettext("刚有人改过这个渠道，没有停用。请看现在的设置再定。"))
        return redirect("tracker:outlet", outlet_id)
    messages.success(request, gettext("已停用。还在排队的不再从这里发，站内提醒照旧。"))
    return redirect("tracker:outlets")


@page
@require_http_methods(["GET", "POST"])
def outlet_people(request: PageRequest, outlet_id: int) -> HttpResponse:
    """Show and keep where people are reached on a gateway; what isn't in the form stays as it is."""
    row = get_outlet(request.reach, outlet_id)
    if row.department_id is not None:
        raise Http404
    lines = address_lines(row)
    if request.method == "POST":
        asked = {line.person.pk: request.POST.get(f"address_{line.person.pk}") for line in lines}
        said = {person: address[:LONGEST_ADDRESS] for person, address in asked.items() if address is not None}
        changed = set_addresses(outlet=row, addresses=said, by=request.actor)
        words = ngettext("已保存，改了 %(n)d 人。", "已保存，改了 %(n)d 人。", changed) % {"n": changed}
        messages.success(request, words)
        return redirect("tracker:outlet_people", row.pk)
    return render(request, "tracker/outlet_people.html", {"line": line_of(row), "lines": lines})
