"""A plan's settings on a day, as the rule modules want them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal, cast

from projects.models import Plan
from tracker.choices import RhythmKind
from tracker.models import PlanRules
from tracker.rhythm import Rhythm
from tracker.turning import LightRules


def rules_for(plan: Plan, *, on: date) -> PlanRules:
    """Return the row valid on `on`, else the earliest, else the defaults (unsaved)."""
    return rules_of([plan], on=on)[plan.pk]


def rules_of(plans: Collection[Plan], *, on: date) -> dict[int, PlanRules]:
    """Return each plan's rules by plan id, in one query."""
    rows: defaultdict[int, list[PlanRules]] = defaultdict(list)
    for row in PlanRules.objects.filter(plan__in=plans).order_by("plan", "valid_from"):
        rows[row.plan_id].append(row)
    return {
        plan.pk: _valid(rows[plan.pk], on) or PlanRules(organization_id=plan.organization_id, plan=plan, valid_from=on)
        for plan in plans
    }


def _valid(rows: Sequence[PlanRules], on: date) -> PlanRules | None:
    begun = [row for row in rows if row.valid_from <= on]
    return begun[-1] if begun else next(iter(rows), None)


def light_rules(rules: PlanRules) -> LightRules:
    return LightRules(
        due_soon_days=rules.due_soon_days,
        behind_points=rules.behind_points,
        late_from=cast(Literal["issued", "current"], rules.late_from),
    )


def rhythm(rules: PlanRules) -> Rhythm:
    return Rhythm(RhythmKind(rules.rhythm), rules.cutoff_day)
