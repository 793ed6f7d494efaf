"""From the agenda to the minutes over pages: what a meeting decides is asked of the unit, and opens the next meeting."""

import re
from io import BytesIO

import pytest
from django.test import Client
from docx import Document
from pytest_django import Settings

from projects.models import Plan
from tests.cast import TODAY, Cast, task_of
from tests.flows.test_obstacle import browser, on, token_in
from tests.tracker.meetings.acts import decided, held, item_of, opened
from tracker.models import AgendaItem, Decision, Directive, Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]
LINE = "6月底前报批，逾期由分管领导约谈。"


@pytest.fixture
def _today(settings: Settings) -> None:
    on(settings, TODAY)


def new_meeting(cast: Cast, plan: Plan, office: Client, *, day: str = "2026-06-24") -> Meeting:
    assert cast.leader.person is not None
    form = {"plan": plan.pk, "title": "重点工作调度会", "day": day, "chair": cast.leader.person.pk}
    answer = office.post("/meetings/add/", form)
    assert answer.status_code == 302
    return Meeting.objects.latest("pk")


def form_for(cast: Cast, item: AgendaItem, page: str, **said: object) -> dict[str, object]:
    assert cast.leader.person is not None
    return {
        "token": token_in(page),
        "seen": item.version,
        "text": LINE,
        "department": cast.building.pk,
        "due_on": "2026-06-30",
        "leader": cast.leader.person.pk,
        **said,
    }


def act(client: Client, row: Meeting, where: str, **said: object) -> int:
    row.refresh_from_db()
    return client.post(f"/meetings/{row.pk}/{where}/", {"version": row.version, **said}).status_code


def test_a_meeting_from_its_agenda_to_the_next_one(cast: Cast, plan: Plan) -> None:
    office, clerk, leader = browser(cast.office), browser(cast.clerk), browser(cast.leader)
    row = new_meeting(cast, plan, office)
    assert "新塘路建设" in office.get(f"/meetings/{row.pk}/").content.decode()
    assert act(office, row, "agenda", act="add", number="3") == 302
    assert act(office, row, "open") == 302

    item = item_of(row)
    place = f"/meetings/items/{item.pk}/"
    page = office.get(place).content.decode()
    assert "逾期" in page
    form = form_for(cast, item, page)
    assert (office.post(place, form).status_code, office.post(place, form).status_code) == (302, 302)
    assert Directive.objects.count() == 1, "the same form sent twice is one directive"
    assert LINE in clerk.get("/mine/").content.decode()

    assert act(office, row, "close", attendees="规划建设科", remarks="按周报进度。") == 302
    text = "\n".join(each.text for each in Document(BytesIO(minutes(leader, row))).paragraphs)
    for said in (
        "重点工作调度会纪要",
        "主任示例·主任主持召开",
        LINE.rstrip("。"),
        "（规划建设科，6月30日前）",
        "会议要求",
    ):
        assert said in text
    shown = leader.get(f"/meetings/{row.pk}/").content.decode()
    assert "按周报进度。" in shown

    after = new_meeting(cast, plan, office, day="2026-07-08")
    first = AgendaItem.objects.filter(meeting=after).order_by("position").first()
    assert first is not None
    assert (first.task, first.reason) == (task_of(plan, "1"), "decided")
    before = office.get(f"/meetings/{after.pk}/").content.decode()
    assert before.index("以前的会定的事") < before.index(LINE) < before.index("议程</h2>")
    directive = Directive.objects.get()
    office.post(f"/directives/{directive.pk}/settle/", {"version": directive.version, "text": ""})
    settled = office.get(f"/meetings/{after.pk}/").content.decode()
    assert "1 件，已办完 1 件" in settled


