"""A plan, or some of its items, as a plain table: for those without a workbook of the office's own."""

from collections.abc import Callable, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from xlsxwriter import Workbook

from projects.choices import InvolvementRole
from projects.exporting.promised import Promised

IN_MEMORY = 2 * 1024 * 1024
Column = tuple[str, int, Callable[[Promised], str]]
"""Its name, its width in characters, and what it says of an item."""
ALWAYS = frozenset({"序号", "事项", "完成时限", "牵头单位"})


def write_plain(
    title: str, items: Sequence[Promised], names: Sequence[str], texts: Mapping[int, tuple[str, ...]]
) -> IO[bytes]:
    """Return the workbook as a file that is gone when it is closed; columns that say nothing are left out."""
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    book = Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("台账")
    frame = {"text_wrap": True, "valign": "vcenter", "border": 1, "font_name": "宋体", "font_size": 11}
    head = book.add_format({**frame, "bold": True, "align": "center"})
    body = book.add_format(frame)
    # Text that begins like a formula stays text when it is edited too.
    quoted = book.add_format({**frame, "quote_prefix": True})
    columns = [column for column in _columns(items) if column[0] in ALWAYS or any(map(column[2], items))]
    widths = [*(width for _, width, _ in columns), 40, 12, 26, 26, 14, 14]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    large = book.add_format({"bold": True, "align": "center", "font_size": 16, "font_name": "宋体"})
    sheet.merge_range(0, 0, 0, len(widths) - 1, "", large)
    sheet.write_string(0, 0, title, large)
    for place, name in enumerate((*(name for name, _, _ in columns), *names)):
        sheet.write_string(1, place, name, head)
    sheet.freeze_panes(2, 0)
    sheet.set_landscape()
    sheet.set_paper(8 if len(widths) > 14 else 9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    for row, item in enumerate(items, start=2):
        for place, text in enumerate((*(says(item) for _, _, says in columns), *texts[item.pk])):
            formula = text.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
            sheet.write_string(row, place, text, quoted if formula else body)
    book.close()
    made.seek(0)
    return made


def _columns(items: Sequence[Promised]) -> list[Column]:
    depth = max((len(item.category) for item in items), default=0)
    labels = dict.fromkeys(label for item in items for label in item.extra)
    return [
        *([("板块", 16, _heading(0))] if depth else []),
        *([("类别", 14, _heading(1))] if depth > 1 else []),
        ("序号", 6, lambda item: item.promise.task.number),
        ("事项", 28, lambda item: item.promise.task.title),
        ("内容", 44, lambda item: item.promise.task.content),
        ("目标任务", 24, lambda item: item.promise.task.target_text),
        ("工作措施", 24, lambda item: item.promise.task.measures),
        ("完成时限", 18, lambda item: item.deadline),
        ("责任领导", 12, _party(InvolvementRole.LEADER)),
        ("牵头单位", 16, _party(InvolvementRole.LEAD)),
        ("配合单位", 16, _party(InvolvementRole.SUPPORT)),
        ("责任人", 12, _party(InvolvementRole.OWNER)),
        ("联系人", 14, lambda item: item.promise.task.contacts),
        ("备注", 16, lambda item: item.promise.task.note),
        *((label, 14, _extra(label)) for label in labels),
    ]


def _heading(level: int) -> Callable[[Promised], str]:
    def said(item: Promised) -> str:
        rest = item.category[level:] if level else item.category[:1]
        return "／".join(rest)

    return said


def _party(role: InvolvementRole) -> Callable[[Promised], str]:
    return lambda item: "、".join(item.names.get(role, ()))


def _extra(label: str) -> Callable[[Promised], str]:
    return lambda item: item.extra.get(label, "")
