"""Every page, by who opens it, on an installation with one of everything; test_everywhere.py holds the list against the addresses."""

from dataclasses import replace

import pytest

from accounts.choices import Role
from accounts.models import User
from accounts.registering import create_user, grant
from projects.models import Plan
from tests.access.world import World, make_world
from tests.cast import JANUARY, PASSWORD, TODAY, Cast
from tests.tracker.goals import in_two_years
from tests.tracker.visits import report
from tracker.models import PlanRules

PAGES: dict[str, tuple[str, ...]] = {
    "nobody": ("/accounts/login/", "/wall/screen/{token}/"),
    "clerk": (
        "/",
        "/accounts/password/",
        "/accounts/password/changed/",
        "/feedback/",
        "/rules/",
        "/reminders/deliveries/{delivery_id}/",
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
        "/multi-year-goals/",
        "/bulletins/",
        "/bulletins/{bulletin_id}/",
        "/bulletins/{bulletin_id}/items/?figure=overdue",
        "/meetings/",
        "/meetings/{meeting_id}/",
        "/inbox/",
        "/reminders/mine/",
        "/reminders/mine/calendar/",
        "/downloads/",
        "/accounts/tokens/",
        "/api/v1/docs/",
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
        "/multi-year-goals/",
        "/wall/units/",
        "/wall/links/",
        "/search/",
        "/search/?q=开工",
        "/items/",
        "/items/{task_id}/",
        "/items/{task_id}/sheet/",
        "/items/{task_id}/edit/",
        "/items/{task_id}/split/",
        "/items/{task_id}/hand-down/",
        "/handed-down/",
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
        "/webhooks/",
        "/webhooks/{webhook_id}/",
        "/outlets/",
        "/outlets/add/dingtalk_robot/",
        "/outlets/{outlet_id}/",
        "/outlets/{outlet_id}/people/",
        "/urging/?item={task_id}",
        "/imports/",
        "/imports/{batch_id}/",
        "/imports/{batch_id}/match/{place}/",
        "/imports/{batch_id}/together/{kind}/",
        "/imports/{batch_id}/progress/",
        "/imports/{batch_id}/undo/",
        "/receipts/units/{unit_id}/",
        "/plans/",
        "/plans/add/",
        "/plans/{plan_id}/edit/",
        "/plans/{plan_id}/issue/",
        "/plans/{plan_id}/carry-over/",
        "/plans/{plan_id}/items/add/",
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
        "/people/import/",
        "/people/units/add/",
        "/people/units/{unit_id}/",
        "/people/units/{unit_id}/pass-on/",
        "/people/persons/",
        "/people/persons/add/",
        "/people/persons/{person_id}/",
        "/people/posts/",
        "/people/posts/add/",
        "/people/posts/{post_id}/",
        "/people/groups/",
        "/people/groups/add/",
        "/people/groups/{group_id}/",
    ),
    "keeper": (
        "/administration/",
        "/administration/organizations/add/",
        "/administration/organizations/{organization_id}/",
    ),
    "below": ("/from-above/", "/from-above/{handed_id}/"),
}

NO_PAGES: dict[str, str] = {
    "accounts:password_choose": "seen once, by a sign-in with a code; leads on for everyone else",
    "projects:import_file": "a file",
    "seeds:mail": "the demo's",
    "seeds:mailbox": "the demo's",
    "tracker:bulletin_pdf": "a file",
    "tracker:calendar_file": "a file",
    "tracker:bulletin_word": "a file",
    "tracker:download": "a file",
    "tracker:evidence": "a file",
    "tracker:handover_file": "a file",
    "tracker:handover_of": "leads on",
    "tracker:healthz": "for a machine",
    "tracker:metrics": "for a machine",
    "tracker:item_row": "a part of a page",
    "tracker:meeting_minutes": "a file",
    "tracker:mine_row": "a part of a page",
    "tracker:multi_year_book": "a file",
    "tracker:readyz": "for a machine",
    "tracker:record_book": "a file",
    "tracker:record_file": "a file",
    "tracker:sheet_file": "a file",
}
"""Addresses that answer a GET and are no page, and why."""


@pytest.fixture(name="world")
def world_fixture(cast: Cast, plan: Plan) -> World:
    """Return one of everything, a report that waits for the unit's head, who looks after the installation, and an office below."""
    in_two_years(cast, plan)
    made = make_world(cast, plan)
    PlanRules.objects.create(organization=cast.organization, plan=plan, valid_from=TODAY, sign_off=True)
    report(cast, plan, "5")
    ids = {**made.ids, "organization_id": cast.organization.pk}
    below = User.objects.get(role_grants__role=Role.OFFICE, organization__parent=cast.organization)
    return replace(made, users={**made.users, "keeper": _keeper(cast), "below": below}, ids=ids)


def _keeper(cast: Cast) -> User:
    user = create_user(username="keeper", password=PASSWORD, organization=cast.organization, by=cast.actor())
    grant(user=user, organization=cast.organization, role=Role.SYSTEM, from_on=JANUARY, by=cast.actor())
    return user
