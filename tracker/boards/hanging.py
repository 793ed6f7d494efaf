"""What hangs on an item, counted in one statement: most items have little, and what isn't there needn't be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.prepared import PreparedCounts
from projects.choices import DateKind
from projects.models import MilestoneDate
from tracker.models import Closure, Directive, EvidenceFile, Extension, Obstacle, SupportPart


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many of each an item has ever had; of files and dates only those that stand."""

    extensions: int
    closures: int
    obstacles: int
    directives: int
    parts: int
    files: int
    dates: int
    """Of its steps, beyond those first issued: a draft's count too, which are no moves."""


def hanging_on(task_id: int) -> Hanging:
    return Hanging(**_COUNTS.counts(task=task_id))


def _queries(task: int) -> Mapping[str, QuerySet[Any]]:
    return {
        "extensions": Extension.objects.filter(task=task),
        "closures": Closure.objects.filter(task=task),
        "obstacles": Obstacle.objects.filter(task=task),
        "directives": Directive.objects.filter(task=task),
        "parts": SupportPart.objects.filter(task=task),
        "files": EvidenceFile.objects.filter(task=task, withdrawn_at__isnull=True),
        "dates": MilestoneDate.objects.filter(milestone__task=task, withdrawn_on__isnull=True).exclude(
            kind=DateKind.ISSUED
        ),
    }


_COUNTS = PreparedCounts(_queries, ids=["task"])
