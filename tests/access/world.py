"""One object for every kind that an address can name, and everyone who may knock."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from django.core.files.base import ContentFile
from django.test import Client

from accounts.choices import Door, Role
from accounts.history import Actor
from accounts.models import User
from accounts.registering import create_organization, create_user, grant
from projects.calendars import set_own_days
from projects.importing.batches import open_batch
from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import JANUARY, PASSWORD, TODAY, Cast, at, issued_plan, task_of
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send
from tests.tracker.visits import owed_of, report
from tracker.choices import Channel
from tracker.models import Delivery, Receipt
from tracker.rounds import open_rounds

TABLE = "序号\t工作内容\t完成时限\t责任单位\n1\t建设公交站\t3月底前\t规划建设科\n"

ROLES = ("nobody", "office", "leader", "deputy", "head", "clerk", "supporting", "other", "parent", "outsider")
"""`head` and `clerk` are of the unit that leads, `supporting` of one that supports, `other` of one that does neither;
`parent` is the office of the organization above, `outsider` a clerk of another organization."""


@dataclass(frozen=True)
class World:
    """`ids` are the values for the names in addresses, all of things in which the lead unit has a part."""

    users: Mapping[str, User | None]
    ids: Mapping[str, object]
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """Return a new browser with the session of that role, who signed in once."""
        client, user = Client(), self.users[role]
        if role in self.cookies:
            client.cookies = copy(self.cookies[role])
        elif user is not None:
            client.force_login(user)
            self.cookies[role] = copy(client.cookies)
        return client


def make_world(cast: Cast) -> World:
    """Make an issued plan with a report waiting, a table uploaded and a reminder sent."""
    plan = issued_plan(cast)
    open_rounds(today=TODAY)
    waiting = report(cast, plan, "1")
    users: dict[str, User | None] = {
        "nobody": None,
        "supporting": cast.economy_clerk,
        "other": cast.investment_clerk,
        "parent": _office_above(cast),
        **{role: getattr(cast, role) for role in ("office", "leader", "deputy", "head", "clerk", "outsider")},
    }
    clerk = cast.clerk.person
    assert clerk is not None
    ids = {
        "unit_id": cast.building.pk,
        "person_id": clerk.pk,
        "membership_id": clerk.memberships.get().pk,
        "post_id": cast.deputy_post.pk,
        "holding_id": cast.deputy_post.holdings.get().pk,
        "group_id": cast.everyone.pk,
        "receipt_id": Receipt.objects.get(task=task_of(plan, "1"), department=cast.building).pk,
        "plan_id": plan.pk,
        "task_id": task_of(plan, "1").pk,
        "owed_id": owed_of(plan, "1").pk,
        "report_id": waiting.pk,
        "delivery_id": _sent_to_clerk(cast, plan).pk,
        "batch_id": _uploaded(cast, plan),
        "day_id": _own_day(cast),
        "key": "some-mail",
        "kind": "department",
        "act": "suspend",
        "place": 0,
    }
    return World(users, ids)


def _own_day(cast: Cast) -> int:
    by = cast.actor()
    (row,) = set_own_days(organization=cast.organization, first=TODAY, last=TODAY, working=False, name="停电", by=by)
    return row.pk


def _office_above(cast: Cast) -> User:
    by = Actor(None, Door.COMMAND, JANUARY)
    above = create_organization(code="shang", name="示例上级机关", by=by)
    cast.organization.parent = above
    cast.organization.save(update_fields=["parent"])
    user = create_user(username="above", password=PASSWORD, organization=above, by=by)
    grant(user=user, organization=above, role=Role.OFFICE, from_on=JANUARY, by=by)
    return user


def _sent_to_clerk(cast: Cast, plan: Plan) -> Delivery:
    road = task_of(plan, "1")
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: JANUARY}, by=cast.actor(), now=at(JANUARY))
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    return Delivery.objects.get(channel=Channel.INBOX, person=cast.clerk.person)


def _uploaded(cast: Cast, plan: Plan) -> int:
    batch = open_batch(
        organization=cast.organization,
        year=plan.year,
        plan=plan,
        file=ContentFile(TABLE.encode()),
        file_name="示例.txt",
        by=cast.actor(),
        now=at(TODAY),
    )
    return batch.pk
