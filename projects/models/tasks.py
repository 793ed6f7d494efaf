"""One promise and everyone who has a part in it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from accounts.choices import pairs
from accounts.models import Department, DepartmentGroup, Organization, Person, Post
from accounts.models.dated import Dated, DatedQuerySet
from projects.choices import InvolvementRole, TaskState
from projects.models.plans import Plan, Section


class Task(models.Model):
    """One promise. `version` counts every change of the promise, its steps, targets and involvements.

    `carried_from` is the item of an earlier plan that this one goes on with.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    state = models.CharField(max_length=16, choices=pairs(TaskState), default=TaskState.DRAFT)
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=500)
    content = models.TextField(blank=True)
    target_text = models.TextField(blank=True)
    measures = models.TextField(blank=True)
    deadline_text = models.TextField(blank=True)
    deadline_kind = models.CharField(max_length=16, blank=True)
    contacts = models.TextField(blank=True)
    note = models.TextField(blank=True)
    extra = models.JSONField(default=dict)
    issued_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_into", db_index=False
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            # A page of a list in the order of ids, of all that an office sees and of one plan: without the id beside it
            # the rows of every other office are passed over to find them.
            models.Index(fields=["organization", "id"], name="task_of_office"),
            # A plan's items in the order of ids; a board's tally takes what is told of each from the index alone.
            models.Index(
                fields=["plan", "id"],
                include=["section", "state", "organization", "position", "issued_on", "closed_on"],
                name="task_of_plan",
            ),
            models.Index(fields=["plan", "state", "position"], name="task_in_plan"),
            models.Index(
                fields=["carried_from"], condition=Q(carried_from__isnull=False), name="task_by_its_predecessor"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.CLOSED, closed_on__isnull=False)
                | (~Q(state=TaskState.CLOSED) & Q(closed_on__isnull=True)),
                name="closed_task_has_its_day",
            )
        ]

    if TYPE_CHECKING:  # the page of an item stands above this app: config names it

        def get_absolute_url(self) -> str: ...

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Involvement(Dated):
    """A unit, post or person in a role on an item; exactly one party a row, `as_written` as the table has it.

    A group (各科室) is kept in `group` and expanded: one row a member.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=16, choices=pairs(InvolvementRole))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements"
    )
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="involvements")
    group = models.ForeignKey(DepartmentGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    as_written = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    objects = DatedQuerySet["Involvement"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "role", "task"], name="involved_departments"),
            models.Index(fields=["post", "task"], condition=Q(post__isnull=False), name="involved_posts"),
            models.Index(fields=["person", "task"], condition=Q(person__isnull=False), name="involved_persons"),
            # Who leads and answers for the items of a plan, whose ids lie together: a board's tally reads one stretch.
            models.Index(
                fields=["organization", "role", "task"],
                include=["department", "post", "from_on", "to_on"],
                name="involved_of_office",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=False, post__isnull=True, person__isnull=True)
                | Q(department__isnull=True, post__isnull=False, person__isnull=True)
                | Q(department__isnull=True, post__isnull=True, person__isnull=False),
                name="involvement_names_one_party",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="involvement_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.role} {self.as_written}"
