"""Which item of an earlier plan an item goes on with, checked before it is written."""

from collections.abc import Iterable

from projects.models import Plan, Task


class NotCarriableError(ValueError):
    """An item goes on with what is no item of another plan of this organization."""


def check_carried(plan: Plan, sources: Iterable[int | None]) -> None:
    """Ask once, whatever the number."""
    wanted = {source for source in sources if source is not None}
    if not wanted:
        return
    others = Task.objects.filter(organization=plan.organization_id, pk__in=wanted).exclude(plan=plan)
    missing = wanted - set(others.values_list("pk", flat=True))
    if missing:
        raise NotCarriableError(f"not items of another plan: {sorted(missing)}")
