"""A unit objects to an item, the office passes it on, and everyone reads why at their own page."""

import re

import pytest
from django.test import Client

from accounts.models import User
from projects.models import Involvement, Plan
from tests.cast import TODAY, Cast, task_of
from tracker.models import Receipt, Urging

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(page: str, address: str) -> dict[str, str]:
    """Return the hidden fields of the form that posts to `address`."""
    inside = page.split(f'action="{address}"', 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside))


def tick(page: str) -> list[str]:
    return re.findall(r'name="receipt" value="([\d:]+)" checked', page)


def test_an_objected_item_finds_its_unit(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    clerk, office, other = (signed_in(user) for user in (cast.clerk, cast.office, cast.investment_clerk))

    # The unit hears on its first page that two items wait, and objects to one.
    assert "有 2 项新下达的事项等本单位签收" in clerk.get("/", follow=True).content.decode()
    page = clerk.get("/receipts/").content.decode()
    row = Receipt.objects.get(task=road, department=cast.building)
    objecting = f"/receipts/{row.pk}/object/"
    clerk.post(objecting, {**form(page, objecting), "reason": "引进在先，应由招商服务科牵头。"})

    # The office sees the reason, passes the item on and keeps the unit to support.
    page = office.get("/receipts/").content.decode()
    assert "引进在先，应由招商服务科牵头。" in page
    deciding = f"/receipts/{row.pk}/decide/"
    said = {"department": str(cast.investment.pk), "supporting": "1", "reason": "同意。"}
    answer = office.post(deciding, {**form(page, deciding), **said}, follow=True).content.decode()
    assert "已改派给招商服务科，由其签收。" in answer
    assert "改派给招商服务科</b>（原单位留作配合）：同意。" in answer
    parts = Involvement.objects.on(TODAY).filter(task=road, department__isnull=False)
    assert set(parts.values_list("role", "department__name")) == {
        ("lead", "招商服务科"),
        ("support", "规划建设科"),
        ("support", "经济发展科"),
    }

    # The new unit doesn't answer; the office looks which items those are and urges.
    unit = f"/receipts/units/{cast.investment.pk}/"
    assert unit in answer
    page = office.get(unit).content.decode()
    assert "由规划建设科改派来" in page
    urging = f"{unit}urge/"
    said = {"text": "请今天签收。", "item": str(road.pk)}
    page = office.post(urging, {**form(page, urging), **said}, follow=True).content.decode()
    assert "催过 1 次，最近 6月24日" in page
    assert Urging.objects.get().department == cast.investment

    # It reads who objected and why the item is its own now, and signs for all at one press.
    page = other.get("/receipts/").content.decode()
    why = "由规划建设科改派来：规划建设科提出“引进在先，应由招商服务科牵头。”，督查办答复“同意。”"
    assert why in page
    other.post("/receipts/sign/", {"receipt": tick(page)})
    assert not Receipt.objects.filter(department=cast.investment, state="waiting").exists()

    # The first unit signs for its supporting part.
    page = clerk.get("/receipts/").content.decode()
    assert "已改由招商服务科办理，本单位留作配合。督查办答复：同意。" in page
    clerk.post("/receipts/sign/", {"receipt": tick(page)})
    assert "等本单位签收" not in clerk.get("/", follow=True).content.decode()

    # All of it stands in the item's history.
    history = office.get(f"/items/{road.pk}/history/").content.decode()
    for words in ("规划建设科提出异议", "答复规划建设科的异议，改派给招商服务科", "催办招商服务科", "招商服务科签收"):
        assert words in history
