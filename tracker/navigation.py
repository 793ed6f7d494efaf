"""Navigation links and counts, for the base template."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from accounts.access import Reach
from accounts.models import Membership, Organization, PostHolding
from projects.access import handed_to
from projects.choices import HandDownState
from tracker.alarms import alarms
from tracker.boards.waiting import WaitingCounts, waiting_for
from tracker.deciding import to_decide

BAR = 8
"""Pages that stand in the bar at 1366 pixels; the others stand under 更多, with what waits in them counted there."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the bar of a signed-in page; other pages, and parts swapped into one, have none."""
    reach: Reach | None = getattr(request, "reach", None)
    if reach is None or request.headers.get("HX-Request") == "true":
        return {}
    waiting = waiting_of(request)
    entries = [_entry(request, *entry) for entry in _entries(request, reach, waiting)]
    return {
        "navigation": entries[:BAR],
        "further": entries[BAR:],
        "further_count": sum(entry["count"] for entry in entries[BAR:]),
        "to_sign": waiting.sign,
        "search_url": reverse("tracker:search"),
        "search_text": request.GET.get("q", ""),
        "post_and_name": _post_and_name(request, reach),
        "rules_url": reverse("tracker:light_rules"),
        "feedback_url": reverse("tracker:feedback"),
        "channels_url": reverse("tracker:my_channels"),
        "alarms": alarms(reach),
        "administration_url": reverse("tracker:administration") if reach.office or reach.system else "",
        "page_links": _page_links(request, reach),
    }


def waiting_of(request: HttpRequest) -> WaitingCounts:
    """Count what waits for the reader of a signed-in page, once however many parts of it ask."""
    found: WaitingCounts | None = getattr(request, "_waiting", None)
    if found is None:
        found = waiting_for(request.reach, today=request.today)  # type: ignore[attr-defined]
        request._waiting = found  # type: ignore[attr-defined]  # noqa: SLF001 - kept for this request alone
    return found


def _entries(request: HttpRequest, reach: Reach, waiting: WaitingCounts) -> list[tuple[str, str, int]]:
    """List the pages by what the sign-in is for: those who report begin with what they owe."""
    mine = ("tracker:mine", gettext("我的事项"), waiting.owed)
    shared = [
        ("tracker:board", gettext("进度总览"), 0),
        ("tracker:items", gettext("台账"), 0),
        ("projects:plans", pgettext("navigation", "责任分解表"), 0),
    ]
    inbox = ("tracker:inbox", gettext("收件箱"), waiting.unread)
    receipts = ("tracker:receipts", gettext("签收"), waiting.receipts)
    obstacles = ("tracker:obstacles", pgettext("navigation", "协调"), waiting.obstacles)
    directives = ("tracker:directives", pgettext("navigation", "批示"), waiting.directives)
    requests, downloads = _requests(request, reach, waiting), ("tracker:downloads", gettext("下载"), 0)
    bulletins = ("tracker:bulletins", pgettext("navigation", "通报"), 0)
    meetings = ("tracker:meetings", pgettext("navigation", "调度会"), 0)
    chart = ("tracker:wall", pgettext("navigation", "挂图"), 0)
    goals = ("tracker:multi_year", gettext("跨年目标"), 0)
    if reach.departments and not reach.office:
        plans = [*shared, inbox, requests, bulletins, meetings, chart, goals, downloads]
        return [mine, receipts, obstacles, directives, *plans]
    if not reach.office:
        plans = [*shared[1:], bulletins, meetings, inbox, chart, goals, downloads]
        return [shared[0], directives, obstacles, requests, *plans]
    return [
        *shared[:2],
        ("tracker:reviews", gettext("审核"), waiting.reports),
        requests,
        shared[2],
        ("projects:imports", gettext("导入"), 0),
        ("tracker:reminders", gettext("提醒"), 0),
        inbox,
        receipts,
        obstacles,
        directives,
        ("tracker:rounds", gettext("期次"), 0),
        bulletins,
        meetings,
        chart,
        goals,
        ("people:units", gettext("人员"), 0),
        ("tracker:handovers", gettext("交接"), 0),
        downloads,
        *([mine] if reach.departments else []),
    ]


