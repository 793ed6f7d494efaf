"""Writing down what can be looked for: an item's words when its promise changes, a report's when it is handed in."""

from collections.abc import Collection, Iterable, Sequence
from itertools import batched

from django.db import transaction

from accounts.models.among import among
from projects.models import Milestone, Target, Task
from tracker.facts import PER_STATEMENT
from tracker.models import ItemText, ProgressReport, ReportText, TextDue
from tracker.search_words import grams, normal

AT_ONCE = 200
"""Words of more items than these are written by the clock: an import isn't to wait for what nobody looks for yet."""


def item_words_changed(task_ids: Collection[int]) -> None:
    """Bring what these items can be found by up to date, in the caller's transaction, or have the clock do it."""
    if len(task_ids) <= AT_ONCE:
        write_items(task_ids)
        return
    for ids in batched(task_ids, PER_STATEMENT):
        rows = Task.objects.filter(among("pk", ids)).values_list("pk", "organization_id")
        due = [TextDue(task_id=task, organization_id=organization) for task, organization in rows]
        TextDue.objects.bulk_create(due, ignore_conflicts=True)


@transaction.atomic(savepoint=False)
def write_items(task_ids: Collection[int]) -> None:
    for ids in batched(task_ids, PER_STATEMENT):
        texts = _item_texts(ids)
        ItemText.objects.bulk_create(
            texts, update_conflicts=True, unique_fields=["task"], update_fields=["title", "body", "grams"]
        )


@transaction.atomic(savepoint=False)
def write_reports(reports: Iterable[ProgressReport]) -> None:
    ReportText.objects.bulk_create(
        [
            ReportText(
                report=report,
                task_id=report.task_id,
                organization_id=report.organization_id,
                body=(body := _body(_said(report))),
                grams=grams(body, organization=report.organization_id),
            )
            for report in reports
        ],
        ignore_conflicts=True,
    )


def write_due(*, most: int = PER_STATEMENT) -> int:
    """Write what an import left to the clock, a part at a time; return how many items were written."""
    with transaction.atomic():
        due = TextDue.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:most]
        ids = list(due.values_list("pk", flat=True))
        write_items(ids)
        TextDue.objects.filter(pk__in=ids).delete()
    return len(ids)


def write_missing_reports(*, most: int = PER_STATEMENT) -> int:
    """Write down the words of reports that came before words were kept, or past this door; return how many."""
    reports = list(ProgressReport.objects.filter(text__isnull=True).order_by("pk")[:most])
    write_reports(reports)
    return len(reports)


def differing(task_ids: Sequence[int]) -> list[int]:
    """Return those of at most PER_STATEMENT items that can't be found by their own words, or by others'."""
    expected = {text.pk: (text.title, text.body) for text in _item_texts(task_ids)}
    rows = ItemText.objects.filter(among("task", task_ids)).values_list("pk", "title", "body")
    stored = {pk: (title, body) for pk, title, body in rows}
    waiting = set(TextDue.objects.filter(among("task", task_ids)).values_list("pk", flat=True))
    return [task for task, words in expected.items() if stored.get(task) != words and task not in waiting]


def _item_texts(ids: Collection[int]) -> list[ItemText]:
    """Compose an item's words from all the table says of it: its steps and amounts stand in cells of their own."""
    parts: dict[int, list[str]] = {task: [] for task in ids}
    for rows in (
        Milestone.objects.filter(among("task", ids)).order_by("task", "position", "pk").values_list("task_id", "text"),
        Target.objects.filter(among("task", ids)).order_by("task", "position", "pk").values_list("task_id", "name"),
    ):
        for task, text in rows:
            parts[task].append(text)
    names = ("pk", "organization_id", "number", "title", "content", "target_text", "measures", "deadline_text", "note")
    texts = []
    for pk, organization, number, title, *cells in (
        Task.objects.filter(among("pk", ids)).order_by("pk").values_list(*names)
    ):
        head, body = normal(title), _body([number, *cells, *parts[pk]])
        found_by = grams(head, organization=organization) | grams(body, organization=organization)
        texts.append(ItemText(task_id=pk, organization_id=organization, title=head, body=body, grams=found_by))
    return texts


def _said(report: ProgressReport) -> list[str]:
    return [report.sentence, report.problems, report.next_step, report.help_needed]


def _body(cells: Iterable[str]) -> str:
    """Join cells so that no word is found across two of them."""
    return "\n".join(dict.fromkeys(text for cell in cells if (text := normal(cell))))
