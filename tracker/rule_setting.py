"""Setting a plan's rules from a day on; the rows of earlier days stay, so that what they explained stays explained."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.versions import raise_version
from projects.choices import PlanState
from projects.models import Plan, Task
from tracker.models import PlanRules
from tracker.owed_rows import look_anew
from tracker.rules import rules_for
from tracker.standing import rewrite

SETTINGS = (
    "rhythm",
    "cutoff_day",
    "cutoff_at",
    "due_soon_days",
    "behind_points",
    "late_from",
    "before_days",
    "ladder",
    "receipt_days",
    "digest_at",
    "quiet_from",
    "quiet_to",
    "grace_days",
    "sign_off",
    "extension_chain",
    "closing_evidence",
    "look_back_days",
    "obliged_channels",
    "compare_units",
)


class TooEarlyError(ValueError):
    """Rules of days that have passed explain what happened then, and can't be set any more."""


@transaction.atomic
def set_rules(
    *,
    plan: Plan,
    valid_from: date,
    settings: Mapping[str, Any],
    version: int | None,
    shown: int | None = None,
    by: Actor,
    now: datetime,
) -> PlanRules:
    """Set the plan's rules from `valid_from` on; `settings` names some or all of SETTINGS, the rest goes on as before.

    `version` is that of the row which the editor saw, `shown` that row (0 where there was none yet). Raise Conflict
    when another one is valid on that day, TooEarlyError for a day that has passed in an issued plan.
    """
    if plan.state != PlanState.DRAFT and valid_from < by.today:
        raise TooEarlyError(valid_from)
    Plan.objects.select_for_update().get(pk=plan.pk)
    before = rules_for(plan, on=valid_from)
    if version is not None and version != (before.version if before.pk else 0):
        raise Conflict(before)
    if shown is not None and shown != (before.pk or 0):
        raise Conflict(before)
    old = content(before)
    row = before if before.pk and before.valid_from == valid_from else _copy(before, valid_from)
    for name in SETTINGS:
        if name in settings:
            setattr(row, name, settings[name])
    if row.pk:
        row.save(update_fields=SETTINGS)
        raise_version(row)
    else:
        row.save()
    after = {"plan": row.plan_id, "valid_from": row.valid_from, **content(row)}
    _note(row, "rules.set", before=old, after=after, by=by)
    if valid_from <= by.today:
        begin(plan, now=now)
    return row


@transaction.atomic
def withdraw_rules(*, rules: PlanRules, version: int, by: Actor, now: datetime) -> None:
    """Take back rules whose day hasn't come, so that those of before go on; history keeps what they would have been.

    Raise Conflict when they were set anew since, TooEarlyError when they hold already.
    """
    plan = Plan.objects.select_for_update().get(pk=rules.plan_id)
    if rules.valid_from <= by.today:
        raise TooEarlyError(rules.valid_from)
    held = rules_for(plan, on=by.today).pk == rules.pk  # rules are ahead of their day in a plan that has no others
    raise_version(rules, expected=version)
    before = {"plan": rules.plan_id, "valid_from": rules.valid_from, **content(rules)}
    _note(rules, "rules.withdrawn", before=before, after={"plan": rules.plan_id, "valid_from": rules.valid_from}, by=by)
    rules.delete()
    if held:
        begin(plan, now=now)


def begin(plan: Plan, *, now: datetime) -> None:
    """Let rules that hold from now on show: lights turn by them, and reminders are looked at afresh."""
    rewrite(list(Task.objects.filter(plan=plan).values_list("pk", flat=True)), now=now)
    look_anew(Q(round__plan=plan), now=now)


def begin_those_of(day: date, *, now: datetime) -> int:
    """Begin the rules whose first day it is; harmless when it is done twice. Return how many plans have such rules."""
    plans = list(Plan.objects.filter(rules__valid_from=day, state=PlanState.ISSUED).order_by("pk"))
    for plan in plans:
        begin(plan, now=now)
    return len(plans)


def settings_of(row: PlanRules) -> dict[str, Any]:
    """Return the settings by name, to be set in another plan or from another day on."""
    return {name: getattr(row, name) for name in SETTINGS}


def content(row: PlanRules) -> dict[str, Any]:
    """Return the settings as history keeps them."""
    return {name: _plain(value) for name, value in settings_of(row).items()}


def _copy(row: PlanRules, valid_from: date) -> PlanRules:
    kept = settings_of(row)
    return PlanRules(organization_id=row.organization_id, plan_id=row.plan_id, valid_from=valid_from, **kept)


def _note(row: PlanRules, action: str, *, before: Mapping[str, Any], after: Mapping[str, Any], by: Actor) -> None:
    record(
        Change(
            organization_id=row.organization_id,
            object_type="plan_rules",
            object_id=row.pk,
            version=row.version,
            action=action,
            before=before,
            after=after,
        ),
        by=by,
    )


def _plain(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if hasattr(value, "hour") else value
