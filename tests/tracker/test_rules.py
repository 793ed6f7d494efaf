"""The settings as rule modules ask for them."""

from datetime import date, timedelta

import pytest

from projects.models import Plan
from tests.cast import ISSUED_ON, TODAY, Cast
from tracker.choices import ApprovalStep
from tracker.models import PlanRules
from tracker.rules import approval_chain, rules_for


def from_day(plan: Plan, day: date, **settings: int) -> None:
    PlanRules.objects.create(organization_id=plan.organization_id, plan=plan, valid_from=day, **settings)


@pytest.mark.django_db
def test_until_its_first_rules_begin_an_issued_plan_goes_by_the_defaults(cast: Cast, plan: Plan) -> None:
    from_day(plan, TODAY, due_soon_days=3)
    assert rules_for(plan, on=TODAY).due_soon_days == 3
    assert rules_for(plan, on=TODAY - timedelta(days=1)).due_soon_days == PlanRules().due_soon_days
    assert rules_for(plan, on=ISSUED_ON).due_soon_days == PlanRules().due_soon_days


@pytest.mark.django_db
def test_a_day_before_the_issue_goes_by_the_first_rules(cast: Cast, plan: Plan) -> None:
    from_day(plan, TODAY, due_soon_days=3)
    assert rules_for(plan, on=ISSUED_ON - timedelta(days=1)).due_soon_days == 3


def test_a_plan_that_names_nobody_leaves_extensions_to_the_office() -> None:
    assert approval_chain(PlanRules()) == (ApprovalStep.OFFICE,)


def test_the_chain_keeps_the_order_in_which_the_plan_names_it() -> None:
    chain = approval_chain(PlanRules(extension_chain=["leader", "head"]))
    assert chain == (ApprovalStep.LEADER, ApprovalStep.HEAD)
