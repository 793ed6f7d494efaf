"""A page asked in a statement written once holds the items that the rule of access gives, whoever asks and goes on."""

import pytest

from accounts.access import Reach, reach_of
from projects.access import tasks_for
from projects.models import Plan
from tests.cast import TODAY, Cast
from tracker.boards.filters import Filters
from tracker.boards.plain import TASK_COLUMNS, task_rows
from tracker.boards.plain_listed import Place, task_page

pytestmark = pytest.mark.django_db


def readers(cast: Cast) -> list[Reach]:
    users = (cast.office, cast.leader, cast.deputy, cast.head, cast.clerk, cast.outsider)
    reaches = [reach_of(user, today=TODAY) for user in users]
    return [*reaches, Reach(user_id=0), Reach(user_id=0, organization_id=cast.organization.pk)]


def test_everyone_is_given_what_they_see(cast: Cast, plan: Plan) -> None:
    seen = set()
    for reach in readers(cast):
        for chosen in (None, plan.pk, plan.pk + 99):
            tasks = tasks_for(reach, today=TODAY)
            tasks = tasks if chosen is None else tasks.filter(plan=chosen)
            rows = task_rows(tasks.order_by("pk"), TASK_COLUMNS, today=TODAY)
            asked = Filters(plan=chosen)
            assert task_page(reach, asked, Place(None, 100), TASK_COLUMNS, today=TODAY) == rows
            seen.add(len(rows))
    assert len(seen) > 2


def test_a_page_goes_on_after_an_item_and_ends_where_it_is_full(cast: Cast, plan: Plan) -> None:
    ids = list(plan.tasks.order_by("pk").values_list("pk", flat=True))
    for user in (cast.office, cast.clerk):
        reach = reach_of(user, today=TODAY)
        page = task_page(reach, Filters(), Place(ids[0], 2), ("title",), today=TODAY)
        assert [row["id"] for row in page] == ids[1:3]
        assert all(row.keys() == {"id", "title"} for row in page)


def test_filters_beyond_the_plan_are_answered_as_a_board_answers_them(cast: Cast, plan: Plan) -> None:
    reach = reach_of(cast.office, today=TODAY)
    every = task_page(reach, Filters(), Place(None, 100), TASK_COLUMNS, today=TODAY)
    of_unit = task_page(reach, Filters(unit=cast.building.pk), Place(None, 100), TASK_COLUMNS, today=TODAY)
    assert 0 < len(of_unit) < len(every)
    after = task_page(reach, Filters(unit=cast.building.pk), Place(of_unit[0]["id"], 100), TASK_COLUMNS, today=TODAY)
    assert after == of_unit[1:]
