"""Which row is which item."""

from hypothesis import given
from hypothesis import strategies as st

from projects.importing.matching import Ground, Words, likeness, match, normal, pairs

TABLE = [
    Words("1", normal("推动全年高企存量达90家")),
    Words("2", normal("新增省市科创平台3家以上")),
    Words("3", normal("新增上云上平台企业12家")),
]


def grounds(new: list[Words], old: list[Words]) -> dict[int, tuple[int, Ground]]:
    return {one.new: (one.old, one.ground) for one in match(new, old)}


def test_the_same_table_in_any_order_matches_row_by_row() -> None:
    shuffled = [TABLE[2], TABLE[0], TABLE[1]]
    assert grounds(shuffled, TABLE) == {0: (2, Ground.NUMBER), 1: (0, Ground.NUMBER), 2: (1, Ground.NUMBER)}


def test_a_renumbered_row_is_known_by_its_words() -> None:
    assert grounds([Words("17", TABLE[1].text)], TABLE) == {0: (1, Ground.CONTENT)}


def test_a_reworded_row_is_known_by_its_number_and_likeness() -> None:
    assert grounds([Words("2", normal("新增省市级科创平台4家"))], TABLE) == {0: (1, Ground.NUMBER)}


def test_a_number_alone_proves_nothing() -> None:
    assert grounds([Words("2", normal("开发区医院一期主体施工"))], TABLE) == {}


def test_a_reworded_and_renumbered_row_is_known_by_likeness_alone() -> None:
    assert grounds([Words("9", normal("推动全年高企存量达到95家"))], TABLE) == {0: (0, Ground.CONTENT)}


def test_two_equal_rows_pair_in_order() -> None:
    twice = [Words("", "相同"), Words("", "相同")]
    assert grounds(twice, twice) == {0: (0, Ground.CONTENT), 1: (1, Ground.CONTENT)}


def test_rows_without_words_never_match() -> None:
    assert grounds([Words("", "")], [Words("", "")]) == {}


words = st.builds(Words, st.text("123", max_size=2), st.text("开发区医院建设项目", min_size=1, max_size=12))


@given(st.lists(words, max_size=12), st.lists(words, max_size=12))
def test_no_row_is_matched_twice(new: list[Words], old: list[Words]) -> None:
    found = match(new, old)
    assert len({one.new for one in found}) == len(found) == len({one.old for one in found})


@given(st.lists(words, max_size=12, unique_by=lambda row: row.text), st.randoms())
def test_row_order_never_changes_what_matches(rows: list[Words], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {(shuffled[one.new], rows[one.old]) for one in match(shuffled, rows)} == {(row, row) for row in rows}


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_between_none_and_all(one: str, other: str) -> None:
    value = likeness(pairs(one), pairs(other))
    assert 0 <= value <= 1
    assert value == likeness(pairs(other), pairs(one))


def test_widths_spaces_and_punctuation_are_no_words() -> None:
    assert normal("３ 月底前，完成；") == normal("3月底前完成")
