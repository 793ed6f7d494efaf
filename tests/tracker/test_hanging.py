"""What an item is told to have is what its lists hold, and nothing that is there goes unshown."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects import planning
from projects.choices import DateKind
from projects.models import Plan
from tests.cast import Cast, task_of
from tests.projects.promises import NOW, step
from tests.tracker.test_directives import given
from tests.tracker.test_obstacles import raised
from tests.tracker.test_request_pages import many_closings, many_extensions
from tests.tracker.visits import signed_in
from tracker.boards.hanging import Hanging, hanging_on
from tracker.models import Closure, Extension

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def test_an_item_with_nothing_has_noughts_in_one_statement(plan: Plan) -> None:
    task = task_of(plan, "1")
    hanging_on(task.pk)
    with CaptureQueriesContext(connection) as captured:
        assert hanging_on(task.pk) == Hanging(0, 0, 0, 0, 0, 0, 0)
    assert len(captured) == 1


def test_each_is_counted_with_its_own_item(cast: Cast, plan: Plan) -> None:
    obstacle, directive = raised(cast, plan), given(cast, plan)
    found = hanging_on(obstacle.task_id)
    assert found.obstacles == 1
    assert found.directives == (directive.task_id == obstacle.task_id)
    assert hanging_on(directive.task_id).directives == 1
    assert (found.extensions, found.closures, found.parts, found.files) == (0, 0, 0, 0)


def test_what_was_asked_stands_on_the_items_page(cast: Cast, plan: Plan, client: Client) -> None:
    many_extensions(cast, plan, 2)
    many_closings(cast, plan, 2)
    asked = {row.task_id for row in Extension.objects.all()} | {row.task_id for row in Closure.objects.all()}
    assert len(asked) > 1
    for task_id in asked:
        found = hanging_on(task_id)
        assert found.extensions == Extension.objects.filter(task=task_id).count()
        assert found.closures == Closure.objects.filter(task=task_id).count()
        view = signed_in(client, cast.office).get(f"/items/{task_id}/").context["item"]
        assert (len(view.extensions), len(view.closures)) == (found.extensions, found.closures)


def test_a_day_put_right_is_no_move_but_stands_on_the_items_page(cast: Cast, plan: Plan, client: Client) -> None:
    row = step(task_of(plan, "1"), 1)
    assert hanging_on(row.task_id).dates == 0
    put_right = planning.move_milestone(
        milestone=row, kind=DateKind.CORRECTED, due_on=date(2026, 9, 30), reason="读错", by=cast.actor(), now=NOW
    )
    assert (put_right.moves, hanging_on(row.task_id).dates) == (0, 1)
    page = signed_in(client, cast.office).get(f"/items/{row.task_id}/").content.decode()
    assert "原来读错，已改正" in page
