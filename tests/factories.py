"""Single rows for tests of one rule; whole situations come from tests.cast, through the real operations."""

from datetime import date
from decimal import Decimal

from django.utils import timezone
from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from accounts.choices import MembershipRole, Role
from accounts.models import (
    Department,
    DepartmentGroup,
    GroupMember,
    Membership,
    Organization,
    Person,
    Post,
    PostHolding,
    RoleGrant,
    User,
)
from projects.choices import DateKind, InvolvementRole, PlanState, TaskState
from projects.models import CalendarDay, Involvement, Milestone, MilestoneDate, Plan, Section, Target, Task
from tracker.models import LookBack

ISSUED_ON = date(2026, 1, 20)


class OrganizationFactory(DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    code = Sequence(lambda n: f"org-{n}")
    name = Sequence(lambda n: f"示例机构{n}")


class DepartmentFactory(DjangoModelFactory[Department]):
    class Meta:
        model = Department

    organization = SubFactory(OrganizationFactory)
    name = Sequence(lambda n: f"示例科室{n}")
    position = Sequence(lambda n: n)


class DepartmentGroupFactory(DjangoModelFactory[DepartmentGroup]):
    class Meta:
        model = DepartmentGroup

    organization = SubFactory(OrganizationFactory)
    name = Sequence(lambda n: f"各科室{n}")


class GroupMemberFactory(DjangoModelFactory[GroupMember]):
    class Meta:
        model = GroupMember

    organization = SelfAttribute("group.organization")
    group = SubFactory(DepartmentGroupFactory)
    department = SubFactory(DepartmentFactory, organization=SelfAttribute("..organization"))


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    organization = SubFactory(OrganizationFactory)
    name = Sequence(lambda n: f"示例·人员{n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    organization = SubFactory(OrganizationFactory)
    person = SubFactory(PersonFactory, organization=SelfAttribute("..organization"))
    username = Sequence(lambda n: f"user{n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    organization = SelfAttribute("person.organization")
    person = SubFactory(PersonFactory)
    department = SubFactory(DepartmentFactory, organization=SelfAttribute("..organization"))
    role = MembershipRole.CLERK


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    organization = SubFactory(OrganizationFactory)
    name = Sequence(lambda n: f"示例岗位{n}")


class PostHoldingFactory(DjangoModelFactory[PostHolding]):
    class Meta:
        model = PostHolding

    organization = SelfAttribute("post.organization")
    post = SubFactory(PostFactory)
    person = SubFactory(PersonFactory, organization=SelfAttribute("..organization"))


class RoleGrantFactory(DjangoModelFactory[RoleGrant]):
    class Meta:
        model = RoleGrant

    organization = SelfAttribute("user.organization")
    user = SubFactory(UserFactory)
    role = Role.OFFICE


class CalendarDayFactory(DjangoModelFactory[CalendarDay]):
    class Meta:
        model = CalendarDay

    organization = SubFactory(OrganizationFactory)
    day = ISSUED_ON
    working = False


class PlanFactory(DjangoModelFactory[Plan]):
    class Meta:
        model = Plan

    organization = SubFactory(OrganizationFactory)
    year = 2026
    title = Sequence(lambda n: f"示例责任分解表{n}")
    state = PlanState.ISSUED
    issued_on = ISSUED_ON


class SectionFactory(DjangoModelFactory[Section]):
    class Meta:
        model = Section

    plan = SubFactory(PlanFactory)
    organization = SelfAttribute("plan.organization")
    title = Sequence(lambda n: f"示例板块{n}")
    position = Sequence(lambda n: n)


class TaskFactory(DjangoModelFactory[Task]):
    class Meta:
        model = Task

    plan = SubFactory(PlanFactory)
    organization = SelfAttribute("plan.organization")
    position = Sequence(lambda n: n)
    number = Sequence(lambda n: str(n + 1))
    title = Sequence(lambda n: f"示例事项{n + 1}")
    state = TaskState.ISSUED
    issued_on = ISSUED_ON


class InvolvementFactory(DjangoModelFactory[Involvement]):
    class Meta:
        model = Involvement

    task = SubFactory(TaskFactory)
    organization = SelfAttribute("task.organization")
    role = InvolvementRole.LEAD
    department = SubFactory(DepartmentFactory, organization=SelfAttribute("..organization"))


class MilestoneFactory(DjangoModelFactory[Milestone]):
    """A step with its issued date, which stands in a row of its own as in use."""

    class Meta:
        model = Milestone
        skip_postgeneration_save = True

    task = SubFactory(TaskFactory)
    organization = SelfAttribute("task.organization")
    position = 0
    text = "完成"
    current_due_on = date(2026, 6, 30)
    issued_due_on = SelfAttribute("current_due_on")

    @post_generation
    def first_date(self: Milestone, create: bool, extracted: object, **_: object) -> None:
        if create and self.current_due_on is not None:
            MilestoneDateFactory.create(milestone=self, due_on=self.current_due_on)


class MilestoneDateFactory(DjangoModelFactory[MilestoneDate]):
    class Meta:
        model = MilestoneDate

    organization = SelfAttribute("milestone.organization")
    kind = DateKind.ISSUED
    set_on = ISSUED_ON
    at = LazyFunction(timezone.now)


class TargetFactory(DjangoModelFactory[Target]):
    class Meta:
        model = Target

    task = SubFactory(TaskFactory)
    organization = SelfAttribute("task.organization")
    position = 0
    name = "开工项目"
    value = Decimal(12)
    unit = "个"


class LookBackFactory(DjangoModelFactory[LookBack]):
    class Meta:
        model = LookBack

    task = SubFactory(TaskFactory)
    organization = SelfAttribute("task.organization")
    due_on = date(2026, 9, 22)
    at = LazyFunction(timezone.now)
