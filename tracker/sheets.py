"""A unit's own sheet as a workbook: what is owed, to be filled in where there is no network, and its rows read back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext, override

from projects.reading.shown import Shown
from tracker.choices import ReportState
from tracker.sentences import state_text

SALT = "tracker.sheets"


class PartKind(StrEnum):
    FIGURE = "v"
    TICK = "t"
    STEP = "m"


@dataclass(frozen=True, slots=True)
class RowKey:
    """Which owed row it is, the report it was written over (0 for none), and the item's version then."""

    owed: int
    seen: int
    version: int


@dataclass(frozen=True, slots=True)
class PartKey:
    owed: int
    kind: PartKind
    id: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """An item as the sheet asks for it; the words of `said` are preset."""

    key: RowKey
    number: str
    title: str
    unit: str
    promise: str
    last: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A figure, an entry of a list or a step of an item, in a line of its own."""

    key: PartKey
    number: str
    title: str
    name: str
    goal: str
    last: str
    value: Decimal | date | str | None


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as it came back; `at` is its number in the program that filled it in. No key: not one of ours."""

    at: int
    key: RowKey | PartKey | None
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SheetRead:
    rows: tuple[ReadLine, ...]
    parts: tuple[ReadLine, ...]


class NotOurSheetError(Exception):
    """The file holds no sheet of the kind that is handed out here."""


Words = Mapping[str, str]


def item_headers() -> dict[str, str]:
    return {
        "key": gettext("编号（勿改）"),
        "number": gettext("序号"),
        "title": gettext("事项"),
        "unit": gettext("单位"),
        "promise": gettext("内容与时限（原文）"),
        "last": gettext("上次报送"),
        "state": gettext("推进状态（选一项）"),
        "sentence": gettext("一句话进展（无变化时写原因）"),
        "problem": gettext("存在问题"),
        "next_step": gettext("下一步"),
        "help_needed": gettext("需协调事项"),
    }


def part_headers() -> dict[str, str]:
    return {
        "key": gettext("编号（勿改）"),
        "number": gettext("序号"),
        "title": gettext("事项"),
        "kind": gettext("类别"),
        "name": gettext("指标、清单或节点"),
        "goal": gettext("目标或时限"),
        "last": gettext("上次"),
        "value": gettext("本期（数、日期或“是”）"),
    }


ITEM_INPUTS = ("state", "sentence", "problem", "next_step", "help_needed")
PART_INPUTS = ("value",)
ITEM_WIDTHS = (2, 6, 26, 12, 40, 30, 16, 44, 24, 24, 24)
PART_WIDTHS = (2, 6, 26, 8, 34, 18, 12, 22)
GUIDE_WIDTH = 84
LINE_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 15.5, 34, 310
"""In points: a row shows all its words, as no program measures them before the file is opened."""
NO_CHANGE = "no_change"


def state_words() -> dict[str, str]:
    """Return what a state's cell offers, by what it means."""
    return {state.value: state_text(state) for state in ReportState} | {NO_CHANGE: gettext("本期无变化")}


def kind_words() -> dict[PartKind, str]:
    return {PartKind.FIGURE: gettext("指标"), PartKind.TICK: gettext("清单"), PartKind.STEP: gettext("节点")}


def sealed(key: RowKey | PartKey) -> str:
    """Write a key that nobody else can make."""
    text = (
        f"{key.owed}.{key.seen}.{key.version}" if isinstance(key, RowKey) else f"{key.owed}.{key.kind.value}.{key.id}"
    )
    return signing.Signer(salt=SALT).sign(text)


def unsealed(text: str) -> RowKey | PartKey | None:
    """Return a key of ours; None for an edited or foreign one."""
    try:
        first, second, third = signing.Signer(salt=SALT).unsign(text.strip()).split(".")
    except (signing.BadSignature, ValueError):
        return None
    if second in set(PartKind):
        return PartKey(int(first), PartKind(second), int(third))
    return RowKey(int(first), int(second), int(third))


