"""A plan's settings on a day, as the rule modules want them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal, cast

from accounts.models.among import among
from accounts.prepared import Prepared, attributes, instance
from projects.models import Plan
from tracker.choices import ApprovalStep, RhythmKind
from tracker.models import PlanRules
from tracker.rhythm import Rhythm
from tracker.turning import LightRules

RULES = Prepared(
    lambda plans: (
        PlanRules.objects.filter(among("plan", plans))
        .order_by("plan", "valid_from")
        .values_list(*attributes(PlanRules))
    ),
    lists=["plans"],
)


def rules_for(plan: Plan, *, on: date) -> PlanRules:
    """Return the row valid on `on`, else the defaults (unsaved); a day before the issue takes the earliest row."""
    return rules_of([plan], on=on)[plan.pk]


def rules_of(plans: Collection[Plan], *, on: date) -> dict[int, PlanRules]:
    """Return each plan's rules by plan id, in one query."""
    rows: defaultdict[int, list[PlanRules]] = defaultdict(list)
    for values in RULES.rows(plans=[plan.pk for plan in plans]):
        row = instance(PlanRules, values)
        rows[row.plan_id].append(row)
    return {
        plan.pk: _valid(rows[plan.pk], plan, on)
        or PlanRules(organization_id=plan.organization_id, plan=plan, valid_from=on)
        for plan in plans
    }


def _valid(rows: Sequence[PlanRules], plan: Plan, on: date) -> PlanRules | None:
    begun = [row for row in rows if row.valid_from <= on]
    if begun or (plan.issued_on and plan.issued_on <= on):
        # Until its first rules began an issued plan went by the defaults: a later row doesn't rewrite those days.
        return begun[-1] if begun else None
    return next(iter(rows), None)


def light_rules(rules: PlanRules) -> LightRules:
    return LightRules(
        due_soon_days=rules.due_soon_days,
        behind_points=rules.behind_points,
        late_from=cast(Literal["issued", "current"], rules.late_from),
    )


def rhythm(rules: PlanRules) -> Rhythm:
    return Rhythm(RhythmKind(rules.rhythm), rules.cutoff_day)


def approval_chain(rules: PlanRules) -> tuple[ApprovalStep, ...]:
    """Return who decides on an extension, in order; a plan that names nobody leaves it to the office."""
    return tuple(ApprovalStep(step) for step in rules.extension_chain) or (ApprovalStep.OFFICE,)
