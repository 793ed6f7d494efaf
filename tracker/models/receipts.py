"""Whether each unit has received its share of an issued plan, or says that it isn't its own."""

from django.db import models

from accounts.choices import pairs
from accounts.models import Department, Organization, User
from projects.models import Plan, Task
from tracker.choices import ReceiptState


class Receipt(models.Model):
    """One unit's answer to one item; `due_on` is the last day to sign. The office decides what is objected."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="receipts")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="receipts")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="receipts")
    state = models.CharField(max_length=16, choices=pairs(ReceiptState), default=ReceiptState.WAITING)
    asked_on = models.DateField()
    due_on = models.DateField()
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answerer_name = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)  # 0: nobody has answered yet, and history knows nothing of it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "department"], name="receipt_once")]
        indexes = [
            models.Index(fields=["department", "state"], name="receipt_by_department"),
            # Counted on every page of the office: a few among all receipts of the year.
            models.Index(
                fields=["organization"], condition=models.Q(state=ReceiptState.OBJECTED.value), name="receipt_objected"
            ),
            models.Index(fields=["plan", "state"], name="receipt_of_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.department_id} {self.state}"
