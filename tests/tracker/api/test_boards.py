"""The board's figures and the search through the API: the same as on the pages, for the same readers."""

from datetime import date

import pytest

from projects.models import Plan
from tests.cast import TODAY, Cast, make_plan, task_of
from tests.family import make_child
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.goals import handed_in_two_years, issued, parking, promised
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import report
from tracker.boards.filters import Filters
from tracker.boards.overview import overview
from tracker.light_log import note_lights
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db


def test_the_board_tells_the_figures_of_its_page(cast: Cast, plan: Plan, office: Program) -> None:
    open_rounds(today=TODAY)
    said = content(office.get("/boards/overview/"))
    assert said["plan"] == {"id": plan.pk, "year": 2026, "title": plan.title}
    assert said["counters"] == {"overdue": 1, "attention": 1, "on_schedule": 1, "closed": 0}
    assert (said["total"], said["not_reported"], said["on"]) == (3, said["owed"], "2026-06-24")
    assert said["round"] == {"key": "2026-06", "cutoff_on": "2026-06-25"}
    shown = overview(plan, cast.reach(cast.office), Filters(plan=plan.pk), today=TODAY)
    for name, rows in (("units", shown.units), ("leaders", shown.leaders), ("sections", shown.sections)):
        assert [(row["id"], row["name"], row["overdue"], row["total"], row["not_reported"]) for row in said[name]] == [
            (row.key, row.name, row.overdue, row.total, row.not_reported) for row in rows
        ]
    (firms,) = said["figures"]
    assert (firms["task"], firms["value"], firms["unit"], firms["light"]) == (
        task_of(plan, "2").pk,
        "7",
        "家",
        "behind",
    )
    assert {each["light"]: each["items"] for each in said["lights"]}["overdue"] == 1


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("unit={building}", [1, 0, 1, 0]),
        ("leader={deputy}", [1, 0, 0, 0]),
        ("section={section}", [1, 0, 0, 0]),
        ("month=2026-03", [1, 0, 0, 0]),
        ("q=企业", [0, 1, 0, 0]),
        ("plan={plan}&unit=0", [0, 0, 0, 0]),
    ],
)
def test_the_boards_filters_narrow_its_figures(
    cast: Cast, plan: Plan, clerk: Program, query: str, numbers: list[int]
) -> None:
    top = task_of(plan, "1").section
    assert top is not None
    known = {"building": cast.building.pk, "deputy": cast.deputy_post.pk, "plan": plan.pk, "section": top.parent_id}
    said = content(clerk.get(f"/boards/overview/?{query.format(**known)}"))
    assert list(said["counters"].values()) == numbers
    assert said["total"] == sum(numbers)


def test_a_past_morning_is_told_from_the_day_on_that_is_known(plan: Plan, office: Program) -> None:
    note_lights(today=date(2026, 3, 2))
    assert content(office.get("/boards/overview/?on=2026-03-02"))["counters"]["overdue"] == 0
    assert content(office.get("/boards/overview/?on=2026-03-02"))["on"] == "2026-03-02"
    before = office.get("/boards/overview/?on=2026-03-01")
    assert (problem(before)["status"], codes(before)) == (404, {"on": "not_known"})
    assert content(office.get("/boards/overview/?on=2026-06-24"))["counters"]["overdue"] == 1


def test_a_plan_that_is_not_seen_has_no_board(cast: Cast, plan: Plan, clerk: Program, outsider: Program) -> None:
    draft = make_plan(cast)
    assert problem(clerk.get(f"/boards/overview/?plan={draft.pk}"))["status"] == 404
    for path in ("/boards/overview/", f"/boards/overview/?plan={plan.pk}"):
        assert problem(outsider.get(path))["status"] == 404


def test_figures_that_stand_are_not_sent_again(plan: Plan, clerk: Program) -> None:
    seen = clerk.get("/boards/overview/").headers["ETag"]
    assert clerk.get("/boards/overview/", If_None_Match=seen).status_code == 304
    open_rounds(today=TODAY)
    assert clerk.get("/boards/overview/", If_None_Match=seen).status_code == 200


def test_a_search_finds_items_the_closest_first_with_the_words_marked(cast: Cast, plan: Plan, clerk: Program) -> None:
    open_rounds(today=TODAY)
    said = report(cast, plan, "2", sentence="选址的事与规划建设科谈过。")
    first, second = content(clerk.get("/search/?q=选址"))["items"]
    assert (first["number"], first["report"], first["light"]) == ("1", None, "overdue")
    assert [piece["text"] for piece in first["title"] + first["excerpt"] if piece["sought"]] == ["选址"]
    assert (second["number"], second["report"]) == ("2", said.pk)
    assert "".join(piece["text"] for piece in second["excerpt"]) == "选址的事与规划建设科谈过。"


def test_a_search_is_narrowed_by_the_filters_of_the_page(cast: Cast, plan: Plan, clerk: Program) -> None:
    many_tasks(cast, plan, 3)
    words = "q=示例事项"
    assert len(content(clerk.get(f"/search/?{words}"))["items"]) == 3
    assert content(clerk.get(f"/search/?{words}&unit={cast.economy.pk}"))["items"] == []
    assert len(content(clerk.get(f"/search/?{words}&month=2026-02"))["items"]) == 2
    assert content(clerk.get(f"/search/?{words}&plan=0"))["items"] == []


