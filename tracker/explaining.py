"""Why an item's light is what it is, and what would turn it green: codes and parameters, no texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from projects.choices import TaskState
from tracker.lights import Light, light_on
from tracker.reasons import Reason, ReasonCode, RemedyCode, Tag
from tracker.shares import (
    achieved_percent,
    amount_to_catch_up,
    expected_amount,
    expected_percent,
    gap,
    gap_points,
    is_bound,
)
from tracker.turning import (
    LightRules,
    MilestoneFacts,
    TargetFacts,
    TaskFacts,
    TurningDays,
    is_settled,
    late_since,
    open_dated,
    target_behind_from,
    targets_as_deadlines,
    turning_days,
)

Pair = tuple[Reason, Reason]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A light and the parts of its sentence; `moves` is the number of extensions of all steps together."""

    light: Light | None
    reason: Reason
    remedy: Reason
    tags: tuple[Tag, ...]
    moves: int

    @property
    def days_late(self) -> int:
        """Return the days that an overdue item is late, as its reason counts them; 0 for any other."""
        days = self.reason.params["days_late"] if self.light is Light.OVERDUE else 0
        return days if isinstance(days, int) else 0


@dataclass(frozen=True, slots=True)
class _Case:
    facts: TaskFacts
    rules: LightRules
    today: date
    turning: TurningDays


def explain(facts: TaskFacts, rules: LightRules, today: date) -> Explanation:
    """Return the light of `today` with its reason, its remedy and what stands beside it."""
    case = _Case(facts, rules, today, turning_days(facts, rules))
    light = light_on(today, facts.state, case.turning)
    reason, remedy = _EXPLAINERS[light](case) if light else _uncounted(case)
    if facts.completion_pending and light not in (None, Light.CLOSED):
        remedy = Reason(RemedyCode.REVIEW_COMPLETION, {})
    moves = sum(step.moves for step in facts.milestones)
    return Explanation(light, reason, remedy, _tags(case, light, moves), moves)


def _overdue(case: _Case) -> Pair:
    days = {"days_late": (case.today - late).days if (late := case.turning.late_since) else 0}
    others = len(_late_steps(case)) + len(_late_targets(case)) + len(_behind(case)) + len(_unanswered(case)) - 1
    for step in _late_steps(case):
        finish = Reason(RemedyCode.FINISH_STEP, {"text": step.text, "phrase": step.phrase, "others": others})
        for target in case.facts.targets:
            if target.milestone_id == step.id and not is_settled(case.facts, target):
                return Reason(ReasonCode.OVERDUE_SHORT, days | _step(step) | _amount(target)), finish
        return Reason(ReasonCode.OVERDUE_MILESTONE, days | _step(step)), finish
    for target in _late_targets(case):
        reason = Reason(ReasonCode.OVERDUE_TARGET, {**days, "due_on": target.due, **_amount(target)})
        return reason, _reach(target, target.value, others)
    year = {"year": case.facts.year}
    return Reason(ReasonCode.OVERDUE_YEAR_END, days | year), Reason(RemedyCode.CHECK_YEAR_END, year)


def _behind_schedule(case: _Case) -> Pair:
    behind, unanswered = _behind(case), _unanswered(case)
    others = len(behind) + len(unanswered) - 1
    if not behind:
        count = len(unanswered)
        due = {"answer_due_on": unanswered[0], "count": count}
        reason = Reason(ReasonCode.OBSTACLE_UNANSWERED, {**due, "days": (case.today - unanswered[0]).days})
        return reason, Reason(RemedyCode.ANSWER_OBSTACLE, {**due, "others": others + 1 - count})
    target = behind[0]
    amount = amount_to_catch_up(target, case.today, case.rules.behind_points)
    return _pace(case, target), _reach(target, amount, others)


def _due_soon(case: _Case) -> Pair:
    return _next(case, ReasonCode.DUE_SOON_MILESTONE, ReasonCode.DUE_SOON_TARGET)


def _on_schedule(case: _Case) -> Pair:
    if case.turning.complete:
        done_on = max((step.done_on for step in case.facts.milestones if step.done_on), default=None)
        return Reason(ReasonCode.ALL_DONE, {"done_on": done_on}), Reason(RemedyCode.CONFIRM_CLOSING, {})
    reason, _ = _next(case, ReasonCode.ON_SCHEDULE_MILESTONE, ReasonCode.ON_SCHEDULE_TARGET)
    return reason, Reason(RemedyCode.NOTHING, {})


def _not_started(case: _Case) -> Pair:
    starts_on = case.turning.starts_on
    params = {"starts_on": starts_on, "days": (starts_on - case.today).days}
    return Reason(ReasonCode.NOT_STARTED, params), Reason(RemedyCode.NOTHING, {})


def _ongoing(case: _Case) -> Pair:
    year_end_on = date(case.facts.year, 12, 31)
    return Reason(ReasonCode.ONGOING, {"year_end_on": year_end_on}), Reason(RemedyCode.NOTHING, {})


def _closed(case: _Case) -> Pair:
    nothing = Reason(RemedyCode.NOTHING, {})
    late = _done_late(case)
    if late:
        days, step = late
        return Reason(ReasonCode.CLOSED_LATE, {"days_late": days, "done_on": step.done_on, **_step(step)}), nothing
    done = [(s.done_on, s.current_due) for s in case.facts.milestones if s.done_on and s.current_due]
    if not done:
        return Reason(ReasonCode.CLOSED, {}), nothing
    done_on, due_on = max(done)
    return Reason(ReasonCode.CLOSED_ON_TIME, {"done_on": done_on, "due_on": due_on}), nothing


