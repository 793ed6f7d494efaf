"""The office draws up, writes and publishes a bulletin over pages; others read what is out, and every figure has its list."""

from io import BytesIO

import pytest
from django.test import Client
from django.utils import translation
from docx import Document

from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, issued_plan, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.bulletins.june import begun, text_of, words, written
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import signed_in
from tracker.boards.bulletins import figures_of, period_text
from tracker.bulletins.periods import month, quarter
from tracker.bulletins.writing import publish_bulletin, withdraw_bulletin
from tracker.choices import BulletinState
from tracker.models import Bulletin, BulletinItem
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def published(cast: Cast, plan: Plan) -> Bulletin:
    row = begun(cast, plan)
    return publish_bulletin(bulletin=row, version=row.version, words=words(row), by=cast.actor())


def form_of(row: Bulletin, **said: str) -> dict[str, str]:
    """Return what the edit page sends when nothing but `said` was typed."""
    texts = {f"text-{each.key}": each.text for each in row.paragraphs.all()}
    kept = {name: getattr(row, name) for name in ("title", "masthead", "issuer", "copies", "annex")}
    return {"version": str(row.version), **kept, **texts, "act": "save", **said}


def select_site(cast: Cast, plan: Plan) -> None:
    road = task_of(plan, "1")
    done = {road.milestones.get(text="选址").pk: TODAY}
    mark_milestones(task=road, done=done, by=cast.actor(), now=at(TODAY))


def test_the_office_chooses_a_period_and_lands_on_the_draft(cast: Cast, plan: Plan, client: Client) -> None:
    office = signed_in(client, cast.office)
    page = office.get("/bulletins/add/").content.decode()
    assert ("2026年6月" in page, "2026年第二季度" in page, "2026年7月" in page) == (True, True, False)
    answer = office.post("/bulletins/add/", {"plan": plan.pk, "period": "2026-06"}, follow=True)
    assert answer.context["row"].state == BulletinState.DRAFT
    assert "关于2026年6月重点工作推进情况的通报" in answer.content.decode()


def test_a_period_that_is_not_offered_is_refused(cast: Cast, plan: Plan, client: Client) -> None:
    answer = signed_in(client, cast.office).post("/bulletins/add/", {"plan": plan.pk, "period": "2026-12"})
    assert (answer.status_code, Bulletin.objects.count()) == (422, 0)


def test_a_draft_is_the_office_s_alone_and_a_published_one_is_read_by_all_who_see_the_plan(
    cast: Cast, plan: Plan, client: Client
) -> None:
    row = begun(cast, plan)
    readers = (cast.leader, cast.deputy, cast.clerk)
    before = [signed_in(client, user).get(f"/bulletins/{row.pk}/").status_code for user in readers]
    publish_bulletin(bulletin=row, version=row.version, words=words(row), by=cast.actor())
    after = [signed_in(client, user).get(f"/bulletins/{row.pk}/").status_code for user in readers]
    assert (before, after) == ([404] * 3, [200] * 3)


def test_of_a_restricted_plan_it_is_read_by_those_alone_who_see_every_item(cast: Cast, client: Client) -> None:
    row = published(cast, issued_plan(cast, restricted=True))
    answers = [
        signed_in(client, user).get(f"/bulletins/{row.pk}/").status_code
        for user in (cast.office, cast.leader, cast.deputy, cast.clerk)
    ]
    assert answers == [200, 200, 404, 404]


def test_saving_keeps_what_was_typed_and_nothing_else_changes(cast: Cast, plan: Plan, client: Client) -> None:
    row = begun(cast, plan)
    said = form_of(row, **{"text-next": "第一行。\r\n第二行。", "masthead": "督查通报"})
    answer = signed_in(client, cast.office).post(f"/bulletins/{row.pk}/edit/", said)
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.masthead, text_of(row, "next")) == ("督查通报", "第一行。\n第二行。")
    edited = [each.key for each in row.paragraphs.order_by("position") if each.edited]
    assert edited == ["next"]


def test_updating_figures_saves_what_was_typed_first_and_marks_what_moved(
    cast: Cast, plan: Plan, client: Client
) -> None:
    row = begun(cast, plan)
    select_site(cast, plan)
    said = form_of(row, **{"text-lagging": "逾期1项，已约谈。", "act": "redraw"})
    page = signed_in(client, cast.office).post(f"/bulletins/{row.pk}/edit/", said, follow=True).content.decode()
    assert "逾期1项，已约谈。" in page
    assert "<li>逾期：1 → <b>0</b></li>" in page
    assert "逾期0项" in text_of(row, "overall")


def test_publishing_with_old_figures_under_words_from_a_hand_is_refused_until_they_are_checked(
    cast: Cast, plan: Plan, client: Client
) -> None:
    row = written(cast, begun(cast, plan), lagging="逾期1项，已约谈。")
    select_site(cast, plan)
    office, address = signed_in(client, cast.office), f"/bulletins/{row.pk}/edit/"
    office.post(address, form_of(row, act="redraw"))
    row.refresh_from_db()
    refused = office.post(address, form_of(row, act="publish", copies="各科室。"))
    assert (refused.status_code, 'value="各科室。"' in refused.content.decode()) == (422, True)
    office.post(address, form_of(row, **{"act": "publish", "checked-lagging": "on"}))
    row.refresh_from_db()
    assert (row.state, row.number) == (BulletinState.PUBLISHED, 1)


