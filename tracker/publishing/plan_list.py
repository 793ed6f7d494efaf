"""The list of a plan's items as a workbook: every cell is text, so nothing a person typed is ever reckoned."""

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from projects.choices import TaskState
from projects.tables import Group, TableRow
from tracker.publishing.neutral import neutral

IN_MEMORY = 2 * 1024 * 1024
WIDTHS = (20, 8, 28, 40, 20, 24, 12, 8, 24, 24, 14, 18, 22, 18, 16, 16, 20, 10)


def write_plan_list(title: str, groups: Iterable[Group]) -> IO[bytes]:
    """Return the workbook as a file that is gone when it is closed."""
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    book = Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, neutral(title), book.add_format({"bold": True, "font_size": 14}))
    _write(sheet, 1, _head(), head)
    sheet.freeze_panes(2, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    place = 2
    for group in groups:
        for row in group.rows:
            _write(sheet, place, _cells(group.path, row), body)
            place += 1
    book.close()
    made.seek(0)
    return made


def _write(sheet: Worksheet, place: int, cells: Iterable[str], style: object) -> None:
    for column, text in enumerate(cells):
        sheet.write_string(place, column, neutral(text), style)


def _head() -> tuple[str, ...]:
    return (
        gettext("板块"),
        gettext("序号"),
        gettext("事项"),
        gettext("内容"),
        gettext("目标"),
        gettext("指标"),
        gettext("数值"),
        gettext("单位"),
        gettext("措施"),
        gettext("完成时限（原文）"),
        gettext("时限"),
        gettext("牵头单位"),
        gettext("配合单位"),
        gettext("责任领导"),
        gettext("责任人"),
        gettext("联系人"),
        gettext("备注"),
        gettext("状态"),
    )


def _cells(path: tuple[str, ...], row: TableRow) -> tuple[str, ...]:
    task = row.task
    states = {
        TaskState.DRAFT: gettext("起草中"),
        TaskState.ISSUED: gettext("已下达"),
        TaskState.SUSPENDED: gettext("已中止"),
        TaskState.CANCELLED: gettext("已取消"),
        TaskState.CLOSED: gettext("已办结"),
    }
    days = [step.current_due_on.isoformat() for step in row.steps if step.current_due_on]
    return (
        "／".join(path),
        task.number,
        task.title,
        task.content,
        task.target_text,
        "\n".join(aim.name for aim in row.aims),
        "\n".join(f"{aim.value.normalize():f}" for aim in row.aims),
        "\n".join(aim.unit for aim in row.aims),
        task.measures,
        task.deadline_text,
        "、".join(days),
        _units(row, row.leads),
        _units(row, row.supports),
        "、".join(row.leaders),
        "、".join(row.owners),
        task.contacts,
        task.note,
        states.get(TaskState(task.state), ""),
    )


def _units(row: TableRow, names: Iterable[str]) -> str:
    """Return the units, a group's word with those it stands for in brackets."""
    said = ((name, "、".join(row.members.get(name, ()))) for name in names)
    return "、".join(f"{name}（{members}）" if members else name for name, members in said)