# ---- Writing


def write_sheet(
    rows: Sequence[SheetRow], parts: Sequence[SheetPart], *, title: str, guide: Sequence[str], year: int
) -> bytes:
    """Return the workbook: how to fill it in, one row an item, and one line a figure, list entry or step."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        styles = _Styles(book)
        _write_guide(book, styles, title, guide)
        _write_items(book, styles, rows)
        _write_parts(book, styles, parts, year)
        book.get_worksheet_by_name(gettext("本期填报")).activate()
    return content.getvalue()


class _Styles:
    """The looks of a cell: to be read, or to be filled in."""

    def __init__(self, book: Any) -> None:
        def style(**more: object) -> Any:
            return book.add_format(
                {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True, "border": 1, **more}
            )

        self.title = book.add_format({"font_name": "宋体", "font_size": 16, "bold": True})
        self.plain = book.add_format({"font_name": "宋体", "font_size": 12, "text_wrap": True, "valign": "top"})
        self.header = style(bold=True, bg_color="#E6E8EA", valign="vcenter")
        self.header_in = style(bold=True, bg_color="#E9F0F7", valign="vcenter")
        self.read = style(bg_color="#F3F4F2", quote_prefix=True)
        self.fill = style(locked=False, quote_prefix=True)
        self.figure = style(locked=False, num_format="General", align="right")
        self.day = style(locked=False, num_format="yyyy-mm-dd", align="right")


def _write_guide(book: Any, styles: _Styles, title: str, guide: Sequence[str]) -> None:
    sheet = book.add_worksheet(gettext("填写说明"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, GUIDE_WIDTH)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, title, styles.title)
    for row, line in enumerate(guide, start=2):
        sheet.set_row(row, _height((line,), (GUIDE_WIDTH - 6,), least=20))
        sheet.write_string(row, 0, line, styles.plain)
    sheet.protect()


def _begun(book: Any, styles: _Styles, name: str, headers: Words, inputs: Sequence[str], widths: Sequence[int]) -> Any:
    """Return a sheet with its header, of which only what is to be filled in can be changed."""
    sheet = book.add_worksheet(name)
    for column, ((key, word), width) in enumerate(zip(headers.items(), widths, strict=True)):
        sheet.set_column(column, column, width, None, {"hidden": key == "key"})
        sheet.write_string(0, column, word, styles.header_in if key in inputs else styles.header)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 3)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _write_items(book: Any, styles: _Styles, rows: Sequence[SheetRow]) -> None:
    headers = item_headers()
    sheet = _begun(book, styles, gettext("本期填报"), headers, ITEM_INPUTS, ITEM_WIDTHS)
    states = state_words()
    for at, row in enumerate(rows, start=1):
        texts = (sealed(row.key), row.number, row.title, row.unit, row.promise, row.last)
        sheet.set_row(at, _height((*texts[1:], *(row.said.get(name, "") for name in ITEM_INPUTS)), ITEM_WIDTHS[1:]))
        for column, text in enumerate(texts):
            sheet.write_string(at, column, text, styles.read)
        for column, name in enumerate(ITEM_INPUTS, start=len(texts)):
            text = row.said.get(name, "")
            sheet.write_string(at, column, states.get(text, text) if name == "state" else text, styles.fill)
    column = list(headers).index("state")
    choices = {
        "validate": "list",
        "source": list(states.values()),
        "error_title": gettext("推进状态"),
        "error_message": gettext("请从列表里选一项。"),
    }
    sheet.data_validation(1, column, max(1, len(rows)), column, choices)


def _write_parts(book: Any, styles: _Styles, parts: Sequence[SheetPart], year: int) -> None:
    headers, kinds = part_headers(), kind_words()
    sheet = _begun(book, styles, gettext("指标与节点"), headers, PART_INPUTS, PART_WIDTHS)
    column = list(headers).index("value")
    for at, part in enumerate(parts, start=1):
        texts = (sealed(part.key), part.number, part.title, kinds[part.key.kind], part.name, part.goal, part.last)
        sheet.set_row(at, _height(texts[1:], PART_WIDTHS[1:], least=20))
        for place, text in enumerate(texts):
            sheet.write_string(at, place, text, styles.read)
        _write_value(sheet, styles, at, column, part, year)


def _write_value(sheet: Any, styles: _Styles, at: int, column: int, part: SheetPart, year: int) -> None:
    if part.key.kind is PartKind.TICK:
        sheet.write_string(at, column, str(part.value or ""), styles.fill)
        sheet.data_validation(at, column, at, column, {"validate": "list", "source": [gettext("是")]})
    elif part.key.kind is PartKind.STEP:
        bounds = {"validate": "date", "criteria": "between", "minimum": date(year - 1, 1, 1)}
        bounds |= {"maximum": date(year + 1, 12, 31), "error_message": gettext("请填完成日期，如 2026-06-20。")}
        if isinstance(part.value, date):
            sheet.write_datetime(at, column, part.value, styles.day)
        else:
            sheet.write_blank(at, column, None, styles.day)
        sheet.data_validation(at, column, at, column, bounds)
    elif isinstance(part.value, Decimal):
        sheet.write_number(at, column, float(part.value), styles.figure)
    else:
        sheet.write_blank(at, column, None, styles.figure)


def _height(texts: Sequence[str], widths: Sequence[int], *, least: float = LEAST_HEIGHT) -> float:
    """Return the height that shows every wrapped line; a Chinese sign is two digits wide."""
    lines = max(
        sum(max(1, ceil(_digits(line) / (width - 1))) for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=False)
    )
    return min(MOST_HEIGHT, max(least, lines * LINE_HEIGHT + 4))


def _digits(text: str) -> float:
    return sum(1.1 if sign.isascii() else 2.1 for sign in text)


# ---- Reading


def read_sheet(sheets: Iterable[Shown]) -> SheetRead:
    """Return the filled lines of a sheet of ours, in whichever language it was handed out."""
    rows: list[ReadLine] = []
    parts: list[ReadLine] = []
    found = False
    for sheet in sheets:
        for into, headers, inputs in ((rows, item_headers, ITEM_INPUTS), (parts, part_headers, PART_INPUTS)):
            places = _places(sheet, headers, inputs)
            if places is not None:
                found = True
                into.extend(_lines(sheet, places, inputs))
    if not found:
        raise NotOurSheetError
    return SheetRead(tuple(rows), tuple(parts))


def meaning_of_state(text: str) -> str:
    """Return what a state's cell means, in any of the languages; a word of neither comes back as it is."""
    return next((words[text.strip()] for words in _state_meanings() if text.strip() in words), text.strip())


