"""The manual's examples of webhooks: each has one set up, and what it was told."""

from collections.abc import Callable
from typing import Any

from tests.cast import TODAY, Cast, at
from tracker.choices import DeliveryState
from tracker.models import Delivery, Outlet
from tracker.reminding.events import ping
from tracker.reminding.subscribing import EVENTS, Wanted, add_webhook

Sent = tuple[str, str, Any, dict[str, str]]
Requests = dict[str, Callable[[], Sent]]
ONCE = {"Idempotency-Key": "5d77"}
OVER = {"If-Match": "{etag}", **ONCE}
ADDRESS = "https://oa.example.org/duban"


def webhook_requests(cast: Cast) -> Requests:
    """Return the requests by operation; whoever calls one finds what it is about in the database."""
    told = "/api/v1/webhooks/{webhook_id}"
    one, office = f"{told}/", "office"

    def path(rest: str = "") -> str:
        return f"/webhooks/{_hook(cast).pk}/{rest}"

    def replayed() -> Sent:
        message = _tried(_hook(cast), cast)
        return office, f"/webhooks/{message.outlet_id}/deliveries/{message.pk}/replays/", {}, ONCE

    def after_a_trial(rest: str, said: dict[str, str] | None, headers: dict[str, str]) -> Sent:
        return office, f"/webhooks/{_tried(_hook(cast), cast).outlet_id}/{rest}", said, headers

    making = {"label": "OA", "address": ADDRESS, "events": ["task.changed", "report.accepted"]}
    return {
        "GET /api/v1/webhooks/": lambda: (office, f"/webhooks/?limit={_hook(cast).version}", None, {}),
        "POST /api/v1/webhooks/": lambda: (office, "/webhooks/", making, ONCE),
        f"GET {one}": lambda: (office, path(), None, {}),
        f"PATCH {one}": lambda: (office, path(), {"events": ["light.turned"]}, {"If-Match": "{etag}"}),
        f"POST {told}/secrets/": lambda: (office, path("secrets/"), {}, OVER),
        f"POST {told}/withdrawal/": lambda: (office, path("withdrawal/"), {}, OVER),
        f"POST {told}/trials/": lambda: (office, path("trials/"), {}, ONCE),
        f"GET {told}/deliveries/": lambda: after_a_trial("deliveries/?state=sent&limit=2", None, {}),
        f"POST {told}/deliveries/{{delivery_id}}/replays/": replayed,
        f"POST {told}/replays/": lambda: after_a_trial("replays/", {"since": f"{TODAY}"}, ONCE),
    }


def _hook(cast: Cast) -> Outlet:
    wanted = Wanted("OA", ADDRESS, EVENTS)
    row, _ = add_webhook(organization=cast.organization, wanted=wanted, by=cast.actor(), now=at(TODAY))
    return row


def _tried(row: Outlet, cast: Cast) -> Delivery:
    message = ping(outlet=row, by=cast.actor())
    message.state, message.sent_at, message.attempts_made = DeliveryState.SENT, message.created_at, 1
    message.save(update_fields=["state", "sent_at", "attempts_made"])
    return message
