"""What the author of a report confirmed of it, in words: the contradictions that history keeps by their keys."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext

from accounts.days import day_words
from accounts.models import HistoryEntry
from tracker.doubts import DoubtCode

Before = Mapping[int, str]
"""What was known of each target, as it was said."""


def confirmed_words(keys: Iterable[str], before: Before) -> tuple[str, ...]:
    """Write each confirmed contradiction, with the figure it goes back from where that is known."""
    return tuple(dict.fromkeys(words for key in keys if (words := _words(key, before))))


def confirmed_of(report_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the keys that were confirmed with each report, in one query."""
    rows = HistoryEntry.objects.filter(object_type="report", object_id__in=report_ids, action="report.submitted")
    kept = rows.order_by("pk").values_list("object_id", "after")
    return {report: list(after.get("confirmed", ())) for report, after in kept}


def figures_before(entries: Collection[HistoryEntry]) -> dict[int, Before]:
    """Return by entry the figures its report came after: the accepted ones, else those reported; in one query."""
    reports = [entry for entry in entries if entry.object_type == "report" and _speaks(entry)]
    if not reports:
        return {}
    earlier = HistoryEntry.objects.filter(
        task_id__in={entry.task_id for entry in reports},
        object_type="report",
        action__in=("report.submitted", "report.accepted"),
        pk__lt=max(entry.pk for entry in reports),
    )
    told = list(earlier.order_by("pk").values_list("pk", "task_id", "object_id", "action", "after"))
    found: dict[int, Before] = {}
    for entry in reports:
        known: defaultdict[str, dict[int, str]] = defaultdict(dict)
        for pk, task, report, action, after in told:
            if pk < entry.pk and task == entry.task_id and report != entry.object_id:
                known[action] |= {int(target): str(value) for target, value in after.get("values", {}).items()}
        found[entry.pk] = known["report.submitted"] | known["report.accepted"]
    return found


def plain_figure(text: str) -> str:
    """Write a kept figure without the noughts a database adds."""
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def _speaks(entry: HistoryEntry) -> bool:
    return bool(entry.after.get("values") or entry.after.get("confirmed"))


def _words(key: str, before: Before) -> str:
    code, subject, said = (*key.split(":", 2), "", "")[:3]
    if code == DoubtCode.FELL:
        return _fell(before.get(int(subject), ""), said)
    words = {
        DoubtCode.BEYOND: gettext("数值越过目标（%(said)s）"),
        DoubtCode.NOT_BEGUN: gettext("完成日期早于开始（%(said)s）"),
        DoubtCode.AHEAD: gettext("完成日期还没有到（%(said)s）"),
        DoubtCode.STEPS_OPEN: gettext("已完成，还有节点没有完成日期"),
        DoubtCode.AMOUNTS_OPEN: gettext("已完成，还有指标没有达到"),
    }
    found = next((text for each, text in words.items() if each == code), "")
    return found % {"said": _said(said)}


def _said(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return plain_figure(text)


def _fell(old: str, new: str) -> str:
    """Say which way it went: a total that is to go down goes back by growing."""
    old, new = plain_figure(old), plain_figure(new)
    if not old:
        return gettext("数值比上次少（%(figures)s）") % {"figures": new}
    figures = {"figures": f"{old}→{new}"}
    if Decimal(new) > Decimal(old):
        return gettext("数值比上次多（%(figures)s）") % figures
    return gettext("数值比上次少（%(figures)s）") % figures
