"""Reasons, remedies and tags as plain sentences; the one place where their words are written."""

from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from projects.choices import Comparison
from tracker.choices import ApprovalStep, ReportState, RhythmKind
from tracker.lights import Light
from tracker.reasons import Reason, ReasonCode, RemedyCode, Tag

Params = Mapping[str, Any]
Writer = Callable[[Params, int], str]
STEP_LENGTH = 40
"""Characters of a step's text that a sentence quotes; the whole stands in the list of steps."""


def reason_text(reason: Reason, *, year: int) -> str:
    """Write why a light is what it is, or what would turn it green; `year` goes without saying in its days."""
    return _WRITERS[reason.code](reason.params, year)


def tag_text(tag: Tag, *, moves: int) -> str:
    if tag is Tag.MOVED:
        return ngettext("已改期 %(moves)d 次", "已改期 %(moves)d 次", moves) % {"moves": moves}
    return {
        Tag.AWAITING_CONFIRMATION: gettext("待确认"),
        Tag.COMPLETION_PENDING: gettext("已报完成，待审"),
        Tag.LATE_BUT_DONE: gettext("逾期完成"),
        Tag.AHEAD: gettext("超序时"),
    }[tag]


def light_text(light: Light | None, *, days_late: int = 0, days_left: int | None = None) -> str:
    """Name a light as lists do, with its days where it has them."""
    if light is Light.OVERDUE and days_late:
        return ngettext("逾期 %(days)d 天", "逾期 %(days)d 天", days_late) % {"days": days_late}
    if light is Light.DUE_SOON and days_left:
        return ngettext("临期 %(days)d 天", "临期 %(days)d 天", days_left) % {"days": days_left}
    if light is None:
        return gettext("不计入")
    return {
        Light.OVERDUE: gettext("逾期"),
        Light.BEHIND: gettext("滞后"),
        Light.DUE_SOON: gettext("今天到期") if days_left == 0 else gettext("临期"),
        Light.ON_SCHEDULE: gettext("正常"),
        Light.NOT_STARTED: gettext("未启动"),
        Light.ONGOING: gettext("长期"),
        Light.CLOSED: gettext("已办结"),
    }[light]


def state_text(state: ReportState) -> str:
    """Name what a department says of its work."""
    return {
        ReportState.ON_PLAN: gettext("按计划推进"),
        ReportState.SLOW: gettext("偏慢"),
        ReportState.BLOCKED: gettext("有困难需协调"),
        ReportState.DONE: gettext("已完成"),
    }[state]


def approver_text(step: ApprovalStep) -> str:
    """Name who decides on a later date."""
    return {
        ApprovalStep.HEAD: gettext("科室负责人"),
        ApprovalStep.LEADER: gettext("责任领导"),
        ApprovalStep.MAIN_LEADER: gettext("主要领导"),
        ApprovalStep.OFFICE: gettext("督查办"),
    }[step]


def rhythm_text(kind: str) -> str:
    """Name how often a plan is reported on."""
    return {
        RhythmKind.WEEK: gettext("每周"),
        RhythmKind.TEN_DAY: gettext("每旬"),
        RhythmKind.HALF_MONTH: gettext("每半月"),
        RhythmKind.MONTH: gettext("每月"),
        RhythmKind.QUARTER: gettext("每季度"),
    }[RhythmKind(kind)]


def round_text(key: str) -> str:
    """Name a reporting round by its key: 2026-06 is 6月."""
    year, _, part = key.partition("-")
    kind, number = part[:1], part[1:]
    if part.isdecimal():
        return _month_name(year, part)
    if "-" in part:
        month, _, span = part.partition("-")
        words = {"T1": gettext("上旬"), "T2": gettext("中旬"), "T3": gettext("下旬")}
        words |= {"H1": gettext("上半月"), "H2": gettext("下半月")}
        return gettext("%(month)s%(span)s") % {"month": _month_name(year, month), "span": words[span]}
    named = {"W": gettext("%(year)s年第 %(n)d 周"), "Q": gettext("%(year)s年第 %(n)d 季度")}[kind]
    return named % {"year": year, "n": int(number)}


def _month_name(year: str, month: str) -> str:
    return date_format(date(int(year), int(month), 1), gettext("n月"))


def days_left_text(days: int | None) -> str:
    if days is None:
        return gettext("没有写明日期")
    if days < 0:
        return ngettext("已过 %(days)d 天", "已过 %(days)d 天", -days) % {"days": -days}
    if days == 0:
        return gettext("今天到期")
    return ngettext("还有 %(days)d 天", "还有 %(days)d 天", days) % {"days": days}


def cutoff_text(cutoff_on: date, at: time, *, today: date) -> str:
    """Write a cut-off as people say it: 明天（6月25日）17:30."""
    day = day_words(cutoff_on, year=today.year)
    near = {0: gettext("今天（%(day)s）"), 1: gettext("明天（%(day)s）")}.get((cutoff_on - today).days, "%(day)s")
    return f"{near % {'day': day}} {at:%H:%M}".replace("） ", "）")


