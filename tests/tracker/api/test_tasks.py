"""Items through the API: the board's filters, pages that follow each other, what is nested, and one item whole."""

from datetime import date

import pytest

from projects.models import Plan, Task
from tests.cast import TODAY, Cast, make_plan, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, content, problem
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import report
from tracker.api.tasks import WHOLE
from tracker.boards.plain import NESTED, TASK_COLUMNS
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


def numbers(program: Program, query: str) -> list[str]:
    return [row["number"] for row in content(program.get(f"/tasks/?{query}"))["items"]]


def test_a_list_tells_what_stands_on_the_board_with_its_light(plan: Plan, clerk: Program) -> None:
    road, firms, duty = content(clerk.get("/tasks/"))["items"]
    assert road.keys() == TASK_COLUMNS.keys()
    assert (road["number"], road["light"], road["overdue_from"]) == ("1", "overdue", "2026-04-01")
    assert (firms["light"], duty["light"]) == ("behind", "ongoing")


def test_what_is_nested_comes_when_it_is_asked_for(cast: Cast, plan: Plan, clerk: Program) -> None:
    road = content(clerk.get(f"/tasks/?expand={','.join(NESTED)}"))["items"][0]
    assert road["departments"] == [
        {"id": cast.building.pk, "name": "规划建设科", "role": "lead"},
        {"id": cast.economy.pk, "name": "经济发展科", "role": "support"},
    ]
    assert road["posts"] == [{"id": cast.deputy_post.pk, "name": "分管建设副主任", "role": "leader"}]
    assert (road["people"], road["targets"]) == ([], [])
    assert [(step["text"], step["current_due_on"]) for step in road["milestones"]] == [
        ("选址", "2026-03-31"),
        ("报批", "2026-06-30"),
        ("开工", "2026-12-31"),
    ]


def test_amounts_are_exact_texts(plan: Plan, clerk: Program) -> None:
    firms = content(clerk.get("/tasks/?expand=targets"))["items"][1]
    assert [(aim["value"], aim["unit"], aim["baseline"]) for aim in firms["targets"]] == [("7", "家", None)]


def test_only_the_members_asked_for_come_with_the_id(plan: Plan, clerk: Program) -> None:
    rows = content(clerk.get("/tasks/?fields=title,version&expand=milestones"))["items"]
    assert {tuple(row) for row in rows} == {("id", "title", "version", "milestones")}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("light=overdue", ["1"]),
        ("light=attention", ["2"]),
        ("light=on_schedule", ["3"]),
        ("light=not_reported", ["1", "2", "3"]),
        ("unit={building}", ["1", "3"]),
        ("leader={deputy}", ["1"]),
        ("month=2026-03", ["1"]),
        ("q=企业", ["2"]),
        ("section={section}", ["1"]),
        ("plan={plan}&since=2026-01-01&changed=issued", ["1", "2", "3"]),
        ("plan=0", []),
        ("light=closed", []),
    ],
)
def test_the_filters_are_those_of_the_board(
    cast: Cast, plan: Plan, clerk: Program, query: str, found: list[str]
) -> None:
    open_rounds(today=TODAY)
    top = task_of(plan, "1").section
    assert top is not None
    known = {"building": cast.building.pk, "deputy": cast.deputy_post.pk, "plan": plan.pk, "section": top.parent_id}
    assert numbers(clerk, query.format(**known)) == found


def test_pages_follow_each_other_without_a_gap_or_a_double(cast: Cast, plan: Plan, clerk: Program) -> None:
    many_tasks(cast, plan, 12)
    seen: list[int] = []
    following: str | None = f"/api/v1/tasks/?plan={plan.pk}&limit=4&fields=title"
    while following:
        page = content(clerk.get(following))
        seen += [row["id"] for row in page["items"]]
        following = page["next"]
    assert seen == list(Task.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True))


def test_a_cursor_belongs_to_its_filters(cast: Cast, plan: Plan, clerk: Program) -> None:
    following = content(clerk.get("/tasks/?limit=1"))["next"]
    assert problem(clerk.get(f"{following}&light=overdue"))["status"] == 404
    assert content(clerk.get(f"{following}&fields=title"))["items"]


def test_drafts_are_the_offices_alone(cast: Cast, office: Program, clerk: Program) -> None:
    draft = make_plan(cast)
    assert [row["light"] for row in content(office.get("/tasks/"))["items"]] == [None, None, None]
    assert content(clerk.get("/tasks/"))["items"] == []
    assert problem(clerk.get(f"/tasks/{task_of(draft, '1').pk}/"))["status"] == 404


def test_one_item_says_why_its_light_is_what_it_is(plan: Plan, clerk: Program) -> None:
    path = f"/tasks/{task_of(plan, '1').pk}/"
    road = content(clerk.get(path))
    assert road.keys() == set(WHOLE)
    assert (road["light"], road["days_late"]) == ("overdue", (TODAY - date(2026, 3, 31)).days)
    assert "选址" in road["why"]
    assert "overdue" in content(clerk.get(path, Accept_Language="en"))["light_word"].lower()


def test_an_items_etag_turns_with_what_is_shown_and_names_its_version(cast: Cast, plan: Plan, clerk: Program) -> None:
    road = task_of(plan, "1")
    first = clerk.get(f"/tasks/{road.pk}/")
    assert first.headers["ETag"].startswith(f'"{road.version}-')
    assert clerk.get(f"/tasks/{road.pk}/", If_None_Match=first.headers["ETag"]).status_code == 304
    english = clerk.get(f"/tasks/{road.pk}/", Accept_Language="en", If_None_Match=first.headers["ETag"])
    assert english.status_code == 200


@pytest.mark.parametrize("size", [10, 90])
@pytest.mark.parametrize(
    "address",
    [
        "/plans/",
        "/tasks/?limit=100",
        "/tasks/?limit=100&expand=departments,people,posts,milestones,targets",
        "/tasks/{item}/",
        "/reports/?limit=100",
        "/reports/{report}/",
        "/owed/?limit=100",
        "/owed/?asked=now&limit=100",
    ],
)
def test_an_address_asks_equally_often_whatever_its_length(
    cast: Cast, plan: Plan, clerk: Program, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    many_tasks(cast, plan, size)
    said = report(cast, plan, "100")
    path = address.format(item=task_of(plan, "100").pk, report=said.pk)
    clerk.get(path)
    with assert_query_baseline(f"api clerk {address}"):
        answer = clerk.get(path)
    assert answer.status_code == 200
