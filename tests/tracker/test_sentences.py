"""Every code has a sentence, and the sentences say the days and figures that explain a light."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given

from projects.choices import Comparison
from tests.tracker.facts import amount, days, step, task, tasks
from tracker.explaining import explain
from tracker.lights import Light
from tracker.reasons import PARAMS, Reason, ReasonCode, RemedyCode, Tag
from tracker.sentences import days_left_text, light_text, number_text, reason_text, round_text, tag_text
from tracker.turning import LightRules, TaskFacts

TODAY = date(2026, 6, 24)
SAMPLE = MappingProxyType(
    {
        **dict.fromkeys(("due_on", "issued_on", "done_on", "starts_on", "year_end_on", "answer_due_on"), TODAY),
        **dict.fromkeys(("days_late", "days", "days_left", "moves", "count", "others"), 3),
        **dict.fromkeys(("value", "accepted", "expected", "amount", "gap_points"), Decimal(7)),
        **dict.fromkeys(("expected_percent", "accepted_percent"), Decimal("48.1")),
        "text": "选址",
        "phrase": "3月底前",
        "name": "进场企业",
        "unit": "家",
        "comparison": Comparison.AT_LEAST,
        "year": 2026,
        "state": "draft",
    }
)


@pytest.mark.parametrize("code", [*ReasonCode, *RemedyCode])
def test_every_code_is_a_plain_sentence(code: ReasonCode | RemedyCode) -> None:
    text = reason_text(Reason(code, {name: SAMPLE[name] for name in PARAMS[code]}), year=2026)
    if code is RemedyCode.NOTHING:
        assert text == ""
    else:
        assert text.endswith("。")
        assert "%(" not in text
        assert "None" not in text


@pytest.mark.parametrize("tag", Tag)
def test_every_tag_has_a_word(tag: Tag) -> None:
    assert tag_text(tag, moves=2)


@pytest.mark.parametrize("light", Light)
def test_every_light_has_a_word(light: Light) -> None:
    assert light_text(light)


@given(tasks(), days)
def test_whatever_the_facts_their_explanation_can_be_written(facts: TaskFacts, day: date) -> None:
    said = explain(facts, LightRules(), day)
    for part in (said.reason, said.remedy):
        assert "None" not in reason_text(part, year=2026)
    for tag in said.tags:
        assert tag_text(tag, moves=said.moves)


def explained(facts: TaskFacts) -> tuple[str, str]:
    said = explain(facts, LightRules(), TODAY)
    return reason_text(said.reason, year=2026), reason_text(said.remedy, year=2026)


def test_a_late_step_short_of_its_amount_says_both_figures() -> None:
    late = step(1, date(2026, 3, 31), text="企业进场")
    why, remedy = explained(task(late, targets=(amount(7, 4, milestone_id=1, due=date(2026, 3, 31)),)))
    assert why == "“企业进场” 3月31日到期，进场企业应达 7 家，现 4 家。"
    assert remedy == "要转绿：报“企业进场”完成并经审核，或由督查办重新下达时限。"


def test_a_late_step_that_was_put_off_says_both_dates() -> None:
    late = step(1, date(2026, 3, 31), text="选址", current_due=date(2026, 5, 31), moves=1)
    assert explained(task(late))[0] == "“选址”应在 3月31日前完成，改到 5月31日，现未完成。"


def test_a_step_of_which_only_a_date_is_written_is_called_the_item() -> None:
    late = step(1, date(2026, 3, 31), text="", phrase="3月底前")
    assert explained(task(late))[0] == "本事项应在 3月31日前完成，现未完成。"


def test_a_target_behind_says_what_was_due_by_today() -> None:
    why, remedy = explained(task(targets=(amount(100, 20),)))
    assert why == "进场企业按序时应达 48 家（47.8%），现 20 家（20%），差 27.8 个百分点。"
    assert remedy == "要转绿：进场企业报到 38 家并经审核。"


def test_a_missing_figure_is_called_missing_not_nought() -> None:
    assert "现 无数据" in explained(task(targets=(amount(100),)))[0]


def test_figures_are_written_without_needless_noughts() -> None:
    assert number_text(Decimal("1.2000")) == "1.2"
    assert number_text(Decimal("340.0000")) == "340"
    assert number_text(Decimal("0.0000")) == "0"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("2026-06", "6月"),
        ("2026-11", "11月"),
        ("2026-06-T2", "6月中旬"),
        ("2026-10-H1", "10月上半月"),
        ("2026-W07", "2026年第 7 周"),
        ("2026-Q3", "2026年第 3 季度"),
    ],
)
def test_a_round_is_named_by_its_time(key: str, name: str) -> None:
    assert round_text(key) == name


def test_the_last_day_is_called_today() -> None:
    assert days_left_text(0) == "今天到期"
    assert light_text(Light.DUE_SOON, days_left=0) == "今天到期"
    assert light_text(Light.OVERDUE, days_late=85) == "逾期 85 天"
