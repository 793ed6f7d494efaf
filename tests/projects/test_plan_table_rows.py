"""A row of the plan's table shows all of its names, and says that a cell was kept."""

import pytest
from django.test import Client

from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TaskDraft
from projects.planning import add_tasks, create_plan
from tests.cast import TODAY, Cast, at

pytestmark = pytest.mark.django_db


def test_all_names_of_a_cell_stand_below_it_where_they_do_not_fit(cast: Cast, client: Client) -> None:
    plan = create_plan(organization=cast.organization, year=2026, title="清单", by=cast.actor(), now=at(TODAY))
    both = tuple(
        PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk) for unit in (cast.building, cast.economy)
    )
    one = TaskDraft(title="修桥", number="2", parties=both[:1])
    add_tasks(
        plan=plan, drafts=[TaskDraft(title="修路", number="1", parties=both), one], by=cast.actor(), now=at(TODAY)
    )
    client.force_login(cast.office)
    page = client.get(f"/plans/{plan.pk}/table/").content.decode()
    names = f"{cast.building.name}、{cast.economy.name}"
    assert f'title="{names}"' in page
    assert f'<span class="sub" aria-hidden="true">{names}</span>' in page
    assert f'title="{cast.building.name}"' not in page


def test_a_row_says_that_its_cell_was_kept_and_a_refused_one_does_not(cast: Cast, client: Client) -> None:
    plan = create_plan(organization=cast.organization, year=2026, title="清单", by=cast.actor(), now=at(TODAY))
    (task,) = add_tasks(plan=plan, drafts=[TaskDraft(title="修路", number="1")], by=cast.actor(), now=at(TODAY))
    client.force_login(cast.office)
    said = '<span class="saved" role="status">已保存</span>'
    assert said not in client.get(f"/plans/{plan.pk}/table/").content.decode()

    def write(field: str, text: str) -> str:
        task.refresh_from_db()
        sent = {"field": field, "text": text, "version": task.version}
        url = f"/plans/{plan.pk}/table/{task.pk}/"
        return client.post(url, sent, headers={"HX-Request": "true"}).content.decode()

    assert said in write("title", "修大路")
    assert said not in write("lead", "没有这个科")
