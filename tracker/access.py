"""What is reached in this app: a unit or person that must answer sees that item too, whoever leads it."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.access import Reach
from accounts.choices import PostRank
from accounts.models import Post
from projects import access as promised
from projects.access import HIDDEN_STATES, plans_for, tasks_for, tasks_of_units
from projects.choices import InvolvementRole, PlanState
from projects.models import Involvement, Task
from tracker.choices import BulletinState, DirectiveState, ObstacleState
from tracker.models import AgendaItem, Bulletin, Decision, Directive, Meeting, Obstacle


def get_task(reach: Reach, task_id: int, *, today: date) -> Task:
    """Return an item of the reach's own, or one about which it is asked; raise Http404 for any other."""
    try:
        return promised.get_task(reach, task_id, today=today)
    except Http404:
        asked = _asked_tasks(reach).select_related("plan", "section").filter(pk=task_id).first()
        if asked is None:
            raise
        return asked


def get_obstacle(reach: Reach, obstacle_id: int, *, today: date) -> Obstacle:
    """Raise Http404 for one that isn't there or isn't theirs to see."""
    row = obstacles_for(reach, today=today).filter(pk=obstacle_id).first()
    if row is None:
        raise Http404
    return row


def get_directive(reach: Reach, directive_id: int, *, today: date) -> Directive:
    """Raise Http404 for one that isn't there or isn't theirs to see."""
    row = directives_for(reach, today=today).filter(pk=directive_id).first()
    if row is None:
        raise Http404
    return row


def obstacles_for(reach: Reach, *, today: date) -> QuerySet[Obstacle]:
    """Return those on visible items, and those the reach answers."""
    rows = Obstacle.objects.filter(Q(task__in=tasks_for(reach, today=today).values("pk")) | asked_obstacles(reach))
    return rows.select_related("task__plan", "department", "answering_department", "answering_person")


def directives_for(reach: Reach, *, today: date) -> QuerySet[Directive]:
    """Return those on visible items, and those the reach answers."""
    rows = Directive.objects.filter(Q(task__in=tasks_for(reach, today=today).values("pk")) | asked_directives(reach))
    return rows.select_related("task__plan", "department")


def bulletins_for(reach: Reach, *, today: date) -> QuerySet[Bulletin]:
    """Return the office's own, and for all others the published ones of plans they see the whole of.

    A bulletin tells of every item: of a restricted plan it is read by those alone who see all its items.
    """
    rows = Bulletin.objects.filter(plan__in=plans_for(reach, today=today)).select_related("plan")
    if reach.office:
        return rows
    rows = rows.filter(state=BulletinState.PUBLISHED)
    return rows if reach.main_leader else rows.filter(plan__restricted=False)


def get_bulletin(reach: Reach, bulletin_id: int, *, today: date) -> Bulletin:
    """Raise Http404 for one that isn't there or isn't theirs to read."""
    row = bulletins_for(reach, today=today).filter(pk=bulletin_id).first()
    if row is None:
        raise Http404
    return row


def sits_in(reach: Reach) -> bool:
    """Say whether the reader follows meetings: the office runs them, leaders read and speak."""
    if reach.office or reach.main_leader:
        return True
    return bool(reach.posts) and Post.objects.filter(pk__in=reach.posts, rank=PostRank.LEADER).exists()


def meetings_for(reach: Reach, *, today: date) -> QuerySet[Meeting]:
    """Return those of a plan the office or leader sees; for units, those that decided something on their items."""
    rows = Meeting.objects.filter(organization=reach.organization_id, organization__isnull=False)
    rows = rows.select_related("plan", "chair")
    if sits_in(reach):
        return rows.filter(plan__in=plans_for(reach, today=today))
    return rows.filter(pk__in=decisions_for(reach, today=today).values("meeting"))


def decisions_for(reach: Reach, *, today: date) -> QuerySet[Decision]:
    """Return those on items a leader sees; for units, those on items in which they have a part or which they answer."""
    rows = Decision.objects.filter(organization=reach.organization_id)
    if not reach.office:
        rows = rows.exclude(directive__state=DirectiveState.WITHDRAWN)
    seen = tasks_for if sits_in(reach) else tasks_of_units
    mine = Q(item__task__in=seen(reach, today=today).values("pk")) | Q(directive__department__in=reach.departments)
    return rows.filter(mine)


def get_meeting(reach: Reach, meeting_id: int, *, today: date) -> Meeting:
    """Raise Http404 for one that isn't there or isn't theirs to see."""
    row = meetings_for(reach, today=today).filter(pk=meeting_id).first()
    if row is None:
        raise Http404
    return row


def agenda_for(reach: Reach, *, today: date) -> QuerySet[AgendaItem]:
    """Return the items that the office or a leader sees called up, those left out too."""
    if not sits_in(reach):
        return AgendaItem.objects.none()
    rows = AgendaItem.objects.filter(task__in=tasks_for(reach, today=today).values("pk"))
    return rows.select_related("meeting__plan", "meeting__chair", "task__plan", "task__standing")


def get_agenda_item(reach: Reach, agenda_id: int, *, today: date) -> AgendaItem:
    """Raise Http404 for one that isn't there, isn't theirs to see, or isn't called up."""
    row = agenda_for(reach, today=today).filter(pk=agenda_id, left_out=False).first()
    if row is None:
        raise Http404
    return row


def reads_minutes(reach: Reach) -> bool:
    """Say whether the reader sees every item: the minutes tell of all of them."""
    return reach.office or reach.main_leader


def asked_obstacles(reach: Reach) -> Q:
    """Return the condition that an obstacle is this reach's to answer, or was."""
    asked = Q(answering_department__in=reach.departments)
    if reach.person_id is not None:
        asked |= Q(answering_person=reach.person_id)
    return asked & Q(organization=reach.organization_id) & ~Q(state=ObstacleState.WITHDRAWN)


def asked_directives(reach: Reach) -> Q:
    """Return the condition that a directive is this reach's to answer, or was."""
    asked = Q(department__in=reach.departments, organization=reach.organization_id)
    return asked & ~Q(state=DirectiveState.WITHDRAWN)


def may_direct(reach: Reach, task: Task, *, today: date) -> bool:
    """Say whether the reader may write on the item as a leader."""
    return task.pk in directable(reach, [task], today=today)


def directable(reach: Reach, tasks: Collection[Task], *, today: date) -> set[int]:
    """Return the items a leader may write on: those the post answers for, and those a unit below has a part in."""
    own = {task.pk for task in tasks if task.organization_id == reach.organization_id}
    if reach.main_leader or not own:
        return own
    named = Q(role=InvolvementRole.LEADER, post__in=reach.posts) | Q(department__in=reach.below)
    if reach.person_id is not None:
        named |= Q(role=InvolvementRole.LEADER, person=reach.person_id)
    return set(Involvement.objects.on(today).filter(named, task__in=own).values_list("task_id", flat=True))


def _asked_tasks(reach: Reach) -> QuerySet[Task]:
    shown = Task.objects.filter(organization=reach.organization_id).exclude(state__in=HIDDEN_STATES)
    obstacles = Obstacle.objects.filter(asked_obstacles(reach)).values("task")
    directives = Directive.objects.filter(asked_directives(reach)).values("task")
    return shown.exclude(plan__state=PlanState.DRAFT).filter(Q(pk__in=obstacles) | Q(pk__in=directives))