def ahead_text(points: Decimal) -> str:
    """Write points ahead (+) or behind (−) of schedule."""
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{abs(points)}"


def number_text(value: Decimal | None) -> str:
    """Write a figure without needless noughts."""
    if value is None:
        return gettext("无数据")
    plain = value.normalize()
    return number_format(plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1)))  # type: ignore[operator]


def amount_text(value: Decimal | None, unit: str) -> str:
    return f"{number_text(value)} {unit}".strip() if value is not None else number_text(value)


def goal_text(comparison: str, value: Decimal, unit: str) -> str:
    """Write a promised amount with its comparison: 不超过 100 件."""
    words = {Comparison.AT_MOST: gettext("不超过 %(amount)s"), Comparison.EXACTLY: gettext("正好 %(amount)s")}
    return words.get(Comparison(comparison), "%(amount)s") % {"amount": amount_text(value, unit)}


def step_text(params: Params) -> str:
    """Quote a step; one of which the table says only the date is the item itself."""
    text = str(params["text"])
    if not text:
        return gettext("本事项")
    return gettext("“%(text)s”") % {"text": text if len(text) <= STEP_LENGTH else f"{text[:STEP_LENGTH]}…"}


def _named(params: Params) -> dict[str, str]:
    """Name the amount of a sentence; one without a name is just 指标."""
    return {
        "name": str(params["name"] or gettext("指标")),
        "goal": goal_text(params["comparison"], params["value"], params["unit"]),
        "now": amount_text(params["accepted"], params["unit"]),
    }


def _day(params: Params, key: str, year: int) -> str:
    day: date | None = params[key]
    return day_words(day, year=year) if day else "—"


def _others(params: Params) -> str:
    others = params["others"]
    if not others:
        return ""
    return ngettext("另有 %(n)d 处也要处理。", "另有 %(n)d 处也要处理。", others) % {"n": others}


def _overdue_milestone(params: Params, year: int) -> str:
    words = {
        "step": step_text(params),
        "issued": _day(params, "issued_on", year),
        "due": _day(params, "due_on", year),
    }
    if params["moves"]:
        return gettext("%(step)s应在 %(issued)s前完成，改到 %(due)s，现未完成。") % words
    return gettext("%(step)s应在 %(due)s前完成，现未完成。") % words


def _overdue_short(params: Params, year: int) -> str:
    words = {"step": step_text(params), "due": _day(params, "issued_on", year), **_named(params)}
    return gettext("%(step)s %(due)s到期，%(name)s应达 %(goal)s，现 %(now)s。") % words


def _overdue_target(params: Params, year: int) -> str:
    words = {"due": _day(params, "due_on", year), **_named(params)}
    return gettext("%(name)s %(due)s应达 %(goal)s，现 %(now)s。") % words


def _overdue_year_end(params: Params, _: int) -> str:
    return gettext("%(year)d年已结束，还没有年终复核。") % {"year": params["year"]}


def _behind_target(params: Params, _: int) -> str:
    words = {
        **_named(params),
        "expected": amount_text(params["expected"], params["unit"]),
        "expected_percent": number_text(params["expected_percent"]),
        "percent": number_text(params["accepted_percent"]),
        "gap": number_text(params["gap_points"]),
    }
    return (
        gettext(
            "%(name)s按序时应达 %(expected)s（%(expected_percent)s%%），现 %(now)s（%(percent)s%%），差 %(gap)s 个百分点。"
        )
        % words
    )


def _behind_period_end(params: Params, year: int) -> str:
    words = {**_named(params), "due": _day(params, "due_on", year), "gap": number_text(params["gap_points"])}
    return gettext("%(name)s %(due)s应达 %(goal)s，现 %(now)s，差 %(gap)s 个百分点。") % words


def _behind_bound(params: Params, _: int) -> str:
    return gettext("%(name)s应守住 %(goal)s，现 %(now)s。") % _named(params)


def _obstacle_unanswered(params: Params, year: int) -> str:
    words = {"n": params["count"], "due": _day(params, "answer_due_on", year), "days": params["days"]}
    return (
        ngettext(
            "%(n)d 件困难应在 %(due)s前答复，已过 %(days)d 天。",
            "%(n)d 件困难应在 %(due)s前答复，已过 %(days)d 天。",
            params["count"],
        )
        % words
    )


def _step_ahead(params: Params, year: int) -> str:
    words = {
        "step": step_text(params),
        "due": _day(params, "due_on", year),
        "left": days_left_text(params["days_left"]),
    }
    return gettext("%(step)s %(due)s到期，%(left)s。") % words


def _target_ahead(params: Params, year: int) -> str:
    words = {**_named(params), "due": _day(params, "due_on", year), "left": days_left_text(params["days_left"])}
    return gettext("%(name)s %(due)s应达 %(goal)s，现 %(now)s，%(left)s。") % words


