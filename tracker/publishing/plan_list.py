"""The list of a plan's items as a workbook."""

from collections.abc import Iterable
from itertools import chain
from typing import IO

from django.utils.translation import gettext

from projects.choices import TaskState
from projects.tables import Group, TableRow
from tracker.publishing.text_table import write_text_table

WIDTHS = (20, 8, 28, 40, 20, 24, 12, 8, 24, 24, 14, 18, 22, 18, 16, 16, 20, 10)


def write_plan_list(title: str, groups: Iterable[Group]) -> IO[bytes]:
    """Return the workbook as a file that is gone when it is closed."""
    rows = (_cells(group.path, row) for group in groups for row in group.rows)
    return write_text_table(title, WIDTHS, chain([_head()], rows), kept_columns=3)


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
