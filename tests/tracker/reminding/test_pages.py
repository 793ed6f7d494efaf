"""The pages of reminding through HTTP: who sees what, what they say, and how often the database is asked."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from projects.choices import InvolvementRole
from projects.models import Involvement, Milestone, Plan
from projects.planning import add_tasks, mark_milestones
from tests.cast import JANUARY, TODAY, Cast, at, road, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.happenings import NOW, directive_given, obstacle_answered
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, digest, run, send, tell, time_passes
from tracker.choices import Channel, DeliveryState, ReminderState
from tracker.models import Delivery, Reminder
from tracker.reminding.claiming import claim_one
from tracker.reminding.expanding import expand
from tracker.reminding.holding import hold, key_of, release
from tracker.reminding.raising import raise_due
from tracker.rounds import open_rounds
from tracker.urging import urge_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


@pytest.fixture
def told(report_step: Milestone) -> Delivery:
    """Return the mail of yesterday's digest, sent."""
    run(digest(FIVE_BEFORE))
    assert send(FIVE_BEFORE) == 1
    return Delivery.objects.get(channel=Channel.MAIL)


def shown(client: Client, user: User, address: str) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def entry_of(user: User) -> Delivery:
    return Delivery.objects.get(channel=Channel.INBOX, person=user.person)


def test_the_office_sees_who_will_be_told_of_what_and_by_which_rule(
    cast: Cast, client: Client, report_step: Milestone
) -> None:
    run(digest(FIVE_BEFORE))
    page = shown(client, cast.office, f"/reminders/?day={ONE_BEFORE}")
    assert "6月29日 08:30 起将提醒 <b>1 件事</b>，给 1 人" in page
    assert "临期提醒" in page
    assert "时限前 5、1 个工作日和当天" in page
    assert "示例·张三" in page
    assert "规划建设科" in page
    assert "站内・邮件" in page
    assert "前 1 个工作日 → 责任人" in page
    assert "6月27日 周六 不发" in page


def test_without_a_day_the_first_busy_one_is_shown(cast: Cast, client: Client, told: Delivery) -> None:
    client.force_login(cast.office)
    assert client.get("/reminders/").context["upcoming"].chosen.on == ONE_BEFORE


def test_what_is_owed_is_an_occasion_of_its_own(cast: Cast, client: Client, plan: Plan) -> None:
    open_rounds(today=TODAY - timedelta(days=20))
    run(digest(TODAY - timedelta(days=1)))
    page = shown(client, cast.office, f"/reminders/?day={TODAY + timedelta(days=2)}")
    assert "报送提醒" in page
    assert "截止前 5、1 个工作日，截止后 1 天" in page


def test_what_was_answered_stands_among_what_is_not_told(cast: Cast, client: Client, report_step: Milestone) -> None:
    raise_due(now=digest(FIVE_BEFORE))
    by = cast.actor(today=FIVE_BEFORE)
    mark_milestones(task=report_step.task, done={report_step.pk: FIVE_BEFORE}, by=by, now=digest(FIVE_BEFORE))
    expand(now=digest(FIVE_BEFORE))
    page = shown(client, cast.office, "/reminders/")
    assert "不会发的" in page
    assert "已办理或已报送，自动取消" in page


def test_the_record_names_each_message_and_what_came_of_it(cast: Cast, client: Client, told: Delivery) -> None:
    page = shown(client, cast.office, "/reminders/")
    assert "6月23日 08:30" in page
    assert page.count("已送达") == 2
    assert f'href="/reminders/deliveries/{told.pk}/"' in page


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("q=张三", 2),
        ("q=1", 2),
        ("q=新塘路", 2),
        ("q=李四", 0),
        ("q=99", 0),
        ("state=failed", 0),
        ("channel=mail", 1),
        ("channel=sms", 0),
        ("unit={building}", 2),
        ("unit={economy}", 0),
        ("begin=2026-06-23&end=2026-06-23", 2),
        ("begin=2026-06-24", 0),
        ("end=2026-06-22", 0),
        ("q=新塘路&channel=mail&unit={building}&end=2026-06-23", 1),
        ("begin=tomorrow&unit=x", 2),
    ],
)
def test_the_record_is_found_by_person_unit_item_channel_result_and_days(
    cast: Cast, client: Client, told: Delivery, asked: str, rows: int
) -> None:
    client.force_login(cast.office)
    asked = asked.format(building=cast.building.pk, economy=cast.economy.pk)
    assert len(client.get(f"/reminders/?{asked}").context["record"].rows) == rows
    assert len(file_of(client, cast.office, f"?{asked}")) == rows + 1


