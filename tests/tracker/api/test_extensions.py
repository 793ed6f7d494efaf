"""Extensions through the API: asked by the unit that leads the item, decided along the chain, taken back by who asked."""

import pytest

from projects.models import Milestone, Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.acts import LATER, extension
from tests.tracker.api.calling import Program, codes, content, problem
from tests.tracker.api.steps import assert_careful, assert_made_once, over, take
from tracker.api.extensions import MEMBERS
from tracker.extending import withdraw_extension
from tracker.models import Extension

pytestmark = pytest.mark.django_db
AGREED = {"agrees": True, "reason": "情况属实"}
REFUSED = {"agrees": False, "reason": "不能再拖"}


def path_of(plan: Plan, number: str = "1") -> str:
    return f"/tasks/{task_of(plan, number).pk}/extensions/"


def wish(step: str = "报批", to_on: str = f"{LATER}") -> dict[str, object]:
    return {
        "milestone": Milestone.objects.get(text=step).pk,
        "to_on": to_on,
        "reason": "用地未批",
        "progress": "已报批",
    }


def paths(row: Extension, step: str) -> tuple[str, str]:
    return f"/extensions/{row.pk}/", f"/extensions/{row.pk}/{step}/"


def test_a_request_is_made_once_and_moves_nothing_before_it_is_granted(plan: Plan, clerk: Program) -> None:
    made = assert_made_once(clerk, path_of(plan), wish())
    assert made.keys() == set(MEMBERS)
    assert (made["state"], made["from_on"], made["waits_for"]) == ("pending", "2026-06-30", made["chain"][0])
    assert (Extension.objects.count(), Milestone.objects.get(text="报批").moves) == (1, 0)


def test_the_last_who_agrees_grants_the_date(cast: Cast, plan: Plan, office: Program) -> None:
    told = take(office, *paths(extension(cast, plan), "decisions"), AGREED)
    assert (told["state"], told["waits_for"]) == ("granted", None)
    assert [(word["decision"], word["reason"]) for word in told["decisions"]] == [("accepted", "情况属实")]
    assert Milestone.objects.get(text="报批").current_due_on == LATER


def test_one_who_does_not_agree_ends_it_with_the_date_as_it_was(cast: Cast, plan: Plan, office: Program) -> None:
    assert take(office, *paths(extension(cast, plan), "decisions"), REFUSED)["state"] == "refused"
    assert f"{Milestone.objects.get(text='报批').current_due_on}" == "2026-06-30"


def test_a_word_is_given_over_the_version_that_was_read_and_once(cast: Cast, plan: Plan, office: Program) -> None:
    assert_careful(office, *paths(extension(cast, plan), "decisions"), AGREED)


def test_a_request_is_taken_back_over_the_version_that_was_read_and_once(
    cast: Cast, plan: Plan, clerk: Program
) -> None:
    assert_careful(clerk, *paths(extension(cast, plan), "withdrawal"), {"reason": "已批下"})
    assert Extension.objects.get().state == "withdrawn"


def test_what_has_ended_takes_no_word(cast: Cast, plan: Plan, office: Program) -> None:
    row = extension(cast, plan)
    withdraw_extension(extension=row, version=row.version, by=cast.actor(cast.clerk), now=at(TODAY))
    read, step = paths(row, "decisions")
    answer = office.post(step, AGREED, **over(office, read))
    assert (answer.status_code, codes(answer)) == (409, {"state": "ended"})


@pytest.mark.parametrize(
    ("step", "to_on", "status", "fault"),
    [
        ("报批", "2026-06-29", 422, {"to_on": "not_later"}),
        ("报批", "2026-08-01", 422, {"to_on": "not_a_workday"}),
        ("选址", "2026-07-31", 409, {"milestone": "too_late"}),
        ("引进企业 7 家", "2027-01-29", 422, {"milestone": "unknown"}),
    ],
)
def test_a_date_that_the_page_would_refuse_is_refused_at_its_field(
    plan: Plan, clerk: Program, step: str, to_on: str, status: int, fault: dict[str, str]
) -> None:
    answer = clerk.post(path_of(plan), wish(step, to_on))
    assert (answer.status_code, codes(answer)) == (status, fault)
    assert not Extension.objects.exists()


def test_a_second_request_for_the_step_waits_for_the_first(cast: Cast, plan: Plan, clerk: Program) -> None:
    extension(cast, plan)
    answer = clerk.post(path_of(plan), wish())
    assert (answer.status_code, codes(answer)) == (409, {"milestone": "waiting"})


def test_only_a_unit_that_leads_asks_in_its_own_name_and_only_who_stands_on_the_way_decides(
    cast: Cast, plan: Plan, clerk: Program, office: Program, outsider: Program
) -> None:
    assert problem(office.post(path_of(plan), {}))["status"] == 403
    assert problem(outsider.post(path_of(plan), {}))["status"] == 404
    foreign = clerk.post(path_of(plan), wish() | {"department": cast.economy.pk})
    assert (foreign.status_code, codes(foreign)) == (422, {"department": "unknown"})
    row = extension(cast, plan)
    _, step = paths(row, "decisions")
    assert problem(clerk.post(step, {}))["status"] == 403
    assert problem(outsider.post(step, {}))["status"] == 404
    assert problem(office.post(paths(row, "withdrawal")[1], {}))["status"] == 403


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 2), ("state=pending", 2), ("state=granted", 0), ("task={task}", 2), ("plan=0", 0), ("unit={unit}", 2)],
)
def test_requests_are_listed_and_filtered_the_newest_first(
    cast: Cast, plan: Plan, clerk: Program, query: str, number: int
) -> None:
    first, second = extension(cast, plan), extension(cast, plan, "开工")
    path = query.format(task=first.task_id, unit=cast.building.pk)
    rows = content(clerk.get(f"/extensions/?{path}"))["items"]
    assert [row["id"] for row in rows] == [second.pk, first.pk][:number]


def test_nobody_reads_requests_on_items_they_do_not_see(cast: Cast, plan: Plan, outsider: Program) -> None:
    row = extension(cast, plan)
    assert content(outsider.get("/extensions/"))["items"] == []
    assert problem(outsider.get(f"/extensions/{row.pk}/"))["status"] == 404
