"""What counts as the same writing, and what an index over pairs of signs may never lose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.search_words import around, grams, marked, normal, words

SIGNS = st.text(alphabet="医院建设项目 　ＡaA１1.，,㎡é", max_size=40)


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("张　三", "张三"),
        ("ＡＢＣ　１２", "abc 12"),
        ("Park  Road\n7", "park road 7"),
        ("8万㎡", "8万m2"),
        ("（一）项目，开工", "(一)项目,开工"),
        ("零\u200b宽", "零宽"),
    ],
)
def test_writings_that_look_alike_are_one(written: str, same: str) -> None:
    assert normal(written) == same


@given(SIGNS)
def test_a_normal_text_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@given(SIGNS, st.data())
def test_whatever_stands_in_a_text_has_its_pairs_in_the_texts(text: str, data: st.DataObject) -> None:
    whole = normal(text)
    start = data.draw(st.integers(0, len(whole)))
    part = whole[start : data.draw(st.integers(start, len(whole)))]
    assert grams(part, organization=7) <= grams(whole, organization=7)


def test_one_office_finds_nothing_by_the_pairs_of_another() -> None:
    assert not grams("人民医院扩建", organization=1) & grams("人民医院扩建", organization=2)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("医院", ("医院",)),
        ("  医院　住建局 医院", ("医院", "住建局")),
        ("ＡＢ", ("ab",)),
        ("", ()),
        ("　", ()),
    ],
)
def test_words_are_parted_by_spaces_and_sought_once(asked: str, found: tuple[str, ...]) -> None:
    assert words(asked) == found


def test_no_more_is_read_of_a_question_than_somebody_would_type() -> None:
    assert len(words(" ".join(str(n) for n in range(200)))) <= 8
    assert sum(map(len, words("医" * 5000))) <= 100


def test_what_was_sought_is_marked_in_the_text_as_it_was_written() -> None:
    text = "新建ＡＢ医　院一所，医院"
    assert [piece for piece, sought in marked(text, ("医院", "ab")) if sought] == ["ＡＢ", "医　院", "医院"]


@given(SIGNS, st.lists(SIGNS, max_size=3))
def test_marking_takes_nothing_from_a_text(text: str, asked: list[str]) -> None:
    sought = [word for each in asked for word in words(each)]
    assert "".join(piece for piece, _ in marked(text, sought)) == text


def test_a_long_text_is_cut_around_what_was_sought() -> None:
    cut = around("开头" * 100 + "人民医院" + "结尾" * 100, ("医院",), most=40)
    assert "人民医院" in cut
    assert (cut[0], cut[-1], len(cut)) == ("…", "…", 42)
    assert around("人民医院", ("医院",), most=40) == "人民医院"
