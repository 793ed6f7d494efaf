"""Rules in plain words, each with a day, a unit and people of the plan itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from projects.workdays import Workdays
from tracker.choices import ApprovalStep
from tracker.models import PlanRules
from tracker.reminding.due import Audience
from tracker.reminding.naming import audience_name
from tracker.rules import approval_chain

AUDIENCES = {
    ApprovalStep.HEAD: Audience.HEAD,
    ApprovalStep.LEADER: Audience.LEADER,
    ApprovalStep.MAIN_LEADER: Audience.MAIN_LEADER,
    ApprovalStep.OFFICE: Audience.OFFICE,
}


@dataclass(frozen=True, slots=True)
class Case:
    """What the sentences speak of; `number` and `due_on` are of the plan's next step, if there is one."""

    from_on: date
    cutoff_on: date
    unit: str
    number: str
    due_on: date | None
    names: Mapping[Audience, tuple[str, ...]]
    workdays: Workdays

    def day(self, day: date) -> str:
        return day_words(day, year=self.from_on.year)

    def whom(self, audience: Audience) -> str:
        """Name a part with the people who have it now, as far as they are known."""
        names = "、".join(self.names.get(audience, ()))
        return f"{audience_name(audience)}（{names}）" if names else audience_name(audience)


def sayings(rules: PlanRules, case: Case) -> tuple[str, ...]:
    written: tuple[Callable[[PlanRules, Case], str], ...] = (
        _cutoff,
        _sign_off,
        _receipt,
        _extension,
        _closing,
        _look,
        _comparison,
    )
    return tuple(said for write in written if (said := write(rules, case)))


def _cutoff(rules: PlanRules, case: Case) -> str:
    cutoff = f"{case.day(case.cutoff_on)} {rules.cutoff_at:%H:%M}"
    if not rules.grace_days:
        return gettext("%(cutoff)s 截止，过了就记为迟报。") % {"cutoff": cutoff}
    last = case.day(case.workdays.add(case.cutoff_on, rules.grace_days))
    return gettext("%(cutoff)s 截止，%(last)s 以前报的还不算迟报。") % {"cutoff": cutoff, "last": last}


def _sign_off(rules: PlanRules, case: Case) -> str:
    words = {"day": case.day(case.from_on), "unit": case.unit, "head": case.whom(Audience.HEAD)}
    if rules.sign_off:
        return gettext("%(day)s起，%(unit)s报的情况先由%(head)s签发，再到督查办。") % words
    return gettext("%(unit)s报的情况直接到督查办。") % words


def _receipt(rules: PlanRules, case: Case) -> str:
    due_on = case.workdays.on_or_after(case.from_on + timedelta(days=rules.receipt_days))
    return gettext("%(day)s下达的事项，各单位在 %(due)s 以前签收。") % {
        "day": case.day(case.from_on),
        "due": case.day(due_on),
    }


def _extension(rules: PlanRules, case: Case) -> str:
    people = [case.whom(AUDIENCES[step]) for step in approval_chain(rules)]
    words = {"day": case.day(case.from_on), "unit": case.unit, "whom": people[-1]}
    if len(people) == 1:
        return gettext("%(day)s起，%(unit)s的延期申请由%(whom)s决定。") % words
    steps = [gettext("先由%(who)s") % {"who": people[0]}]
    steps += [gettext("再由%(who)s") % {"who": who} for who in people[1:]]
    return gettext("%(day)s起，%(unit)s的延期申请%(steps)s决定。") % {**words, "steps": gettext("、").join(steps)}


def _closing(rules: PlanRules, case: Case) -> str:
    if not rules.closing_evidence:
        return gettext("申请办结不必附佐证材料。")
    if not case.number:
        return gettext("申请办结要附佐证材料。")
    return gettext("第 %(number)s 项申请办结，要附佐证材料。") % {"number": case.number}


def _look(rules: PlanRules, case: Case) -> str:
    days = rules.look_back_days
    if not days:
        return gettext("办结以后不再回头看。")
    if case.due_on is None:
        return ngettext("办结 %(n)d 天后回头看。", "办结 %(n)d 天后回头看。", days) % {"n": days}
    words = {
        "number": case.number,
        "closed": case.day(case.due_on),
        "day": case.day(case.due_on + timedelta(days=days)),
    }
    return gettext("第 %(number)s 项如果 %(closed)s办结，%(day)s回头看。") % words


def _comparison(rules: PlanRules, _case: Case) -> str:
    return gettext("进度总览上列出各单位节点按时完成的对比。") if rules.compare_units else ""
