"""A cell that a spreadsheet would run stays text; every other stays as it is."""

import pytest

from tracker.publishing.neutral import neutral


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x"])
def test_what_begins_like_a_formula_is_marked_as_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "6月24日 提醒：2 件事", "1", "a=b", "示例·张三", "第1项-选址"])
def test_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text
