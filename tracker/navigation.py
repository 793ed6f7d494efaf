"""Navigation links and counts, for the base template."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from accounts.access import Reach
from accounts.models import Membership, PostHolding
from tracker.boards.inbox import unread_count
from tracker.boards.owing import still_owed
from tracker.boards.signing import to_answer
from tracker.choices import ReviewState
from tracker.models import ProgressReport


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the bar of a signed-in page; other pages, and parts swapped into one, have none."""
    reach: Reach | None = getattr(request, "reach", None)
    if reach is None or request.headers.get("HX-Request") == "true":
        return {}
    return {
        "navigation": [_entry(request, *entry) for entry in _entries(request, reach)],
        "search_url": reverse("tracker:items"),
        "search_text": request.GET.get("q", ""),
        "post_and_name": _post_and_name(request, reach),
        "rules_url": reverse("tracker:light_rules"),
        "feedback_url": reverse("tracker:feedback"),
        "administration_url": reverse("tracker:administration") if reach.office or reach.system else "",
        "page_links": _page_links(request, reach),
    }


def _entries(request: HttpRequest, reach: Reach) -> list[tuple[str, str, int]]:
    """List the pages by what the sign-in is for: those who report begin with what they owe."""
    owed = still_owed(reach.departments, today=request.today).count() if reach.departments else 0  # type: ignore[attr-defined]
    mine = ("tracker:mine", gettext("我的事项"), owed)
    shared = [
        ("tracker:board", gettext("进度总览"), 0),
        ("tracker:items", gettext("台账"), 0),
        ("projects:plans", pgettext("navigation", "责任分解表"), 0),
    ]
    inbox = ("tracker:inbox", gettext("收件箱"), unread_count(reach))
    receipts = ("tracker:receipts", gettext("签收"), to_answer(reach))
    if not reach.office:
        return [mine, receipts, *shared, inbox] if reach.departments else [*shared, inbox]
    waiting = ProgressReport.objects.filter(organization=reach.organization_id, review_state=ReviewState.SUBMITTED)
    own = [mine] if reach.departments else []
    return [
        *shared[:2],
        ("tracker:reviews", gettext("审核"), waiting.count()),
        shared[2],
        receipts,
        ("projects:imports", gettext("导入"), 0),
        ("tracker:reminders", gettext("提醒"), 0),
        ("people:units", gettext("人员"), 0),
        *own,
        inbox,
    ]


def _page_links(request: HttpRequest, reach: Reach) -> list[dict[str, str]]:
    """Offer what the office can do further with a plan or unit, on pages that stand below and can't name it."""
    match = request.resolver_match
    further = {
        "projects:plan": [(gettext("规则"), "tracker:plan_rules")],
        "people:unit": [(gettext("并入别的单位、转出事项"), "projects:unit_pass_on")],
        "people:units": [
            (gettext("导入人员名单"), "projects:staff_import"),
            (gettext("工作日历"), "projects:calendar"),
        ],
        "people:persons": [(gettext("导入人员名单"), "projects:staff_import")],
    }
    if not reach.office or match is None:
        return []
    return [
        {"label": label, "url": reverse(name, kwargs=match.kwargs)} for label, name in further.get(match.view_name, ())
    ]


def _entry(request: HttpRequest, name: str, label: str, count: int) -> dict[str, Any]:
    url = reverse(name)
    return {"url": url, "label": label, "count": count, "current": request.path.startswith(url)}


def _post_and_name(request: HttpRequest, reach: Reach) -> str:
    """Name the sign-in by post or unit, as the bar of a sheet does."""
    today = request.today  # type: ignore[attr-defined]
    name = str(request.user)
    if reach.posts:
        held = PostHolding.objects.on(today).filter(post__in=reach.posts, person=reach.person_id)
        return "・".join([*held.order_by("post__position").values_list("post__name", flat=True)[:1], name])
    if reach.departments:
        joined = Membership.objects.on(today).filter(person=reach.person_id).order_by("department__position", "pk")
        return "・".join([*joined.values_list("department__name", flat=True)[:1], name])
    return "・".join([gettext("督查办"), name]) if reach.office else name
