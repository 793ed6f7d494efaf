"""Laying the import page out: what is known of the whole table once, and one page of its rows at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from django.utils.translation import gettext

from projects.choices import RowOutcome
from projects.importing.decisions import own_keys, row_key
from projects.importing.diff import RowDiff
from projects.importing.page.asking import Queue, asked_of, elsewhere, groups_of, queue_of
from projects.importing.page.cells import gone_cells, sheet_cells
from projects.importing.page.heads import Head, Heads, heads_of
from projects.importing.page.labels import ground_label
from projects.importing.page.lines import reading_lines
from projects.importing.page.parts import Asked, Block, ImportPage, PageLink, PageRow, Refused, SkippedLine
from projects.importing.page.prose import holding, prose_of
from projects.importing.page.remarks import Remarks, remarks_of
from projects.importing.preparing import Prepared, SheetRow, SkippedRow
from projects.importing.wording import skipped_reason
from projects.reading.said import may_be_header, row_words

PAGE_ROWS = 150
"""The usual table of an office stands on one page."""

UNREAD = frozenset({"不在表格内", "没有事项内容"})
"""Rows left out not for what they are but because no table was found around them, or no item in them."""
LIKE_ITEMS = ("表外文字", 3)
"""Words outside the tables that fill so many cells may be a row nobody took for one."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known of the whole table whatever page is shown."""

    prepared: Prepared
    queue: Queue
    heads: Heads
    remarks: Remarks
    counts: Mapping[str, int]
    to_write: Mapping[str, int]
    holding: Mapping[int, list[int]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader asked to see: a tab, a page of it, or the page where question `at` or the row `place` stands."""

    show: str = "all"
    page: int = 1
    at: int = 0
    place: int | None = None


def overview(
    prepared: Prepared, decisions: Mapping[str, str], *, remembered: Mapping[str, str] | None = None
) -> Overview:
    """Take stock of a prepared table; `remembered` are answers of an earlier import, marked where they still stand."""
    queue = queue_of(prepared, remembered or {})
    counts = {**prepared.counts, "asked": len(queue.at)}
    heads = heads_of(prepared, decisions)
    return Overview(prepared, queue, heads, remarks_of(prepared), counts, prepared.to_write, holding(prepared))


def lay_out(view: Overview, wish: Wish, refused: Mapping[str, Refused] = MappingProxyType({})) -> ImportPage:
    """Return the page asked for; only its own rows are put into words. `refused` are answers just given, by question."""
    places = places_of(view, wish.show)
    number = _page_of(view, places, wish)
    shown = shown_places(view, wish)
    blocks = tuple(block.told(refused) for block in blocks_at(view, shown))
    if wish.show == "all" and number == 1:
        blocks += tuple(_empty_blocks(view))
    skipped = view.prepared.skipped
    return ImportPage(
        show=wish.show,
        blocks=blocks,
        questions=tuple(asked for block in blocks for row in block.rows for asked in row.questions),
        pages=_pages(view, places, number),
        groups=groups_of(view.queue),
        counts=view.counts,
        to_write=view.to_write,
        total=len(view.queue.all),
        undecided=len(view.queue.undecided),
        remembered=sum(one.remembered for one in view.queue.all),
        next_undecided=_next_undecided(view, shown),
        skipped=tuple(
            (skipped_reason(reason), count) for reason, count in Counter(one.reason for one in skipped).items()
        ),
        remarks=view.remarks.told_above(several=view.heads.several),
        unread=sum(_may_be_item(one) for one in skipped),
        skipped_lines=tuple(map(skipped_line, skipped)) if wish.show == "skipped" or not view.heads.all else (),
        fingerprint=view.prepared.fingerprint,
    )


def skipped_line(one: SkippedRow) -> SkippedLine:
    """Return a row that is no item; one that may name the columns carries its words."""
    texts = one.text.split("　")
    words = row_words(texts) if may_be_header(texts) else ""
    return SkippedLine(one.sheet, one.row, skipped_reason(one.reason), one.text, words)


def _may_be_item(skipped: SkippedRow) -> bool:
    reason, cells = LIKE_ITEMS
    return skipped.reason in UNREAD or (skipped.reason == reason and len(skipped.text.split("　")) >= cells)


def shown_places(view: Overview, wish: Wish) -> Sequence[int]:
    """Return the rows that the page asked for shows."""
    places = places_of(view, wish.show)
    number = _page_of(view, places, wish)
    return places[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]


def changed_at(before: Overview, after: Overview, place: int) -> bool:
    """Tell whether a row reads otherwise, or is asked about otherwise, than before."""
    old, new = before.prepared.diff[place], after.prepared.diff[place]
    if old != new or (new.row is not None and before.prepared.drafts[new.row] != after.prepared.drafts[new.row]):
        return True
    return any(
        getattr(before.queue, asked).get(place) != getattr(after.queue, asked).get(place) for asked in ("at", "also")
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
    place = view.queue.all[wish.at - 1].place if 0 < wish.at <= len(view.queue.all) else wish.place
    if place is not None and place in places:
        return places.index(place) // PAGE_ROWS + 1
    return min(max(wish.page, 1), last)


def _pages(view: Overview, places: Sequence[int], current: int) -> tuple[PageLink, ...]:
    waiting = Counter(one.place for one in view.queue.undecided)
    several = view.heads.several
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


def blocks_at(view: Overview, places: Sequence[int]) -> Iterator[Block]:
    """Yield the rows of these places under the heads of their tables."""
    for _, group in groupby(places, key=lambda place: view.heads.of[place]):
        own = list(group)
        rows, heading = [], tuple[str, ...]()
        for place in own:
            now = _category(view, place)
            rows.append(_row(view, place, " › ".join(now) if now and now != heading else ""))
            heading = now
        yield _block(view, view.heads[own[0]], tuple(rows))


def _empty_blocks(view: Overview) -> Iterator[Block]:
    """Yield the tables in which no item was found: their columns may have been taken for something else."""
    filled = set(view.heads.of)
    yield from (_block(view, head, ()) for at, head in enumerate(view.heads.all) if at not in filled)


def _block(view: Overview, head: Head, rows: tuple[PageRow, ...]) -> Block:
    return Block(head.sheet if view.heads.several else "", head.title, head.columns, head.hidden, rows, head.named_by)


def _category(view: Overview, place: int) -> tuple[str, ...]:
    row = view.prepared.diff[place].row
    return view.prepared.drafts[row].category if row is not None else ()


def _row(view: Overview, place: int, heading: str) -> PageRow:
    row = view.prepared.diff[place]
    if row.row is None:
        return _gone(view, place, row)
    prepared, questions = view.prepared, _asked(view, place)
    read, draft = prepared.rows[row.row], prepared.drafts[row.row]
    before = prepared.tasks[row.task_id].draft if row.task_id else None
    own = _own_keys(view, place, row)
    return PageRow(
        place=place,
        anchor=str(place),
        row_label=str(read.task.row),
        heading=heading,
        cells=sheet_cells(read, draft, view.heads[place].columns, questions),
        outcome=row.outcome.value if row.merged_into is None else RowOutcome.SKIPPED.value,
        lines=reading_lines(draft, row, before or draft, prepared.reading.year),
        questions=questions,
        elsewhere=tuple(elsewhere(one) for one in view.queue.also.get(place, ())),
        key=row_key(place) if row.outcome in {RowOutcome.NEW, RowOutcome.CHANGED} else "",
        left=row.refused,
        ground=ground_label(row.ground) if row.ground else "",
        remarks=view.remarks.told_at(read.sheet, read.task.row),
        matched=(before.number or before.title) if before and before.number != draft.number else "",
        prose=prose_of(prepared, place, view.holding),
        words=_words(read),
        due_key=own[0],
        lead_key=own[1],
        support_key=own[2],
    )


def _own_keys(view: Overview, place: int, row: RowDiff) -> tuple[str, str, str]:
    """Return the keys by which deadline, lead and support may be changed.

    They are empty where a question does, or nothing is written. Who a name is, is another question than who leads.
    """
    if row.refused or row.merged_into is not None:
        return "", "", ""
    asked = {one.question.field for ones in (view.queue.at, view.queue.also) for one in ones.get(place, ())}
    due, lead, support = own_keys(place)
    return ("" if "deadline" in asked else due, "" if "lead" in asked else lead, "" if "support" in asked else support)


def _words(read: SheetRow) -> str:
    texts = [text for text in read.task.cells if text]
    return row_words(texts) if read.columns and may_be_header(texts) else ""


def _gone(view: Overview, place: int, row: RowDiff) -> PageRow:
    """Return an item the table no longer has."""
    draft = view.prepared.tasks[row.task_id or 0].draft
    cells = gone_cells(draft, view.heads[place].columns if view.heads.all else ())
    return PageRow(place, f"gone-{row.task_id}", "—", "", cells, row.outcome.value, (), _asked(view, place))


def _asked(view: Overview, place: int) -> tuple[Asked, ...]:
    waiting = view.queue.waiting
    return tuple(
        asked_of(one, view.prepared, more=waiting[one.alike] - (not one.question.decided))
        for one in view.queue.at.get(place, ())
    )
