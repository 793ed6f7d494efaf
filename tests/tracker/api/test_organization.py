"""Units and people through the API: the office's own, with what holds today."""

import pytest

from accounts.registering import create_person
from tests.cast import Cast
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem, program
from tracker.boards.plain_people import PERSON_MEMBERS, UNIT_MEMBERS

pytestmark = pytest.mark.django_db


def test_the_office_reads_its_own_units_with_their_heads_and_other_names(cast: Cast, office: Program) -> None:
    building, economy, investment = content(office.get("/departments/"))["items"]
    assert building.keys() == set(UNIT_MEMBERS)
    assert (building["name"], building["kind"], building["aliases"]) == ("规划建设科", "section", ["规建科"])
    assert building["heads"] == [{"id": cast.head.person_id, "name": "示例·科长"}]
    assert [row["people"] for row in (building, economy, investment)] == [2, 1, 1]
    path = f"/departments/{cast.building.pk}/"
    assert content(office.get(path)) == building
    assert office.get(path).headers["ETag"].startswith(f'"{cast.building.version}-')


def test_the_office_reads_its_own_people_with_their_units_and_posts(cast: Cast, office: Program) -> None:
    rows = {row["username"]: row for row in content(office.get("/people/"))["items"]}
    assert rows["clerk"].keys() == set(PERSON_MEMBERS)
    assert rows["clerk"]["memberships"] == [
        {
            "department": {"id": cast.building.pk, "name": "规划建设科"},
            "role": "clerk",
            "from_on": "2026-01-15",
            "to_on": None,
        }
    ]
    assert rows["deputy"]["posts"] == [{"id": cast.deputy_post.pk, "name": "分管建设副主任"}]
    assert "outsider" not in rows
    assert content(office.get(f"/people/{cast.clerk.person_id}/")) == rows["clerk"]


def test_someone_without_a_sign_in_has_no_name_to_sign_in_by(cast: Cast, office: Program) -> None:
    made = create_person(organization=cast.organization, name="示例·赵六", by=cast.actor())
    assert content(office.get(f"/people/{made.pk}/?fields=username")) == {"id": made.pk, "username": None}


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=张三", ["clerk"]), ("q=head@example", ["head"]), ("unit={building}", ["head", "clerk"]), ("unit=0", [])],
)
def test_people_are_found_by_words_and_unit_as_on_the_page(
    cast: Cast, office: Program, query: str, found: list[str]
) -> None:
    path = f"/people/?{query.format(building=cast.building.pk)}"
    assert [row["username"] for row in content(office.get(path))["items"]] == found


def test_only_the_office_reads_them_and_only_its_own(cast: Cast, office: Program, clerk: Program) -> None:
    theirs = cast.outsider.person
    assert theirs is not None
    unit = theirs.memberships.get().department_id
    for path in ("/departments/", f"/departments/{unit}/", "/people/", f"/people/{theirs.pk}/"):
        assert problem(clerk.get(path))["status"] == 403
    for path in (f"/departments/{unit}/", f"/people/{theirs.pk}/", "/people/0/"):
        assert problem(office.get(path))["status"] == 404


def test_pages_of_people_follow_each_other_by_id_whatever_the_page_sorts_by(cast: Cast, office: Program) -> None:
    for name in ("示例·乙", "示例·甲"):
        create_person(organization=cast.organization, name=name, by=cast.actor())
    seen: list[int] = []
    following: str | None = "/people/?limit=3&fields=name"
    while following:
        page = content(office.get(following))
        seen += [row["id"] for row in page["items"]]
        following = page["next"]
    assert seen == sorted(seen)
    assert len(seen) == cast.organization.people.count() > 6


@pytest.mark.parametrize("path", ["/departments/", "/departments/{unit}/", "/people/", "/people/{person}/"])
def test_what_is_not_asked_there_is_refused_by_name(cast: Cast, office: Program, path: str) -> None:
    named = path.format(unit=cast.building.pk, person=cast.clerk.person_id)
    assert codes(office.get(f"{named}?colour=red")) == {"colour": "unknown"}


@pytest.mark.parametrize("size", [2, 40])
@pytest.mark.parametrize("address", ["/departments/", "/people/?limit=100", "/people/{person}/"])
def test_units_and_people_ask_equally_often_whatever_their_number(
    cast: Cast, office: Program, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    for place in range(size):
        create_person(organization=cast.organization, name=f"示例·{place}", by=cast.actor())
    path = address.format(person=cast.clerk.person_id)
    office.get(path)
    with assert_query_baseline(f"api office {address}"):
        answer = office.get(path)
    assert answer.status_code == 200


def test_everybody_reads_who_they_are(cast: Cast, office: Program, clerk: Program) -> None:
    assert content(clerk.get("/me/")) == {
        "id": cast.clerk.pk,
        "username": "clerk",
        "person": {"id": cast.clerk.person_id, "name": str(cast.clerk)},
        "organization": {"id": cast.organization.pk, "name": "示例开发区"},
        "departments": [{"id": cast.building.pk, "name": "规划建设科"}],
        "posts": [],
        "office": False,
        "scopes": sorted(clerk.token.scopes),
    }
    assert content(office.get("/me/"))["office"] is True
    assert content(program(cast, cast.deputy).get("/me/"))["posts"] == [
        {"id": cast.deputy_post.pk, "name": "分管建设副主任"}
    ]
    assert codes(clerk.get("/me/?unit=1")) == {"unit": "unknown"}
