"""Handing duties over: what one person does becomes another's from a day, or for a time, in one operation."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.choices import MembershipRole
from accounts.conflicts import Conflict
from accounts.history import Actor, Change, record
from accounts.maintaining import end_membership, leave
from accounts.models import Department, Membership, Person, Post, PostHolding
from accounts.registering import hold_post, join, leave_post
from accounts.versions import raise_version
from projects.models import Task
from projects.swapping import Party, items_of, swap_parties
from tracker.choices import HandoverKind, ObstacleState
from tracker.models import Handover, HandoverItem, Obstacle
from tracker.reminding.handing_on import hand_on_notices
from tracker.reminding.noticing import obstacle_raised

ONE_DAY = timedelta(days=1)


class NotHandedOver(Exception):
    """It can't be done: `reason` is a code (`same_person`, `taker_left`, `past`, `nothing`, `ends_before`, `over`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Duties:
    """What a person does on a day, of which some or all goes over; `tasks` are the open items that name the person."""

    tasks: tuple[Task, ...]
    holdings: tuple[PostHolding, ...]
    memberships: tuple[Membership, ...]
    obstacles: tuple[Obstacle, ...]

    def chosen(self, wanted: Mapping[str, Collection[int]]) -> "Duties":
        """Keep those whose ids are named; what isn't the giver's any more falls away."""
        kept = {
            name: tuple(row for row in getattr(self, name) if row.pk in wanted.get(name, ())) for name in self.__slots__
        }
        return Duties(**kept)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


def duties_of(person: Person, *, today: date) -> Duties:
    """Return them in a fixed number of queries."""
    still = Q(to_on__isnull=True) | Q(to_on__gte=today)
    held = PostHolding.objects.filter(still, person=person).select_related("post")
    joined = Membership.objects.filter(still, person=person).select_related("department")
    asked = Obstacle.objects.filter(answering_person=person, state=ObstacleState.OPEN).select_related("task")
    return Duties(
        tasks=tuple(items_of(Party.of(person), today=today)),
        holdings=tuple(held.order_by("post__position", "pk")),
        memberships=tuple(joined.order_by("department__position", "pk")),
        obstacles=tuple(asked.order_by("due_on", "pk")),
    )


@transaction.atomic
def hand_over(
    *,
    giver: Person,
    taker: Person,
    on: date,
    wanted: Mapping[str, Collection[int]],
    leaves: bool,
    reason: str,
    token: str,
    by: Actor,
    now: datetime,
) -> Handover:
    """Give the wanted duties (ids by the names of Duties) over from `on`; a later day waits for the clock.

    The giver's reports keep the giver's name. With `leaves` the giver belongs to nothing from that day, and the
    sign-in is switched off. The same token again returns the first handover. Raise NotHandedOver.
    """
    if (first := Handover.objects.filter(token=token).first()) is not None:
        return first
    _refuse(giver, taker, on, today=by.today)
    duties = duties_of(giver, today=by.today).chosen(wanted)
    if not duties and not leaves:
        raise NotHandedOver("nothing")
    made = _make(HandoverKind.HANDOVER, giver, taker, on, None, reason, token, by, now)
    made.leaves = leaves
    made.save()
    HandoverItem.objects.bulk_create(_items(made, duties))
    _note(made, "handover.made", _content(made), by)
    if on <= by.today:
        carry_out(made, by=by, now=now)
    return made


@transaction.atomic
def delegate(
    *, giver: Person, taker: Person, on: date, until: date, reason: str, token: str, by: Actor, now: datetime
) -> Handover:
    """Let the taker act for the giver from `on` to `until`, both included, in the giver's units and posts.

    Nothing is taken from the giver; what the taker was given ends by its own date.
    """
    if (first := Handover.objects.filter(token=token).first()) is not None:
        return first
    _refuse(giver, taker, on, today=by.today)
    if until < on:
        raise NotHandedOver("ends_before")
    made = _make(HandoverKind.DELEGATION, giver, taker, on, until, reason, token, by, now)
    made.done_at = now
    made.save()
    HandoverItem.objects.bulk_create(_lent(made, duties_of(giver, today=by.today), by))
    _note(made, "handover.delegated", _content(made), by)
    return made


