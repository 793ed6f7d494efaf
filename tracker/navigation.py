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
from tracker.boards.closing import closings_to_answer, look_backs_due
from tracker.boards.directives import directives_waiting
from tracker.boards.inbox import unread_count
from tracker.boards.obstacles import obstacles_to_answer
from tracker.boards.owing import still_owed
from tracker.boards.signing import to_answer
from tracker.choices import ReviewState
from tracker.deciding import to_decide
from tracker.models import ProgressReport

BAR = 8
"""Pages that stand in the bar at 1366 pixels; the others stand under 更多, with what waits in them counted there."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the bar of a signed-in page; other pages, and parts swapped into one, have none."""
    reach: Reach | None = getattr(request, "reach", None)
    if reach is None or request.headers.get("HX-Request") == "true":
        return {}
    receipts = to_answer(reach)
    entries = [_entry(request, *entry) for entry in _entries(request, reach, receipts.all)]
    return {
        "navigation": entries[:BAR],
        "further": entries[BAR:],
        "further_count": sum(entry["count"] for entry in entries[BAR:]),
        "to_sign": receipts.sign,
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


def _entries(request: HttpRequest, reach: Reach, receipts_open: int) -> list[tuple[str, str, int]]:
    """List the pages by what the sign-in is for: those who report begin with what they owe."""
    mine = ("tracker:mine", gettext("我的事项"), _owed(request, reach))
    shared = [
        ("tracker:board", gettext("进度总览"), 0),
        ("tracker:items", gettext("台账"), 0),
        ("projects:plans", pgettext("navigation", "责任分解表"), 0),
    ]
    inbox = ("tracker:inbox", gettext("收件箱"), unread_count(reach))
    receipts = ("tracker:receipts", gettext("签收"), receipts_open)
    obstacles = ("tracker:obstacles", pgettext("navigation", "协调"), obstacles_to_answer(reach).count())
    directives = ("tracker:directives", pgettext("navigation", "批示"), directives_waiting(reach))
    requests, downloads = _requests(request, reach), ("tracker:downloads", gettext("下载"), 0)
    bulletins = ("tracker:bulletins", pgettext("navigation", "通报"), 0)
    meetings = ("tracker:meetings", pgettext("navigation", "调度会"), 0)
    chart = ("tracker:wall", pgettext("navigation", "挂图"), 0)
    if reach.departments and not reach.office:
        return [mine, receipts, obstacles, directives, *shared, inbox, requests, bulletins, meetings, chart, downloads]
    if not reach.office:
        return [shared[0], directives, obstacles, requests, *shared[1:], bulletins, meetings, inbox, chart, downloads]
    waiting = ProgressReport.objects.filter(organization=reach.organization_id, review_state=ReviewState.SUBMITTED)
    return [
        *shared[:2],
        ("tracker:reviews", gettext("审核"), waiting.count()),
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
        ("people:units", gettext("人员"), 0),
        ("tracker:handovers", gettext("交接"), 0),
        downloads,
        *([mine] if reach.departments else []),
    ]


def _owed(request: HttpRequest, reach: Reach) -> int:
    counted: int | None = getattr(request, "still_owed", None)
    if counted is not None or not reach.departments:
        return counted or 0
    return still_owed(reach.departments, today=request.today).count()  # type: ignore[attr-defined]


def _requests(request: HttpRequest, reach: Reach) -> tuple[str, str, int]:
    """Lead to what units ask; the office counts closings and second looks with the later dates, under one word."""
    today = request.today  # type: ignore[attr-defined]
    number = to_decide(reach, today=today)
    if not reach.office:
        return ("tracker:extensions", pgettext("navigation", "延期"), number)
    number += closings_to_answer(reach) + look_backs_due(reach, today=today)
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
