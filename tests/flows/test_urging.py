"""The office urges by hand from the board, a round or an item, and the units hear of it at once, in its words."""

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from projects.models import Plan
from projects.planning import close_task
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.reminding.passes import send, tell
from tests.tracker.visits import signed_in
from tracker.models import Reminder, ReportingRound, Urging
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
WORD = "请今天报来。"


def form_of(page: str) -> dict[str, object]:
    """Return the form as a browser sends it, every ticked box with it."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    own = page.partition('id="urge"')[2]
    assert token
    return {
        "token": token[1],
        "item": re.findall(r'name="item" value="(\d+)"', page),
        "pair": re.findall(r'name="pair" value="([\d:]+)" checked', page),
        "next": "".join(re.findall(r'name="next" value="([^"]*)"', own)[:1]),
        "text": WORD,
    }


def links_of(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'href="(/urging/\?[^"]+)"', page)]


def sent_to() -> set[str]:
    return {message.to[0].partition("@")[0] for message in mail.outbox if WORD in str(message.body)}


def tell_now() -> None:
    # The pages act at the real hour of the day; a notice may wait for the morning.
    Reminder.objects.update(tell_at=at(TODAY, 10))
    tell(at(TODAY, 10))
    send(TODAY)


def urged_from(client: Client, link: str) -> str:
    answer = client.post("/urging/send/", form_of(client.get(link).content.decode()), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_item_is_urged_from_its_page_once_however_often_it_is_sent(cast: Cast, plan: Plan, client: Client) -> None:
    road = task_of(plan, "1")
    page = signed_in(client, cast.office).get(f"/items/{road.pk}/").content.decode()
    (link,) = links_of(page)
    said = form_of(client.get(link).content.decode())
    for _ in range(2):
        answer = client.post("/urging/send/", said)
        assert answer.headers["Location"] == f"/items/{road.pk}/"
    assert [(row.task_id, row.department_id, row.text) for row in Urging.objects.all()] == [
        (road.pk, cast.building.pk, WORD)
    ]
    tell_now()
    assert sent_to() == {"clerk", "head"}
    assert "催过 1 次" in client.get(link).content.decode()


def test_all_that_is_overdue_on_the_board_is_urged_at_once(cast: Cast, plan: Plan, client: Client) -> None:
    board = signed_in(client, cast.office).get("/board/").content.decode()
    one, many = links_of(board)
    assert "item=" in one
    page = urged_from(client, many)
    assert "已就 1 项催办规划建设科。" in page
    assert "进度总览" in page
    assert Urging.objects.get().task == task_of(plan, "1")


def test_who_has_not_reported_is_urged_by_unit_or_altogether(cast: Cast, plan: Plan, client: Client) -> None:
    open_rounds(today=TODAY)
    place = f"/rounds/{ReportingRound.objects.get(plan=plan).pk}/"
    everything, first, *_ = links_of(signed_in(client, cast.office).get(place).content.decode())
    urged_from(client, first)
    assert set(Urging.objects.values_list("department", flat=True)) == {cast.building.pk}
    urged_from(client, everything)
    pairs = set(Urging.objects.values_list("task__number", "department__name"))
    assert ("2", "招商服务科") in pairs
    assert {unit for number, unit in pairs if number == "3"} == {"规划建设科", "经济发展科", "招商服务科"}


def test_what_was_closed_meanwhile_is_not_urged(cast: Cast, plan: Plan, client: Client) -> None:
    road = task_of(plan, "1")
    said = form_of(signed_in(client, cast.office).get(f"/urging/?item={road.pk}").content.decode())
    close_task(task=road, on=TODAY, by=cast.actor(), now=at(TODAY))
    answer = client.post("/urging/send/", said)
    assert answer.status_code == 422
    assert "勾选的已经办结、中止" in answer.content.decode()
    assert not Urging.objects.exists()


def test_a_word_is_needed(cast: Cast, plan: Plan, client: Client) -> None:
    page = signed_in(client, cast.office).get(f"/urging/?item={task_of(plan, '1').pk}").content.decode()
    answer = client.post("/urging/send/", {**form_of(page), "text": " "})
    assert answer.status_code == 422
    assert "请写一句话。" in answer.content.decode()


@pytest.mark.parametrize("name", ["leader", "deputy", "head", "clerk"])
def test_urging_is_the_offices_alone(cast: Cast, plan: Plan, client: Client, name: str) -> None:
    user: User = getattr(cast, name)
    road = task_of(plan, "1")
    assert signed_in(client, user).get(f"/urging/?item={road.pk}").status_code == 403
    assert client.post("/urging/send/", {"item": road.pk, "text": WORD}).status_code == 403
    for place in ("/board/", f"/items/{road.pk}/"):
        assert "/urging/" not in client.get(place, follow=True).content.decode()


def test_the_page_asks_equally_often_whatever_it_holds(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    signed_in(client, cast.office).get("/board/")
    for numbers in (("1",), ("1", "2", "3")):
        items = "&".join(f"item={task_of(plan, number).pk}" for number in numbers)
        with assert_query_baseline("page office /urging/"):
            assert client.get(f"/urging/?{items}").status_code == 200
