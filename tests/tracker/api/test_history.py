"""An item's history through the API: what its page tells, for programs too; and lists of what is asked cost the same."""

import pytest

from projects.models import Plan, Task
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.api.acts import closing, directive, extension, obstacle
from tests.tracker.api.calling import Program, content, problem
from tests.tracker.test_page_queries import many_tasks
from tests.tracker.visits import report
from tracker.api.history import MEMBERS
from tracker.boards.timeline import history
from tracker.models import Closure, Extension
from tracker.reporting import accept_report

pytestmark = pytest.mark.django_db
ADDRESSES = (
    "/reviews/?limit=100",
    "/reviews/{review}/",
    "/extensions/?limit=100",
    "/extensions/{extension}/",
    "/obstacles/?limit=100",
    "/obstacles/{obstacle}/",
    "/directives/?limit=100",
    "/directives/{directive}/",
    "/closings/?limit=100",
    "/closings/{closing}/",
    "/tasks/{task}/history/?limit=100",
)


def test_history_tells_what_the_page_tells_the_newest_first(cast: Cast, plan: Plan, clerk: Program) -> None:
    row, road = obstacle(cast, plan), task_of(plan, "1")
    told = content(clerk.get(f"/tasks/{road.pk}/history/"))["items"]
    assert told[0].keys() == set(MEMBERS)
    assert (told[0]["action"], told[0]["object_id"], told[0]["kind"]) == ("obstacle.raised", row.pk, "obstacle")
    assert [entry["what"] for entry in told] == [event.what for event in history(road, today=TODAY).events]


def test_history_is_filtered_by_kind_and_goes_on_from_page_to_page(cast: Cast, plan: Plan, clerk: Program) -> None:
    obstacle(cast, plan)
    directive(cast, plan)
    path = f"/tasks/{task_of(plan, '1').pk}/history/"
    assert [entry["kind"] for entry in content(clerk.get(f"{path}?kind=directive"))["items"]] == ["directive"]
    first = content(clerk.get(f"{path}?limit=1&fields=action"))
    second = content(clerk.get(first["next"]))
    assert [*first["items"][0]] == ["id", "action"]
    assert [page["items"][0]["action"] for page in (first, second)] == ["directive.given", "obstacle.raised"]


def test_whoever_does_not_see_the_item_reads_no_history(plan: Plan, outsider: Program) -> None:
    assert problem(outsider.get(f"/tasks/{task_of(plan, '1').pk}/history/"))["status"] == 404


@pytest.mark.parametrize("size", [3, 12])
def test_addresses_ask_equally_often_whatever_their_length(
    cast: Cast, plan: Plan, clerk: Program, assert_query_baseline: QueryBaseline, size: int
) -> None:
    known = much_asked(cast, plan, size)
    for address in ADDRESSES:
        path = address.format(**known)
        clerk.get(path)
        with assert_query_baseline(f"api clerk {address}"):
            answer = clerk.get(path)
        assert answer.status_code == 200
        assert len(content(answer).get("items", range(size))) >= size


def much_asked(cast: Cast, plan: Plan, size: int) -> dict[str, int]:
    """Ask a number of things of each kind, and return one of each."""
    many_tasks(cast, plan, size)
    items = list(Task.objects.filter(plan=plan, title__startswith="示例事项").order_by("pk"))
    said = [report(cast, plan, task.number, sentence="审核。") for task in items]
    for each in said:
        accept_report(report=each, by=cast.actor(), now=at(TODAY))
    first, asked = extension(cast, plan), closing(cast, plan)
    Extension.objects.bulk_create(
        _like(first, task_id=task.pk, milestone_id=task.milestones.get().pk, token=f"e-{task.pk}") for task in items
    )
    Closure.objects.bulk_create(_like(asked, task_id=task.pk, token=f"c-{task.pk}") for task in items)
    troubles = [obstacle(cast, plan, task.number) for task in items]
    lines = [directive(cast, plan, task.number) for task in items]
    for turn in range(size):
        obstacle(cast, plan, items[0].number, token=f"again-{turn}")
    return {
        "review": said[0].reviews.get().pk,
        "extension": first.pk,
        "obstacle": troubles[0].pk,
        "directive": lines[0].pk,
        "closing": asked.pk,
        "task": items[0].pk,
    }


def _like[R: Extension | Closure](row: R, **other: object) -> R:
    """Return another row like this one, unsaved."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    return type(row)(**{**kept, **other})
