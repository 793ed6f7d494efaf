"""Several reports answered at once: which were ticked, and what stands where somebody else was first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import QueryDict

from tracker.models import ProgressReport, Review

LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Left:
    """A report that was not answered, as it stands now, with the last answer to it."""

    report: ProgressReport
    review: Review | None


def chosen_reports(said: QueryDict) -> Iterator[tuple[int, int]]:
    """Yield number and version of each ticked report, as it was seen."""
    for ticked in said.getlist("report"):
        number, _, version = ticked.partition(":")
        if all(text.isdecimal() and len(text) <= LONGEST_NUMBER for text in (number, version)):
            yield int(number), int(version)


def say_left(reports: Iterable[ProgressReport]) -> list[Left]:
    ids = [report.pk for report in reports]
    rows = ProgressReport.objects.filter(pk__in=ids).select_related("task", "department").order_by("pk")
    reviews = {review.report_id: review for review in Review.objects.filter(report__in=ids).order_by("pk")}
    return [Left(row, reviews.get(row.pk)) for row in rows]
