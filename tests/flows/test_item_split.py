"""An item is split in two between two reports: what was reported stays where it was said, and each half goes on by itself."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import HistoryEntry
from projects.models import Plan, Task
from tests.cast import TODAY, Cast, evening, task_of
from tests.flows.monthly import accepted, on_day, reported, text
from tests.tracker.visits import owed_of, signed_in
from tracker.choices import OwedState
from tracker.derived import differences
from tracker.models import ProgressReport
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
JULY = date(2026, 7, 8)
REASON = "开工改由工程专班督办"


def steps(task: Task) -> list[tuple[str, date | None]]:
    rows = task.milestones.filter(dropped_on=None).order_by("position", "pk")
    return list(rows.values_list("text", "current_due_on"))


def split_form(task: Task) -> dict[str, object]:
    """Return what the form begins with: the old item keeps its words."""
    kept = {"kept_title": task.title, "kept_content": task.content, "kept_deadline_text": task.deadline_text}
    return {"version": task.version, **kept}


def test_an_item_is_split_between_two_reports(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    office, clerk = signed_in(Client(), cast.office), signed_in(Client(), cast.clerk)
    road = task_of(plan, "1")
    selected, build = road.milestones.get(text="选址"), road.milestones.get(text="开工")

    assert "已报" in reported(clerk, road, sentence="选址意见已批。", **{f"mark-{selected.pk}": "2026-06-20"})
    accepted(office, road)

    page = text(office, f"/items/{road.pk}/split/")
    assert "报过的情况、已完成的节点和办理记录都留在原来的事项上。" in page
    assert f'name="step" value="{build.pk}"' in page
    assert f'name="step" value="{selected.pk}"' not in page
    road.refresh_from_db()
    said = {**split_form(road), "step": build.pk, "number": "1-2", "title": "新塘路开工", "reason": REASON}
    assert office.post(f"/items/{road.pk}/split/", {**said, "reason": ""}).status_code == 422
    assert not Task.objects.filter(plan=plan, number="1-2").exists()
    answer = office.post(f"/items/{road.pk}/split/", said, follow=True)
    assert "已拆出“新塘路开工”。" in answer.content.decode()
    new = task_of(plan, "1-2")
    assert answer.redirect_chain == [(f"/items/{new.pk}/", 302)]
    assert steps(road) == [("选址", date(2026, 3, 31)), ("报批", date(2026, 6, 30))]
    assert steps(new) == [("开工", date(2026, 12, 31))]

    old_page, new_page = text(clerk, f"/items/{road.pk}/"), text(clerk, f"/items/{new.pk}/")
    assert "选址意见已批。" in old_page
    assert "选址意见已批。" not in new_page
    assert "规划建设科" in new_page
    assert "分管建设副主任" in new_page
    assert REASON in text(office, f"/items/{road.pk}/history/")
    assert new.extra["拆自"] == "1 新塘路建设"
    assert "拆自" in new_page
    assert ProgressReport.objects.get().task == road
    assert owed_of(plan, "1").state == OwedState.ACCEPTED

    table = text(office, f"/plans/{plan.pk}/table/")
    places = [table.index(f"/plans/{plan.pk}/table/{task_of(plan, number).pk}/") for number in ("1", "1-2", "2", "3")]
    assert places == sorted(places)

    reported(clerk, new, sentence="施工图在审。")
    accepted(office, new)
    assert [row.task for row in ProgressReport.objects.order_by("pk")] == [road, new]
    old_page, new_page = text(clerk, f"/items/{road.pk}/"), text(clerk, f"/items/{new.pk}/")
    assert ("施工图在审。" in old_page, "施工图在审。" in new_page) == (False, True)
    assert not differences(now=evening(TODAY))


def test_in_the_next_round_both_halves_are_owed_and_both_can_be_done(
    cast: Cast, plan: Plan, settings: Settings
) -> None:
    office, clerk = signed_in(Client(), cast.office), signed_in(Client(), cast.clerk)
    road = task_of(plan, "1")
    said = {**split_form(road), "step": road.milestones.get(text="开工").pk, "title": "新塘路开工"}
    office.post(f"/items/{road.pk}/split/", {**said, "number": "1-2", "reason": REASON})
    new = task_of(plan, "1-2")
    on_day(settings, JULY)
    open_rounds(today=JULY)

    mine = text(clerk, "/mine/")
    for task in (road, new):
        assert f"/items/{task.pk}/" in mine
    marks = {f"mark-{step.pk}": "2026-07-03" for step in road.milestones.filter(dropped_on=None)}
    reported(clerk, road, state="done", sentence="选址、报批都办完了。", **marks)
    accepted(office, road)
    assert set(road.milestones.filter(dropped_on=None).values_list("done_on", flat=True)) == {date(2026, 7, 3)}
    assert new.milestones.get().done_on is None
    assert "选址、报批都办完了。" not in text(clerk, f"/items/{new.pk}/")
    entries = HistoryEntry.objects.filter(task_id=new.pk).exclude(action="task.added")
    assert not entries.filter(object_type="report").exists()
    assert not differences(now=evening(JULY))
