"""Handing down through the API: an item goes to organizations directly below, their answer is read, and no more of theirs."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import orjson
import pytest
from django.db import connection

from accounts.choices import Scope
from accounts.models import HistoryEntry, Organization
from projects.choices import HandDownState
from projects.handing_down import decline
from projects.models import HandDown, Plan, Task
from projects.planning import suspend_tasks
from tests.cast import TODAY, Cast, at, issued_plan, make_cast, task_of
from tests.family import Child, make_child, offer, taken
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import SOME_VERSION, assert_careful, over, take
from tracker.boards.plain_handing import HAND_DOWN_COLUMNS, ORGANIZATION_COLUMNS

pytestmark = pytest.mark.django_db
BACK = {"reason": "重复交办"}


@pytest.fixture(name="child")
def child_fixture(cast: Cast) -> Child:
    return make_child(cast.organization, "bei")


def path_of(task: Task) -> str:
    return f"/tasks/{task.pk}/hand-downs/"


def seen(caller: Program, task: Task) -> dict[str, str]:
    return over(caller, f"/tasks/{task.pk}/")


def said(*offices: Organization, word: str = "请抓紧。") -> dict[str, object]:
    return {"to": [office.pk for office in offices], "word": word}


def test_an_item_goes_to_several_organizations_at_once_and_once_a_key(
    cast: Cast, plan: Plan, child: Child, office: Program
) -> None:
    other, task = make_child(cast.organization, "nan"), task_of(plan, "1")
    body, headers = said(child.organization, other.organization), {**seen(office, task), "Idempotency_Key": "once"}
    first, again = (office.post(path_of(task), body, **headers) for _ in range(2))
    rows = content(first, 201)["items"]
    assert content(again, 201)["items"] == rows
    assert [row["to"]["name"] for row in rows] == [child.organization.name, other.organization.name]
    assert rows[0].keys() == HAND_DOWN_COLUMNS.keys()
    assert (rows[0]["task"], rows[0]["plan"], rows[0]["task_version"]) == (task.pk, plan.pk, task.version)
    assert (rows[0]["state"], rows[0]["word"], rows[0]["offered_on"]) == ("offered", "请抓紧。", f"{TODAY}")
    assert HandDown.objects.count() == 2
    assert content(office.get(f"/hand-downs/{rows[0]['id']}/")) == rows[0]


def test_an_item_is_handed_down_over_the_version_that_was_read(plan: Plan, child: Child, office: Program) -> None:
    task, body = task_of(plan, "1"), said(child.organization)
    assert problem(office.post(path_of(task), body))["status"] == 428
    lost = problem(office.post(path_of(task), body, If_Match=SOME_VERSION))
    assert (lost["status"], lost["yours"], lost["current"]["id"]) == (412, body, task.pk)
    assert codes(office.post(path_of(task), {**body, "colour": "red"}, **seen(office, task)))["colour"] == "unknown"
    assert not HandDown.objects.exists()


def test_only_organizations_directly_below_are_handed_anything_and_each_other_is_named(
    cast: Cast, plan: Plan, child: Child, office: Program
) -> None:
    below, task = make_child(child.organization, "cun"), task_of(plan, "1")
    beside = cast.outsider.organization
    assert beside is not None
    body = said(child.organization, below.organization, beside, cast.organization)
    answer = office.post(path_of(task), body, **seen(office, task))
    assert (answer.status_code, codes(answer)) == (422, dict.fromkeys(("to.1", "to.2", "to.3"), "unknown"))
    answer = office.post(path_of(task), said(), **seen(office, task))
    assert (answer.status_code, codes(answer)) == (422, {"to": "empty"})
    assert not HandDown.objects.exists()


def test_an_organization_named_twice_is_handed_the_item_once(plan: Plan, child: Child, office: Program) -> None:
    task = task_of(plan, "1")
    answer = office.post(path_of(task), said(child.organization, child.organization), **seen(office, task))
    assert [row["to"]["id"] for row in content(answer, 201)["items"]] == [child.organization.pk]


def test_whoever_has_the_item_already_is_named_and_nobody_is_handed_it(
    cast: Cast, plan: Plan, child: Child, office: Program
) -> None:
    other, task = make_child(cast.organization, "nan"), task_of(plan, "1")
    offer(cast, task, child)
    answer = office.post(path_of(task), said(other.organization, child.organization), **seen(office, task))
    assert (answer.status_code, codes(answer)) == (409, {"to.1": "handed_already"})
    assert child.organization.name in problem(answer)["errors"][0]["reason"]
    assert HandDown.objects.count() == 1


def test_an_item_that_is_not_in_work_is_not_handed_down(cast: Cast, plan: Plan, child: Child, office: Program) -> None:
    task = task_of(plan, "1")
    suspend_tasks(task_ids=[task.pk], reason="缓办", by=cast.actor(), now=at(TODAY))
    answer = office.post(path_of(task), said(child.organization), **seen(office, task))
    assert (answer.status_code, problem(answer)["type"]) == (409, "/api/v1/docs/#problem-not_issued")
    assert not HandDown.objects.exists()


def test_only_the_office_hands_down_and_a_token_needs_its_scope(
    cast: Cast, plan: Plan, child: Child, office: Program, clerk: Program, outsider: Program
) -> None:
    task = task_of(plan, "1")
    (handed,) = offer(cast, task_of(plan, "2"), child)
    assert problem(clerk.post(path_of(task), {}))["status"] == 403
    assert problem(program(cast, cast.leader).post(path_of(task), {}))["status"] == 403
    assert problem(outsider.post(path_of(task), {}))["status"] == 404
    narrow = program(cast, cast.office, [Scope.READ, Scope.REPORT, Scope.PLAN])
    for path, body in (
        (path_of(task), said(child.organization)),
        (f"/hand-downs/{handed.pk}/withdrawal/", BACK),
    ):
        assert problem(narrow.post(path, body, **seen(office, task)))["type"].endswith("#problem-scope_missing")
    assert HandDown.objects.get().state == HandDownState.OFFERED


def test_what_nobody_answered_is_withdrawn_with_a_reason(cast: Cast, plan: Plan, child: Child, office: Program) -> None:
    (handed,) = offer(cast, task_of(plan, "1"), child)
    path = f"/hand-downs/{handed.pk}/"
    for reason in ("", "  ", "长" * 501):
        answer = office.post(f"{path}withdrawal/", {"reason": reason}, **over(office, path))
        assert (answer.status_code, [*codes(answer)]) == (400, ["reason"])
    told = take(office, path, f"{path}withdrawal/", BACK)
    assert (told["state"], told["reason"], told["answered_on"]) == ("withdrawn", "重复交办", f"{TODAY}")
    assert content(program(cast, child.office).get("/from-above/"))["items"] == []


def test_a_withdrawal_goes_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, child: Child, office: Program
) -> None:
    (handed,) = offer(cast, task_of(plan, "1"), child)
    path = f"/hand-downs/{handed.pk}/"
    assert_careful(office, path, f"{path}withdrawal/", BACK)


def test_what_was_answered_cannot_be_withdrawn(cast: Cast, plan: Plan, child: Child, office: Program) -> None:
    (handed,) = offer(cast, task_of(plan, "1"), child)
    path = f"/hand-downs/{handed.pk}/"
    before = over(office, path)
    decline(handed=handed, version=1, reason="不属本镇", by=child.actor())
    lost = problem(office.post(f"{path}withdrawal/", BACK, **before))
    assert (lost["status"], lost["current"]["state"], lost["current"]["reason"]) == (412, "declined", "不属本镇")
    answer = office.post(f"{path}withdrawal/", BACK, **over(office, path))
    assert (answer.status_code, codes(answer)) == (409, {"state": "declined"})


def test_of_what_was_taken_the_office_above_reads_that_it_was_and_nothing_else_of_theirs(
    cast: Cast, plan: Plan, child: Child, office: Program
) -> None:
    handed, other = (offer(cast, task_of(plan, number), child)[0] for number in ("1", "2"))
    made = taken(child, handed)
    Task.objects.filter(pk=made.pk).update(title="只有镇里知道的题目")
    decline(handed=other, version=1, reason="不属本镇", by=child.actor())
    for caller in (office, program(cast, cast.leader)):
        told = caller.get("/hand-downs/")
        rows = content(told)["items"]
        assert [(row["state"], row["reason"]) for row in rows] == [("declined", "不属本镇"), ("taken", "")]
        assert all(row.keys() == HAND_DOWN_COLUMNS.keys() for row in rows)
        for secret in ("只有镇里知道", child.unit.name, child.office.username):
            assert secret not in told.content.decode()
        assert problem(caller.get(f"/tasks/{made.pk}/"))["status"] == 404
    below = program(cast, child.office)
    assert content(below.get("/hand-downs/"))["items"] == []
    assert problem(below.get(f"/hand-downs/{handed.pk}/"))["status"] == 404
    assert (
        problem(below.post(f"/hand-downs/{handed.pk}/withdrawal/", BACK, **over(office, f"/hand-downs/{handed.pk}/")))[
            "status"
        ]
        == 404
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [("", [1, 0]), ("task={task}", [0]), ("plan={plan}", [1, 0]), ("plan=0", []), ("state=declined", [1])],
)
def test_hand_downs_are_listed_and_filtered(
    cast: Cast, plan: Plan, child: Child, office: Program, query: str, found: list[int]
) -> None:
    handed = [offer(cast, task_of(plan, number), child)[0] for number in ("1", "2")]
    decline(handed=handed[1], version=1, reason="不属本镇", by=child.actor())
    path = f"/hand-downs/?{query.format(task=handed[0].task_id, plan=plan.pk)}"
    assert [row["id"] for row in content(office.get(path))["items"]] == [handed[place].pk for place in found]


def test_the_organizations_directly_below_are_listed_for_office_and_main_leader(
    cast: Cast, child: Child, office: Program, clerk: Program
) -> None:
    make_child(child.organization, "cun")
    told = {"id": child.organization.pk, "code": "bei", "name": child.organization.name}
    assert told.keys() == {*ORGANIZATION_COLUMNS}
    for caller in (office, program(cast, cast.leader)):
        assert content(caller.get("/child-organizations/"))["items"] == [told]
    assert problem(clerk.get("/child-organizations/"))["status"] == 403


@pytest.mark.parametrize("size", [2, 12])
def test_reading_them_asks_equally_often_however_many_there_are(
    cast: Cast, plan: Plan, office: Program, assert_query_baseline: QueryBaseline, size: int
) -> None:
    children = [make_child(cast.organization, f"xiang{place}") for place in range(size)]
    rows = offer(cast, task_of(plan, "1"), *children)
    for address in ("/hand-downs/?limit=100", "/hand-downs/{one}/", "/child-organizations/?limit=100"):
        path = address.format(one=rows[0].pk)
        office.get(path)
        with assert_query_baseline(f"api office {address}"):
            answer = office.get(path)
        assert len(content(answer).get("items", range(size))) == size


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_down_or_answer_at_once_one_wins_and_the_other_sees_what_stands(db: None) -> None:
    cast = make_cast()
    plan = issued_plan(cast)
    child = make_child(cast.organization, "bei")
    (handed,) = offer(cast, task_of(plan, "1"), child)
    above, below = program(cast, cast.office), program(cast, child.office)
    path, theirs = f"/hand-downs/{handed.pk}/", f"/from-above/{handed.pk}/"
    tag = over(above, path)["If_Match"].partition("-")[0] + '-0123456789abcdef"'
    sends = [
        lambda: above.post(f"{path}withdrawal/", BACK, If_Match=tag),
        lambda: below.post(f"{theirs}declining/", {"reason": "不属本镇"}, If_Match=tag),
        lambda: below.post(f"{theirs}taking/", {"plan": child.plan.pk, "department": child.unit.pk}, If_Match=tag),
    ]
    begin = Barrier(len(sends))

    def send(place: int) -> tuple[int, bytes]:
        begin.wait(30)
        try:
            answer = sends[place]()
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(len(sends)) as pool:
        answers = list(pool.map(send, range(len(sends))))
    statuses = sorted(status for status, _ in answers)
    handed.refresh_from_db()
    # What was withdrawn is no more to be seen below, however far an answer had come.
    refused = 404 if handed.state == HandDownState.WITHDRAWN else 412
    assert statuses == [200, refused, refused]
    assert handed.version == 2
    lost = [orjson.loads(body)["current"]["state"] for status, body in answers if status == 412]
    assert {*lost} <= {handed.state}
    assert Task.objects.filter(plan=child.plan).count() == (handed.state == HandDownState.TAKEN)
    assert HistoryEntry.objects.filter(object_type="handdown", object_version=2).count() == 1
