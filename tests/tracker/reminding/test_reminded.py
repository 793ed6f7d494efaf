"""On an item's page stands who was lately told what about it, by which channels and with what result."""

from html import unescape

import pytest
from django.test import Client

from projects.models import Milestone
from tests.cast import Cast
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, THE_DAY, digest, run, send
from tests.tracker.visits import signed_in
from tracker.boards.reminded import MOST, Reminded, Way, reminded
from tracker.models import Reminder

pytestmark = pytest.mark.django_db
WORDS = "第1项“新塘路建设”节点“报批”6月30日到期，还有 7 天"


def test_what_was_told_stands_with_each_way_and_what_came_of_it(report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    waiting = Way("邮件", "待发")
    sent = Way("站内", "已送达")
    assert reminded(report_step.task) == [Reminded(digest(FIVE_BEFORE), WORDS, "示例·张三", (sent, waiting))]
    send(FIVE_BEFORE)
    assert {way.state for way in reminded(report_step.task)[0].ways} == {"已送达"}


def test_the_newest_stand_first_and_the_old_ones_in_the_record(report_step: Milestone) -> None:
    for day in (FIVE_BEFORE, ONE_BEFORE, THE_DAY):
        run(digest(day))
    found = reminded(report_step.task)
    assert [row.at for row in found] == sorted((row.at for row in found), reverse=True)
    assert len(found) == min(MOST, Reminder.objects.filter(task=report_step.task, state="expanded").count())


def test_another_item_s_reminders_are_its_own(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    other = report_step.task.plan.tasks.exclude(pk=report_step.task_id).first()
    assert other is not None
    assert reminded(other) == []


@pytest.mark.usefixtures("business_day")
def test_the_office_goes_on_to_the_record_and_a_unit_reads_what_was_told(
    cast: Cast, report_step: Milestone, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    run(digest(FIVE_BEFORE))
    address = f"/items/{report_step.task_id}/"
    office, unit = (signed_in(client, user).get(address).content.decode() for user in (cast.office, cast.clerk))
    for page in (office, unit):
        assert WORDS in unescape(page[page.index('id="reminded"') :])
    assert "送达记录" in office
    assert "送达记录" not in unit
    with assert_query_baseline("page clerk item that was told of"):
        client.get(address)
