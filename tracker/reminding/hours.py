"""When people may be told of something at once: the waking hours of their plan's working days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from projects.calendars import workdays_for
from projects.models import Task
from projects.workdays import Workdays
from tracker.reminding.due import ReminderRules
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.notices import opening
from tracker.rules import rules_of


@dataclass(frozen=True, slots=True)
class Hours:
    """The rules and the calendar that hold for some items."""

    tasks: Mapping[int, Task]
    rules: Mapping[int, ReminderRules]
    workdays: Mapping[int, Workdays]

    def opening(self, task_id: int, moment: datetime) -> datetime:
        task = self.tasks[task_id]
        return opening(moment, self.rules[task.plan_id], self.workdays[task.organization_id])


def hours_of(task_ids: Collection[int], *, on: date) -> Hours:
    """Return them in three queries for one organization; none is asked for no items."""
    if not task_ids:
        return Hours({}, {}, {})
    tasks = Task.objects.select_related("plan").in_bulk(task_ids)
    plans = {task.plan_id: task.plan for task in tasks.values()}
    return Hours(
        tasks=tasks,
        rules={plan: reminder_rules(row) for plan, row in rules_of(list(plans.values()), on=on).items()},
        workdays={each: workdays_for(each) for each in {task.organization_id for task in tasks.values()}},
    )
