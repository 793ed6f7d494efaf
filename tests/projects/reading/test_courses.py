"""Plain amounts under columns of a stretch of the year: the way to the row's target, piled up or added up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.reading.grid import Grid, Workbook
from projects.reading.model import Reading, ReadTask
from projects.reading.published import plan_json
from projects.reading.table import Wishes, read_workbook

QUARTERS = ("一季度", "二季度", "三季度", "四季度")
UNITS = {"万元": Decimal(1), "亿元": Decimal(10_000)}


def one(
    cells: Sequence[str],
    target: str,
    *,
    title: str = "建设园区厂房",
    due: str = "年底前",
    periods: Sequence[str] = QUARTERS,
    head: str = "各季度形象进度",
    note: str = "",
) -> ReadTask:
    """Return the task of a table with a target, a deadline and amounts under periods, read in memory."""
    rows = [
        ["序号", "项目名称", "年度目标任务", *(f"{head}{name}" for name in periods), "完成时限", "责任单位"],
        ["1", title, target, *cells, due, "规建局"],
        ["2", "修订应急预案", "印发", *([""] * len(cells)), "6月底前", "应急局"],
    ]
    rows += [[note, *([""] * (len(rows[0]) - 1))]] if note else []
    read = read_workbook(Workbook([Grid("责任清单", rows)], "xlsx"), Wishes(2026, 2026))
    assert Reading.from_dict(read.to_dict()) == read
    return read.tasks[0]


def courses(task: ReadTask) -> list[list[tuple[str, float]]]:
    return [[(f"{point.due:%m-%d}", point.value) for point in target.course] for target in task.targets]


@pytest.mark.parametrize(
    ("target", "cells", "expected"),
    [
        ("完成投资2亿元", "2000万元|8000万元|1.4亿元|2亿元", [0.2, 0.8, 1.4]),
        ("完成投资20000万元", "0.2亿元|0.8亿元|1.4亿元|2亿元", [2000, 8000, 14000]),
        ("新增企业12家以上", "3家|6家|9家|12家", [3, 6, 9]),
        ("举办招聘会24场", "累计6场|完成12场|达到18场|24场以上", [6, 12, 18]),
        ("完成投资1200万元", "投资300万元|投资600万元|投资900万元|完成投资1,200万元", [300, 600, 900]),
        ("铺设管网6公里", "500米|2公里|4千米|6公里", [0.5, 2, 4]),
        ("改造5万平方米", "8000㎡|2万平方米|4公顷|5万平方米", [0.8, 2, 4]),
        ("新增企业12家", "0|6|6|12", [0, 6, 6]),
    ],
)
def test_amounts_that_grow_up_to_the_target_are_what_is_to_be_there_by_then(
    target: str, cells: str, expected: list[float]
) -> None:
    task = one(cells.split("|"), target)
    assert courses(task) == [list(zip(("03-31", "06-30", "09-30"), expected, strict=True))]
    assert [step.text for step in task.milestones] == cells.split("|")


def test_amounts_that_add_up_to_the_target_are_each_periods_own() -> None:
    expected = [[("03-31", 3), ("06-30", 6), ("09-30", 9)]]
    assert courses(one(["3家", "3家", "3家", "3家"], "新增企业12家")) == expected
    assert courses(one(["5家", "7家"], "新增企业12家", periods=("上半年", "下半年"))) == [[("06-30", 5)]]
    ready = one(["4家", "8家", "", "0家"], "新增企业12家")
    assert courses(ready) == [[("03-31", 4), ("06-30", 12)]]


def test_the_whole_year_beside_its_last_quarter_is_the_total() -> None:
    periods = (*QUARTERS, "全年")
    expected = [[("03-31", 3), ("06-30", 6), ("09-30", 9)]]
    assert courses(one(["3家", "3家", "3家", "3家", "12家"], "新增企业12家", periods=periods)) == expected
    assert courses(one(["3家", "6家", "9家", "12家", "12家"], "新增企业12家", periods=periods)) == expected


@pytest.mark.parametrize(
    ("target", "cells"),
    [
        ("新增企业12家", "3家|6家|9家|11家"),
        ("新增企业12家", "3家|3家|3家|4家"),
        ("新增企业12家", "6家|3家|9家|12家"),
        ("新增企业12家", "3个|6个|9个|12个"),
        ("新增企业12家", "3家|6家|900万元|12家"),
        ("新增企业12家", "|||12家"),
        ("改造5个", "|开工3个|开工5个|完工5个"),
        ("网办率达到97%", "25%|50%|75%|97%"),
        ("投诉不超过12件", "3件|6件|9件|12件"),
        ("新增企业12家，培育骨干12家", "3家|6家|9家|12家"),
        ("建成开放", "3家|6家|9家|12家"),
    ],
)
def test_amounts_that_lead_to_no_target_or_to_no_single_one_say_nothing_of_the_way(target: str, cells: str) -> None:
    assert not any(courses(one(cells.split("|"), target)))


def test_only_the_target_that_the_amounts_measure_gets_the_way() -> None:
    task = one(["2000万元", "8000万元", "1.4亿元", "2亿元"], "完成投资2亿元", title="建设厂房8万平方米")
    assert [target.unit for target in task.targets] == ["亿元", "万平方米"]
    assert courses(task) == [[("03-31", 0.2), ("06-30", 0.8), ("09-30", 1.4)], []]


def test_a_period_without_an_amount_has_no_point() -> None:
    assert courses(one(["前期工作", "2公里", "4公里", "6公里"], "铺设管网6公里")) == [[("06-30", 2), ("09-30", 4)]]


def test_what_is_there_before_the_deadline_has_its_point_and_the_deadline_has_none() -> None:
    cells = ["10项", "20项", "30项", "40项"]
    assert courses(one(cells, "上线40项", due="10月底前"))[0][-1] == ("09-30", 30)
    assert courses(one([*cells[:2], "40项", ""], "上线40项"))[0][-1] == ("09-30", 40)


def test_the_unit_of_the_columns_name_is_that_of_its_bare_numbers() -> None:
    cells = ["2000", "8000", "14000", "20000"]
    periods = [f"{name}（万元）" for name in QUARTERS]
    task = one(cells, "完成投资2亿元", head="", periods=periods)
    assert courses(task)[0] == [("03-31", 0.2), ("06-30", 0.8), ("09-30", 1.4)]
    assert not any(courses(one(cells, "完成投资2亿元")))


def test_what_a_note_says_of_the_amounts_goes_before_what_they_look_like() -> None:
    own, piled = ["3家", "3家", "3家", "3家"], ["3家", "6家", "9家", "12家"]
    assert courses(one(piled, "新增企业12家", note="注：季度进度为累计数。")) == [
        [("03-31", 3), ("06-30", 6), ("09-30", 9)]
    ]
    assert courses(one(own, "新增企业12家", note="注：季度进度为累计数。")) == [[]]
    assert courses(one(piled, "新增企业12家", note="注：季度进度均为当季数。")) == [[]]
    assert courses(one(own, "新增企业12家", note="注：季度进度均为当季数。")) == [
        [("03-31", 3), ("06-30", 6), ("09-30", 9)]
    ]


def test_amounts_up_to_a_month_are_not_added_up() -> None:
    periods = ("1-6月", "1-9月", "全年")
    assert courses(one(["3家", "4家", "5家"], "新增企业12家", periods=periods)) == [[]]
    assert courses(one(["3家", "4家", "12家"], "新增企业12家", periods=periods)) == [[("06-30", 3), ("09-30", 4)]]


def test_a_plan_is_published_without_courses() -> None:
    rows = [["序号", "项目名称", "上半年进度", "全年进度", "完成时限", "责任单位"]]
    rows += [["1", "引进企业12家", "5家", "12家", "年底前", "招商局"], ["2", "修订预案", "", "", "6月底前", "应急局"]]
    read = read_workbook(Workbook([Grid("责任清单", rows)], "xlsx"), Wishes(2026, 2026))
    assert courses(read.tasks[0]) == [[("06-30", 5)]]
    (target,) = plan_json(read)["sheets"][0]["tables"][0]["tasks"][0]["targets"]
    assert list(target) == ["name", "comparison", "value", "unit", "baseline", "milestone", "items"]


@given(
    st.lists(st.integers(1, 9_000), min_size=4, max_size=4),
    st.lists(st.sampled_from(sorted(UNITS)), min_size=5, max_size=5),
)
def test_rendered_amounts_up_to_each_period_are_read_back(parts: list[int], units: list[str]) -> None:
    def written(amount: int, unit: str) -> str:
        return f"{(Decimal(amount) / UNITS[unit]).normalize():f}{unit}"

    piled = list(accumulate(parts))
    task = one(
        [written(amount, unit) for amount, unit in zip(piled, units, strict=False)],
        f"投资{written(piled[-1], units[4])}",
    )
    (target,) = task.targets
    size = UNITS[units[4]]
    assert [Decimal(str(point.value)) * size for point in target.course] == piled[:3]
    own = one(
        [written(amount, unit) for amount, unit in zip(parts, units, strict=False)],
        f"投资{written(piled[-1], units[4])}",
    )
    assert own.targets == task.targets
