"""Decisions in words, from their keys alone: a record must be readable when its table is prepared no more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from accounts.days import day_words
from accounts.directory import Directory
from projects.importing import decisions as said
from projects.importing.page.labels import role_labels
from projects.importing.preparing import sheet_rows
from projects.importing.questions import SEVERAL, Choice, Question, is_day
from projects.importing.table_names import SAME
from projects.importing.wording import choice_label, field_label
from projects.models import ImportBatch, Milestone, Target, Task
from projects.reading.model import Reading

ORDER = (
    "header",
    "role",
    "name",
    "lead",
    "due",
    "own_due",
    "own_lead",
    "own_support",
    "date",
    "match",
    "merge",
    "row",
    "field",
    "drop_step",
    "drop_target",
    "drop",
)


@dataclass(frozen=True, slots=True)
class Answers:
    """What keys and values of decisions mean: the names of people, items and steps, and the rows of the file."""

    names: Mapping[str, str]
    tasks: Mapping[int, str]
    steps: Mapping[int, str]
    targets: Mapping[int, str]
    rows: Mapping[int, str]

    @classmethod
    def load(cls, batch: ImportBatch, decisions: Mapping[str, str], *, today: date) -> "Answers":
        """Ask for no more than the decisions speak of."""
        steps = Milestone.objects.filter(pk__in=_numbers(decisions, said.DATE, said.DROP_STEP))
        targets = Target.objects.filter(pk__in=_numbers(decisions, said.DROP_TARGET))
        matched = {int(value) for key, value in decisions.items() if key.startswith(said.MATCH) and value.isdecimal()}
        steps_found = {step.pk: step for step in steps}
        wanted = matched | _numbers(decisions, said.FIELD, said.DROP) | {step.task_id for step in steps_found.values()}
        tasks = Task.objects.filter(pk__in=wanted)
        by_place = any(key.startswith(said.BY_PLACE) for key in decisions)
        return cls(
            names=dict(_names(batch, decisions, today=today)),
            tasks={task.pk: f"{task.number} {task.title}".strip() for task in tasks},
            steps={pk: step.text or step.phrase for pk, step in steps_found.items()},
            targets={target.pk: target.name for target in targets},
            rows=_rows(batch) if by_place else {},
        )

    def about(self, key: str) -> str:
        kind, _, rest = key.partition(":")
        tell = self._abouts().get(kind)
        return tell(rest) if tell else _words_in_doubt(rest)

    def answer(self, key: str, value: str) -> str:
        kind = key.partition(":")[0]
        if kind == "role":
            return role_labels().get(value, value)
        if kind == "header":
            return gettext("是表头") if value == said.IS_HEADER else gettext("不是表头")
        if kind in {"row", "field"}:
            return gettext("不采用") if value == said.LEAVE else gettext("采用")
        if kind == "merge":
            return gettext("并入 %(row)s 行") % {"row": _of(self.rows, value)}
        if kind == "match":
            return self.tasks.get(int(value), value) if value.isdecimal() else gettext("新事项")
        if value == said.ASK:
            return gettext("待决定")
        if is_day(value):
            return day_words(date.fromisoformat(value))
        if kind == "own_support" and value:
            told = [self.names.get(one) or _table_name(one) for one in value.split(SEVERAL)]
            if all(told):
                return "、".join(told)
        if name := _table_name(value):
            return gettext("同表内的“%(name)s”") % {"name": name}
        code = {"drop": "dropped_task", "drop_step": "dropped_step", "drop_target": "dropped_target"}.get(kind, "")
        question = Question(key, code, "", (), "")
        return self.names.get(value) or choice_label(question, Choice(value, value))

    def _abouts(self) -> Mapping[str, Callable[[str], str]]:
        return {
            "role": lambda label: gettext("列“%(label)s”") % {"label": label},
            "twice": lambda words: f"“{words}”",
            "header": lambda words: gettext("“%(words)s”这一行") % {"words": words},
            "name": lambda rest: f"“{rest.partition(':')[2]}”",
            "row": self._row,
            "match": self._row,
            "merge": self._row,
            "own_due": lambda rest: f"{self._row(rest)} {field_label('deadline')}",
            "own_lead": lambda rest: f"{self._row(rest)} {field_label('lead')}",
            "own_support": lambda rest: f"{self._row(rest)} {field_label('support')}",
            "field": self._field,
            "date": lambda rest: gettext("改了的时限：%(step)s") % {"step": _of(self.steps, rest)},
            "drop": lambda rest: gettext("新表没有的事项：%(item)s") % {"item": _of(self.tasks, rest)},
            "drop_step": lambda rest: gettext("新表没有的节点：%(step)s") % {"step": _of(self.steps, rest)},
            "drop_target": lambda rest: gettext("新表没有的指标：%(target)s") % {"target": _of(self.targets, rest)},
        }

    def _row(self, rest: str) -> str:
        return gettext("%(row)s 行") % {"row": _of(self.rows, rest)}

    def _field(self, rest: str) -> str:
        task, _, field = rest.partition(":")
        return f"{_of(self.tasks, task)} {field_label(field)}"


def order(key: str) -> tuple[int, str]:
    """Return where a decision stands in a list: columns first, then names, then words, then items."""
    kind = key.partition(":")[0]
    return (ORDER.index(kind) if kind in ORDER else ORDER.index("due"), key)


def _words_in_doubt(rest: str) -> str:
    """Return the words of a cell and what was asked about them; the code between is for programs."""
    words = rest.partition(":")[2]
    return f"“{words}”"


def _table_name(value: str) -> str:
    """Return the name of the table that an answer means, empty for any other answer."""
    return value.split(":", 3)[3] if value.startswith(SAME) else ""


def _of(names: Mapping[int, str], rest: str) -> str:
    number = rest.partition(":")[0]
    return names.get(int(number), number) if number.isdecimal() else number


def _numbers(decisions: Mapping[str, str], *kinds: str) -> set[int]:
    """Return the first number in the keys of these kinds."""
    parts = (key.split(":", 2)[1] for key in decisions if key.startswith(kinds))
    return {int(part) for part in parts if part.isdecimal()}


def _names(batch: ImportBatch, decisions: Mapping[str, str], *, today: date) -> Iterable[tuple[str, str]]:
    """Yield who is meant by the values that name someone."""
    values = (one for value in decisions.values() for one in value.split(SEVERAL))
    meant = {value for value in values if value.partition(":")[2].isdecimal()}
    if meant:
        directory = Directory.load(batch.organization_id, today=today)
        yield from ((value, directory.label(value)) for value in meant)


def _rows(batch: ImportBatch) -> dict[int, str]:
    if batch.reading is None:
        return {}
    return {place: str(row.task.row) for place, row in enumerate(sheet_rows(Reading.from_dict(batch.reading)))}
