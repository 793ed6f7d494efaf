"""The corpus of deadline cells is read at the figures the reader promises, whatever form its cells are typed in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.reading import deadlines, rows, steps
from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.deadlines.folding import fold
from projects.reading.deadlines.tokens import LEXER, lexer

CELLS = [(text, int(year)) for text, year, *_ in rows("deadlines")]
# In 2017-06-30 00:00 only the space tells the day from the clock.
CLOCK = re.compile(r"\d:\d\d")
FULL_WIDTH = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})


def test_the_corpus_is_read_at_97_percent_with_half_a_percent_wrong_but_sure() -> None:
    total = deadlines().total
    assert total["cells"] >= 1500
    assert total["right"] >= 0.97 * total["cells"]
    assert total["wrong_but_sure"] <= 0.005 * total["cells"]


def test_one_in_ten_cells_of_a_real_column_is_asked_at_most() -> None:
    cells = [(text, year, kind) for text, year, _, kind, *_ in rows("deadlines-3-sentences")]
    asked = [text for text, year, _ in cells if not read_deadline(text, year=int(year)).sure]
    assert len(asked) <= 0.1 * len(cells)


def test_every_step_keeps_its_phrase_its_start_and_its_words() -> None:
    score = steps()
    assert score.total["right"] >= 0.97 * score.total["cells"], score.missed


def test_a_cell_takes_less_than_five_milliseconds() -> None:
    read_deadline.cache_clear()
    fold.cache_clear()
    began = time.process_time()
    for text, year in CELLS:
        read_deadline(text, year=year)
    assert (time.process_time() - began) / len(CELLS) < 0.005


def essence(reading: DeadlineReading) -> tuple[object, ...]:
    starts = tuple(milestone.start for milestone in reading.milestones)
    return reading.kind, reading.due, starts, reading.sure


@pytest.mark.parametrize(
    "retyped",
    [
        lambda text: text.translate(FULL_WIDTH),
        lambda text: f"  {text}　\n",
        " ".join,
        "\u3000".join,
        "\n".join,
    ],
    ids=["full width", "outer spaces", "spaces", "wide spaces", "line breaks"],
)
def test_the_form_of_a_cell_never_changes_its_reading(retyped: Callable[[str], str]) -> None:
    changed = [
        text
        for text, year in CELLS
        if not CLOCK.search(text)
        and essence(read_deadline(text, year=year)) != essence(read_deadline(retyped(text), year=year))
    ]
    assert changed == []


def test_the_first_signs_hide_no_word_of_the_vocabulary() -> None:
    whole = lexer(first="")
    hidden = []
    for text, _ in CELLS:
        folded = fold(text).text
        if [match.span() for match in LEXER.finditer(folded)] != [match.span() for match in whole.finditer(folded)]:
            hidden.append(text)
    assert hidden == []


@given(
    pieces=st.lists(st.sampled_from([text for text, _ in CELLS]), min_size=1, max_size=4),
    cut=st.integers(0, 30),
    year=st.integers(2001, 2049),
)
def test_no_mixture_of_cells_breaks_the_reader(pieces: list[str], cut: int, year: int) -> None:
    text = "".join(pieces)[cut:]
    reading = read_deadline(text, year=year)
    assert (reading.kind == "multi") == (len(reading.due) > 1)
    assert all(milestone.due or milestone.start for milestone in reading.milestones)
    assert len(reading.spans) == len(reading.due)
