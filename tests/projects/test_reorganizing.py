"""A unit merged or split within the year: nothing is lost, old names stay in history, and new tables find the new unit."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.directory import Directory
from accounts.models import Department, GroupMember, HistoryEntry, Membership, PostUnit
from projects.models import Involvement, Plan, Task
from projects.planning import add_tasks, close_task
from projects.reorganizing import SameUnitError, pass_on
from tests.cast import TODAY, Cast, at, cast_fixture, evening, plan_fixture, road, task_of
from tests.tracker.conftest import business_day
from tests.tracker.visits import owed_of, report
from tracker.choices import OwedState
from tracker.derived import differences
from tracker.models import Owed
from tracker.rounds import open_rounds

__all__ = ["business_day", "cast_fixture", "plan_fixture"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def merge(cast: Cast, source: Department, target: Department) -> list[Task]:
    return pass_on(
        source=source, target=target, task_ids=(), dissolve=True, reason="机构改革", by=cast.actor(), now=at(TODAY)
    )


def leads(plan: Plan, number: str) -> list[str]:
    rows = Involvement.objects.on(TODAY).filter(task=task_of(plan, number), role="lead").order_by("position", "pk")
    return [row.department.name for row in rows if row.department]


def test_a_merged_unit_passes_on_all_it_leads_and_supports(cast: Cast, plan: Plan) -> None:
    merge(cast, cast.building, cast.economy)
    assert leads(plan, "1") == ["经济发展科"]
    assert leads(plan, "3") == ["经济发展科", "招商服务科"]
    assert not Involvement.objects.on(TODAY).filter(department=cast.building).exists()


def test_words_as_issued_reports_and_history_keep_the_old_name(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    sent = report(cast, plan, "1")
    merge(cast, cast.building, cast.economy)
    sent.refresh_from_db()
    assert sent.department == cast.building
    assert Involvement.objects.on(TODAY).get(task=task_of(plan, "1"), role="lead").as_written == "经济发展科"
    assert Involvement.objects.get(task=task_of(plan, "1"), department=cast.building).as_written == "规建科"
    entry = HistoryEntry.objects.filter(task_id=task_of(plan, "1").pk, action="task.changed").latest("pk")
    assert entry.reason == "机构改革"
    assert any(row.get("department") == cast.building.pk for row in entry.before["parties"])


def test_what_was_closed_keeps_its_unit(cast: Cast, plan: Plan) -> None:
    close_task(task=task_of(plan, "1"), on=TODAY, by=cast.actor(), now=at(TODAY))
    merge(cast, cast.building, cast.economy)
    assert leads(plan, "1") == ["规划建设科"]


def test_people_and_groups_go_along_and_the_old_name_finds_the_new_unit(cast: Cast, plan: Plan) -> None:
    merge(cast, cast.building, cast.economy)
    moved = Membership.objects.on(TODAY).filter(department=cast.economy).values_list("person__name", "role")
    assert set(moved) >= {("示例·科长", "head"), ("示例·张三", "clerk")}
    assert not Membership.objects.on(TODAY).filter(department=cast.building).exists()
    assert GroupMember.objects.on(TODAY).filter(group=cast.everyone, department=cast.economy).exists()
    answered = (
        PostUnit.objects.filter(post=cast.deputy_post).order_by("pk").values_list("department", "from_on", "to_on")
    )
    assert list(answered) == [
        (cast.building.pk, None, TODAY - timedelta(days=1)),
        (cast.economy.pk, TODAY, None),
    ]
    directory = Directory.load(cast.organization.pk, today=TODAY)
    for name in ("规划建设科", "规建科"):
        assert directory.find(name, expect="department").id == cast.economy.pk


def test_a_unit_merged_twice_is_found_where_it_ended(cast: Cast, plan: Plan) -> None:
    merge(cast, cast.building, cast.economy)
    merge(cast, cast.economy, cast.investment)
    found = Directory.load(cast.organization.pk, today=TODAY).find("规划建设科", expect="department")
    assert found.id == cast.investment.pk


def test_what_is_still_owed_is_owed_by_the_new_unit(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    owed = owed_of(plan, "1")
    merge(cast, cast.building, cast.economy)
    owed.refresh_from_db()
    assert (owed.department, owed.state, owed.cycle) == (cast.economy, OwedState.OWED, 2)
    duty = Owed.objects.filter(task=task_of(plan, "3")).values_list("department__name", "state")
    assert set(duty) == {("规划建设科", "waived"), ("经济发展科", "owed"), ("招商服务科", "owed")}
    assert not differences(now=evening(TODAY))


def test_a_split_moves_only_what_was_chosen(cast: Cast, plan: Plan) -> None:
    second = road(cast)
    add_tasks(plan=plan, drafts=[second], by=cast.actor(), now=at(TODAY))
    first = task_of(plan, "3")
    by, now = cast.actor(), at(TODAY)
    pass_on(source=cast.building, target=cast.economy, task_ids={first.pk}, reason="职能划转", by=by, now=now)
    assert leads(plan, "3") == ["经济发展科", "招商服务科"]
    assert Involvement.objects.on(TODAY).filter(department=cast.building, role="lead").count() == 2
    cast.building.refresh_from_db()
    assert cast.building.dissolved_on is None


def test_a_unit_never_passes_on_to_itself_or_to_one_that_is_no_more(cast: Cast, plan: Plan) -> None:
    with pytest.raises(SameUnitError):
        merge(cast, cast.building, cast.building)
    merge(cast, cast.building, cast.economy)
    cast.building.refresh_from_db()
    with pytest.raises(SameUnitError):
        merge(cast, cast.investment, cast.building)


def test_the_page_shows_what_passes_on_before_it_does(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    address = f"/people/units/{cast.building.pk}/pass-on/"
    page = client.get(address).content.decode()
    assert "现有 <b>2</b> 项没有办结，其中牵头 <b>2</b> 项；<b>2</b> 人" in page
    assert "所在分组：各科室。" in page
    said = {"version": cast.building.version, "target": cast.economy.pk, "dissolve": "on", "reason": "机构改革"}
    assert client.post(address, {**said, "reason": ""}).status_code == 422
    answer = client.post(address, said)
    assert answer.headers["Location"] == f"/people/units/{cast.economy.pk}/"
    assert "撤并" in client.get("/people/").content.decode()


def test_nothing_ticked_is_asked_about(cast: Cast, plan: Plan, client: Client) -> None:
    client.force_login(cast.office)
    said = {"version": cast.building.version, "target": cast.economy.pk, "reason": "职能划转"}
    answer = client.post(f"/people/units/{cast.building.pk}/pass-on/", said)
    assert answer.status_code == 422
    assert "请勾选要转出的事项或人员" in answer.content.decode()
