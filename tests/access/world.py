"""One object for every kind that an address can name, and everyone who may knock."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie

from django.core.files.base import ContentFile
from django.test import Client

from accounts.choices import Door, Role, Scope
from accounts.history import Actor
from accounts.models import ApiToken, User
from accounts.registering import create_user, grant
from accounts.tokens import make_token
from projects.calendars import set_own_days
from projects.importing.batches import open_batch
from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import JANUARY, PASSWORD, TODAY, Cast, at, issued_plan, task_of
from tests.factories import LookBackFactory
from tests.family import from_above, make_above, make_child, offer
from tests.tracker.meetings.acts import held
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send
from tests.tracker.visits import owed_of, report
from tracker.bulletins.periods import month
from tracker.bulletins.writing import Words, begin_bulletin, publish_bulletin
from tracker.calendar_links import make_calendar_link
from tracker.choices import BulletinAnnex, Channel
from tracker.closing import Statement, ask_closing
from tracker.directives import give_directive
from tracker.downloads import ask_list, make_waiting
from tracker.evidence import attach
from tracker.extending import Request, ask_extension
from tracker.handover import hand_over
from tracker.models import (
    Bulletin,
    Closure,
    Delivery,
    Directive,
    Extension,
    Handover,
    Obstacle,
    Outlet,
    Receipt,
    Reminder,
    SupportPart,
)
from tracker.obstacles import raise_obstacle
from tracker.reminding.forecasting import forecast
from tracker.reminding.holding import hold, key_of
from tracker.reminding.outlets import Told, add_outlet
from tracker.reminding.subscribing import EVENTS, Wanted, add_webhook
from tracker.reporting import accept_report
from tracker.rounds import open_rounds
from tracker.supporting import ask_for_parts
from tracker.wall_links import make_wall_link

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


def make_world(cast: Cast, plan: Plan | None = None) -> World:
    """Give an issued plan, the cast's own if no other, a report waiting, a table uploaded and a reminder sent."""
    plan = plan or issued_plan(cast)
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
        "organization_id": cast.organization.pk,
        "unit_id": cast.building.pk,
        "person_id": clerk.pk,
        "membership_id": clerk.memberships.get().pk,
        "post_id": cast.deputy_post.pk,
        "holding_id": cast.deputy_post.holdings.get().pk,
        "group_id": cast.everyone.pk,
        "receipt_id": Receipt.objects.get(task=task_of(plan, "1"), department=cast.building).pk,
        "obstacle_id": _obstacle(cast, plan).pk,
        "directive_id": _directive(cast, plan).pk,
        "plan_id": plan.pk,
        "task_id": task_of(plan, "1").pk,
        "milestone_id": task_of(plan, "1").milestones.get(text="开工").pk,
        "target_id": task_of(plan, "2").targets.get().pk,
        "owed_id": owed_of(plan, "1").pk,
        "report_id": waiting.pk,
        "review_id": _reviewed(cast, plan),
        "part_id": _asked_part(cast, plan).pk,
        "round_id": waiting.round_id,
        **_handed(cast, plan),
        "handover_id": _handed_over(cast).pk,
        "delivery_id": _sent_to_clerk(cast, plan).pk,
        "reminder_id": _held(cast).pk,
        "outlet_id": _outlet(cast).pk,
        "webhook_id": _webhook(cast).pk,
        "channel": Channel.DINGTALK_ROBOT.value,
        "batch_id": _uploaded(cast, plan),
        "day_id": _own_day(cast),
        "evidence_id": _evidence(cast, plan),
        "download_id": _downloaded(cast, plan),
        "extension_id": _extension(cast, plan).pk,
        "closure_id": _closure(cast, plan).pk,
        "bulletin_id": _published(cast, plan).pk,
        "draft_id": begin_bulletin(plan=plan, period=month(2026, 5), by=cast.actor()).pk,
        **_met(cast, plan),
        "look_id": LookBackFactory.create(task=task_of(plan, "1"), due_on=TODAY).pk,
        **_hung(cast, plan),
        "token_id": _keyed(cast).pk,
        "secret": _subscribed(cast),
        "key": "some-mail",
        "kind": "department",
        "act": "suspend",
        "place": 0,
    }
    return World(users, ids)


