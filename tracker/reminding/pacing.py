"""How fast an address is told: within the channel's quota, and not at all while the other side asked for a pause.

It stands in the database, so that all workers keep one pace; all moments are the database's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from tracker.choices import WAITING
from tracker.models import Delivery, Pace
from tracker.reminding.channels.protocol import Channel, Quota

AT_ONCE = 500
"""How many waiting messages of one address are put off together; the rest follow as their turn comes."""


class Place(NamedTuple):
    """A place taken among the last tries to an address: the keys of its paces, and the try's own."""

    address: str
    outlet: str
    mine: str

    @property
    def keys(self) -> Sequence[str]:
        return sorted(key for key in (self.address, self.outlet) if key)


def take_place(delivery: Delivery, channel: Channel, *, over_by: datetime, at: datetime) -> Place | datetime | None:
    """Take a place for the next try, or return the moment at which there may be one; None: nobody counts.

    `over_by` is when the try is over at the latest. It counts from its end, since the other side sees it somewhere in
    between: so no window of theirs holds more than the quota. Locks the paces until the transaction's end.
    """
    if channel.quota is None and delivery.outlet_id is None:
        return None
    place = Place(
        f"{delivery.channel}:{delivery.address_hash}",
        f"outlet:{delivery.outlet_id}" if delivery.outlet_id else "",
        f"{delivery.pk}:{delivery.attempts_made + 1}",
    )
    paces = _locked(place, delivery.organization_id)
    muted = [pace for pace in paces if pace.muted_until and pace.muted_until > at]
    if muted:
        until = max(pace.muted_until for pace in muted if pace.muted_until)
        _put_off(Q(outlet=delivery.outlet_id) if delivery.outlet_id else _same_address(delivery), until)
        return until
    if channel.quota is None:
        return place
    pace = next(each for each in paces if each.key == place.address)
    return _among_last(pace, place, delivery, channel.quota, over_by, at)


def leave_place(place: Place, *, wait: timedelta | None, at: datetime) -> None:
    """Say that a try is over, and for how long the other side wants none after it."""
    paces = {pace.key: pace for pace in Pace.objects.select_for_update().filter(key__in=place.keys).order_by("key")}
    pace = paces[place.address]
    if place.mine in pace.taken:
        pace.taken[place.mine] = at.isoformat()
        pace.save(update_fields=["taken"])
    if wait:
        muted = paces[place.outlet or place.address]
        muted.muted_until = max(at + wait, muted.muted_until or at)
        muted.save(update_fields=["muted_until"])


def _among_last(
    pace: Pace, place: Place, delivery: Delivery, quota: Quota, over_by: datetime, at: datetime
) -> Place | datetime:
    window = timedelta(seconds=quota.seconds)
    last = {mine: over for mine, over in pace.taken.items() if datetime.fromisoformat(over) > at - window}
    if len(last) >= quota.most:
        until = sorted(map(datetime.fromisoformat, last.values()))[len(last) - quota.most] + window
        _put_off(_same_address(delivery), until)
        return until
    pace.taken = last | {place.mine: over_by.isoformat()}
    pace.save(update_fields=["taken"])
    return place


def _same_address(delivery: Delivery) -> Q:
    return Q(channel=delivery.channel, address_hash=delivery.address_hash)


def _locked(place: Place, organization_id: int) -> list[Pace]:
    rows = Pace.objects.select_for_update().filter(key__in=place.keys).order_by("key")
    found = list(rows)
    if len(found) < len(place.keys):
        missing = [Pace(organization_id=organization_id, key=key) for key in place.keys]
        Pace.objects.bulk_create(missing, ignore_conflicts=True)
        found = list(rows.all())
    return found


def _put_off(theirs: Q, until: datetime) -> None:
    """Move what waits for them out of the way of everyone else; what another worker holds comes here by itself."""
    waiting = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(theirs, state__in=WAITING, next_try_at__lt=until)
        .order_by("next_try_at", "pk")
    )
    ids = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    Delivery.objects.filter(pk__in=ids).update(next_try_at=until)