def test_of_two_who_write_the_second_gets_own_words_back_beside_those_that_stand(
    cast: Cast, plan: Plan, client: Client
) -> None:
    row = begun(cast, plan)
    stale = form_of(row, **{"text-next": "第二人写的。"})
    row = written(cast, row, next="第一人写的。")
    office, address = signed_in(client, cast.office), f"/bulletins/{row.pk}/edit/"
    answer = office.post(address, stale)
    page = answer.content.decode()
    assert (answer.status_code, "第二人写的。" in page, "第一人写的。" in page) == (409, True, True)
    assert f'name="version" value="{row.version}"' in page
    assert text_of(row, "next") == "第一人写的。"


def test_each_figure_opens_as_many_items_as_it_says(cast: Cast, plan: Plan, client: Client) -> None:
    open_rounds(today=TODAY)
    row = published(cast, plan)
    select_site(cast, plan)
    reader = signed_in(client, cast.clerk)
    for figure in figures_of(row):
        answer = reader.get(f"/bulletins/{row.pk}/items/?figure={figure.key}")
        assert len(answer.context["behind"].rows) == figure.number, figure.key
    (overdue,) = reader.get(f"/bulletins/{row.pk}/items/?figure=overdue").context["behind"].rows
    assert overdue.task_id == task_of(plan, "1").pk


def test_a_withdrawn_one_is_read_by_the_office_alone_with_its_reason(cast: Cast, plan: Plan, client: Client) -> None:
    row = published(cast, plan)
    office, address = signed_in(client, cast.office), f"/bulletins/{row.pk}/"
    empty = office.post(f"{address}withdraw/", {"version": row.version, "reason": ""})
    assert empty.status_code == 422
    page = office.post(f"{address}withdraw/", {"version": row.version, "reason": "数字有误"}, follow=True)
    assert "数字有误" in page.content.decode()
    assert signed_in(client, cast.leader).get(address).status_code == 404


def test_the_word_file_says_what_the_page_says(cast: Cast, plan: Plan, client: Client) -> None:
    row = published(cast, plan)
    answer = signed_in(client, cast.leader).get(f"/bulletins/{row.pk}/word/")
    document = Document(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    told = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert all(line in told for each in row.paragraphs.all() for line in each.text.splitlines())


@pytest.mark.parametrize("size", [4, 40])
def test_its_pages_ask_equally_often_whatever_their_length(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    many_tasks(cast, plan, size)
    with assert_query_baseline("bulletin begun"):
        row = begun(cast, plan)
    office = signed_in(client, cast.office)
    for name in ("", "edit/", "items/"):
        office.get(f"/bulletins/{row.pk}/{name}")
        with assert_query_baseline(f"page office /bulletins/{{bulletin}}/{name}"):
            office.get(f"/bulletins/{row.pk}/{name}")
    assert BulletinItem.objects.filter(bulletin=row).count() == size + 3


@pytest.mark.parametrize("size", [1, 4])
def test_the_list_asks_equally_often_whatever_its_length(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline, size: int
) -> None:
    for number in range(1, size + 1):
        begun(cast, plan, period=month(2026, number))
    office = signed_in(client, cast.office)
    office.get("/bulletins/")
    with assert_query_baseline("page office /bulletins/"):
        office.get("/bulletins/")


def test_a_draft_that_was_put_away_can_be_drawn_up_again_with_its_words(cast: Cast, plan: Plan, client: Client) -> None:
    row = written(cast, begun(cast, plan), next="请按期报结果。")
    withdraw_bulletin(bulletin=row, version=row.version, reason="重来", by=cast.actor())
    office = signed_in(client, cast.office)
    page = office.post("/bulletins/add/", {"plan": plan.pk, "period": "2026-06"}, follow=True).content.decode()
    assert "请按期报结果。" in page


def test_an_english_page_names_the_period_and_issue_in_english_and_the_document_in_its_own(
    client: Client, cast: Cast, plan: Plan
) -> None:
    row = published(cast, plan)
    signed_in(client, cast.leader)
    client.cookies["django_language"] = "en"
    page = client.get(f"/bulletins/{row.pk}/").content.decode()
    heading = page.partition("<h1")[2].partition("</h1>")[0]
    assert "June 2026" in heading
    assert "No. 1" in heading
    assert "第1期" in page
    assert "June 2026" in client.get("/bulletins/").content.decode()


def test_a_quarter_is_named_as_the_page_does() -> None:
    assert period_text(quarter(2026, 2)) == "2026年第二季度"
    with translation.override("en"):
        assert period_text(quarter(2026, 2)) == "Q2 2026"
        assert period_text(month(2026, 5)) == "May 2026"
