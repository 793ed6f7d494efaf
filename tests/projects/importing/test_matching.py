"""Which row is which item."""

import time
from dataclasses import replace

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


ROADS = [
    Words("1", normal("新塘路建设完成征地拆迁并开工"), section="道路"),
    Words("2", normal("滨江路改造完成路面铺设"), section="道路"),
]
SCHOOLS = [
    Words("1", normal("第八实验小学完成主体封顶"), section="教育"),
    Words("2", normal("幼儿园扩容新增学位三百个"), section="教育"),
]


def test_an_inserted_row_that_moves_all_numbers_moves_no_item() -> None:
    moved = [replace(row, number=str(at)) for at, row in enumerate(TABLE, start=2)]
    new = [Words("1", normal("开发区医院一期主体施工")), *moved]
    assert {at: old for at, (old, _) in grounds(new, TABLE).items()} == {1: 0, 2: 1, 3: 2}


def test_two_rows_that_swapped_numbers_stay_themselves() -> None:
    swapped = [replace(TABLE[0], number="2"), replace(TABLE[1], number="1"), TABLE[2]]
    assert {at: old for at, (old, _) in grounds(swapped, TABLE).items()} == {0: 0, 1: 1, 2: 2}


def test_numbers_that_begin_afresh_under_each_heading_are_told_apart() -> None:
    old = [*ROADS, *SCHOOLS]
    new = [replace(row, text=row.text + "确保年底前见效") for row in (*SCHOOLS, *ROADS)]
    assert grounds(new, old) == {
        0: (2, Ground.NUMBER),
        1: (3, Ground.NUMBER),
        2: (0, Ground.NUMBER),
        3: (1, Ground.NUMBER),
    }


def test_the_same_words_under_two_headings_stay_under_their_own() -> None:
    old = [Words("1", "完成年度投资任务", section="甲"), Words("1", "完成年度投资任务", section="乙")]
    new = [replace(old[1], number="2"), replace(old[0], number="2")]
    assert {at: one for at, (one, _) in grounds(new, old).items()} == {0: 1, 1: 0}


def test_a_split_row_goes_on_in_its_likest_part_and_the_rest_is_new() -> None:
    whole = [Words("3", normal("建设滨江公园，完成绿化提升，新建停车场两处"))]
    parts = [Words("3", normal("建设滨江公园，完成绿化提升")), Words("4", normal("新建停车场两处"))]
    assert grounds(parts, whole) == {0: (0, Ground.NUMBER)}


def test_of_merged_rows_the_likest_goes_on_and_the_other_is_dropped() -> None:
    parts = [Words("3", normal("建设滨江公园，完成绿化提升")), Words("4", normal("新建停车场两处"))]
    whole = [Words("3", normal("建设滨江公园，完成绿化提升，新建停车场两处"))]
    assert grounds(whole, parts) == {0: (0, Ground.NUMBER)}


def test_a_row_that_only_got_longer_is_known_by_its_number() -> None:
    longer = Words("15", normal("电商园招商，加强统筹协调，确保按期完成全年任务"))
    assert grounds([longer], [Words("15", "电商园招商")]) == {0: (0, Ground.NUMBER)}


def test_a_title_no_other_row_has_is_enough() -> None:
    old = [Words("7", normal("开发区医院完成主体施工"), title="开发区医院")]
    new = [Words("19", normal("开发区医院装修及设备采购，年底前试运行"), title="开发区医院")]
    assert grounds(new, old) == {0: (0, Ground.TITLE)}


def test_a_title_that_several_rows_share_is_not() -> None:
    old = [
        Words("", normal("项目建设甲厂房封顶"), title="项目建设"),
        Words("", normal("项目建设乙仓库验收"), title="项目建设"),
    ]
    new = [Words("", normal("项目建设引入人才公寓三百套并配齐家具"), title="项目建设")]
    assert grounds(new, old) == {}


def test_what_a_person_said_goes_before_any_likeness() -> None:
    said = {0: 1, 1: None}
    found = {one.new: (one.old, one.ground) for one in match(TABLE, TABLE, said)}
    assert found == {0: (1, Ground.MANUAL), 2: (2, Ground.NUMBER)}


def test_rows_with_the_same_words_pair_by_what_else_they_say() -> None:
    old = [Words("", "走访企业", rest="上半年"), Words("", "走访企业", rest="下半年")]
    assert {one.new: one.old for one in match(old[::-1], old)} == {0: 1, 1: 0}


sections = st.sampled_from(["", "甲", "乙"])
rows = st.builds(
    Words,
    st.text("12", max_size=1),
    st.text("开发区医院建设项目路", min_size=1, max_size=9),
    section=sections,
    rest=st.sampled_from(["", "一", "二"]),
)


@given(st.lists(rows, max_size=8), st.lists(rows, max_size=8), st.randoms())
def test_row_order_never_changes_which_words_go_with_which_item(
    new: list[Words], old: list[Words], random: object
) -> None:
    shuffled = list(new)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    def found(rows: list[Words]) -> list[tuple[Words, int, Ground]]:
        return [(rows[one.new], one.old, one.ground) for one in match(rows, old)]

    assert sorted(map(repr, found(new))) == sorted(map(repr, found(shuffled)))


def test_two_tables_that_share_nothing_are_compared_in_time_that_grows_with_their_rows() -> None:
    signs = "推动开发区高企科创平台新增上云企业建设医院学校公交站道路桥梁污水管网改造提升招商项目签约"
    tables = [
        [
            Words(str(at), "".join(signs[(at * 7 + place * place + seed) % len(signs)] for place in range(30)))
            for at in range(3000)
        ]
        for seed in (0, 5)
    ]
    began = time.process_time()
    match(tables[0], tables[1])
    assert time.process_time() - began < 8  # nine million comparisons would take minutes