@transaction.atomic
def end_early(*, handover: Handover, version: int, by: Actor) -> Handover:
    """End a delegation with today as its last day, or call off a handover whose day hasn't come."""
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.version != version:
        raise Conflict(row)
    waiting = row.kind == HandoverKind.HANDOVER and row.done_at is None
    running = row.kind == HandoverKind.DELEGATION and row.until is not None and row.until >= by.today
    if row.ended_on is not None or not (waiting or running):
        raise NotHandedOver("over")
    row.ended_on = by.today
    row.save(update_fields=["ended_on"])
    raise_version(row)
    if running:
        _take_back(row, by)
    _note(row, "handover.ended", {"ended_on": row.ended_on}, by)
    return row


def carry_out_due(*, by: Actor, now: datetime) -> int:
    """Carry out what was handed over for a day that has come; harmless when it is done twice. Return how many."""
    waiting = Handover.objects.filter(
        kind=HandoverKind.HANDOVER, done_at__isnull=True, ended_on__isnull=True, on__lte=by.today
    )
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            row = (
                Handover.objects.select_for_update()
                .filter(pk=number, done_at__isnull=True, ended_on__isnull=True)
                .first()
            )
            if row is not None:
                carry_out(row, by=by, now=now)
    return len(numbers)


@transaction.atomic
def carry_out(handover: Handover, *, by: Actor, now: datetime) -> None:
    """Move what still is the giver's of what was to go over."""
    items = list(HandoverItem.objects.filter(handover=handover).select_related("task", "obstacle").order_by("pk"))
    wanted: dict[str, list[int]] = {"tasks": [], "holdings": [], "memberships": [], "obstacles": []}
    for item in items:
        for name, number in _named(item):
            wanted[name].append(number)
    giver, taker = handover.giver, handover.taker
    duties = duties_of(giver, today=by.today).chosen(wanted)
    _pass_posts(duties.holdings, taker, by)
    _pass_memberships(duties.memberships, taker, by)
    _pass_obstacles(duties.obstacles, taker, handover.reason, by, now)
    if handover.leaves:
        leave(person=giver, on=by.today - ONE_DAY, by=by)
    swaps: dict[Party, Party | None] = {Party.of(giver): Party.of(taker)}
    swap_parties(tasks=duties.tasks, swaps=swaps, reason=handover.reason, by=by, now=now)
    hand_on_notices(giver=giver, taker=taker, today=by.today)
    handover.done_at = now
    handover.save(update_fields=["done_at"])
    raise_version(handover)
    _note(handover, "handover.done", {"items": len(duties.tasks)}, by)


def _refuse(giver: Person, taker: Person, on: date, *, today: date) -> None:
    if giver.pk == taker.pk or giver.organization_id != taker.organization_id:
        raise NotHandedOver("same_person")
    if taker.left_on is not None and taker.left_on <= on:
        raise NotHandedOver("taker_left")
    if on < today:
        raise NotHandedOver("past")


def _make(
    kind: HandoverKind,
    giver: Person,
    taker: Person,
    on: date,
    until: date | None,
    reason: str,
    token: str,
    by: Actor,
    now: datetime,
) -> Handover:
    return Handover(
        organization_id=giver.organization_id,
        kind=kind,
        giver=giver,
        taker=taker,
        giver_name=giver.name,
        taker_name=taker.name,
        on=on,
        until=until,
        reason=reason,
        user=by.user,
        author_name=by.name,
        at=now,
        token=token,
    )


def _items(handover: Handover, duties: Duties) -> Iterator[HandoverItem]:
    for task in duties.tasks:
        yield _item(handover, f"{task.number} {task.title}".strip(), task=task)
    for holding in duties.holdings:
        yield _item(handover, holding.post.name, holding=holding)
    for membership in duties.memberships:
        yield _item(handover, membership.department.name, membership=membership)
    for obstacle in duties.obstacles:
        yield _item(handover, obstacle.text, task=obstacle.task, obstacle=obstacle)


def _lent(handover: Handover, duties: Duties, by: Actor) -> Iterator[HandoverItem]:
    """Give the taker the giver's units and posts for the time, but for what the taker has already."""
    taker, on, until = handover.taker, handover.on, handover.until
    own = duties_of(taker, today=by.today)
    units = {(row.department_id, row.role) for row in own.memberships if row.to_on is None}
    posts = {row.post_id for row in own.holdings if row.to_on is None}
    for row in duties.memberships:
        if (row.department_id, row.role) not in units:
            role = MembershipRole(row.role)
            lent = join(person=taker, department=row.department, role=role, from_on=on, to_on=until, by=by)
            yield _item(handover, row.department.name, membership=lent)
    for holding in duties.holdings:
        if holding.post_id not in posts:
            held = hold_post(post=holding.post, person=taker, from_on=on, to_on=until, by=by)
            yield _item(handover, holding.post.name, holding=held)