def minutes(client: Client, row: Meeting) -> bytes:
    answer = client.get(f"/meetings/{row.pk}/minutes.docx")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_second_of_two_sees_the_other_s_decision_and_keeps_own_words(cast: Cast, plan: Plan) -> None:
    row, leader = opened(cast, plan), browser(cast.leader)
    item = item_of(row)
    place = f"/meetings/items/{item.pk}/"
    form = form_for(cast, item, leader.get(place).content.decode(), text="另一句话。")
    decided(cast, row, "先说的一句。")
    answer = leader.post(place, form)
    page = answer.content.decode()
    assert (answer.status_code, "先说的一句。" in page, "另一句话。" in page) == (409, True, True)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    assert leader.post(place, {**form, "seen": seen[1]}).status_code == 302
    assert Decision.objects.count() == 2


def test_what_was_typed_is_there_again_for_who_typed_it(cast: Cast, plan: Plan) -> None:
    row, office = opened(cast, plan), browser(cast.office)
    place = f"/meetings/items/{item_of(row).pk}/"
    said = {"text": "写到一半", "due_on": "2026-07-03", "token": "t"}
    assert "at" in office.post(f"{place}draft/", said).json()
    page = office.get(place).content.decode()
    assert ("写到一半" in page, 'value="2026-07-03"' in page, "草稿已存" in page) == (True, True, True)
    assert "写到一半" not in browser(cast.leader).get(place).content.decode()


def test_an_empty_line_or_a_day_that_is_over_is_refused_where_it_was_typed(cast: Cast, plan: Plan) -> None:
    row, office = opened(cast, plan), browser(cast.office)
    item = item_of(row)
    place = f"/meetings/items/{item.pk}/"
    form = form_for(cast, item, office.get(place).content.decode(), due_on="2026-06-01")
    answer = office.post(place, form)
    assert (answer.status_code, LINE in answer.content.decode(), Directive.objects.count()) == (422, True, 0)


def test_units_see_what_was_decided_on_their_items_and_nothing_else_of_the_meeting(cast: Cast, plan: Plan) -> None:
    row = held(cast, plan)
    page = browser(cast.clerk).get(f"/meetings/{row.pk}/").content.decode()
    assert ("7月10日前报批。" in page, "议程</h2>" in page, "下载纪要" in page) == (True, False, False)
    assert browser(cast.investment_clerk).get(f"/meetings/{row.pk}/").status_code == 404
    assert "6月调度会" not in browser(cast.investment_clerk).get("/meetings/").content.decode()


def test_a_deputy_sees_and_speaks_on_what_the_post_answers_for(cast: Cast, plan: Plan) -> None:
    row, deputy = new_meeting(cast, plan, browser(cast.office)), browser(cast.deputy)
    act(browser(cast.office), row, "agenda", act="add", number="2")
    act(browser(cast.office), row, "open")
    item = item_of(row)
    place = f"/meetings/items/{item.pk}/"
    assert cast.deputy.person is not None
    form = form_for(cast, item, deputy.get(place).content.decode(), leader=cast.deputy.person.pk)
    assert deputy.post(place, form).status_code == 302
    assert Directive.objects.get().leader == cast.deputy.person
    assert deputy.get(f"/meetings/items/{item_of(row, '2').pk}/").status_code == 404
    page = deputy.get(f"/meetings/{row.pk}/").content.decode()
    assert ("新塘路建设" in page, "引进企业" in page) == (True, False)


def test_after_the_close_nothing_is_decided_and_the_words_come_back(cast: Cast, plan: Plan) -> None:
    row, office = opened(cast, plan), browser(cast.office)
    item = item_of(row)
    place = f"/meetings/items/{item.pk}/"
    form = form_for(cast, item, office.get(place).content.decode())
    act(office, row, "close", attendees="", remarks="")
    answer = office.post(place, form)
    assert (answer.status_code, LINE in answer.content.decode(), Directive.objects.count()) == (409, True, 0)


def test_a_stale_agenda_page_writes_nothing(cast: Cast, plan: Plan) -> None:
    office = browser(cast.office)
    row = new_meeting(cast, plan, office)
    stale = row.version
    assert act(office, row, "agenda", act="out", item=item_of(row).pk) == 302
    answer = office.post(f"/meetings/{row.pk}/open/", {"version": stale})
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (409, "prepared")
