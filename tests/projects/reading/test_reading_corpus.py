"""The corpus of header rows, unit cells, people and amounts stays read at the figures the reader is held to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projects.reading.columns import Header, column_roles
from projects.reading.people import read_people
from projects.reading.targets import read_targets
from projects.reading.units import read_units
from tests import source

CORPUS = source.ROOT / "benchmarks" / "corpus"


def rows(sort: str) -> Iterator[list[str]]:
    for path in sorted(CORPUS.glob(f"{sort}*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield [column.replace("\\n", "\n") for column in [*line.split("\t"), "", "", ""]]


def test_headers_get_their_roles_in_97_of_100_and_whole_rows_in_90() -> None:
    names = right = whole = count = 0
    for header, wanted, *_ in rows("headers"):
        found = column_roles([Header(name) for name in header.split("|")])
        roles = wanted.split("|")
        names += len(roles)
        right += sum(role == other for role, other in zip(roles, found, strict=True))
        whole += roles == found
        count += 1
    assert count >= 250
    assert right >= 0.97 * names
    assert whole >= 0.9 * count


def test_units_are_read_in_97_cells_of_100_and_what_has_to_be_asked_is_asked() -> None:
    wrong, count, unasked = [], 0, []
    for text, lead, support, note, *_ in rows("departments"):
        reading = read_units(text)
        count += 1
        if note == "?" and reading.sure:
            unasked.append(text)
        if (";".join(reading.lead), ";".join(reading.support)) != (lead, support):
            wrong.append(text)
    assert count >= 350
    assert len(wrong) <= 0.03 * count, wrong
    assert unasked == []


def test_people_are_read_in_97_cells_of_100() -> None:
    cells = list(rows("people"))
    wrong = [text for text, names, *_ in cells if ";".join(read_people(text)) != names]
    assert len(cells) >= 150
    assert len(wrong) <= 0.03 * len(cells), wrong


def test_amounts_are_read_in_95_cells_of_100_and_a_wrong_count_is_asked() -> None:
    wrong, unasked, count = [], [], 0
    for text, wanted, note, *_ in rows("targets"):
        reading = read_targets(text)
        count += 1
        found = [
            f"{target.name}|{target.comparison}|{target.value:g}|{target.unit}|{'、'.join(target.items)}"
            for target in reading.targets
            if target.value is not None
        ]
        if ";".join(found) != wanted:
            wrong.append((text, found))
        if note == "?" and not reading.questions:
            unasked.append(text)
    assert count >= 230
    assert len(wrong) <= 0.05 * count, wrong
    assert unasked == []


@pytest.mark.parametrize("sort", ["headers", "departments", "people", "targets"])
def test_no_cell_stands_twice_in_the_corpus(sort: str) -> None:
    cells = [row[0] for row in rows(sort)]
    assert sorted({cell for cell in cells if cells.count(cell) > 1}) == []