def test_the_record_is_paged_by_its_messages_there_and_back(cast: Cast, client: Client, told: Delivery) -> None:
    entry = entry_of(cast.clerk)
    for number in range(118):
        entry.pk, entry.bundle, entry.message_id = None, f"r-{number}", f"<{number}@inbox>"
        entry.save(force_insert=True)
    client.force_login(cast.office)
    seen, pages, answer = [], [], client.get("/reminders/")
    while True:
        pages.append([row.delivery.pk for row in answer.context["record"].rows])
        seen += pages[-1]
        if not (older := answer.context["older"].removesuffix("#record")):
            break
        answer = client.get(f"/reminders/{older}")
    assert seen == sorted(Delivery.objects.values_list("pk", flat=True), reverse=True)
    assert [len(rows) for rows in pages] == [50, 50, 20]
    back = client.get(f"/reminders/{answer.context['newer']}")
    assert [row.delivery.pk for row in back.context["record"].rows] == pages[1]
    first = client.get(f"/reminders/{back.context['newer']}")
    assert [row.delivery.pk for row in first.context["record"].rows] == pages[0]
    assert first.context["newer"] == ""


def test_the_record_is_taken_away_as_a_workbook(
    cast: Cast, client: Client, told: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    Delivery.objects.filter(pk=told.pk).update(subject="=1+1")
    client.force_login(cast.office)
    answer = client.get("/reminders/deliveries.xlsx?channel=mail")
    sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
    title, heading, *lines = sheet.iter_rows(values_only=True)
    assert (title[0], heading[0]) == ("送达记录", "时间")
    item = "第1项 新塘路建设・前 5 个工作日"
    assert [line[:6] for line in lines] == [("2026-06-23 08:30", "示例·张三", told.address, "邮件", item, "'=1+1")]
    monkeypatch.setattr("tracker.boards.deliveries.MOST_LINES", 1)
    too_long = client.get("/reminders/deliveries.xlsx", follow=True)
    assert "请先按日期或单位缩小范围" in too_long.content.decode()


def test_a_record_shows_the_answer_of_the_other_side(cast: Cast, client: Client, told: Delivery) -> None:
    Delivery.objects.filter(pk=told.pk).update(provider_ref="queued as 4F7A")
    assert "queued as 4F7A" in shown(client, cast.office, f"/reminders/deliveries/{told.pk}/")


def test_what_was_not_sent_says_why_in_our_words(cast: Cast, client: Client, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    by = cast.actor(today=FIVE_BEFORE)
    mark_milestones(task=report_step.task, done={report_step.pk: FIVE_BEFORE}, by=by, now=digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    page = shown(client, cast.office, "/reminders/?state=cancelled")
    assert "已办理或已报送，自动取消" in page
    assert "answered" not in page


def test_a_message_is_shown_as_it_was_sent(cast: Cast, client: Client, told: Delivery) -> None:
    page = shown(client, cast.office, f"/reminders/deliveries/{told.pk}/")
    assert "第1项“新塘路建设”节点“报批”6月30日到期，还有 7 天" in page
    assert "对方已收下" in page
    assert told.sha256 in page


def test_a_try_that_was_broken_off_is_shown_as_perhaps_sent_once(
    cast: Cast, client: Client, report_step: Milestone
) -> None:
    run(digest(FIVE_BEFORE))
    assert claim_one(worker="killed", today=FIVE_BEFORE) is not None
    message = Delivery.objects.get(channel=Channel.MAIL)
    address = f"/reminders/deliveries/{message.pk}/"
    page = shown(client, cast.office, address)
    assert "还没有结果" in page
    assert "可能已发出一次" not in page
    time_passes(timedelta(seconds=121))
    assert send(FIVE_BEFORE) == 1
    page = shown(client, cast.office, address)
    assert "中断，可能已发出一次" in page
    assert "系统中途停了，没来得及记下对方是否收下" in page
    assert "lease_ended" not in page
    assert page.count("对方已收下") == 1
    assert "还没有结果" not in page


def test_a_message_nobody_claimed_yet_has_no_words(cast: Cast, client: Client, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    message = Delivery.objects.get(channel=Channel.MAIL)
    assert message.state == DeliveryState.READY
    assert "还没有成文" in shown(client, cast.office, f"/reminders/deliveries/{message.pk}/")


def test_a_message_that_waits_for_the_days_others_says_until_when(
    cast: Cast, client: Client, report_step: Milestone
) -> None:
    run(digest(FIVE_BEFORE))
    message = Delivery.objects.get(channel=Channel.MAIL)
    assert "合并" not in shown(client, cast.office, f"/reminders/deliveries/{message.pk}/")
    later = timezone.now() + timedelta(hours=1)
    Delivery.objects.filter(pk=message.pk).update(next_try_at=later)
    at = f"{timezone.localtime(later):%H:%M}"
    assert f"{at}，与当天稍后的合并成一条" in shown(client, cast.office, f"/reminders/deliveries/{message.pk}/")
    assert f"{at} 与当天稍后的合并发出" in shown(client, cast.office, "/reminders/?state=waiting")


def test_a_hold_and_its_release_stay_beside_what_was_sent_for_the_office_alone(
    cast: Cast, client: Client, told: Delivery
) -> None:
    reminder = told.items.get().reminder
    by = cast.actor(today=FIVE_BEFORE)
    Reminder.objects.filter(pk=reminder.pk).update(state=ReminderState.DUE)
    hold(
        keys=[key_of(reminder)],
        until=digest(FIVE_BEFORE),
        reason="等会议定",
        organization_id=cast.organization.pk,
        by=by,
        now=digest(FIVE_BEFORE),
    )
    held = Reminder.objects.get(pk=reminder.pk)
    release(reminder=held, version=1, by=by, now=digest(FIVE_BEFORE))
    page = shown(client, cast.office, f"/reminders/deliveries/{told.pk}/")
    assert "暂缓：等会议定" in page
    assert "放行</span>" in page
    assert "等会议定" not in shown(client, cast.clerk, f"/reminders/deliveries/{told.pk}/")


def test_whoever_is_told_in_an_owners_place_is_said_to_stand_in(cast: Cast, client: Client, told: Delivery) -> None:
    reminder = told.items.get().reminder
    address = f"/reminders/deliveries/{told.pk}/"
    assert "由收件人代收" not in shown(client, cast.office, address)
    road, other = reminder.task, cast.leader.person
    assert road is not None
    Involvement.objects.filter(task=road, role=InvolvementRole.OWNER).delete()
    Involvement.objects.create(
        organization=cast.organization, task=road, role=InvolvementRole.OWNER, person=other, from_on=JANUARY
    )
    assert f"责任人{other}没有账号或不在这个单位，由收件人代收" in shown(client, cast.office, address)


def test_the_record_is_the_offices_alone(cast: Cast, client: Client, told: Delivery) -> None:
    for user, page, message in ((cast.leader, 403, 404), (cast.clerk, 403, 200), (cast.outsider, 403, 404)):
        client.force_login(user)
        assert client.get("/reminders/").status_code == page
        assert client.get(f"/reminders/deliveries/{told.pk}/").status_code == message
    client.logout()
    for address in ("/reminders/", f"/reminders/deliveries/{told.pk}/", "/inbox/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_everyone_sees_the_own_inbox_and_no_other(cast: Cast, client: Client, told: Delivery) -> None:
    assert "新塘路建设" in shown(client, cast.clerk, "/inbox/")
    assert "新塘路建设" not in shown(client, cast.head, "/inbox/")
    assert client.post(f"/inbox/{entry_of(cast.clerk).pk}/read/").status_code == 404
    assert entry_of(cast.clerk).read_at is None


def test_an_entry_is_read_by_saying_so(cast: Cast, client: Client, told: Delivery) -> None:
    assert "还要办" in shown(client, cast.clerk, "/inbox/")
    assert entry_of(cast.clerk).read_at is None
    assert client.get(f"/inbox/{entry_of(cast.clerk).pk}/read/").status_code == 405
    client.post(f"/inbox/{entry_of(cast.clerk).pk}/read/")
    assert entry_of(cast.clerk).read_at is not None
    assert client.get("/inbox/").context["inbox"].entries == ()
    assert len(client.get("/inbox/?state=all").context["inbox"].entries) == 1


def test_all_entries_are_read_at_once_the_unread_stand_first(cast: Cast, client: Client, told: Delivery) -> None:
    first = entry_of(cast.clerk)
    client.force_login(cast.clerk)
    client.post(f"/inbox/{first.pk}/read/")
    run(digest(ONE_BEFORE))
    entries = client.get("/inbox/?state=all").context["inbox"].entries
    assert [entry.delivery.read_at is None for entry in entries] == [True, False]
    client.post("/inbox/read/")
    assert not Delivery.objects.filter(channel=Channel.INBOX, read_at__isnull=True).exists()


def test_what_is_done_needs_nothing_more(cast: Cast, client: Client, told: Delivery, report_step: Milestone) -> None:
    mark_milestones(task=report_step.task, done={report_step.pk: TODAY}, by=cast.actor(today=TODAY), now=at(TODAY))
    assert "已办" in shown(client, cast.clerk, "/inbox/")


def test_pages_cost_the_same_whatever_they_hold(
    cast: Cast, client: Client, plan: Plan, told: Delivery, assert_query_baseline: QueryBaseline
) -> None:
    pages = [
        (cast.office, "/reminders/"),
        (cast.office, "/reminders/deliveries/{delivery}/"),
        (cast.clerk, "/inbox/"),
    ]
    for size in (10, 60):
        drafts = [replace(road(cast), number=str(100 * size + n)) for n in range(size)]
        add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
        run(digest(TODAY) + timedelta(hours=3))
        send(TODAY)
        for user, address in pages:
            client.force_login(user)
            place = address.format(delivery=told.pk)
            client.get(place)
            with assert_query_baseline(f"page {user.username} {address}"):
                assert client.get(place).status_code == 200


def test_a_tab_shows_what_was_told_on_the_business_day(cast: Cast, client: Client, told: Delivery) -> None:
    client.force_login(cast.office)
    assert client.get("/reminders/?state=today").context["record"].rows == ()
    run(digest(ONE_BEFORE))
    Reminder.objects.filter(step="before-1").update(tell_at=digest(TODAY))
    assert len(client.get("/reminders/?state=today").context["record"].rows) == 2
    assert len(client.get("/reminders/").context["record"].rows) == 4


def file_of(client: Client, user: User, query: str = "") -> list[list[str]]:
    client.force_login(user)
    answer = client.get(f"/reminders/deliveries.csv{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_the_record_is_taken_away_as_a_table(cast: Cast, client: Client, told: Delivery) -> None:
    heading, *lines = file_of(client, cast.office)
    assert heading[:5] == ["时间", "收件人", "地址", "渠道", "事项"]
    item = "第1项 新塘路建设・前 5 个工作日"
    assert [line[:5] for line in lines] == [
        ["2026-06-23 08:30", "示例·张三", told.address, "邮件", item],
        ["2026-06-23 08:30", "示例·张三", "", "站内", item],
    ]
    assert {line[10] for line in lines} == set(Delivery.objects.values_list("message_id", flat=True))
    assert file_of(client, cast.office, "?q=李四") == [heading]


def test_no_cell_of_the_table_becomes_a_formula(cast: Cast, client: Client, told: Delivery) -> None:
    Delivery.objects.update(subject="=cmd|'/C calc'!A0", provider_ref="＋1")
    for line in file_of(client, cast.office)[1:]:
        assert line[5] == "'=cmd|'/C calc'!A0"
        assert line[9] == "'＋1"


def test_the_table_of_the_record_is_the_offices_alone(cast: Cast, client: Client, told: Delivery) -> None:
    for user in (cast.leader, cast.head, cast.clerk, cast.outsider):
        client.force_login(user)
        assert client.get("/reminders/deliveries.csv").status_code == 403


def test_news_asks_for_nothing_and_a_question_until_it_is_answered(cast: Cast, plan: Plan, client: Client) -> None:
    obstacle_answered(cast, plan)
    tell(NOW)
    page = shown(client, cast.clerk, "/inbox/")
    assert "有了答复" in page
    assert "还要办</b>" not in page
    assert "已办</span>" not in page
    directive_given(cast, plan)
    tell(NOW)
    assert shown(client, cast.clerk, "/inbox/").count("还要办</b>") == 1


def test_an_inbox_of_notices_asks_equally_often_whatever_its_length(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    directive_given(cast, plan)
    for number in (1, 20):
        for token in range(number):
            urge_all(
                tasks=[task_of(plan, "1")],
                department=cast.building,
                text="请报。",
                by=cast.actor(),
                now=NOW,
                token=f"{number}-{token}",
            )
        tell(NOW)
        client.force_login(cast.clerk)
        with assert_query_baseline("page clerk /inbox/ with notices"):
            assert client.get("/inbox/").status_code == 200
