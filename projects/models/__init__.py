"""What was promised: plans, items, dates, targets, and the tables they were read from."""

from projects.models.calendars import CalendarDay
from projects.models.handing_down import HandDown
from projects.models.imports import ImportBatch, ImportRow, Remembered
from projects.models.plans import Plan, Section
from projects.models.steps import Milestone, MilestoneDate, Target, TargetItem
from projects.models.tasks import Involvement, Task

__all__ = [
    "CalendarDay",
    "HandDown",
    "ImportBatch",
    "ImportRow",
    "Involvement",
    "Milestone",
    "MilestoneDate",
    "Plan",
    "Remembered",
    "Section",
    "Target",
    "TargetItem",
    "Task",
]