def _item(handover: Handover, words: str, **what: Any) -> HandoverItem:
    return HandoverItem(organization_id=handover.organization_id, handover=handover, words=words[:500], **what)


def _named(item: HandoverItem) -> Iterator[tuple[str, int]]:
    if item.obstacle_id:
        yield "obstacles", item.obstacle_id
    elif item.task_id:
        yield "tasks", item.task_id
    if item.holding_id:
        yield "holdings", item.holding_id
    if item.membership_id:
        yield "memberships", item.membership_id


def _pass_posts(holdings: Collection[PostHolding], taker: Person, by: Actor) -> None:
    posts: dict[int, Post] = {}
    for holding in holdings:
        leave_post(holding=holding, to_on=_last_day(holding.from_on, by.today), by=by)
        posts[holding.post_id] = holding.post
    held = PostHolding.objects.filter(person=taker, post__in=posts, to_on__isnull=True).values_list(
        "post_id", flat=True
    )
    for number in posts.keys() - set(held):
        hold_post(post=posts[number], person=taker, from_on=by.today, by=by)


def _pass_memberships(memberships: Collection[Membership], taker: Person, by: Actor) -> None:
    roles: dict[tuple[int, str], Department] = {}
    for row in memberships:
        end_membership(membership=row, to_on=by.today - ONE_DAY, by=by)
        roles[row.department_id, row.role] = row.department
    open_rows = Membership.objects.filter(person=taker, to_on__isnull=True).values_list("department_id", "role")
    for key in roles.keys() - set(open_rows):
        join(person=taker, department=roles[key], role=MembershipRole(key[1]), from_on=by.today, by=by)


def _pass_obstacles(obstacles: Collection[Obstacle], taker: Person, reason: str, by: Actor, now: datetime) -> None:
    """Let another answer by the same day; who asked sees it in the item's history."""
    for obstacle in obstacles:
        before = {"answering_person": obstacle.answering_person_id, "cycle": obstacle.cycle}
        obstacle.answering_person, obstacle.cycle = taker, obstacle.cycle + 1
        obstacle.save(update_fields=["answering_person", "cycle"])
        change = Change(
            organization_id=obstacle.organization_id,
            object_type="obstacle",
            object_id=obstacle.pk,
            version=raise_version(obstacle),
            action="obstacle.handed_over",
            before=before,
            after={"answering_person": taker.pk, "cycle": obstacle.cycle},
            task_id=obstacle.task_id,
            reason=reason,
        )
        record(change, by=by)
        obstacle_raised(obstacle=obstacle, by=by, now=now)


def _take_back(handover: Handover, by: Actor) -> None:
    items = HandoverItem.objects.filter(handover=handover).select_related("membership", "holding__post")
    for item in items:
        if item.membership is not None:
            end_membership(
                membership=item.membership, to_on=_last_day(item.membership.from_on, by.today + ONE_DAY), by=by
            )
        if item.holding is not None:
            leave_post(holding=item.holding, to_on=_last_day(item.holding.from_on, by.today + ONE_DAY), by=by)


def _last_day(began: date | None, first_day_without: date) -> date:
    """Return the day before, but never one before the beginning: a row that never held ends on its first day."""
    last = first_day_without - ONE_DAY
    return max(last, began) if began else last


def _content(handover: Handover) -> dict[str, Any]:
    return {
        "kind": handover.kind,
        "giver": handover.giver_id,
        "giver_name": handover.giver_name,
        "taker": handover.taker_id,
        "taker_name": handover.taker_name,
        "on": handover.on,
        "until": handover.until,
        "leaves": handover.leaves,
    }


def _note(handover: Handover, action: str, after: Mapping[str, Any], by: Actor) -> None:
    change = Change(
        organization_id=handover.organization_id,
        object_type="handover",
        object_id=handover.pk,
        version=handover.version,
        action=action,
        after=after,
        reason=handover.reason,
    )
    record(change, by=by)
