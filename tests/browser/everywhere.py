"""The pages of a month's work and of the office's desk, by who opens them, on an installation with one of everything."""

import pytest

from projects.models import Plan
from tests.access.world import World, make_world
from tests.cast import TODAY, Cast
from tests.tracker.visits import report
from tracker.models import PlanRules

PAGES: dict[str, tuple[str, ...]] = {
    "clerk": (
        "/mine/",
        "/mine/?tab=reported",
        "/mine/grid/",
        "/mine/sheet/",
        "/items/{task_id}/",
        "/items/{task_id}/report/",
        "/items/{task_id}/extension/",
        "/items/{task_id}/closing/",
        "/items/{task_id}/obstacles/add/",
        "/items/{task_id}/parts/",
        "/obstacles/",
        "/obstacles/{obstacle_id}/",
        "/directives/{directive_id}/",
        "/receipts/",
        "/bulletins/",
        "/bulletins/{bulletin_id}/",
        "/bulletins/{bulletin_id}/items/?figure=overdue",
        "/meetings/",
        "/meetings/{meeting_id}/",
        "/inbox/",
        "/reminders/mine/",
        "/downloads/",
    ),
    "supporting": ("/items/{task_id}/parts/", "/obstacles/{obstacle_id}/"),
    "head": ("/mine/?tab=sign",),
    "leader": (
        "/board/",
        "/wall/",
        "/items/{task_id}/directives/add/",
        "/directives/",
        "/directives/{directive_id}/",
        "/meetings/items/{agenda_id}/",
    ),
    "office": (
        "/board/",
        "/board/targets/",
        "/wall/units/",
        "/wall/links/",
        "/wall/screen/{token}/",
        "/search/",
        "/search/?q=开工",
        "/items/",
        "/items/{task_id}/",
        "/items/{task_id}/sheet/",
        "/items/{task_id}/edit/",
        "/items/{task_id}/split/",
        "/items/{task_id}/history/",
        "/reviews/",
        "/extensions/",
        "/extensions/{extension_id}/",
        "/closings/",
        "/closings/{closure_id}/",
        "/look-backs/",
        "/rounds/",
        "/rounds/{round_id}/",
        "/bulletins/",
        "/bulletins/add/",
        "/bulletins/{bulletin_id}/",
        "/bulletins/{draft_id}/edit/",
        "/meetings/",
        "/meetings/add/",
        "/meetings/{meeting_id}/",
        "/reminders/",
        "/reminders/undelivered/",
        "/outlets/",
        "/outlets/add/dingtalk_robot/",
        "/outlets/{outlet_id}/",
        "/outlets/{outlet_id}/people/",
        "/urging/?item={task_id}",
        "/imports/",
        "/imports/{batch_id}/",
        "/plans/",
        "/plans/{plan_id}/",
        "/plans/{plan_id}/table/",
        "/plans/{plan_id}/rules/",
        "/plans/{plan_id}/list/",
        "/calendar/",
        "/administration/",
        "/administration/sending/",
        "/handovers/",
        "/handovers/add/{person_id}/",
        "/handovers/{handover_id}/",
        "/people/",
        "/people/units/{unit_id}/",
        "/people/units/{unit_id}/pass-on/",
        "/people/persons/",
        "/people/persons/{person_id}/",
        "/people/posts/{post_id}/",
        "/people/groups/{group_id}/",
    ),
}


@pytest.fixture(name="world")
def world_fixture(cast: Cast, plan: Plan) -> World:
    """Return one of everything, and a report that waits for the unit's head."""
    made = make_world(cast, plan)
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=TODAY, sign_off=True)
    report(cast, plan, "5")
    return made
