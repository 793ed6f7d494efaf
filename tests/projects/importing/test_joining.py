"""Rows that a person merged are one item, and nothing that any of them said is lost."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.decisions import UnknownDecisionError, check, merge_key, merges, replaced
from projects.importing.joining import join, joined, standing_merges

JUNE, YEAR_END = date(2026, 6, 30), date(2026, 12, 31)
ROAD = TaskDraft(
    title="建设新塘路",
    number="3",
    content="6月底前建成新塘路3公里。",
    deadline_text="6月底前",
    deadline_kind="month_end",
    parties=(PartyDraft(InvolvementRole.LEAD, "规建科", department_id=1),),
    milestones=(MilestoneDraft("建成", "6月底前", JUNE),),
    targets=(TargetDraft("建成道路", Decimal(3), "公里", milestone=0),),
)
LAMPS = TaskDraft(
    title="城区亮化",
    content="年底前安装路灯120盏。",
    deadline_text="年底前",
    deadline_kind="year_end",
    extra={"条目": "亮化"},
    parties=(
        PartyDraft(InvolvementRole.LEAD, "城管科", department_id=2),
        PartyDraft(InvolvementRole.SUPPORT, "规建科", department_id=1),
    ),
    milestones=(MilestoneDraft("安装", "年底前", YEAR_END),),
    targets=(TargetDraft("安装路灯", Decimal(120), "盏", milestone=0),),
)


def test_the_sentences_steps_and_amounts_of_both_are_united() -> None:
    one = join(ROAD, LAMPS)
    assert one.content == "6月底前建成新塘路3公里。\n城区亮化。年底前安装路灯120盏。"
    assert (one.title, one.number, one.deadline_text, one.deadline_kind) == (
        "建设新塘路",
        "3",
        "6月底前；年底前",
        "multi",
    )
    assert [step.due_on for step in one.milestones] == [JUNE, YEAR_END]
    assert [(target.name, target.milestone) for target in one.targets] == [("建成道路", 0), ("安装路灯", 1)]
    assert one.extra == {"条目": "亮化"}


def test_the_lead_of_the_first_is_kept_and_the_others_lead_supports() -> None:
    parties = [(party.role, party.department_id) for party in join(ROAD, LAMPS).parties]
    assert parties == [(InvolvementRole.LEAD, 1), (InvolvementRole.SUPPORT, 2)]


def test_where_the_first_has_no_lead_the_others_leads() -> None:
    alone = TaskDraft(title="甲", content="甲")
    assert [party.role for party in join(alone, LAMPS).parties] == [InvolvementRole.LEAD, InvolvementRole.SUPPORT]


def test_a_row_merged_with_itself_says_nothing_twice() -> None:
    assert join(ROAD, ROAD) == ROAD


def test_three_rows_in_a_chain_are_one() -> None:
    merged = standing_merges({2: 1, 1: 0}, 3, frozenset())
    assert merged == {1: 0, 2: 0}
    third = TaskDraft(title="植树", content="植树100棵。")
    assert joined([ROAD, LAMPS, third], merged)[0].content.count("\n") == 2


@pytest.mark.parametrize(
    ("said", "left", "found"),
    [
        ({0: 1, 1: 0}, (), {}),
        ({1: 0}, (0,), {}),
        ({1: 0}, (1,), {}),
        ({1: 7}, (), {}),
        ({2: 1, 1: 0}, (0,), {2: 1}),
    ],
)
def test_rows_left_out_or_in_a_circle_are_not_merged(
    said: dict[int, int], left: tuple[int, ...], found: dict[int, int]
) -> None:
    assert standing_merges(said, 3, left) == found


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9)), st.frozensets(st.integers(0, 9)))
def test_every_merged_row_ends_in_one_that_is_written(said: dict[int, int], left: frozenset[int]) -> None:
    merged = standing_merges(said, 10, left)
    assert not {*merged.values()} & ({*merged} | left)
    assert not {*merged} & left


def test_a_merge_follows_its_rows_to_their_new_places() -> None:
    decisions = {merge_key(2): "0", merge_key(1): "3"}
    assert replaced(decisions, ["a", "b", "c", "d"], ["x", "a", "b", "c"]) == {merge_key(3): "1"}


@pytest.mark.parametrize("said", [{"merge:1": "1"}, {"merge:1": "x"}, {"merge:x": "1"}])
def test_a_merge_into_nothing_is_no_decision(said: dict[str, str]) -> None:
    with pytest.raises(UnknownDecisionError):
        check(said)


def test_merges_are_read_by_place() -> None:
    assert merges({"merge:4": "2", "row:1": "leave"}) == {4: 2}
