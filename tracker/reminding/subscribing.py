"""Webhooks of the office's other systems: made, changed, given a new secret and withdrawn; history never holds a secret."""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.history import Actor
from accounts.models import Organization
from accounts.noting import record_change, record_made
from tracker.choices import Channel, SystemEvent
from tracker.models import Outlet
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.channels.webhook import PREFIX
from tracker.reminding.events import raise_events
from tracker.reminding.outlets import ProblemsError, known_settings
from tracker.reminding.sealing import seal

EVENTS = tuple(each.value for each in SystemEvent)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is told where; an address left empty stays as it is."""

    label: str
    url: str
    events: Collection[str]


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


@transaction.atomic
def add_webhook(*, organization: Organization, wanted: Wanted, by: Actor, now: datetime) -> tuple[Outlet, str]:
    """Return the webhook and its secret, which is shown this once; raise ProblemsError for what won't do."""
    # What happened before isn't told to it.
    raise_events()
    secret = new_secret()
    settings = _checked({"url": wanted.url, "secret": secret})
    row = Outlet.objects.create(
        organization=organization,
        channel=Channel.WEBHOOK,
        label=wanted.label,
        settings_sealed=seal(settings),
        tells=sorted(wanted.events),
        created_at=now,
        changed_at=now,
    )
    record_made(row, row.organization_id, {"channel": row.channel, "label": row.label, "tells": row.tells}, by)
    return row, secret


@transaction.atomic
def change_webhook(
    *, outlet: Outlet, wanted: Wanted, version: int, by: Actor, now: datetime, renew: bool = False
) -> tuple[Outlet, str]:
    """Return the webhook and its new secret, if one was asked for; raise Conflict, or ProblemsError for what won't do."""
    row = Outlet.objects.select_for_update().get(pk=outlet.pk)
    known = known_settings(row)
    # Where no key opens the seal the old secret is lost: the other side has to be told a new one.
    secret = new_secret() if renew or not known else ""
    said = _checked({"url": wanted.url or known.get("url", ""), "secret": secret or known.get("secret", "")})
    before = {"label": row.label, "tells": row.tells}
    row.label, row.tells, row.changed_at = wanted.label, sorted(wanted.events), now
    row.settings_sealed = seal(said) if said != known else row.settings_sealed
    after = {"label": row.label, "tells": row.tells, "settings": sorted(k for k in said if said[k] != known.get(k))}
    row.save(update_fields=["label", "tells", "settings_sealed", "changed_at"])
    record_change(row, row.organization_id, "changed", after, by, before=before, version=version)
    return row, secret


def _checked(settings: dict[str, str]) -> dict[str, str]:
    if problems := CHANNELS[Channel.WEBHOOK].problems(settings):
        raise ProblemsError(problems)
    return settings