def _state_meanings() -> Iterator[dict[str, str]]:
    for language, _ in settings.LANGUAGES:
        with override(language):
            meanings = {word: meaning for meaning, word in state_words().items()}
        yield meanings


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the header stands, and each column by its name."""

    header: int
    columns: Mapping[str, int]


def _places(sheet: Shown, headers: Callable[[], Words], inputs: Sequence[str]) -> _Places | None:
    for language, _ in settings.LANGUAGES:
        with override(language):
            words = {word: name for name, word in headers().items()}
        for at, cells in enumerate(sheet.rows):
            columns = {words[cell.strip()]: place for place, cell in enumerate(cells) if cell.strip() in words}
            if {"key", *inputs} <= columns.keys():
                return _Places(at, columns)
    return None


def _lines(sheet: Shown, places: _Places, inputs: Sequence[str]) -> Iterator[ReadLine]:
    """Yield each line below the header that has a key or was written in."""
    for at, cells in enumerate(sheet.rows[places.header + 1 :], start=places.header + 2):
        said = {name: _cell(cells, places.columns[name]) for name in inputs}
        key = _cell(cells, places.columns["key"])
        if key or any(said.values()):
            yield ReadLine(at, unsealed(key) if key else None, said)


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column].strip() if column < len(cells) else ""
