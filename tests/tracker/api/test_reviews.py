"""Reviews through the API: the office accepts or returns what a unit reported, over the version it read."""

import pytest

from accounts.choices import Scope
from accounts.models import HistoryEntry
from projects.models import Milestone, Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.api.calling import Program, codes, content, problem, program
from tests.tracker.api.steps import assert_careful, over, take
from tests.tracker.visits import report
from tracker.boards.plain_asked import REVIEW_COLUMNS
from tracker.models import ProgressReport, Review
from tracker.reporting import accept_report, return_report
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
ACCEPTED, RETURNED = {"decision": "accepted"}, {"decision": "returned", "reason": "请写数字"}


@pytest.fixture(name="said")
def said_fixture(cast: Cast, plan: Plan) -> ProgressReport:
    open_rounds(today=TODAY)
    return report(cast, plan, "1", marks={Milestone.objects.get(text="选址").pk: TODAY})


def paths(said: ProgressReport) -> tuple[str, str]:
    return f"/reports/{said.pk}/", f"/reports/{said.pk}/reviews/"


def test_what_is_accepted_counts_as_from_the_page_and_history_names_the_door(
    plan: Plan, office: Program, said: ProgressReport
) -> None:
    told = take(office, *paths(said), ACCEPTED)
    assert (told["review_state"], [each["decision"] for each in told["reviews"]]) == ("accepted", ["accepted"])
    assert Milestone.objects.get(text="选址").done_on == TODAY
    assert HistoryEntry.objects.get(action="report.accepted").door == "api"


def test_what_is_returned_needs_its_reason_and_carries_it(office: Program, said: ProgressReport) -> None:
    read, step = paths(said)
    refused = office.post(step, {"decision": "returned"}, **over(office, read))
    assert (refused.status_code, codes(refused)) == (422, {"reason": "required"})
    told = take(office, read, step, RETURNED)
    assert (told["review_state"], told["reviews"][0]["reason"]) == ("returned", "请写数字")


@pytest.mark.parametrize("decided", [ACCEPTED, RETURNED])
def test_a_review_goes_over_the_version_that_was_read_and_acts_once(
    office: Program, said: ProgressReport, decided: dict[str, str]
) -> None:
    assert_careful(office, *paths(said), decided)
    assert Review.objects.count() == 1


def test_whoever_comes_second_learns_what_the_first_one_answered(
    cast: Cast, office: Program, said: ProgressReport
) -> None:
    read, step = paths(said)
    seen = over(office, read)
    accept_report(report=said, by=cast.actor(), now=at(TODAY))
    answer = office.post(step, RETURNED, **seen)
    assert (answer.status_code, problem(answer)["current"]["review_state"]) == (412, "accepted")
    now = office.post(step, RETURNED, **over(office, read))
    assert (now.status_code, problem(now)["type"].rpartition("-")[2]) == (409, "not_waiting")
    assert Review.objects.count() == 1


def test_only_the_office_answers_and_only_with_a_key_for_it(
    cast: Cast, office: Program, clerk: Program, outsider: Program, said: ProgressReport
) -> None:
    _, step = paths(said)
    assert problem(clerk.post(step, {}))["status"] == 403
    assert problem(outsider.post(step, {}))["status"] == 404
    narrow = program(cast, cast.office, [Scope.READ, Scope.REPORT])
    assert problem(narrow.post(step, ACCEPTED))["type"].endswith("scope_missing")


def test_reviews_are_read_by_whoever_sees_the_item(
    cast: Cast, plan: Plan, clerk: Program, outsider: Program, said: ProgressReport
) -> None:
    return_report(report=said, reason="请写数字", by=cast.actor(), now=at(TODAY))
    accept_report(report=report(cast, plan, "2"), by=cast.actor(), now=at(TODAY))
    listed = content(clerk.get("/reviews/"))["items"]
    assert [(row["task"], row["decision"]) for row in listed] == [
        (task_of(plan, "2").pk, "accepted"),
        (said.task_id, "returned"),
    ]
    assert listed[1].keys() == REVIEW_COLUMNS.keys()
    assert content(clerk.get(f"/reviews/{listed[1]['id']}/")) == listed[1]
    assert content(outsider.get("/reviews/"))["items"] == []
    assert problem(outsider.get(f"/reviews/{listed[1]['id']}/"))["status"] == 404


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 1), ("report={report}", 1), ("report=0", 0), ("task={task}", 1), ("plan=0", 0), ("decision=accepted", 0)],
)
def test_reviews_are_filtered(cast: Cast, clerk: Program, said: ProgressReport, query: str, number: int) -> None:
    return_report(report=said, reason="请写数字", by=cast.actor(), now=at(TODAY))
    path = query.format(report=said.pk, task=said.task_id)
    assert len(content(clerk.get(f"/reviews/?{path}"))["items"]) == number
