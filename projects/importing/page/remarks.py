"""What the reader remarked beside its questions: of single rows, told at them, and of the file, told above."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from projects.importing.amending import MISSING_LEAD
from projects.importing.page.parts import Remark
from projects.importing.preparing import Prepared
from projects.importing.reader_words import problem_sentence
from projects.reading.model import Problem

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Remarks:
    """Remarks by sheet and row, and those of no item's row; `place` is where an item of that row stands."""

    at: Mapping[Place, tuple[Problem, ...]]
    others: tuple[Problem, ...]
    encoding: str

    def told_at(self, sheet: str, row: int) -> tuple[str, ...]:
        return tuple(_sentence(problem) for problem in self.at.get((sheet, row), ()))

    def told_above(self, *, several: bool) -> tuple[Remark, ...]:
        """Return what is to be known of the whole file; the sheet is named where there are several."""
        found = [Remark(_where(problem, several=several), _sentence(problem)) for problem in self.others]
        if self.encoding and self.encoding not in {"utf-8", "ascii"}:
            found.append(Remark("", gettext("文字按 %(encoding)s 编码读取。") % {"encoding": self.encoding.upper()}))
        return tuple(found)


def remarks_of(prepared: Prepared) -> Remarks:
    """Sort what was remarked; doubts about a cell are asked at its row and not told again."""
    asked = {(row.sheet, row.task.row, one.code) for row in prepared.rows for one in row.task.questions}
    asked |= {
        (prepared.rows[place].sheet, prepared.rows[place].task.row, one.code)
        for one in prepared.questions
        for place in one.rows
        if one.code == MISSING_LEAD and place < len(prepared.rows)
    }
    items = {(row.sheet, row.task.row) for row in prepared.rows}
    at: dict[Place, list[Problem]] = {}
    others = []
    for problem in prepared.reading.problems:
        place = (problem.sheet, problem.row or 0)
        if (*place, problem.code) in asked:
            continue
        if place in items:
            at.setdefault(place, []).append(problem)
        else:
            others.append(problem)
    told = {place: tuple(problems) for place, problems in at.items()}
    return Remarks(told, tuple(others), prepared.reading.encoding)


def _sentence(problem: Problem) -> str:
    sentence = problem_sentence(problem)
    return f"{sentence}（{problem.value}）" if problem.value and problem.value not in sentence else sentence


def _where(problem: Problem, *, several: bool) -> str:
    sheet = problem.sheet if several else ""
    row = gettext("%(row)s 行") % {"row": problem.row} if problem.row else ""
    return " ".join(part for part in (sheet, row) if part)
