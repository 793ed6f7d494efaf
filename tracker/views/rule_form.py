"""The form of a plan's rules: days as people write them, hours, and from when all of it holds."""

import re
from collections.abc import Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from tracker.choices import ApprovalStep, Channel, RhythmKind
from tracker.models import PlanRules
from tracker.reminding.due import Audience
from tracker.reminding.ladder import reminder_rules
from tracker.reminding.naming import channel_name

RHYTHMS = {
    RhythmKind.WEEK: gettext_lazy("每周"),
    RhythmKind.TEN_DAY: gettext_lazy("每旬"),
    RhythmKind.HALF_MONTH: gettext_lazy("每半月"),
    RhythmKind.MONTH: gettext_lazy("每月"),
    RhythmKind.QUARTER: gettext_lazy("每季度"),
}
LAST_DAY = {RhythmKind.WEEK: 7, RhythmKind.TEN_DAY: 11, RhythmKind.HALF_MONTH: 16}
RUNGS = {
    "owner_after": (Audience.OWNER,),
    "head_after": (Audience.HEAD,),
    "leader_after": (Audience.LEADER,),
    "top_after": (Audience.MAIN_LEADER, Audience.OFFICE),
}
APPROVERS = {
    ApprovalStep.HEAD: gettext_lazy("科室负责人"),
    ApprovalStep.LEADER: gettext_lazy("责任领导"),
    ApprovalStep.MAIN_LEADER: gettext_lazy("主要领导"),
    ApprovalStep.OFFICE: gettext_lazy("督查办"),
}
CHAIN = ("first_approver", "second_approver", "third_approver", "last_approver")
KEPT = (
    "rhythm",
    "cutoff_day",
    "cutoff_at",
    "grace_days",
    "sign_off",
    "receipt_days",
    "due_soon_days",
    "behind_points",
    "late_from",
    "closing_evidence",
    "look_back_days",
    "obliged_channels",
    "digest_at",
    "quiet_to",
    "quiet_from",
    "compare_units",
)
"""Settings that stand in the form as the rules keep them."""
LONGEST = 366
OBLIGABLE = (Channel.MAIL, Channel.WECOM_APP, Channel.DINGTALK_APP, Channel.FEISHU_APP, Channel.SMS)


def obligable() -> list[tuple[str, str]]:
    return [(channel.value, channel_name(channel)) for channel in OBLIGABLE]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DaysField(forms.CharField):
    """Days as people list them: 5、1 or 5, 1."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = re.split(r"[、,，\s]+", text.strip()) if text.strip() else []
        if not all(part.isdecimal() and 0 < int(part) <= LONGEST for part in parts):
            raise forms.ValidationError(gettext("请写天数，如“5、1”。"))
        return sorted({int(part) for part in parts}, reverse=True)


class ApproverField(forms.ChoiceField):
    """One place in the extension chain; empty: nobody stands there."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, choices=[("", gettext_lazy("没有")), *APPROVERS.items()])


class RulesForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)
    rhythm = forms.ChoiceField(label=gettext_lazy("多久报一次"), choices=list(RHYTHMS.items()))
    cutoff_day = forms.IntegerField(
        label=gettext_lazy("截止日"),
        min_value=1,
        max_value=31,
        help_text=gettext_lazy("每周填星期几，每旬、半月填第几天，每月、季度填几日"),
    )
    cutoff_at = forms.TimeField(label=gettext_lazy("截止时刻"), widget=TimeInput())
    grace_days = forms.IntegerField(
        label=gettext_lazy("截止后宽限几个工作日"),
        min_value=0,
        max_value=20,
        help_text=gettext_lazy("宽限以内报的不算迟报，0 是不宽限"),
    )
    sign_off = forms.BooleanField(label=gettext_lazy("报送先由科室负责人签发，再到督查办"), required=False)
    due_soon_days = forms.IntegerField(label=gettext_lazy("剩几天算临期"), min_value=0, max_value=60)
    behind_points = forms.IntegerField(label=gettext_lazy("慢多少个百分点算滞后"), min_value=1, max_value=100)
    late_from = forms.ChoiceField(
        label=gettext_lazy("逾期天数从哪天算"),
        choices=[("issued", gettext_lazy("印发的时限")), ("current", gettext_lazy("现行的时限"))],
    )
    receipt_days = forms.IntegerField(label=gettext_lazy("下达后几天内签收"), min_value=1, max_value=60)
    first_approver = ApproverField(gettext_lazy("延期先由谁定"))
    second_approver = ApproverField(gettext_lazy("第二步"))
    third_approver = ApproverField(gettext_lazy("第三步"))
    last_approver = ApproverField(gettext_lazy("第四步"))
    closing_evidence = forms.BooleanField(label=gettext_lazy("申请办结要附佐证材料"), required=False)
    look_back_days = forms.IntegerField(
        label=gettext_lazy("办结几天后回头看"), min_value=0, max_value=LONGEST, help_text=gettext_lazy("0 是不回头看")
    )
    before_days = DaysField(
        label=gettext_lazy("到期前几个工作日提醒责任人"), help_text=gettext_lazy("到期当天总会提醒")
    )
    owner_after = DaysField(label=gettext_lazy("逾期几天提醒责任人"), required=False)
    head_after = DaysField(label=gettext_lazy("逾期几天报科室负责人"), required=False)
    leader_after = DaysField(label=gettext_lazy("逾期几天报责任领导"), required=False)
    top_after = DaysField(label=gettext_lazy("逾期几天报主要领导和督查办"), required=False)
    obliged_channels = forms.MultipleChoiceField(
        label=gettext_lazy("个人不能关的渠道"),
        choices=obligable,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("站内收件箱总会收到，不在此列"),
    )
    compare_units = forms.BooleanField(
        label=gettext_lazy("总览上列出各单位节点按时完成的对比"),
        required=False,
        help_text=gettext_lazy("只比结果，不比填报、登录和点击；旁边写明算法和起止日期"),
    )
    digest_at = forms.TimeField(label=gettext_lazy("每天几点发"), widget=TimeInput())
    quiet_to = forms.TimeField(label=gettext_lazy("几点以前不打扰"), widget=TimeInput())
    quiet_from = forms.TimeField(label=gettext_lazy("几点以后不打扰"), widget=TimeInput())
    valid_from = forms.DateField(
        label=gettext_lazy("从哪天起"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        hours = [said.get(name) for name in ("quiet_to", "digest_at", "quiet_from")]
        if all(hours) and not hours[0] <= hours[1] < hours[2]:  # type: ignore[operator]
            self.add_error("digest_at", gettext("发送时刻要在不打扰的时间以外。"))
        last = LAST_DAY.get(RhythmKind(said["rhythm"]), 31) if said.get("rhythm") else 31
        if said.get("cutoff_day") and said["cutoff_day"] > last:
            self.add_error("cutoff_day", gettext("这个周期里没有这一天，最大是 %(last)d。") % {"last": last})
        if not self.errors and not any(said[name] for name in RUNGS):
            self.add_error("owner_after", gettext("逾期以后至少要提醒一方。"))
        named = chain_of(said)
        if len(set(named)) < len(named):
            self.add_error(CHAIN[0], gettext("同一方只能定一次。"))
        return said

    def settings(self) -> dict[str, Any]:
        """Return what was said as the rules keep it: the rungs as one ladder by days, the steps as one chain."""
        said = {name: self.cleaned_data[name] for name in (*KEPT, "before_days")}
        ladder = ladder_of({name: self.cleaned_data[name] for name in RUNGS})
        return said | {"ladder": ladder, "extension_chain": chain_of(self.cleaned_data)}


def chain_of(said: Mapping[str, Any]) -> list[str]:
    """Return who decides on an extension in the order of the form, places left empty closed up."""
    return [str(said[name]) for name in CHAIN if said.get(name)]


def ladder_of(rungs: Mapping[str, list[int]]) -> list[list[Any]]:
    """Return [days, audiences] pairs by days, as PlanRules.ladder keeps them."""
    days = sorted({day for listed in rungs.values() for day in listed})
    return [
        [day, [audience.value for name, whom in RUNGS.items() if day in rungs[name] for audience in whom]]
        for day in days
    ]


def initial_of(rules: PlanRules, *, valid_from: date) -> dict[str, Any]:
    """Return the form's values for rules that hold; defaults of the rule module stand where the plan says nothing."""
    told = reminder_rules(rules)
    rungs = {
        name: _listed(days for days, audiences in told.ladder if set(whom) & set(audiences))
        for name, whom in RUNGS.items()
    }
    return {
        **{name: getattr(rules, name) for name in KEPT},
        **rungs,
        **dict(zip_longest(CHAIN, rules.extension_chain, fillvalue="")),
        "before_days": _listed(told.before_days),
        "version": rules.version if rules.pk else 0,
        "shown": rules.pk or 0,
        "valid_from": valid_from,
    }


def _listed(days: Any) -> str:
    return "、".join(str(day) for day in sorted(days, reverse=True))
