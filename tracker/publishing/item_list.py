"""The items a list shows, with all its pages, as a workbook or as comma-separated text; nothing in it is reckoned."""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from io import TextIOWrapper
from itertools import batched
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from xlsxwriter import Workbook

from accounts.access import Reach
from projects.choices import TaskState
from projects.models import Plan, Task
from tracker.boards.filters import Filters
from tracker.boards.ledger import found, lacking
from tracker.boards.lines import Line, lines_of
from tracker.publishing.neutral import neutral

IN_MEMORY = 2 * 1024 * 1024
AT_ONCE = 500
COLUMNS: tuple[tuple[Promise, int, Callable[[Line], str]], ...] = (
    (gettext_lazy("灯"), 12, lambda line: line.light_word if line.light else _state(line)),
    (gettext_lazy("最近时限"), 14, lambda line: line.due_words),
    (gettext_lazy("序号"), 6, lambda line: line.task.number),
    (gettext_lazy("事项"), 32, lambda line: line.task.title),
    (gettext_lazy("原因"), 32, lambda line: line.why),
    (gettext_lazy("牵头单位"), 18, lambda line: "、".join(line.leads)),
    (gettext_lazy("责任领导"), 14, lambda line: "、".join(line.leaders)),
    (gettext_lazy("改期次数"), 8, lambda line: str(line.moves)),
    (gettext_lazy("量化指标"), 20, lambda line: "\n".join(f"{done} / {goal}" for done, goal in line.figures)),
    (gettext_lazy("最近报送"), 12, lambda line: line.last_day),
    (gettext_lazy("最近进展"), 40, lambda line: line.last.sentence if line.last else ""),
    (gettext_lazy("存在问题"), 26, lambda line: line.last.problems if line.last else ""),
    (gettext_lazy("下一步"), 26, lambda line: line.last.next_step if line.last else ""),
)


def item_workbook(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> IO[bytes]:
    """Return the list as a workbook, gone when it is closed."""
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    book = Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    body = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    for place, width in enumerate((*(width for _, width, _ in COLUMNS), 10)):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, neutral(plan.title), book.add_format({"bold": True, "font_size": 14}))
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    for row, cells in enumerate(_rows(plan, reach, filters, today=today), start=1):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, neutral(text), body if row > 1 else head)
    book.close()
    made.seek(0)
    return made


def item_text(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> IO[bytes]:
    """Return the list as comma-separated text that a spreadsheet opens in the right encoding."""
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    text = TextIOWrapper(made, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    for cells in _rows(plan, reach, filters, today=today):
        writer.writerow([neutral(cell) for cell in cells])
    text.detach()
    made.seek(0)
    return made


def _rows(plan: Plan, reach: Reach, filters: Filters, *, today: date) -> Iterator[Iterable[str]]:
    """Yield the head and the items, some hundred at a time."""
    yield (*(str(name) for name, _, _ in COLUMNS), gettext("本期报送"))
    tasks: list[Task] = list(found(plan, reach, filters, today=today))
    for some in batched(tasks, AT_ONCE):
        silent = lacking(some, filters, today=today)
        for line in lines_of(some, today=today):
            owed = gettext("未报送") if line.task.pk in silent else ""
            yield (*(says(line) for _, _, says in COLUMNS), owed)


def _state(line: Line) -> str:
    states = {
        TaskState.DRAFT: gettext("起草中"),
        TaskState.SUSPENDED: gettext("已中止"),
        TaskState.CANCELLED: gettext("已取消"),
    }
    return states.get(TaskState(line.task.state), "")
