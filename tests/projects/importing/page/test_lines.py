"""What a row was read as, old beside new, so that the eye finds the difference."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from projects.choices import Comparison, InvolvementRole, RowOutcome
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.importing.diff import FieldChange, RowDiff, field_changes
from projects.importing.page.lines import reading_lines
from projects.importing.page.parts import Line

ROAD = TaskDraft(
    title="修路",
    number="1",
    deadline_text="6月底前开工，年底前完工",
    milestones=(
        MilestoneDraft("开工", "6月底前", date(2026, 6, 30)),
        MilestoneDraft("完工", "年底前", date(2026, 12, 31)),
    ),
    targets=(TargetDraft("投资", Decimal(2), "亿元"),),
    parties=(PartyDraft(InvolvementRole.LEAD, "规划建设科"), PartyDraft(InvolvementRole.SUPPORT, "经济发展科")),
)


def lines(new: TaskDraft, *, refused: bool = False) -> dict[str, Line]:
    """Return what is shown of a row that was `ROAD` before, by label."""
    changes = tuple(replace(change, refused=refused) for change in field_changes(ROAD, new))
    row = RowDiff(RowOutcome.CHANGED, row=0, task_id=7, changes=changes)
    return {line.label: line for line in reading_lines(new, row, ROAD, 2026)}


def test_steps_are_numbered_and_partners_stand_on_one_line() -> None:
    unchanged = {line.label: line.text for line in reading_lines(ROAD, RowDiff(RowOutcome.NEW, row=0), ROAD, 2026)}
    assert unchanged["时限"] == "① 6月30日 开工　② 12月31日 完工"
    assert unchanged["牵头"] == "规划建设科　配合 经济发展科"


def test_a_changed_day_is_told_in_days_and_by_its_key() -> None:
    later = replace(ROAD, milestones=(replace(ROAD.milestones[0], due_on=date(2026, 7, 31)), ROAD.milestones[1]))
    told = lines(later)["时限"]
    assert (told.old, told.text) == ("① 6月30日 开工　② 12月31日 完工", "① 7月31日 开工　② 12月31日 完工")
    assert (told.key, told.left) == ("field:7:deadline", False)


def test_other_words_for_the_same_days_are_told_in_words() -> None:
    told = lines(replace(ROAD, deadline_text="上半年开工，12月完工"))["时限"]
    assert (told.old, told.text) == ("6月底前开工，年底前完工", "上半年开工，12月完工")


def test_an_amount_compared_otherwise_is_told_by_its_sign() -> None:
    capped = replace(ROAD, targets=(replace(ROAD.targets[0], comparison=Comparison.AT_MOST),))
    assert lines(capped)["指标"].text == "≤投资 2亿元"


def test_a_difference_no_words_show_is_said_to_be_one() -> None:
    row = RowDiff(RowOutcome.CHANGED, row=0, task_id=7, changes=(FieldChange("target", "投资2亿元", "投资2亿元"),))
    told = next(line for line in reading_lines(ROAD, row, ROAD, 2026) if line.label == "指标")
    assert told.text == "投资 2亿元（读法不同，文字未变）"


def test_what_is_gone_reads_as_none_and_what_is_left_says_so() -> None:
    alone = lines(replace(ROAD, parties=ROAD.parties[:1]), refused=True)["配合"]
    assert (alone.old, alone.text, alone.left) == ("经济发展科", "无", True)
