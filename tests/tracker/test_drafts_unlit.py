"""What is only drafted is no promise yet: no page shows a light for it, for its steps or for its amounts."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from projects.choices import TaskState
from projects.models import Plan, Task
from tests.cast import Cast, duty, firms, make_plan, road, task_of
from tests.projects.importing.tables import bring_in
from tests.tracker.visits import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

LIGHT = re.compile(r'class="light (?!not_reported)([a-z_]+)')


def lights(client: Client, address: str) -> list[str]:
    """Return the lights of a page's own part; the legend below names all there are."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main")[0]
    return [*LIGHT.findall(main), *re.findall(r"#light-([a-z_]+)", main)]


@pytest.fixture
def drafted(cast: Cast) -> Plan:
    return make_plan(cast)


def test_a_drafted_item_and_its_plan_show_no_light(cast: Cast, drafted: Plan, client: Client) -> None:
    office = signed_in(client, cast.office)
    for task in Task.objects.filter(plan=drafted):
        assert task.state == TaskState.DRAFT
        page = client.get(f"/items/{task.pk}/").content.decode()
        assert "起草中" in page
        assert lights(office, f"/items/{task.pk}/") == []
    for address in (f"/plans/{drafted.pk}/", f"/plans/{drafted.pk}/table/", "/plans/", f"/items/?plan={drafted.pk}"):
        assert lights(office, address) == []


def test_once_issued_every_step_and_amount_has_its_light(cast: Cast, plan: Plan, client: Client) -> None:
    task = task_of(plan, "1")
    assert lights(signed_in(client, cast.office), f"/items/{task.pk}/")


@pytest.mark.parametrize("state", [TaskState.WITHDRAWN, TaskState.CANCELLED, TaskState.SUSPENDED])
def test_what_boards_do_not_count_has_no_light_either(cast: Cast, plan: Plan, client: Client, state: TaskState) -> None:
    task = task_of(plan, "1")
    Task.objects.filter(pk=task.pk).update(state=state)
    assert lights(signed_in(client, cast.office), f"/items/{task.pk}/") == []


def test_a_day_changed_in_a_draft_is_no_move_and_is_said_in_plain_words(
    cast: Cast, drafted: Plan, client: Client
) -> None:
    later = replace(
        road(cast), milestones=(replace(road(cast).milestones[0], due_on=date(2026, 4, 30)), *road(cast).milestones[1:])
    )
    bring_in(cast, [replace(later, deadline_text="4月底前"), firms(cast), duty(cast)], drafted)
    page = signed_in(client, cast.office).get(f"/items/{task_of(drafted, '1').pk}/").content.decode()
    assert "下达前改动" in page
    assert "时限改动" in page
    assert "改期记录" not in page
