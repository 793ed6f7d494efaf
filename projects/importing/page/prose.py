"""A proposal read from prose: what it would be called, the sentence it came from, and what it may be merged into."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from django.utils.translation import gettext

from projects.importing.page.parts import Option, Prose
from projects.importing.preparing import Prepared

NEAR = 8
"""How many proposals before and after it one may be merged into: the same promise stands close by."""
LABEL = 24


def prose_of(prepared: Prepared, place: int, holding: Mapping[int, list[int]]) -> Prose | None:
    """Return what the page says of a proposal, None for a row of a table; `holding` tells who was merged into whom."""
    read, row = prepared.rows[place], prepared.diff[place]
    if read.columns:
        return None
    sentence, title = read.task.content or read.task.title, prepared.drafts[place].title
    return Prose(
        place=place,
        title=title,
        paragraph=read.task.row,
        sentence="" if sentence.rstrip("。；") in {title, *read.task.cells} else sentence,
        merged_into="" if row.merged_into is None else _label(prepared, row.merged_into),
        holds=tuple(_label(prepared, other) for other in holding.get(place, ())),
        into=() if row.refused or row.merged_into is not None else tuple(_near(prepared, place)),
    )


def holding(prepared: Prepared) -> dict[int, list[int]]:
    """Return by place the rows that were merged into it."""
    found: dict[int, list[int]] = {}
    for place, row in enumerate(prepared.diff):
        if row.merged_into is not None:
            found.setdefault(row.merged_into, []).append(place)
    return found


def _near(prepared: Prepared, place: int) -> Iterator[Option]:
    """Yield those close by that become items, in the order of the text; the one before is the likeliest."""
    before = [*islice(_free(prepared, range(place - 1, -1, -1)), NEAR)][::-1]
    after = [*islice(_free(prepared, range(place + 1, len(prepared.rows))), NEAR)]
    likely = before[-1:] or after[:1]
    for at in (*before, *after):
        yield Option(str(at), _label(prepared, at), at in likely)


def _free(prepared: Prepared, places: Iterable[int]) -> Iterator[int]:
    for at in places:
        row = prepared.diff[at]
        if not row.refused and row.merged_into is None and not prepared.rows[at].columns:
            yield at


def _label(prepared: Prepared, place: int) -> str:
    title = prepared.drafts[place].title
    short = title if len(title) <= LABEL else f"{title[:LABEL]}…"
    return gettext("第 %(paragraph)s 段 %(title)s") % {"paragraph": prepared.rows[place].task.row, "title": short}
