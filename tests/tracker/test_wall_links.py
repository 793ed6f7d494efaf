"""Screens on walls: a link made and withdrawn by the office, its secret never kept, and what it shows."""

from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import HistoryEntry
from projects.models import Plan
from tests.cast import TODAY, Cast, at, issued_plan, make_plan, task_of
from tests.tracker.visits import signed_in
from tracker.boards.filters import Filters
from tracker.boards.overview import overview
from tracker.boards.wall_screen import screen
from tracker.models import WallLink
from tracker.wall_links import RestrictedError, link_of, make_wall_link, withdraw_wall_link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
UNTIL = TODAY + timedelta(days=30)


@pytest.fixture(name="opened")
def opened_fixture(cast: Cast) -> Plan:
    cache.clear()
    return issued_plan(cast)


def hang(cast: Cast, plan: Plan, *, said: bool = False) -> tuple[WallLink, str]:
    return make_wall_link(
        plan=plan, place="三楼会议室", expires_on=UNTIL, restricted_said=said, by=cast.actor(), now=at(TODAY)
    )


def test_only_the_secrets_digest_is_kept(cast: Cast, opened: Plan) -> None:
    link, token = hang(cast, opened)
    kept = [str(value) for value in WallLink.objects.filter(pk=link.pk).values_list()[0]]
    kept += [str(entry.after) for entry in HistoryEntry.objects.filter(object_type="wall_link")]
    assert not any(token in value for value in kept)
    assert link_of(token, today=TODAY) == link


def test_a_link_is_good_to_its_last_day_and_not_a_day_longer(cast: Cast, opened: Plan) -> None:
    _, token = hang(cast, opened)
    assert link_of(token, today=UNTIL) is not None
    assert link_of(token, today=UNTIL + timedelta(days=1)) is None


def test_a_withdrawn_link_is_gone_for_good_and_history_says_who_did_both(
    cast: Cast, opened: Plan, client: Client
) -> None:
    link, token = hang(cast, opened)
    assert client.get(f"/wall/screen/{token}/").status_code == 200
    assert withdraw_wall_link(link=link, by=cast.actor())
    assert client.get(f"/wall/screen/{token}/").status_code == 404
    assert not withdraw_wall_link(link=link, by=cast.actor())
    told = HistoryEntry.objects.filter(object_type="wall_link", object_id=link.pk).order_by("object_version")
    assert [entry.action for entry in told] == ["wall_link.made", "wall_link.withdrawn"]
    assert {entry.user for entry in told} == {cast.office}