def test_pages_of_a_search_follow_each_other_in_its_own_order(cast: Cast, plan: Plan, clerk: Program) -> None:
    many_tasks(cast, plan, 7)
    whole = [hit["id"] for hit in content(clerk.get("/search/?q=示例事项"))["items"]]
    seen: list[int] = []
    following: str | None = "/search/?q=示例事项&limit=3"
    while following:
        page = content(clerk.get(following))
        seen += [hit["id"] for hit in page["items"]]
        following = page["next"]
    assert (seen, len(seen)) == (whole, 7)


def test_nobody_finds_what_they_may_not_see(cast: Cast, plan: Plan, outsider: Program) -> None:
    make_plan(cast)
    assert content(outsider.get("/search/?q=选址"))["items"] == []
    found = content(program(cast, cast.office).get("/search/?q=选址"))["items"]
    assert {hit["plan"] for hit in found} == {plan.pk}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/search/", {"q": "required"}),
        ("/search/?q=%20", {"q": "blank"}),
        ("/search/?q=x&page=2", {"page": "unknown"}),
        ("/boards/overview/?light=overdue", {"light": "unknown"}),
        ("/boards/overview/?month=2026-13", {"month": "invalid"}),
    ],
)
def test_what_boards_and_search_are_not_asked_is_refused_by_name(
    plan: Plan, clerk: Program, path: str, wrong: dict[str, str]
) -> None:
    assert codes(clerk.get(path)) == wrong


@pytest.mark.parametrize("size", [10, 90])
@pytest.mark.parametrize("address", ["/boards/overview/", "/search/?q=示例事项&limit=100"])
def test_boards_and_search_ask_equally_often_whatever_the_plan_holds(
    cast: Cast, plan: Plan, clerk: Program, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    many_tasks(cast, plan, size)
    clerk.get(address)
    # A board whose list isn't filled by the amounts behind asks once for the others.
    few = " with few amounts behind" if (address, size) == ("/boards/overview/", 10) else ""
    with assert_query_baseline(f"api clerk {address}{few}"):
        answer = clerk.get(address)
    assert answer.status_code == 200


def test_goals_of_several_years_are_told_as_on_their_page(cast: Cast, plan: Plan, office: Program) -> None:
    child = make_child(cast.organization, "bei")
    before, now = handed_in_two_years(cast, plan, child)
    (item,) = content(office.get("/multi-year-goals/"))["items"]
    assert (item["id"], item["year"], item["horizon_year"], item["light"]) == (now.pk, 2026, 2028, "on_schedule")
    assert [(step["task"], step["year"], step["evidence"]) for step in item["items"]] == [
        (before.pk, 2025, 0),
        (now.pk, 2026, 0),
    ]
    (goal,) = item["goals"]
    said = {name: goal[name] for name in ("value", "accepted", "expected_value", "actual", "expected", "gap", "behind")}
    assert said == {
        "value": "3000",
        "accepted": "1100",
        "expected_value": "1108",
        "actual": "36.6",
        "expected": "36.9",
        "gap": "0.2",
        "behind": False,
    }
    assert [(year["year"], year["value"], year["accepted"]) for year in goal["years"]] == [
        (2025, "3000", "800"),
        (2026, "3000", "300"),
    ]
    (below,) = item["offices"]
    assert (below["name"], below["state"], below["year"]) == (child.organization.name, "taken", 2026)
    assert below["goals"][0]["accepted"] == "120"


def test_goals_are_told_to_those_who_see_their_items(cast: Cast, plan: Plan, clerk: Program, outsider: Program) -> None:
    handed_in_two_years(cast, plan, make_child(cast.organization, "bei"))
    (item,) = content(clerk.get("/multi-year-goals/"))["items"]
    # The plan of the year before is none in which the clerk's unit has a part.
    assert (item["unseen_years"], item["offices"], item["goals"][0]["accepted"]) == (1, [], "300")
    assert content(outsider.get("/multi-year-goals/"))["items"] == []


@pytest.mark.parametrize("size", [2, 20])
def test_goals_are_read_in_pages_and_by_as_many_queries_however_many_they_are(
    cast: Cast, plan: Plan, office: Program, assert_query_baseline: QueryBaseline, size: int
) -> None:
    older = issued(cast, 2025)
    for number in range(size):
        before = promised(cast, older, f"事项{number}", parking(), number=str(100 + number))
        promised(cast, plan, f"事项{number}", parking(), after=before, number=str(100 + number))
    office.get("/multi-year-goals/")
    with assert_query_baseline("api office /multi-year-goals/?limit=100"):
        everything = content(office.get("/multi-year-goals/?limit=100"))
    assert [row["number"] for row in everything["items"]] == [str(100 + number) for number in range(size)]
    page = content(office.get("/multi-year-goals/?limit=1"))
    following = content(office.get(page["next"]))
    assert [row["number"] for row in (*page["items"], *following["items"])] == ["100", "101"]
    assert codes(office.get("/multi-year-goals/?year=2028")) == {"year": "unknown"}
