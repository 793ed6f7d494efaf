"""A list as a workbook of one sheet: every cell is text, so nothing a person typed is ever reckoned."""

from collections.abc import Iterable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from xlsxwriter import Workbook

from tracker.publishing.neutral import neutral

IN_MEMORY = 2 * 1024 * 1024


def write_text_table(
    title: str, widths: Sequence[int], lines: Iterable[Sequence[str]], *, kept_columns: int = 0
) -> IO[bytes]:
    """Return the workbook as a file that is gone when it is closed.

    The first line is the heading; it stays in sight, and so do the first `kept_columns`.
    """
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the caller closes it
    book = Workbook(made, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, neutral(title), book.add_format({"bold": True, "font_size": 14}))
    for place, line in enumerate(lines, start=1):
        for column, text in enumerate(line):
            sheet.write_string(place, column, neutral(text), head if place == 1 else body)
    sheet.freeze_panes(2, kept_columns)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    made.seek(0)
    return made