def _extension(cast: Cast, plan: Plan) -> Extension:
    """Ask for a step that nobody is reminded of yet."""
    return ask_extension(
        milestone=task_of(plan, "1").milestones.get(text="开工"),
        department=cast.building,
        request=Request(date(2027, 1, 29), "用地未批", "已报批", "extension"),
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def _closure(cast: Cast, plan: Plan) -> Closure:
    """Ask for the item that has no steps, so that none is left open."""
    return ask_closing(
        task=task_of(plan, "3"),
        department=cast.building,
        statement=Statement("全年无事故。", "closure"),
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def _handed(cast: Cast, plan: Plan) -> dict[str, int]:
    """Hand one item down, and have one come from above."""
    above = cast.organization.parent
    assert above is not None
    down = offer(cast, task_of(plan, "2"), make_child(cast.organization, "xiaji"))[0].pk
    return {"handed_id": down, "hand_down_id": down, "from_above_id": from_above(cast, above).pk}


def _handed_over(cast: Cast) -> Handover:
    """Hand over on a later day, so that everyone keeps what they have."""
    giver, taker = cast.clerk.person, cast.head.person
    assert giver is not None
    assert taker is not None
    return hand_over(
        giver=giver,
        taker=taker,
        on=TODAY + timedelta(days=30),
        wanted={"memberships": list(giver.memberships.values_list("pk", flat=True))},
        leaves=False,
        reason="轮岗",
        token="handover",
        by=cast.actor(),
        now=at(TODAY),
    )


def _reviewed(cast: Cast, plan: Plan) -> int:
    """Accept the account of the item that every unit has a part in."""
    said = accept_report(report=report(cast, plan, "3"), by=cast.actor(), now=at(TODAY))
    return said.reviews.get().pk


def _obstacle(cast: Cast, plan: Plan) -> Obstacle:
    return raise_obstacle(
        task=task_of(plan, "1"),
        department=cast.building,
        text="土地没有批下来。",
        answerer=cast.economy,
        due_on=TODAY,
        token="obstacle",
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )


def _directive(cast: Cast, plan: Plan) -> Directive:
    assert cast.leader.person is not None
    return give_directive(
        task=task_of(plan, "1"),
        leader=cast.leader.person,
        department=cast.building,
        text="月底前拿出方案。",
        due_on=TODAY,
        token="directive",
        by=cast.actor(cast.leader),
        now=at(TODAY),
    )


def _asked_part(cast: Cast, plan: Plan) -> SupportPart:
    (part,) = ask_for_parts(
        task=task_of(plan, "1"),
        lead=cast.building,
        departments=[cast.economy],
        question="请报投资完成数。",
        due_on=TODAY,
        token="asked",
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )
    return part


def _own_day(cast: Cast) -> int:
    by = cast.actor()
    (row,) = set_own_days(
        organization=cast.organization, first=TODAY, last=TODAY, working=False, name="停电", by=by, now=at(TODAY)
    )
    return row.pk


def _published(cast: Cast, plan: Plan) -> Bulletin:
    row = begin_bulletin(plan=plan, period=month(2026, 6), by=cast.actor())
    words = Words(row.title, "督查通报", row.issuer, "各科室。", BulletinAnnex.ALL, texts={})
    return publish_bulletin(bulletin=row, version=row.version, words=words, by=cast.actor())


def _met(cast: Cast, plan: Plan) -> dict[str, int]:
    """Hold a meeting that decided something on the lead unit's item, and make its minutes."""
    row = held(cast, plan)
    return {"meeting_id": row.pk, "agenda_id": row.items.get(task=task_of(plan, "1")).pk}


def _hung(cast: Cast, plan: Plan) -> dict[str, object]:
    """Hang a screen for the plan, and give the link with its secret."""
    until = TODAY + timedelta(days=90)
    row, token = make_wall_link(plan=plan, place="三楼会议室", expires_on=until, by=cast.actor(), now=at(TODAY))
    return {"link_id": row.pk, "token": token}


def _subscribed(cast: Cast) -> str:
    """Give the secret of the clerk's calendar."""
    return make_calendar_link(user=cast.clerk, by=cast.actor(cast.clerk), now=at(TODAY))


def _keyed(cast: Cast) -> ApiToken:
    """Make a key of the clerk's for a program."""
    row, _ = make_token(
        user=cast.clerk,
        name="OA",
        scopes=[Scope.READ],
        expires_on=TODAY + timedelta(days=90),
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )
    return row


def _evidence(cast: Cast, plan: Plan) -> int:
    file = ContentFile(b"%PDF-1.4", name="photo.pdf")
    by, now = cast.actor(cast.clerk), at(TODAY)
    (row,) = attach(task=task_of(plan, "1"), files=[file], department=cast.building, by=by, now=now)
    return row.pk


def _downloaded(cast: Cast, plan: Plan) -> int:
    row = ask_list(plan=plan, user=cast.clerk, by=cast.actor(cast.clerk), now=at(TODAY))
    make_waiting(now=at(TODAY), seconds=5)
    return row.pk


def _office_above(cast: Cast) -> User:
    by = Actor(None, Door.COMMAND, JANUARY)
    above = make_above(cast)
    user = create_user(username="above", password=PASSWORD, organization=above, by=by)
    grant(user=user, organization=above, role=Role.OFFICE, from_on=JANUARY, by=by)
    return user


def _sent_to_clerk(cast: Cast, plan: Plan) -> Delivery:
    road = task_of(plan, "1")
    first = road.milestones.get(position=0)
    mark_milestones(task=road, done={first.pk: JANUARY}, by=cast.actor(), now=at(JANUARY))
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    return Delivery.objects.filter(channel=Channel.INBOX, person=cast.clerk.person).latest("pk")


def _held(cast: Cast) -> Reminder:
    """Hold the next reminder to come."""
    until, own = at(TODAY + timedelta(days=7)), cast.organization.pk
    key = key_of(forecast(since=at(TODAY), until=until, organization_id=own)[0])
    by, now = cast.actor(), at(TODAY)
    (row,) = hold(keys=[key], until=until, reason="另有安排", organization_id=own, by=by, now=now)
    return row


def _outlet(cast: Cast) -> Outlet:
    """Set up the organization's gateway for text messages, after everything was told."""
    settings = {"url": "https://sms.example.org/send", "body": "to={phone}&text={text}", "success": "code=0"}
    return add_outlet(
        organization=cast.organization,
        channel=Channel.SMS.value,
        department=None,
        told=Told("短信网关", settings),
        by=cast.actor(),
        now=at(TODAY),
    )


def _webhook(cast: Cast) -> Outlet:
    wanted = Wanted("OA", "https://oa.example.org/duban", EVENTS)
    row, _ = add_webhook(organization=cast.organization, wanted=wanted, by=cast.actor(), now=at(TODAY))
    return row


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
