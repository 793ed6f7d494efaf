"""A plan made wholly by hand from empty: an amount with its way, a list to tick, issued, and signed for."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from projects.choices import PlanState
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, cast_fixture
from tests.projects.test_editing import fill
from tests.tracker.conftest import business_day
from tests.tracker.visits import signed_in
from tracker.choices import ReceiptState
from tracker.facts import task_facts
from tracker.models import Receipt
from tracker.shares import expected_amount

__all__ = ["business_day", "cast_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def test_a_plan_is_typed_issued_and_signed_for(cast: Cast, client: Client) -> None:
    office = signed_in(client, cast.office)
    office.post("/plans/add/", {"year": 2026, "title": "示例手写的表", "document": "示例发〔2026〕9号"})
    plan = Plan.objects.get(title="示例手写的表")
    address = f"/plans/{plan.pk}/items/add/"
    road = fill(
        office,
        address,
        category="一、基础设施",
        title="新塘路建设",
        deadline_text="3月底前选址，年底前开工",
        target_text="完成投资1.2亿元",
        lead="规建科",
        leaders="分管建设副主任",
    )
    assert road["number"] == "1"
    way = {"aims-0-by_3": "0.1", "aims-0-by_6": "50%", "aims-0-by_9": "0.9"}
    assert office.post(address, {**road, **way, "steps-0-start_on": "2026-02-01"}).status_code == 302
    park = fill(office, address, title="厂房建设", deadline_text="年底前", lead="规建科")
    assert park["number"] == "2"
    ticks = {"aims-0-name": "开工厂房", "aims-0-unit": "栋", "aims-0-items": "一号厂房\n二号厂房"}
    assert office.post(address, {**park, **ticks}).status_code == 302
    typed, listed = Task.objects.filter(plan=plan).order_by("position")
    assert typed.milestones.get(text="选址").start_on == date(2026, 2, 1)
    facts = task_facts([typed.pk])[typed.pk].targets[0]
    assert expected_amount(facts, date(2026, 6, 30)) == Decimal("0.6")
    assert list(listed.targets.get().items.values_list("name", flat=True)) == ["一号厂房", "二号厂房"]
    plan.refresh_from_db()
    office.post(f"/plans/{plan.pk}/issue/", {"on": TODAY.isoformat(), "version": plan.version})
    plan.refresh_from_db()
    assert plan.state == PlanState.ISSUED
    clerk = signed_in(client, cast.clerk)
    mine = Receipt.objects.filter(plan=plan, department=cast.building)
    assert mine.count() == 2
    clerk.post("/receipts/sign/", {"receipt": [f"{row.pk}:{row.version}" for row in mine]})
    assert set(mine.values_list("state", flat=True)) == {ReceiptState.SIGNED}
    page = clerk.get(f"/items/{typed.pk}/").content.decode()
    assert "3月底前" in page
    assert "亿元" in page