def _all_done(params: Params, year: int) -> str:
    if params["done_on"] is None:
        return gettext("量化指标都已达到，等督查办确认办结。")
    return gettext("各节点 %(done)s都已完成，等督查办确认办结。") % {"done": _day(params, "done_on", year)}


def _not_started(params: Params, year: int) -> str:
    words = {"start": _day(params, "starts_on", year), "left": days_left_text(params["days"])}
    return gettext("%(start)s启动，%(left)s。") % words


def _ongoing(params: Params, year: int) -> str:
    return gettext("长期工作，没有写明日期，%(end)s年终复核。") % {"end": _day(params, "year_end_on", year)}


def _closed_on_time(params: Params, year: int) -> str:
    words = {"done": _day(params, "done_on", year), "due": _day(params, "due_on", year)}
    return gettext("时限 %(due)s，%(done)s完成，已办结。") % words


def _closed_late(params: Params, year: int) -> str:
    words = {"step": step_text(params), "done": _day(params, "done_on", year), "days": params["days_late"]}
    return (
        ngettext(
            "已办结；%(step)s %(done)s完成，晚 %(days)d 天。",
            "已办结；%(step)s %(done)s完成，晚 %(days)d 天。",
            params["days_late"],
        )
        % words
    )


def _not_counted(params: Params, _: int) -> str:
    words = {
        "draft": gettext("还没有下达，不亮灯。"),
        "cancelled": gettext("已取消，不亮灯。"),
        "withdrawn": gettext("已随导入撤回，不亮灯。"),
    }
    return words.get(str(params["state"]), gettext("不计入统计，不亮灯。"))


def _finish_step(params: Params, _: int) -> str:
    return gettext("要转绿：报%(step)s完成并经审核，或由督查办重新下达时限。") % {"step": step_text(params)} + _others(
        params
    )


def _finish_step_by(params: Params, year: int) -> str:
    words = {"step": step_text(params), "due": _day(params, "due_on", year)}
    return gettext("%(due)s前报%(step)s完成；做不到的，到期前申请延期。") % words


def _reach_amount(params: Params, _: int) -> str:
    words = {
        "name": str(params["name"] or gettext("指标")),
        "goal": goal_text(params["comparison"], params["amount"], params["unit"]),
    }
    return gettext("要转绿：%(name)s报到 %(goal)s并经审核。") % words + _others(params)


def _answer_obstacle(params: Params, _: int) -> str:
    return gettext("要转绿：困难得到答复。") + _others(params)


def _check_year_end(params: Params, _: int) -> str:
    return gettext("由督查办做 %(year)d年年终复核。") % {"year": params["year"]}


_WRITERS: Mapping[ReasonCode | RemedyCode, Writer] = {
    ReasonCode.OVERDUE_MILESTONE: _overdue_milestone,
    ReasonCode.OVERDUE_SHORT: _overdue_short,
    ReasonCode.OVERDUE_TARGET: _overdue_target,
    ReasonCode.OVERDUE_YEAR_END: _overdue_year_end,
    ReasonCode.BEHIND_TARGET: _behind_target,
    ReasonCode.BEHIND_PERIOD_END: _behind_period_end,
    ReasonCode.BEHIND_BOUND: _behind_bound,
    ReasonCode.OBSTACLE_UNANSWERED: _obstacle_unanswered,
    ReasonCode.DUE_SOON_MILESTONE: _step_ahead,
    ReasonCode.DUE_SOON_TARGET: _target_ahead,
    ReasonCode.ALL_DONE: _all_done,
    ReasonCode.ON_SCHEDULE_MILESTONE: _step_ahead,
    ReasonCode.ON_SCHEDULE_TARGET: _target_ahead,
    ReasonCode.ON_SCHEDULE_OPEN: lambda _params, _year: gettext("有日期的节点都已完成，其余没有写明日期。"),
    ReasonCode.NOT_STARTED: _not_started,
    ReasonCode.ONGOING: _ongoing,
    ReasonCode.CLOSED_ON_TIME: _closed_on_time,
    ReasonCode.CLOSED_LATE: _closed_late,
    ReasonCode.CLOSED: lambda _params, _year: gettext("已办结。"),
    ReasonCode.SUSPENDED: lambda _params, _year: gettext("已中止，不亮灯。"),
    ReasonCode.NOT_COUNTED: _not_counted,
    RemedyCode.FINISH_STEP: _finish_step,
    RemedyCode.FINISH_STEP_BY: _finish_step_by,
    RemedyCode.REACH_AMOUNT: _reach_amount,
    RemedyCode.ANSWER_OBSTACLE: _answer_obstacle,
    RemedyCode.REVIEW_COMPLETION: lambda _params, _year: gettext("已报完成，等督查办审核。"),
    RemedyCode.CONFIRM_CLOSING: lambda _params, _year: gettext("等督查办确认办结。"),
    RemedyCode.CHECK_YEAR_END: _check_year_end,
    RemedyCode.RESUME: lambda _params, _year: gettext("恢复办理后重新亮灯。"),
    RemedyCode.NOTHING: lambda _params, _year: "",
}
