"""The number that an item gets where nobody says one."""

from projects.models import Plan, Task


def next_number(plan: Plan) -> str:
    """Return the number behind the highest one, empty where the plan's numbers are no numbers."""
    numbers = list(Task.objects.filter(plan=plan).exclude(number="").values_list("number", flat=True))
    counted = [int(number) for number in numbers if number.isdecimal()]
    return str(max(counted, default=0) + 1) if counted or not numbers else ""
