"""A message says which item, what of it and how the day stands to its date, and titles cannot change its form."""

from datetime import date

import pytest

from tracker.choices import SubjectKind
from tracker.models import Reminder
from tracker.reminding.channels.protocol import one_line
from tracker.reminding.rendering import body_text, reminder_line, subject_line

TODAY = date(2026, 6, 24)


def step(due_on: date, **params: str) -> Reminder:
    said = {"number": "7", "title": "新塘路建设", "step": "报批", "due_on": due_on.isoformat(), **params}
    return Reminder(subject_kind=SubjectKind.MILESTONE, task_id=7, params=said)


def owed(cutoff: date) -> Reminder:
    said = {
        "number": "7",
        "title": "新塘路建设",
        "department": "规划建设科",
        "round": "2026-06",
        "due_on": cutoff.isoformat(),
    }
    return Reminder(subject_kind=SubjectKind.OWED, task_id=7, params=said)


@pytest.mark.parametrize(
    ("due_on", "words"),
    [
        (date(2026, 6, 30), "第7项“新塘路建设”节点“报批”6月30日到期，还有 6 天"),
        (date(2026, 6, 24), "第7项“新塘路建设”节点“报批”今天（6月24日）到期"),
        (date(2026, 6, 17), "第7项“新塘路建设”节点“报批”6月17日已到期，逾期 7 天"),
        (date(2025, 12, 31), "第7项“新塘路建设”节点“报批”2025年12月31日已到期，逾期 175 天"),
    ],
)
def test_a_step_is_told_with_its_date_and_the_days(due_on: date, words: str) -> None:
    assert reminder_line(step(due_on), today=TODAY) == words


@pytest.mark.parametrize(
    ("cutoff", "words"),
    [
        (date(2026, 6, 25), "6月尚未报送（规划建设科），6月25日截止，还有 1 天"),
        (date(2026, 6, 24), "6月尚未报送（规划建设科），今天（6月24日）截止"),
        (date(2026, 6, 23), "6月尚未报送（规划建设科），已于6月23日截止"),
    ],
)
def test_an_owed_report_is_told_with_its_unit_round_and_cut_off(cutoff: date, words: str) -> None:
    assert reminder_line(owed(cutoff), today=TODAY) == f"第7项“新塘路建设”{words}"


def test_a_step_without_a_name_is_the_item_itself() -> None:
    assert reminder_line(step(date(2026, 6, 30), step=""), today=TODAY).startswith("第7项“新塘路建设”6月30日到期")


def test_an_item_without_a_number_is_named_by_its_title() -> None:
    assert reminder_line(step(date(2026, 6, 30), number=""), today=TODAY).startswith("“新塘路建设”节点")


def test_two_days_never_have_the_same_subject() -> None:
    rows = [step(date(2026, 6, 30)), owed(date(2026, 6, 25))]
    assert subject_line(rows, today=TODAY) == "6月24日 提醒：2 件事"
    assert subject_line(rows[:1], today=TODAY).startswith("6月24日 提醒：第7项")


def test_the_body_numbers_what_is_to_do_and_links_to_it() -> None:
    body = body_text("示例·张三", [step(date(2026, 6, 30)), owed(date(2026, 6, 25))], today=TODAY)
    assert body.startswith("示例·张三：\n\n1. 第7项")
    assert "\n2. 第7项" in body
    assert body.count("/items/7/") == 2


@pytest.mark.parametrize("title", ["%(day)s", "{{ 7|add:7 }}", "<script>alert(1)</script>", "100%"])
def test_a_title_is_told_as_it_is_written(title: str) -> None:
    assert title in reminder_line(step(date(2026, 6, 30), title=title), today=TODAY)


def test_a_title_of_two_lines_is_told_on_one() -> None:
    line = reminder_line(step(date(2026, 6, 30), title="新塘路\r\nBcc: x@example.org"), today=TODAY)
    assert "\n" not in line
    assert "\r" not in line


def notice(**params: str) -> Reminder:
    said = {"number": "7", "title": "新塘路建设", "said": "请今天报来。", "who": "示例·督办员", **params}
    return Reminder(subject_kind=SubjectKind.URGING, subject_id=3, step="urged", task_id=7, params=said)


def test_a_long_word_is_cut_in_the_subject_and_whole_in_the_body() -> None:
    long = notice(said="请" * 400)
    assert len(subject_line([long], today=TODAY)) < 170
    assert "请" * 400 in body_text("示例·张三", [long], today=TODAY)


@pytest.mark.parametrize("said", ["第一行\n2. 伪造的一行", "%(day)s", "{{ 7|add:7 }}"])
def test_a_word_of_the_office_stays_on_its_line_as_it_was_written(said: str) -> None:
    line = reminder_line(notice(said=said), today=TODAY)
    assert "\n" not in line
    assert one_line(said) in line


def test_a_message_of_notices_says_so_and_speaks_of_no_plan_rule() -> None:
    assert "按计划规则" not in body_text("示例·张三", [notice()], today=TODAY)
    assert "按计划规则" in body_text("示例·张三", [step(date(2026, 6, 30))], today=TODAY)
