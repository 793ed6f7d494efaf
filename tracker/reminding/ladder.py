"""When and whom a plan tells, as the rule module wants it."""

from tracker.models import PlanRules
from tracker.reminding.due import Audience, ReminderRules


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