def test_a_screen_that_hangs_loads_itself_anew_once_its_link_is_withdrawn(
    cast: Cast, opened: Plan, client: Client
) -> None:
    link, token = hang(cast, opened)
    withdraw_wall_link(link=link, by=cast.actor())
    answer = client.get(f"/wall/screen/{token}/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert task_of(opened, "1").title not in answer.content.decode()


def test_a_restricted_plan_hangs_only_where_the_office_says_so(cast: Cast, client: Client) -> None:
    cache.clear()
    plan = issued_plan(cast, restricted=True)
    with pytest.raises(RestrictedError):
        hang(cast, plan)
    desk = signed_in(client, cast.office)
    asked = {"plan": plan.pk, "place": "大厅", "days": 30}
    assert desk.post("/wall/links/", asked).status_code == 422
    assert desk.post("/wall/links/", asked | {"restricted_said": "on"}).status_code == 200
    assert WallLink.objects.get().restricted_said


def test_a_plan_that_became_restricted_hangs_no_longer(cast: Cast, opened: Plan, client: Client) -> None:
    _, token = hang(cast, opened)
    Plan.objects.filter(pk=opened.pk).update(restricted=True)
    assert client.get(f"/wall/screen/{token}/").status_code == 404


def test_a_screen_shows_the_boards_figures_and_names_no_people(cast: Cast, opened: Plan, client: Client) -> None:
    _, token = hang(cast, opened)
    page = unescape(client.get(f"/wall/screen/{token}/").content.decode())
    board = overview(opened, cast.reach(cast.office), Filters(plan=opened.pk, light="overdue"), today=TODAY)
    assert board.lines
    assert all(line.task.title in page and line.why in page for line in board.lines)
    people = [user.person.name for user in (cast.office, cast.leader, cast.clerk, cast.head) if user.person]
    assert not any(name in page for name in people)


def test_a_screen_needs_no_sign_in_sends_no_address_on_and_is_not_kept(
    cast: Cast, opened: Plan, client: Client
) -> None:
    _, token = hang(cast, opened)
    answer = client.get(f"/wall/screen/{token}/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


def test_pages_turn_to_the_next_and_after_the_last_to_the_first(cast: Cast, opened: Plan, client: Client) -> None:
    _, token = hang(cast, opened)
    pages = screen(opened, number=1, today=TODAY).pages
    assert pages > 1
    assert 'hx-get="?page=2"' in client.get(f"/wall/screen/{token}/").content.decode()
    assert 'hx-get="?page=1"' in client.get(f"/wall/screen/{token}/?page={pages}").content.decode()
    assert screen(opened, number=pages + 1, today=TODAY).number == 1


def test_every_heading_and_unit_of_the_board_has_its_page(cast: Cast, opened: Plan) -> None:
    first = screen(opened, number=1, today=TODAY)
    shown = [row for n in range(first.pages) for row in screen(opened, number=n + 1, today=TODAY).rows]
    assert {(row.key, row.name) for row in (*first.board.sections, *first.board.units)} <= {
        (row.key, row.name) for row in shown
    }


def test_a_page_that_is_stopped_stays(cast: Cast, opened: Plan, client: Client) -> None:
    _, token = hang(cast, opened)
    page = unescape(client.get(f"/wall/screen/{token}/?page=2&stay=1").content.decode())
    assert 'hx-get="?page=2&stay=1"' in page


def test_a_link_and_a_stranger_get_so_many_pages_a_minute_each(
    cast: Cast, opened: Plan, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, token = hang(cast, opened)
    monkeypatch.setattr("tracker.views.wall_screen.A_MINUTE", 2)
    monkeypatch.setattr("tracker.views.wall_screen.time", lambda: 1000.0)
    assert [client.get("/wall/screen/wrong/").status_code for _ in range(3)] == [404, 404, 429]
    assert [client.get(f"/wall/screen/{token}/").status_code for _ in range(3)] == [200, 200, 429]


def test_the_office_sees_the_address_once(cast: Cast, opened: Plan, client: Client) -> None:
    desk = signed_in(client, cast.office)
    made = desk.post("/wall/links/", {"plan": opened.pk, "place": "大厅", "days": 90})
    token = made.context["address"].rstrip("/").rsplit("/", 1)[1]
    assert Client().get(f"/wall/screen/{token}/").status_code == 200
    assert token not in desk.get("/wall/links/").content.decode()


def test_only_the_office_of_the_organization_makes_and_withdraws(cast: Cast, opened: Plan, client: Client) -> None:
    link, token = hang(cast, opened)
    for user, status in ((cast.leader, 403), (cast.clerk, 403), (cast.outsider, 403)):
        someone = signed_in(client, user)
        assert someone.post("/wall/links/", {"plan": opened.pk, "place": "大厅", "days": 90}).status_code == status
        assert someone.post(f"/wall/links/{link.pk}/withdraw/").status_code == status
    assert link_of(token, today=TODAY) is not None


def test_a_draft_cannot_be_hung(cast: Cast, client: Client) -> None:
    draft = make_plan(cast)
    answer = signed_in(client, cast.office).post("/wall/links/", {"plan": draft.pk, "place": "大厅", "days": 90})
    assert answer.status_code == 422
    assert not WallLink.objects.exists()
