"""Headings stand as long as something stands under them, however deep."""

import pytest

from projects.choices import TaskState
from projects.models import Plan, Section, Task
from projects.sections import ensure_sections, standing_paths, standing_sections
from tests.cast import Cast, cast_fixture, make_plan, task_of

__all__ = ["cast_fixture"]
pytestmark = pytest.mark.django_db
DEEP = ("一", "（一）", "1", "（1）")


@pytest.fixture(name="deep")
def deep_fixture(cast: Cast) -> Plan:
    """Return a plan of which one item stands four headings deep, and a heading beside it that is empty."""
    plan = make_plan(cast)
    found = ensure_sections(plan, [DEEP, ("二",)])
    Task.objects.filter(pk=task_of(plan, "1").pk).update(section=found[DEEP])
    return plan


def test_every_heading_above_an_item_stands_and_an_empty_one_does_not(deep: Plan) -> None:
    titles = [section.title for section in standing_sections(deep)]
    assert [title for title in titles if title in {*DEEP, "二"}] == list(DEEP)
    assert DEEP in standing_paths(deep)


def test_a_heading_whose_items_were_taken_back_stands_no_more(deep: Plan) -> None:
    Task.objects.filter(section__title=DEEP[-1]).update(state=TaskState.WITHDRAWN)
    assert not {*DEEP} & {section.title for section in standing_sections(deep)}
    assert Section.objects.filter(plan=deep, title=DEEP[-1]).exists()
