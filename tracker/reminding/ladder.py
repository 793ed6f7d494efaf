"""When and whom a plan tells, as the rule module wants it."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from projects.choices import PlanState
from projects.models import Plan
from tracker.models import PlanRules
from tracker.reminding.due import Audience, ReminderRules
from tracker.rules import rules_of


def reminder_rules(rules: PlanRules) -> ReminderRules:
    """Return the ladder settings; what the plan left empty takes the defaults of the rule module."""
    usual = ReminderRules()
    return ReminderRules(
        before_days=tuple(rules.before_days) or usual.before_days,
        ladder=tuple((days, tuple(Audience(name) for name in names)) for days, names in rules.ladder) or usual.ladder,
        digest_at=rules.digest_at,
        quiet_from=rules.quiet_from,
        quiet_to=rules.quiet_to,
    )


def digest_moments(on: date) -> Sequence[datetime]:
    """Return the moments of a day at which some issued plan tells, in order."""
    plans = list(Plan.objects.filter(state=PlanState.ISSUED))
    times = {row.digest_at for row in rules_of(plans, on=on).values()}
    return [timezone.make_aware(datetime.combine(on, at)) for at in sorted(times)]
