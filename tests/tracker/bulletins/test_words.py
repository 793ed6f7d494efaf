"""What the templates make of figures, and what becomes of words from a hand; no database."""

from dataclasses import replace
from datetime import date

import pytest

from tracker.bulletins.facts import Asked, Gathered, ItemFacts
from tracker.bulletins.periods import month, periods_of, quarter
from tracker.bulletins.rewriting import Moved, moved, redrafted, rewritten
from tracker.bulletins.wording import LISTED, Drafted, draft, proposed_title
from tracker.lights import Light

ROAD = ItemFacts(
    task_id=1,
    number="1",
    title="新塘路建设",
    section="一、基础设施",
    light=Light.OVERDUE,
    days_late=85,
    moves=0,
    units="规划建设科",
    leaders="分管建设副主任",
    due_on=date(2026, 3, 31),
    why="选址应于3月31日完成",
    said="两处选址未定。",
    problems="",
    closed_in=False,
    steps_done=0,
    lacking=(),
)
FIRMS = replace(
    ROAD,
    task_id=2,
    number="2",
    title="引进企业",
    light=Light.BEHIND,
    days_late=0,
    why="按序时应达 3 家（47.8%），现 0 家",
)
DONE = replace(ROAD, task_id=3, number="3", title="安全生产", light=Light.CLOSED, days_late=0, closed_in=True)


def gathered(*items: ItemFacts, **kept: object) -> Gathered:
    facts = {
        "plan_title": "重点工作责任分解表",
        "document": "示例发〔2026〕1号",
        "period": month(2026, 6),
        "as_of": date(2026, 6, 24),
        "round_id": None,
        "items": items,
        "suspended": 0,
        "owed": 3,
        "units": (),
        "cutoff_on": date(2026, 6, 25),
        "asked": (),
        "before": None,
    }
    return Gathered(**{**facts, **kept})  # type: ignore[arg-type]


def said(found: Gathered) -> dict[str, str]:
    return {each.key: each.text for each in draft(found)}


def test_periods_are_those_that_began_since_the_issue() -> None:
    keys = [each.key for each in periods_of(2026, since=date(2026, 4, 20), today=date(2026, 6, 24))]
    assert keys == ["2026-06", "2026-05", "2026-04", "2026-Q2"]


@pytest.mark.parametrize(
    ("period", "title"),
    [
        (month(2026, 6), "关于2026年6月重点工作推进情况的通报"),
        (quarter(2026, 2), "关于2026年第二季度重点工作推进情况的通报"),
    ],
)
def test_the_title_names_the_period(period: object, title: str) -> None:
    assert proposed_title(period) == title  # type: ignore[arg-type]


def test_counts_are_told_with_their_shares_and_those_that_matter_even_when_there_are_none() -> None:
    text = said(gathered(ROAD, FIRMS, DONE))["overall"]
    assert text == (
        "纳入督查的重点工作共3项。其中，已办结1项，占33.3%；临近时限0项，占0.0%；滞后1项，占33.3%；逾期1项，占33.3%。"
    )


def test_the_change_since_the_last_bulletin_is_told() -> None:
    before = {"lights": {"closed": 1, "behind": 0, "overdue": 3}}
    text = said(gathered(ROAD, FIRMS, DONE, before=before))["overall"]
    assert text.endswith("与上期通报相比，已办结持平，滞后增加1项，逾期减少2项。")


def test_an_overdue_item_is_told_with_unit_days_and_the_unit_s_own_reason() -> None:
    assert said(gathered(ROAD))["overdue"] == "1. 第1项新塘路建设（规划建设科）。逾期85天。原因：两处选址未定。"


def test_what_the_unit_called_a_problem_goes_before_its_sentence() -> None:
    told = said(gathered(replace(ROAD, problems="用地指标没有下来", moves=2)))["overdue"]
    assert told == "1. 第1项新塘路建设（规划建设科）。逾期85天，已延期2次。原因：用地指标没有下来。"


def test_a_unit_that_gave_no_reason_is_not_given_one() -> None:
    assert said(gathered(replace(ROAD, said="")))["overdue"].endswith("逾期85天。责任单位没有写明原因。")


def test_an_item_behind_is_told_with_its_gap_without_the_spaces_of_pages() -> None:
    told = said(gathered(FIRMS))["behind"]
    assert told == "1. 第2项引进企业（规划建设科）。按序时应达3家（47.8%），现0家。原因：两处选址未定。"


def test_those_longest_late_come_first_and_a_long_list_ends_with_the_annex() -> None:
    late = [replace(ROAD, task_id=n, number=str(n), days_late=n) for n in range(1, LISTED + 4)]
    lines = said(gathered(*late))["overdue"].splitlines()
    assert (lines[0][:7], lines[-1], len(lines)) == (f"1. 第{LISTED + 3}项"[:7], "其余3项见附件。", LISTED + 1)


def test_with_nothing_late_the_text_says_so_and_lists_nothing() -> None:
    told = said(gathered(DONE))
    assert (told["lagging"], told["overdue"], told["behind"]) == ("没有逾期、滞后的事项。", "", "")


def test_what_is_missing_before_the_cutoff_is_not_called_late() -> None:
    lacking = replace(ROAD, lacking=("规划建设科",))
    early, late = (
        said(gathered(lacking, units=("规划建设科",), as_of=day))["reporting"]
        for day in (date(2026, 6, 25), date(2026, 6, 26))
    )
    assert "尚未报送1项次：规划建设科（1项）" in early
    assert "逾期未报送1项次：规划建设科（1项）" in late


def test_without_a_round_nothing_is_said_of_reports() -> None:
    assert said(gathered(ROAD, cutoff_on=None, owed=0))["reporting"] == ""


def test_leaders_lines_that_are_open_are_asked_for() -> None:
    asked = Asked("1", "月底前拿出方案", "规划建设科", "示例·主任", date(2026, 6, 30))
    lines = said(gathered(ROAD, asked=(asked,)))["next"].splitlines()
    assert lines[-1] == "2. 第1项，示例·主任批示：月底前拿出方案。请规划建设科于6月30日前答复。"


FIRST = Drafted("overall", "逾期9项。", {"逾期": "9"})
THEN = Drafted("overall", "逾期11项。", {"逾期": "11"})


def test_untouched_words_follow_the_figures() -> None:
    assert redrafted(redrafted(None, FIRST), THEN).text == "逾期11项。"


def test_words_from_a_hand_stay_and_tell_what_moved_since_they_were_written() -> None:
    passage = rewritten(redrafted(None, FIRST), "逾期9项，已约谈。")
    twice = redrafted(redrafted(passage, THEN), Drafted("overall", "逾期12项。", {"逾期": "12"}))
    assert (twice.text, moved(twice)) == ("逾期9项，已约谈。", (Moved("逾期", "9", "12"),))


def test_a_figure_that_came_or_went_is_told_too() -> None:
    passage = rewritten(redrafted(None, Drafted("overdue", "甲。", {"第1项": "85"})), "甲，乙。")
    found = moved(redrafted(passage, Drafted("overdue", "丙。", {"第2项": "3"})))
    assert found == (Moved("第1项", "85", ""), Moved("第2项", "", "3"))


def test_saving_the_same_words_again_settles_nothing() -> None:
    passage = redrafted(rewritten(redrafted(None, FIRST), "逾期9项，已约谈。"), THEN)
    assert moved(rewritten(passage, passage.text)) == (Moved("逾期", "9", "11"),)
    assert moved(rewritten(passage, "逾期11项，已约谈。")) == ()
