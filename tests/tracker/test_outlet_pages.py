"""The office's pages of outlets and of what wasn't delivered, and everyone's own choice of channels."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import HistoryEntry, Person
from projects.models import Milestone
from tests.cast import TODAY, Cast, cast_fixture, plan_fixture
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.conftest import report_step
from tests.tracker.reminding.outlet_story import gateway, group
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run
from tests.tracker.reminding.test_other_ways import REFUSED, claim
from tests.tracker.test_rule_setting import form
from tracker.choices import Channel, DeliveryState
from tracker.models import ChannelPreference, Delivery, Outlet, PersonAddress, PlanRules
from tracker.reminding.marking import mark
from tracker.reminding.sealing import opened

__all__ = ["cast_fixture", "plan_fixture", "report_step"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
URL = "https://oapi.dingtalk.com/robot/send?access_token=geheim"


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def typed(cast: Cast, **said: object) -> dict[str, object]:
    return {"department": cast.building.pk, "label": "规建科群", "set_url": URL, "tells": ["overdue"], **said}


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_robot_is_set_up_and_its_secret_never_shown(cast: Cast, office: Client) -> None:
    answer = office.post("/outlets/add/dingtalk_robot/", typed(cast, set_secret="SECgeheim"))
    row = Outlet.objects.get()
    assert (answer.status_code, row.department, row.tells) == (302, cast.building, ["overdue"])
    assert opened(row.settings_sealed) == {"url": URL, "secret": "SECgeheim"}
    pages = html(office, "/outlets/") + html(office, f"/outlets/{row.pk}/")
    assert "规建科群" in pages
    assert "geheim" not in pages
    kept = HistoryEntry.objects.get(object_type="outlet")
    assert "geheim" not in str(kept.after)


def test_an_address_that_may_not_be_reached_is_refused_in_place(cast: Cast, office: Client) -> None:
    answer = office.post("/outlets/add/dingtalk_robot/", typed(cast, set_url="https://127.0.0.1/robot"))
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Outlet.objects.exists()


def test_a_unit_with_a_robot_isnt_offered_another_of_its_kind(cast: Cast, office: Client) -> None:
    group(cast)
    assert "规划建设科</option>" not in html(office, "/outlets/add/dingtalk_robot/")
    assert "规划建设科</option>" in html(office, "/outlets/add/feishu_robot/")


def test_secrets_left_empty_stay_and_the_rest_changes(cast: Cast, office: Client) -> None:
    row = group(cast, secret="SECgeheim")
    answer = office.post(f"/outlets/{row.pk}/", {"version": 1, "label": "新名", "tells": ["owed"]})
    row.refresh_from_db()
    assert (answer.status_code, row.label, row.tells, row.version) == (302, "新名", ["owed"], 2)
    assert opened(row.settings_sealed)["secret"] == "SECgeheim"


def test_who_saves_over_anothers_change_learns_of_it(cast: Cast, office: Client) -> None:
    row = group(cast)
    office.post(f"/outlets/{row.pk}/", {"version": 1, "label": "甲"})
    answer = office.post(f"/outlets/{row.pk}/", {"version": 1, "label": "乙"})
    row.refresh_from_db()
    assert (answer.status_code, row.label) == (409, "甲")


def test_an_outlet_taken_out_of_use_leaves_the_list_and_its_history_stays(cast: Cast, office: Client) -> None:
    row = group(cast)
    office.post(f"/outlets/{row.pk}/remove/", {"version": 1})
    assert Outlet.objects.get().active is False
    assert "规建科群" not in html(office, "/outlets/")
    assert office.get(f"/outlets/{row.pk}/").status_code == 404
    actions = HistoryEntry.objects.filter(object_type="outlet").order_by("object_version")
    assert [entry.action for entry in actions] == ["outlet.created", "outlet.removed"]


def test_numbers_are_kept_with_the_mobile_as_the_usual_one(cast: Cast, office: Client) -> None:
    Person.objects.filter(user=cast.clerk).update(mobile="13800000000")
    row = gateway(cast)
    page = html(office, f"/outlets/{row.pk}/people/")
    assert 'placeholder="13800000000"' in page
    office.post(f"/outlets/{row.pk}/people/", {f"address_{cast.clerk.person_id}": "13900000000"})
    assert PersonAddress.objects.get().address == "13900000000"


def test_a_person_chooses_channels_and_cannot_switch_off_the_inbox(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    page = html(client, "/reminders/mine/")
    assert "站内收件箱" in page
    assert "clerk@example.org" in page
    client.post("/reminders/mine/", {})
    assert ChannelPreference.objects.get().wanted is False
    client.post("/reminders/mine/", {"wanted": ["mail"]})
    assert ChannelPreference.objects.get().wanted is True


def test_what_a_plan_obliges_is_said_with_its_name_and_not_asked(
    cast: Cast, report_step: Milestone, client: Client
) -> None:
    PlanRules.objects.create(
        organization=cast.organization, plan=report_step.task.plan, valid_from=TODAY, obliged_channels=["mail"]
    )
    client.force_login(cast.clerk)
    assert "“2026年重点工作责任分解表”规定必须用，不能关" in html(client, "/reminders/mine/")
    client.post("/reminders/mine/", {})
    assert not ChannelPreference.objects.exists()


def test_the_office_obliges_a_channel_among_the_plans_rules(cast: Cast, report_step: Milestone, office: Client) -> None:
    path = f"/plans/{report_step.task.plan_id}/rules/"
    answer = office.post(path, form(html(office, path), obliged_channels=["sms"], valid_from="2026-07-01"))
    assert answer.status_code == 302
    assert PlanRules.objects.get(valid_from="2026-07-01").obliged_channels == ["sms"]
    assert "短信" in html(office, path)


@pytest.fixture
def failed(cast: Cast, report_step: Milestone) -> Delivery:
    run(digest(FIVE_BEFORE))
    assert mark(claim(), REFUSED)
    return Delivery.objects.get(channel=Channel.MAIL)


def test_what_wasnt_delivered_stands_with_its_reason_until_a_word_settles_it(office: Client, failed: Delivery) -> None:
    page = html(office, "/reminders/undelivered/")
    assert "550 no such user" in page
    assert "示例·张三" in page
    path = reverse("tracker:delivery_settle", args=[failed.pk])
    assert office.post(path, {"how": "told", "word": ""}).status_code == 422
    assert office.post(path, {"how": "told", "word": "电话告知本人"}).status_code == 302
    assert "没有待处理的" in html(office, "/reminders/undelivered/")


def test_it_is_sent_again_from_the_list(office: Client, failed: Delivery) -> None:
    assert office.post(reverse("tracker:delivery_again", args=[failed.pk])).status_code == 302
    again = Delivery.objects.get(stands_for=failed)
    assert (again.state, again.channel) == (DeliveryState.READY, "mail")


def test_without_an_address_sending_again_is_refused_in_place(cast: Cast, office: Client, failed: Delivery) -> None:
    Person.objects.filter(user=cast.clerk).update(email="")
    answer = office.post(reverse("tracker:delivery_again", args=[failed.pk]), {"word": "改了"})
    assert answer.status_code == 422
    assert "没有可用的地址" in answer.content.decode()


def test_the_pages_ask_equally_often_whatever_they_hold(
    cast: Cast, office: Client, failed: Delivery, assert_query_baseline: QueryBaseline
) -> None:
    group(cast)
    with assert_query_baseline("page office /outlets/"):
        office.get("/outlets/")
    with assert_query_baseline("page office /reminders/undelivered/"):
        office.get("/reminders/undelivered/")
    group(cast, cast.economy)
    group(cast, channel=Channel.FEISHU_ROBOT, url="https://open.feishu.cn/open-apis/bot/v2/hook/geheim")
    for number in range(5):
        row = Delivery.objects.get(pk=failed.pk)
        row.pk, row.bundle, row.message_id = None, str(number), f"<{number}@example.org>"
        row.save()
    with assert_query_baseline("page office /outlets/"):
        office.get("/outlets/")
    with assert_query_baseline("page office /reminders/undelivered/"):
        office.get("/reminders/undelivered/")
    office.force_login(cast.clerk)
    with assert_query_baseline("page clerk /reminders/mine/"):
        office.get("/reminders/mine/")
    gateway(cast)
    with assert_query_baseline("page clerk /reminders/mine/"):
        office.get("/reminders/mine/")
