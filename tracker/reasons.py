"""What a light's sentence is made of: codes and parameters; the texts are written where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a light is what it is."""

    OVERDUE_MILESTONE = "overdue_milestone"
    OVERDUE_SHORT = "overdue_short"  # the late step has an amount that isn't reached: 应 7 家，现 4 家
    OVERDUE_TARGET = "overdue_target"  # no step has a date; the amount's own due day is past
    OVERDUE_YEAR_END = "overdue_year_end"  # ongoing work whose year is over
    BEHIND_TARGET = "behind_target"
    BEHIND_PERIOD_END = "behind_period_end"
    BEHIND_BOUND = "behind_bound"  # a line not to cross was crossed
    OBSTACLE_UNANSWERED = "obstacle_unanswered"
    DUE_SOON_MILESTONE = "due_soon_milestone"
    DUE_SOON_TARGET = "due_soon_target"
    ALL_DONE = "all_done"
    ON_SCHEDULE_MILESTONE = "on_schedule_milestone"
    ON_SCHEDULE_TARGET = "on_schedule_target"
    ON_SCHEDULE_OPEN = "on_schedule_open"  # what has a date is done, the rest has none
    NOT_STARTED = "not_started"
    ONGOING = "ongoing"
    CLOSED_ON_TIME = "closed_on_time"
    CLOSED_LATE = "closed_late"
    CLOSED = "closed"  # nothing in it had both a date and a done day
    SUSPENDED = "suspended"
    NOT_COUNTED = "not_counted"  # draft, cancelled, withdrawn


class RemedyCode(StrEnum):
    """What would turn the light green, or is to happen next."""

    FINISH_STEP = "finish_step"  # report the step as done, or get a new date
    FINISH_STEP_BY = "finish_step_by"  # the same while there is time; an extension can still be asked for
    REACH_AMOUNT = "reach_amount"
    ANSWER_OBSTACLE = "answer_obstacle"
    REVIEW_COMPLETION = "review_completion"  # 已报完成，待审
    CONFIRM_CLOSING = "confirm_closing"
    CHECK_YEAR_END = "check_year_end"
    RESUME = "resume"
    NOTHING = "nothing"


class Tag(StrEnum):
    """What stands beside a light and never instead of it."""

    AWAITING_CONFIRMATION = "awaiting_confirmation"  # 待确认
    COMPLETION_PENDING = "completion_pending"  # 已报完成，待审
    MOVED = "moved"  # 已改期; how often is Explanation.moves
    LATE_BUT_DONE = "late_but_done"
    AHEAD = "ahead"  # 超序时


_STEP = ("text", "phrase", "due_on", "issued_on", "moves")
_AMOUNT = ("name", "unit", "comparison", "value", "accepted")
_PACE = (*_AMOUNT, "due_on", "gap_points")

PARAMS: Mapping[ReasonCode | RemedyCode, tuple[str, ...]] = {
    ReasonCode.OVERDUE_MILESTONE: ("days_late", *_STEP),
    ReasonCode.OVERDUE_SHORT: ("days_late", *_STEP, *_AMOUNT),
    ReasonCode.OVERDUE_TARGET: ("days_late", "due_on", *_AMOUNT),
    ReasonCode.OVERDUE_YEAR_END: ("days_late", "year"),
    ReasonCode.BEHIND_TARGET: (*_PACE, "expected", "expected_percent", "accepted_percent", "days_left"),
    ReasonCode.BEHIND_PERIOD_END: (*_PACE, "days_left"),
    ReasonCode.BEHIND_BOUND: (*_PACE, "days_left"),
    ReasonCode.OBSTACLE_UNANSWERED: ("answer_due_on", "days", "count"),
    ReasonCode.DUE_SOON_MILESTONE: ("days_left", *_STEP),
    ReasonCode.DUE_SOON_TARGET: ("days_left", "due_on", *_AMOUNT),
    ReasonCode.ALL_DONE: ("done_on",),
    ReasonCode.ON_SCHEDULE_MILESTONE: ("days_left", *_STEP),
    ReasonCode.ON_SCHEDULE_TARGET: ("days_left", "due_on", *_AMOUNT),
    ReasonCode.ON_SCHEDULE_OPEN: (),
    ReasonCode.NOT_STARTED: ("starts_on", "days"),
    ReasonCode.ONGOING: ("year_end_on",),
    ReasonCode.CLOSED_ON_TIME: ("done_on", "due_on"),
    ReasonCode.CLOSED_LATE: ("days_late", "done_on", *_STEP),
    ReasonCode.CLOSED: (),
    ReasonCode.SUSPENDED: (),
    ReasonCode.NOT_COUNTED: ("state",),
    RemedyCode.FINISH_STEP: ("text", "phrase", "others"),
    RemedyCode.FINISH_STEP_BY: ("text", "phrase", "due_on"),
    RemedyCode.REACH_AMOUNT: ("name", "unit", "comparison", "amount", "others"),
    RemedyCode.ANSWER_OBSTACLE: ("answer_due_on", "count", "others"),
    RemedyCode.REVIEW_COMPLETION: (),
    RemedyCode.CONFIRM_CLOSING: (),
    RemedyCode.CHECK_YEAR_END: ("year",),
    RemedyCode.RESUME: (),
    RemedyCode.NOTHING: (),
}
"""The parameters of each code, for whoever writes its text.

`*_on` are dates, `days*`, `moves`, `count` and `others` whole numbers; `days_left` may be None (nothing dated is open),
0 means today. `value`, `accepted` (None: no figure yet), `expected`, `amount`, `gap_points` and `*_percent` are
Decimals. `others` counts what else keeps the light from green. Where a step was put off, `due_on` is the date in
force and `issued_on` the one first given.
"""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence before it is written."""

    code: ReasonCode | RemedyCode
    params: Mapping[str, object]