def _requests(request: HttpRequest, reach: Reach, waiting: WaitingCounts) -> tuple[str, str, int]:
    """Lead to what units ask; the office counts closings and second looks with the later dates, under one word."""
    # Mostly nothing waits for anybody, and whose word it waits for takes long to find out.
    number = to_decide(reach, today=request.today) if waiting.pending else 0  # type: ignore[attr-defined]
    if not reach.office:
        return ("tracker:extensions", pgettext("navigation", "延期"), number)
    number += waiting.closings + waiting.look_backs
    return ("tracker:extensions", pgettext("navigation", "申请"), number)


def _page_links(request: HttpRequest, reach: Reach) -> list[dict[str, str]]:
    """Offer what can be done further with a plan or unit, mostly by the office, on pages that stand below."""
    match = request.resolver_match
    if match is not None and match.view_name == "accounts:tokens":
        return [{"label": gettext("接口说明"), "url": reverse("tracker:api:docs")}]
    if match is not None and match.view_name == "projects:plan" and not reach.office:
        return [{"label": gettext("导出"), "url": reverse("tracker:plan_list", kwargs=match.kwargs)}]
    if match is not None and match.view_name in _FAMILY:
        return _family_links(reach, match.view_name, match.kwargs)
    further = {
        "projects:plan": [(gettext("规则"), "tracker:plan_rules"), (gettext("导出"), "tracker:plan_list")],
        "people:unit": [(gettext("并入别的单位、转出事项"), "projects:unit_pass_on")],
        "people:units": [
            (gettext("导入人员名单"), "projects:staff_import"),
            (gettext("工作日历"), "projects:calendar"),
        ],
        "people:persons": [
            (gettext("导入人员名单"), "projects:staff_import"),
            (gettext("交接"), "tracker:handovers"),
        ],
        "people:person": [(gettext("交接"), "tracker:handover_add")],
    }
    if not reach.office or match is None:
        return []
    links = [
        {"label": label, "url": reverse(name, kwargs=match.kwargs)} for label, name in further.get(match.view_name, ())
    ]
    if match.view_name == "projects:plan":
        links.append({"label": gettext("签收情况"), "url": reverse("tracker:receipts"), "once": "issued"})
    return links


_FAMILY = ("projects:plans", "tracker:item")


def _family_links(reach: Reach, page: str, kwargs: dict[str, Any]) -> list[dict[str, str]]:
    """Lead to what goes down to offices below, or came from the one above, where there are any."""
    if not (reach.office or (reach.main_leader and page != "tracker:item")):
        return []
    below = Organization.objects.filter(parent=reach.organization_id, parent__isnull=False).exists()
    if page == "tracker:item":
        hand = {"label": gettext("交给下级机构"), "url": reverse("projects:item_hand_down", kwargs=kwargs)}
        return [hand] if below else []
    links = [{"label": gettext("下级进展"), "url": reverse("tracker:handed_down")}] if below else []
    if not reach.office:
        return links
    states = list(handed_to(reach).values_list("state", flat=True))
    if states:
        waiting = states.count(HandDownState.OFFERED)
        label = gettext("上级交办（%(n)d 件待接收）") % {"n": waiting} if waiting else gettext("上级交办")
        links.append({"label": label, "url": reverse("projects:from_above")})
    return links


def _entry(request: HttpRequest, name: str, label: str, count: int) -> dict[str, Any]:
    url = reverse(name)
    return {"url": url, "label": label, "count": count, "current": request.path.startswith(url)}


def _post_and_name(request: HttpRequest, reach: Reach) -> str:
    """Name the sign-in by post or unit, as the bar of a sheet does."""
    today = request.today  # type: ignore[attr-defined]
    named: Iterable[tuple[str, str]] = ()
    if reach.posts:
        held = PostHolding.objects.on(today).filter(post__in=reach.posts, person=reach.person_id)
        named = held.order_by("post__position").values_list("post__name", "person__name")[:1]
    elif reach.departments:
        joined = Membership.objects.on(today).filter(person=reach.person_id).order_by("department__position", "pk")
        named = joined.values_list("department__name", "person__name")[:1]
    for place, name in named:
        return f"{place}・{name}"
    return f"{gettext('督查办')}・{request.user}" if reach.office else str(request.user)