def _uncounted(case: _Case) -> Pair:
    if case.facts.state == TaskState.SUSPENDED:
        return Reason(ReasonCode.SUSPENDED, {}), Reason(RemedyCode.RESUME, {})
    return Reason(ReasonCode.NOT_COUNTED, {"state": case.facts.state}), Reason(RemedyCode.NOTHING, {})


_EXPLAINERS: Mapping[Light, Callable[[_Case], Pair]] = {
    Light.OVERDUE: _overdue,
    Light.BEHIND: _behind_schedule,
    Light.DUE_SOON: _due_soon,
    Light.ON_SCHEDULE: _on_schedule,
    Light.NOT_STARTED: _not_started,
    Light.ONGOING: _ongoing,
    Light.CLOSED: _closed,
}


def _next(case: _Case, of_step: ReasonCode, of_target: ReasonCode) -> Pair:
    """Name the nearest date that is still open."""
    for step in open_dated(case.facts):
        by = {"text": step.text, "phrase": step.phrase, "due_on": step.current_due}
        return Reason(of_step, _days_left(case) | _step(step)), Reason(RemedyCode.FINISH_STEP_BY, by)
    for target in targets_as_deadlines(case.facts):
        params = {**_days_left(case), "due_on": target.due, **_amount(target)}
        return Reason(of_target, params), _reach(target, target.value, 0)
    return Reason(ReasonCode.ON_SCHEDULE_OPEN, {}), Reason(RemedyCode.NOTHING, {})


def _pace(case: _Case, target: TargetFacts) -> Reason:
    params = {**_amount(target), "due_on": target.due, "gap_points": gap_points(target, case.today)}
    params |= _days_left(case)
    if is_bound(target):
        return Reason(ReasonCode.BEHIND_BOUND, params)
    if not target.cumulative:
        return Reason(ReasonCode.BEHIND_PERIOD_END, params)
    pace = {
        "expected": expected_amount(target, case.today),
        "expected_percent": expected_percent(target, case.today),
        "accepted_percent": achieved_percent(target),
    }
    return Reason(ReasonCode.BEHIND_TARGET, params | pace)


def _reach(target: TargetFacts, amount: object, others: int) -> Reason:
    wanted = {"name": target.name, "unit": target.unit, "comparison": target.comparison, "amount": amount}
    return Reason(RemedyCode.REACH_AMOUNT, {**wanted, "others": others})


def _step(step: MilestoneFacts) -> dict[str, object]:
    dates = {"due_on": step.current_due, "issued_on": step.issued_due or step.current_due}
    return {"text": step.text, "phrase": step.phrase, **dates, "moves": step.moves}


def _amount(target: TargetFacts) -> dict[str, object]:
    named = {"name": target.name, "unit": target.unit, "comparison": target.comparison}
    return {**named, "value": target.value, "accepted": target.accepted}


def _days_left(case: _Case) -> dict[str, object]:
    due = case.turning.next_due
    return {"days_left": (due - case.today).days if due else None}


def _late_steps(case: _Case) -> list[MilestoneFacts]:
    return [step for step in open_dated(case.facts) if step.current_due and step.current_due < case.today]


def _late_targets(case: _Case) -> list[TargetFacts]:
    return [target for target in targets_as_deadlines(case.facts) if target.due < case.today]


def _behind(case: _Case) -> list[TargetFacts]:
    """Return the targets too far behind today that aren't late already, the furthest first."""
    late = {target.id for target in _late_targets(case)} | {
        target.id for target in case.facts.targets if target.milestone_id in {step.id for step in _late_steps(case)}
    }
    since = {t.id: target_behind_from(case.facts, t, case.rules) for t in case.facts.targets if t.id not in late}
    behind = [t for t in case.facts.targets if (day := since.get(t.id)) and day <= case.today]
    return sorted(behind, key=lambda target: (-gap(target, case.today), target.id))


def _unanswered(case: _Case) -> list[date]:
    return sorted(due for due in case.facts.obstacle_due if due < case.today)


def _done_late(case: _Case) -> tuple[int, MilestoneFacts] | None:
    """Return the step done the most days late, with those days; one done within its extended date wasn't late."""
    late = [
        ((step.done_on - due).days, -step.position, step)
        for step in case.facts.milestones
        if step.done_on and step.current_due and step.done_on > step.current_due
        if (due := late_since(step, case.rules))
    ]
    if not late:
        return None
    days, _, step = max(late, key=lambda entry: entry[:2])
    return days, step


def _tags(case: _Case, light: Light | None, moves: int) -> tuple[Tag, ...]:
    standing = {
        Tag.AWAITING_CONFIRMATION: case.turning.complete and light is Light.ON_SCHEDULE,
        Tag.COMPLETION_PENDING: case.facts.completion_pending and light not in (None, Light.CLOSED),
        Tag.MOVED: moves > 0,
        Tag.LATE_BUT_DONE: _done_late(case) is not None,
        Tag.AHEAD: light is Light.ON_SCHEDULE and _is_ahead(case),
    }
    return tuple(tag for tag, stands in standing.items() if stands)


def _is_ahead(case: _Case) -> bool:
    """Say whether every amount still to be reached is as far ahead as `behind_points` would be behind."""
    targets = [t for t in case.facts.targets if t.cumulative and not is_bound(t) and not is_settled(case.facts, t)]
    return bool(targets) and all(-gap(t, case.today) * 100 >= case.rules.behind_points for t in targets)
