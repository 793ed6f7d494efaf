"""Whose word a request for a later date waits for, by the posts and units that people hold on the day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Value
from django.http import Http404

from accounts.access import Reach
from accounts.choices import MembershipRole, PostRank
from accounts.models import Membership, PostHolding
from accounts.models.dated import in_force
from projects.access import tasks_for
from projects.choices import InvolvementRole, TaskState
from projects.models import Involvement
from tracker.asking import Turn, may_decide, turn
from tracker.choices import ApprovalStep, ExtensionState
from tracker.models import Extension

PEOPLE = (ApprovalStep.HEAD, ApprovalStep.LEADER, ApprovalStep.MAIN_LEADER)
"""The steps that people hold; the office is always there."""

Steps = frozenset[ApprovalStep]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request with whose turn it is (None: it ended), and the steps that the reader holds for it."""

    extension: Extension
    turn: Turn | None
    roles: Steps
    asked_it: bool

    @property
    def may_decide(self) -> bool:
        return self.turn is not None and may_decide(self.turn, self.roles, asked_it=self.asked_it)

    @property
    def mine(self) -> bool:
        """Say whether it waits for the reader's own word, the office's also where nobody holds the step."""
        return self.may_decide and self.turn is not None and self.turn.decider in self.roles

    @property
    def on_behalf(self) -> bool:
        """Say whether the reader would speak for someone else."""
        return self.may_decide and self.turn is not None and self.turn.step not in self.roles


def extensions_for(reach: Reach, *, today: date) -> QuerySet[Extension]:
    """Return those on visible items, with what says whose turn it is."""
    visible = tasks_for(reach, today=today).values("pk")
    return with_holders(Extension.objects.filter(task__in=visible), reach, today=today)


def get_extension(reach: Reach, extension_id: int, *, today: date) -> Waiting:
    """Raise Http404 for one that isn't there or isn't theirs to see."""
    rows = extensions_for(reach, today=today).select_related("task__plan", "milestone", "department")
    row = rows.filter(pk=extension_id).first()
    if row is None:
        raise Http404
    return waiting(row, reach)


def to_decide(reach: Reach, *, today: date) -> int:
    """Count what waits for this reader's own word; nothing is asked for those who decide nothing."""
    if not (reach.office or reach.headed or reach.posts):
        return 0
    rows = with_holders(pending_of(reach.organization_id), reach, today=today)
    return sum(waiting(row, reach).mine for row in rows)


def still_pending(rows: QuerySet[Extension]) -> QuerySet[Extension]:
    """Return the requests that wait; those of items that stand still wait unseen until these go on."""
    return rows.filter(state=ExtensionState.PENDING, task__state=TaskState.ISSUED)


def pending_of(organization_id: int | None) -> QuerySet[Extension]:
    """Return an organization's requests that wait, whoever decides them."""
    return still_pending(Extension.objects.filter(organization=organization_id))


def with_holders(rows: QuerySet[Extension], reach: Reach, *, today: date) -> QuerySet[Extension]:
    """Say of each request which roles somebody holds, which its asker holds, and whether the reader is its leader."""
    heads = Membership.objects.on(today).filter(
        _can_sign_in("person__", today), department=OuterRef("department"), role=MembershipRole.HEAD
    )
    leaders = Involvement.objects.on(today).filter(task=OuterRef("task"), role=InvolvementRole.LEADER)
    held = leaders.filter(
        _can_sign_in("person__", today)
        | (in_force(today, prefix="post__holdings__") & _can_sign_in("post__holdings__person__", today))
    )
    main = PostHolding.objects.on(today).filter(
        _can_sign_in("person__", today), organization=OuterRef("organization"), post__rank=PostRank.MAIN_LEADER
    )
    asker = OuterRef("user__person")
    holds_post = in_force(today, prefix="post__holdings__") & Q(post__holdings__person=asker)
    named = Q(post__in=reach.posts) | Q(person__isnull=False, person=reach.person_id)
    return rows.annotate(
        held_head=Exists(heads),
        held_leader=Exists(held),
        held_main_leader=Exists(main),
        asker_head=Exists(heads.filter(person=asker)),
        asker_leader=Exists(leaders.filter(Q(person=asker) | holds_post)),
        asker_main_leader=Exists(main.filter(person=asker)),
        reader_leader=Exists(leaders.filter(named)) if reach.person_id else Value(False, BooleanField()),
    )


def waiting(row: Extension, reach: Reach) -> Waiting:
    """Read a row of `with_holders`."""
    return Waiting(row, turn_of(row), roles_in(row, reach), asked_it=row.user_id == reach.user_id)


def turn_of(row: Extension) -> Turn | None:
    if row.state != ExtensionState.PENDING:
        return None
    return turn(chain_of(row), row.decided, _told(row, "held"))


def chain_of(row: Extension) -> tuple[ApprovalStep, ...]:
    return tuple(ApprovalStep(step) for step in row.chain)


def asker_roles(row: Extension) -> Steps:
    """Return the steps that whoever asked holds, of a row of `with_holders`."""
    return _told(row, "asker")


def roles_in(row: Extension, reach: Reach) -> Steps:
    """Return the steps that the reader holds for this request."""
    held = {
        ApprovalStep.HEAD: row.department_id in reach.headed,
        ApprovalStep.LEADER: bool(getattr(row, "reader_leader")),  # noqa: B009 - annotated, the model hasn't it
        ApprovalStep.MAIN_LEADER: reach.main_leader,
        ApprovalStep.OFFICE: reach.office,
    }
    return frozenset(step for step, holds in held.items() if holds)


def _told(row: Extension, by: str) -> Steps:
    return frozenset(step for step in PEOPLE if getattr(row, f"{by}_{step.value}"))


def _can_sign_in(prefix: str, today: date) -> Q:
    """Return the condition that a person has a sign-in and hasn't left."""
    here = Q(**{f"{prefix}left_on__isnull": True}) | Q(**{f"{prefix}left_on__gt": today})
    return Q(**{f"{prefix}user__is_active": True}) & here
