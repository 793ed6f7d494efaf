"""An item may go on with an item of another plan of the same organization, and history says so."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import HistoryEntry
from accounts.registering import create_organization
from projects.lineage import NotCarriableError, carried_lines
from projects.models import Plan, Task
from projects.planning import add_tasks, create_plan, link_carried
from tests.cast import TODAY, Cast, at, road, task_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def following(cast: Cast) -> Plan:
    return create_plan(
        organization=cast.organization, year=2027, title="2027年重点工作责任分解表", by=cast.actor(), now=at(TODAY)
    )


def test_a_new_item_keeps_the_item_it_goes_on_with(cast: Cast, plan: Plan, following: Plan) -> None:
    source = task_of(plan, "1")
    draft = replace(road(cast), carried_from_id=source.pk)
    made = add_tasks(plan=following, drafts=[draft], by=cast.actor(), now=at(TODAY))[0]
    assert list(source.carried_into.all()) == [made]
    assert HistoryEntry.objects.get(task_id=made.pk).after["carried_from"] == source.pk


def test_an_item_that_is_there_already_is_linked_with_a_history_entry(cast: Cast, plan: Plan, following: Plan) -> None:
    there = add_tasks(plan=following, drafts=[road(cast)], by=cast.actor(), now=at(TODAY))[0]
    source = task_of(plan, "1")
    link_carried(plan=following, sources={there.pk: source.pk}, by=cast.actor(), now=at(TODAY))
    assert Task.objects.get(pk=there.pk).carried_from == source
    entry = HistoryEntry.objects.filter(task_id=there.pk).latest("pk")
    assert (entry.action, entry.before, entry.after["carried_from"]) == (
        "task.carried",
        {"carried_from": None},
        source.pk,
    )


def test_an_item_of_the_same_plan_is_nothing_to_go_on_with(cast: Cast, plan: Plan) -> None:
    draft = replace(road(cast), carried_from_id=task_of(plan, "1").pk)
    with pytest.raises(NotCarriableError):
        add_tasks(plan=plan, drafts=[draft], by=cast.actor(), now=at(TODAY))
    assert Task.objects.filter(plan=plan).count() == 3


def test_another_organizations_item_is_nothing_to_go_on_with(cast: Cast, plan: Plan) -> None:
    elsewhere = create_organization(code="linqu", name="示例邻区", by=cast.actor())
    theirs = create_plan(organization=elsewhere, year=2027, title="邻区的表", by=cast.actor(), now=at(TODAY))
    draft = replace(road(cast), parties=(), carried_from_id=task_of(plan, "1").pk)
    with pytest.raises(NotCarriableError):
        add_tasks(plan=theirs, drafts=[draft], by=cast.actor(), now=at(TODAY))


def test_a_line_is_followed_back_to_its_first_item_in_one_query(
    cast: Cast, plan: Plan, following: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first, alone = task_of(plan, "1"), task_of(plan, "2")
    second = add_tasks(
        plan=following, drafts=[replace(road(cast), carried_from_id=first.pk)], by=cast.actor(), now=at(TODAY)
    )[0]
    later = create_plan(organization=cast.organization, year=2028, title="再下一年", by=cast.actor(), now=at(TODAY))
    third = add_tasks(
        plan=later, drafts=[replace(road(cast), carried_from_id=second.pk)], by=cast.actor(), now=at(TODAY)
    )[0]
    with django_assert_num_queries(1):
        lines = carried_lines([third.pk, second.pk, alone.pk])
    assert lines == {
        third.pk: (first.pk, second.pk, third.pk),
        second.pk: (first.pk, second.pk),
        alone.pk: (alone.pk,),
    }
    assert carried_lines([]) == {}


def test_a_line_that_runs_in_a_circle_ends(cast: Cast, plan: Plan, following: Plan) -> None:
    first = task_of(plan, "1")
    draft = replace(road(cast), carried_from_id=first.pk)
    second = add_tasks(plan=following, drafts=[draft], by=cast.actor(), now=at(TODAY))[0]
    link_carried(plan=plan, sources={first.pk: second.pk}, by=cast.actor(), now=at(TODAY))
    assert set(carried_lines([second.pk])[second.pk]) == {first.pk, second.pk}
