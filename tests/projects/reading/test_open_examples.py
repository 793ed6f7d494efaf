"""Every open example reads as the page beside it says."""

from __future__ import annotations

from projects.reading.columns import Header, column_roles
from projects.reading.deadlines import read_deadline
from projects.reading.units import read_units
from tests.projects.reading.shared import lines


def test_every_open_deadline_reads_as_stated() -> None:
    wrong = []
    for text, year, due, kind, *_ in lines("examples-deadlines.tsv"):
        reading = read_deadline(text.replace("\\n", "\n"), year=int(year))
        found = ";".join(day.isoformat() for day in reading.due)
        if (found, reading.kind) != (due, kind):
            wrong.append((text, found, reading.kind))
    assert wrong == []


def test_every_open_header_row_gets_the_stated_roles() -> None:
    wrong = []
    for names, roles in lines("examples-headers.tsv"):
        found = column_roles([Header(name) for name in names.replace("\\n", "\n").split("|")])
        if found != roles.split("|"):
            wrong.append((names, found))
    assert wrong == []


def test_every_open_cell_of_units_names_the_stated_lead_and_support() -> None:
    wrong = []
    for row in lines("examples-departments.tsv"):
        text, lead, support = (*row, "", "")[:3]
        reading = read_units(text.replace("\\n", "\n"))
        if (";".join(reading.lead), ";".join(reading.support)) != (lead, support):
            wrong.append((text, reading))
    assert wrong == []
