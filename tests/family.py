"""Offices below the cast's own, each with a plan, a unit and an office of its own, and the one above it."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Reach, reach_of
from accounts.choices import Door, Role
from accounts.history import Actor
from accounts.models import Department, Organization, User
from accounts.registering import create_department, create_organization, create_user, grant
from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TaskDraft
from projects.handing_down import hand_down, take
from projects.models import HandDown, Plan, Task
from projects.planning import add_tasks, create_plan, issue_plan
from tests.cast import JANUARY, PASSWORD, TODAY, Cast, at


@dataclass(frozen=True, slots=True)
class Child:
    organization: Organization
    unit: Department
    office: User
    plan: Plan

    def actor(self, *, today: date = TODAY) -> Actor:
        return Actor(self.office, Door.PAGE, today)

    def reach(self) -> Reach:
        return reach_of(self.office, today=TODAY)


def make_child(parent: Organization, code: str) -> Child:
    """Make an office below with a draft plan of the year."""
    by = Actor(None, Door.COMMAND, JANUARY)
    made = create_organization(code=code, name=f"示例{code}镇", parent=parent, by=by)
    unit = create_department(organization=made, name=f"{code}镇建设办", by=by)
    office = create_user(username=f"office-{code}", password=PASSWORD, organization=made, by=by)
    grant(user=office, organization=made, role=Role.OFFICE, from_on=JANUARY, by=by)
    plan = create_plan(organization=made, year=2026, title=f"{code}镇2026年重点工作", by=by, now=at(JANUARY))
    return Child(made, unit, office, plan)


def make_above(cast: Cast) -> Organization:
    """Put an organization above the cast's own."""
    above = create_organization(code="shang", name="示例上级机关", by=Actor(None, Door.COMMAND, JANUARY))
    cast.organization.parent = above
    cast.organization.save(update_fields=["parent"])
    return above


def from_above(cast: Cast, above: Organization, *, title: str = "建设公园") -> HandDown:
    """Have the organization above hand an item of its own down to the cast's."""
    by = Actor(None, Door.COMMAND, JANUARY)
    unit = create_department(organization=above, name=f"上级{title}科", by=by)
    plan = create_plan(organization=above, year=2026, title=f"上级2026年{title}", by=by, now=at(JANUARY))
    lead = PartyDraft(InvolvementRole.LEAD, unit.name, department_id=unit.pk)
    draft = TaskDraft(title, parties=(lead,), milestones=(MilestoneDraft("选址", "3月底前", date(2026, 3, 31)),))
    add_tasks(plan=plan, drafts=[draft], by=by, now=at(JANUARY))
    issue_plan(plan=plan, on=JANUARY, by=by, now=at(JANUARY))
    task = Task.objects.get(plan=plan)
    (made,) = hand_down(
        task=task, version=task.version, to=[cast.organization], word="请抓紧。", by=by, now=at(JANUARY)
    )
    return made


def offer(cast: Cast, task: Task, *children: Child, word: str = "") -> list[HandDown]:
    offices = [child.organization for child in children]
    return hand_down(task=task, version=task.version, to=offices, word=word, by=cast.actor(), now=at(TODAY))


def taken(child: Child, handed: HandDown, *, issue: bool = True) -> Task:
    """Take the offer into the child's plan, which is issued then."""
    made = take(
        handed=handed, version=handed.version, plan=child.plan, lead=child.unit, by=child.actor(), now=at(TODAY)
    )
    if issue and child.plan.state == "draft":
        issue_plan(plan=child.plan, on=TODAY, by=child.actor(), now=at(TODAY))
    made.refresh_from_db()
    return made
