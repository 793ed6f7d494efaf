"""Laying the import page out: what is known of the whole table once, and one page of its rows at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext

from projects.choices import RowOutcome
from projects.importing.page.asking import Queue, asked_of, elsewhere, groups_of, queue_of
from projects.importing.page.cells import columns_of, gone_cells, sheet_cells
from projects.importing.page.lines import reading_lines
from projects.importing.page.parts import Asked, Block, Column, ImportPage, PageLink, PageRow, SkippedLine
from projects.importing.preparing import Prepared
from projects.importing.wording import skipped_reason

PAGE_ROWS = 150
"""The usual table of an office stands on one page."""


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of one table; `first` is its first place."""

    sheet: str
    title: str
    columns: tuple[Column, ...]
    hidden: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known of the whole table whatever page is shown."""

    prepared: Prepared
    queue: Queue
    heads: tuple[Head, ...]
    head_of: tuple[int, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader asked to see: a tab, a page of it, or the page where question `at` stands."""

    show: str = "all"
    page: int = 1
    at: int = 0


def overview(prepared: Prepared, *, remembered: Mapping[str, str] | None = None) -> Overview:
    """Take stock of a prepared table; `remembered` are answers of an earlier import, marked where they still stand."""
    queue = queue_of(prepared, remembered or {})
    heads, head_of = _heads(prepared)
    return Overview(prepared, queue, heads, head_of, {**prepared.counts, "asked": len(queue.at)})


def import_page(
    prepared: Prepared, wish: Wish | None = None, *, remembered: Mapping[str, str] | None = None
) -> ImportPage:
    return lay_out(overview(prepared, remembered=remembered), wish or Wish())


def lay_out(view: Overview, wish: Wish) -> ImportPage:
    """Return the page asked for; only its own rows are put into words."""
    places = places_of(view, wish.show)
    number = _page_of(view, places, wish)
    shown = places[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    blocks = tuple(blocks_at(view, shown))
    skipped = view.prepared.skipped
    return ImportPage(
        show=wish.show,
        blocks=blocks,
        questions=tuple(asked for block in blocks for row in block.rows for asked in row.questions),
        pages=_pages(view, places, number),
        groups=groups_of(view.queue),
        counts=view.counts,
        total=len(view.queue.all),
        undecided=len(view.queue.undecided),
        remembered=sum(one.remembered for one in view.queue.all),
        next_undecided=_next_undecided(view, shown),
        skipped=tuple(
            (skipped_reason(reason), count) for reason, count in Counter(one.reason for one in skipped).items()
        ),
        skipped_lines=tuple(SkippedLine(one.sheet, one.row, skipped_reason(one.reason)) for one in skipped)
        if wish.show == "skipped"
        else (),
        fingerprint=view.prepared.fingerprint,
    )


def places_of(view: Overview, show: str) -> Sequence[int]:
    diff = view.prepared.diff
    if show == "all":
        return range(len(diff))
    if show == "asked":
        return sorted(view.queue.at)
    return [place for place, row in enumerate(diff) if row.outcome == show]


def _page_of(view: Overview, places: Sequence[int], wish: Wish) -> int:
    last = max(1, -(-len(places) // PAGE_ROWS))
    if wish.at and wish.at <= len(view.queue.all):
        place = view.queue.all[wish.at - 1].place
        if place in places:
            return places.index(place) // PAGE_ROWS + 1
    return min(max(wish.page, 1), last)


def _pages(view: Overview, places: Sequence[int], current: int) -> tuple[PageLink, ...]:
    waiting = Counter(one.place for one in view.queue.undecided)
    several = len(view.heads) > 1
    return tuple(
        PageLink(
            number=start // PAGE_ROWS + 1,
            label=_span(view, places[start], places[min(start + PAGE_ROWS, len(places)) - 1], several=several),
            undecided=sum(waiting[place] for place in places[start : start + PAGE_ROWS]),
            current=start // PAGE_ROWS + 1 == current,
        )
        for start in range(0, len(places), PAGE_ROWS)
    )


def _span(view: Overview, first: int, last: int, *, several: bool) -> str:
    """Return which rows of the sheet stand from one place to another."""
    rows = view.prepared.rows
    if first >= len(rows):
        return gettext("新表没有的事项")
    sheet = f"{rows[first].sheet} " if several else ""
    end = rows[min(last, len(rows) - 1)]
    return gettext("%(sheet)s%(first)s—%(last)s 行") % {
        "sheet": sheet,
        "first": rows[first].task.row,
        "last": end.task.row if end.sheet == rows[first].sheet else f"{end.sheet} {end.task.row}",
    }


def _next_undecided(view: Overview, shown: Sequence[int]) -> int:
    """Return the number of the first open question beyond the page, else of the first before it, 0 for none."""
    here = set(shown)
    elsewhere_ = [one for one in view.queue.undecided if one.place not in here]
    last = max(here, default=-1)
    return next((one.number for one in elsewhere_ if one.place > last), elsewhere_[0].number if elsewhere_ else 0)


def _heads(prepared: Prepared) -> tuple[tuple[Head, ...], tuple[int, ...]]:
    """Return the heads of the tables, and for each row which one it stands under; what is gone stands under the last."""
    heads: list[Head] = []
    head_of: list[int] = []
    for (sheet, columns), group in groupby(prepared.rows, key=lambda row: (row.sheet, row.columns)):
        rows = list(group)
        shown, hidden = columns_of(columns, rows)
        heads.append(Head(sheet, "", shown, hidden))
        head_of += [len(heads) - 1] * len(rows)
    gone = len(prepared.diff) - len(head_of)
    return tuple(heads), (*head_of, *[max(len(heads) - 1, 0)] * gone)


def blocks_at(view: Overview, places: Sequence[int]) -> Iterator[Block]:
    several = len(view.heads) > 1
    for at, group in groupby(places, key=lambda place: view.head_of[place]):
        head = view.heads[at]
        heading: tuple[str, ...] = ()
        rows = []
        for place in group:
            now = _category(view, place)
            rows.append(_row(view, place, " › ".join(now) if now and now != heading else ""))
            heading = now
        yield Block(head.sheet if several else "", head.title, head.columns, head.hidden, tuple(rows))


def _category(view: Overview, place: int) -> tuple[str, ...]:
    row = view.prepared.diff[place].row
    return view.prepared.drafts[row].category if row is not None else ()


def _row(view: Overview, place: int, heading: str) -> PageRow:
    prepared, row = view.prepared, view.prepared.diff[place]
    columns = view.heads[view.head_of[place]].columns if view.heads else ()
    questions = _asked(view, place)
    if row.row is None:
        draft = prepared.tasks[row.task_id or 0].draft
        cells = gone_cells(draft, columns)
        return PageRow(place, f"gone-{row.task_id}", "—", "", cells, RowOutcome.DROPPED.value, (), questions)
    read, draft = prepared.rows[row.row], prepared.drafts[row.row]
    before = prepared.tasks[row.task_id].draft if row.task_id else draft
    return PageRow(
        place=place,
        anchor=str(place),
        row_label=str(read.task.row),
        heading=heading,
        cells=sheet_cells(read, draft, columns, questions),
        outcome=row.outcome.value,
        lines=reading_lines(draft, row, before, prepared.reading.year),
        questions=questions,
        elsewhere=tuple(elsewhere(one) for one in view.queue.also.get(place, ())),
    )


def _asked(view: Overview, place: int) -> tuple[Asked, ...]:
    waiting = view.queue.waiting
    return tuple(
        asked_of(one, view.prepared, more=waiting[one.alike] - (not one.question.decided))
        for one in view.queue.at.get(place, ())
    )
