"""The words of an item as they were issued, beside what was changed in them since."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from accounts.choices import Door
from accounts.models import HistoryEntry
from projects.models import Task

FIELDS = ("title", "content", "target_text", "measures", "deadline_text")
ISSUING = Q(action__in=("task.issued", "task.added")) | Q(action="task.changed", door=Door.IMPORT)
"""What gives an item its words: the issue of the plan, an item that came into an issued one, a table issued anew."""


@dataclass(frozen=True, slots=True)
class WordChange:
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Issued:
    text: str
    changes: tuple[WordChange, ...] = ()


def issued_words(task: Task) -> Issued:
    """Return what was issued and what differs now; a draft's words are those it has. Asks once."""
    now = {name: getattr(task, name) for name in FIELDS}
    if task.issued_on is None:
        return Issued(words_text(now))
    entries = HistoryEntry.objects.filter(ISSUING, task_id=task.pk, object_type="task")
    after = entries.order_by("-pk").values_list("after", flat=True).first()
    if after is None:
        return Issued(words_text(now))
    then = {name: str(after.get(name, "")) for name in FIELDS}
    labels = {
        "title": gettext("事项"),
        "content": gettext("内容"),
        "target_text": gettext("目标"),
        "measures": gettext("措施"),
        "deadline_text": gettext("完成时限"),
    }
    changes = (WordChange(labels[name], then[name], now[name]) for name in FIELDS if then[name] != now[name])
    return Issued(words_text(then), tuple(changes))


def words_text(words: Mapping[str, Any]) -> str:
    """Return the table's own words of the item, each once: content, target, measures, deadline."""
    text = ""
    for part in (words["content"] or words["title"], *(words[name] for name in FIELDS[2:])):
        if part and part not in text:
            text = f"{text}　{part}" if text else part
    return text
