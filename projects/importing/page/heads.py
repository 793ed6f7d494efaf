"""The tables of a file: which columns each has, and under which one a row stands."""

from collections.abc import Mapping
from dataclasses import dataclass

from projects.importing.decisions import roles
from projects.importing.page.cells import columns_of
from projects.importing.page.parts import Column
from projects.importing.preparing import Prepared


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of one table; `hidden` ones hold nothing, or headings. `named_by` are the words of its header."""

    sheet: str
    title: str
    columns: tuple[Column, ...]
    hidden: tuple[Column, ...]
    named_by: str = ""


NO_HEAD = Head("", "", (), ())


@dataclass(frozen=True, slots=True)
class Heads:
    """All tables in their order, and by place which one a row stands under; what is gone stands under the last."""

    all: tuple[Head, ...]
    of: tuple[int, ...]

    def __getitem__(self, place: int) -> Head:
        return self.all[self.of[place]] if self.all else NO_HEAD

    @property
    def several(self) -> bool:
        return len(self.all) > 1


def heads_of(prepared: Prepared, decisions: Mapping[str, str]) -> Heads:
    chosen = roles(decisions)
    heads: list[Head] = []
    of: list[int] = []
    rows = iter(prepared.rows)
    for sheet in prepared.reading.sheets:
        for table in sheet.tables:
            own = [next(rows) for _ in table.tasks]
            shown, hidden = columns_of(table.columns, own, chosen)
            of += [len(heads)] * len(own)
            heads.append(Head(sheet.name, table.title, shown, hidden, table.named_by))
    gone = len(prepared.diff) - len(of)
    return Heads(tuple(heads), (*of, *[max(len(heads) - 1, 0)] * gone))
