"""What a new table changes, row by row and column by column."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.choices import InvolvementRole, RowOutcome
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft, headline
from projects.importing.diff import RowDiff, StepSnapshot, TargetSnapshot, TaskSnapshot, plan_diff

HOSPITAL = TaskDraft(
    title="开发区医院一期",
    number="87",
    category=("三、民生", "13.医疗"),
    content="完成主体施工和部分装修",
    deadline_text="6月底前报批，年底前完成主体",
    parties=(PartyDraft(InvolvementRole.LEAD, "社会事业科", department_id=7),),
    milestones=(
        MilestoneDraft("报批", "6月底前", date(2026, 6, 30)),
        MilestoneDraft("完成主体", "年底前", date(2026, 12, 31)),
    ),
    targets=(TargetDraft("投资", Decimal("1.20"), "亿元"),),
)


def standing(draft: TaskDraft, *, settled: frozenset[int] = frozenset()) -> TaskSnapshot:
    return TaskSnapshot(
        task_id=11,
        version=3,
        draft=draft,
        milestones=tuple(StepSnapshot(20 + at, step, at in settled) for at, step in enumerate(draft.milestones)),
        targets=tuple(TargetSnapshot(30 + at, one) for at, one in enumerate(draft.targets)),
    )


def only(rows: list[RowDiff]) -> RowDiff:
    (row,) = rows
    return row


def test_a_plan_compared_with_itself_is_unchanged() -> None:
    row = only(plan_diff([HOSPITAL], [standing(HOSPITAL)]))
    assert (row.outcome, row.changes, row.moves) == (RowOutcome.UNCHANGED, (), ())
    assert (row.milestone_ids, row.target_ids) == ((20, 21), (30,))


def test_one_changed_deadline_is_one_changed_field_and_one_move() -> None:
    later = replace(
        HOSPITAL,
        deadline_text="7月底前报批，年底前完成主体",
        milestones=(
            replace(HOSPITAL.milestones[0], phrase="7月底前", due_on=date(2026, 7, 31)),
            HOSPITAL.milestones[1],
        ),
    )
    row = only(plan_diff([later], [standing(HOSPITAL)]))
    assert [change.field for change in row.changes] == ["deadline"]
    assert [(move.milestone_id, move.old, move.new) for move in row.moves] == [
        (20, date(2026, 6, 30), date(2026, 7, 31))
    ]
    assert "6月底前" in row.changes[0].old
    assert "7月底前" in row.changes[0].new


def test_a_row_the_plan_has_not_is_new_and_an_item_the_table_has_not_is_dropped() -> None:
    other = replace(HOSPITAL, number="1", title="扩容学位", content="改造低效场室扩容100个学位")
    rows = plan_diff([other], [standing(HOSPITAL)])
    assert [(row.outcome, row.row, row.task_id) for row in rows] == [
        (RowOutcome.NEW, 0, None),
        (RowOutcome.DROPPED, None, 11),
    ]


def test_a_finished_step_the_table_no_longer_has_is_told_apart_from_open_ones() -> None:
    shorter = replace(HOSPITAL, deadline_text="年底前完成主体", milestones=HOSPITAL.milestones[1:])
    row = only(plan_diff([shorter], [standing(HOSPITAL, settled=frozenset({0}))]))
    assert (row.dropped_milestones, row.settled_milestones) == ((), (20,))
    assert row.milestone_ids == (21,)


def test_a_finished_step_never_becomes_another() -> None:
    other = (HOSPITAL.milestones[1], MilestoneDraft("竣工验收", "年底前", date(2026, 12, 31)))
    row = only(plan_diff([replace(HOSPITAL, milestones=other)], [standing(HOSPITAL, settled=frozenset({0}))]))
    assert (row.milestone_ids, row.settled_milestones) == ((21, None), (20,))


def test_a_finished_step_goes_on_in_other_words_of_its_own() -> None:
    reworded = (replace(HOSPITAL.milestones[0], text="完成报批"), HOSPITAL.milestones[1])
    row = only(plan_diff([replace(HOSPITAL, milestones=reworded)], [standing(HOSPITAL, settled=frozenset({0}))]))
    assert row.milestone_ids == (20, 21)


def test_a_target_never_becomes_another() -> None:
    other = (TargetDraft("床位", Decimal(200), "张"), TargetDraft("固定资产投资", Decimal(2), "亿元"))
    row = only(plan_diff([replace(HOSPITAL, targets=other)], [standing(HOSPITAL)]))
    assert (row.target_ids, row.dropped_targets) == ((None, 30), ())


def test_an_open_step_is_dropped_when_the_table_no_longer_has_it() -> None:
    shorter = replace(HOSPITAL, milestones=HOSPITAL.milestones[1:])
    assert only(plan_diff([shorter], [standing(HOSPITAL)])).dropped_milestones == (20,)


def test_a_step_that_lost_its_date_is_another_step() -> None:
    undated = replace(HOSPITAL, milestones=(replace(HOSPITAL.milestones[0], due_on=None), HOSPITAL.milestones[1]))
    row = only(plan_diff([undated], [standing(HOSPITAL)]))
    assert (row.milestone_ids, row.dropped_milestones, row.moves) == ((None, 21), (20,), ())


def test_a_title_that_is_only_the_beginning_of_the_content_is_no_change_of_its_own() -> None:
    old = TaskDraft(number="61", title=headline("建设公交站28座"), content="建设公交站28座")
    new = TaskDraft(number="61", title=headline("建设公交站30座"), content="建设公交站30座")
    assert [change.field for change in only(plan_diff([new], [standing(old)])).changes] == ["content"]


def test_a_changed_lead_shows_both_names_as_written() -> None:
    moved = replace(HOSPITAL, parties=(PartyDraft(InvolvementRole.LEAD, "规建科", department_id=9),))
    (change,) = only(plan_diff([moved], [standing(HOSPITAL)])).changes
    assert (change.field, change.old, change.new) == ("lead", "社会事业科", "规建科")


def test_the_same_unit_under_another_name_is_no_change() -> None:
    short = replace(HOSPITAL, parties=(PartyDraft(InvolvementRole.LEAD, "社事科", department_id=7),))
    assert only(plan_diff([short], [standing(HOSPITAL)])).outcome == RowOutcome.UNCHANGED


def test_a_value_stored_with_more_digits_is_no_change() -> None:
    stored = replace(HOSPITAL, targets=(replace(HOSPITAL.targets[0], value=Decimal("1.2000")),))
    assert only(plan_diff([HOSPITAL], [standing(stored)])).outcome == RowOutcome.UNCHANGED


@given(st.lists(st.sampled_from(" \n\t\u3000"), max_size=4), st.integers(min_value=0, max_value=10))
def test_white_space_never_is_a_change(blanks: list[str], place: int) -> None:
    text = HOSPITAL.content
    spaced = replace(HOSPITAL, content=text[:place] + "".join(blanks) + text[place:])
    assert only(plan_diff([spaced], [standing(HOSPITAL)])).outcome == RowOutcome.UNCHANGED


@given(st.permutations(range(6)))
def test_row_order_never_changes_the_diff(order: list[int]) -> None:
    drafts = [
        replace(HOSPITAL, number=str(at), title=f"第{at}件", content=f"{'甲乙丙丁戊己'[at] * 8}建设") for at in range(6)
    ]
    tasks = [replace(standing(draft), task_id=100 + at) for at, draft in enumerate(drafts)]
    rows = plan_diff([drafts[at] for at in order], tasks)
    assert {row.outcome for row in rows} == {RowOutcome.UNCHANGED}
    assert [row.task_id for row in rows] == [100 + at for at in order]
