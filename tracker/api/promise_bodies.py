"""What is sent of the promise: an item with its steps and amounts, the same members as the item's form has."""

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.choices import pairs
from projects.choices import Comparison, DateKind
from projects.editing.aims import COMPARISONS
from projects.editing.forms import DATE_KINDS
from tracker.api.fields import Amount, Body, Day, Flag, OneOf, Said, Text, Whole

LONG = 20_000
"""Characters of a text that has no limit of its own on the page."""
MOST = 200
"""Steps, amounts and names of one item."""

KINDS = [(kind, label) for kind, label in pairs(DateKind) if kind in DATE_KINDS]


def _names() -> serializers.ListField:
    return serializers.ListField(child=Said(max_length=100), required=False, max_length=MOST)


class StepBody(Body):
    """A step; of what isn't said nothing changes."""

    text = Text(max_length=1000, required=False, allow_blank=True)
    phrase = Text(max_length=200, required=False, allow_blank=True, help_text=gettext_lazy("原文里的期限"))
    start_on = Day(required=False, allow_null=True)
    due_on = Day(required=False)
    kind = OneOf(KINDS, required=False, help_text=gettext_lazy("改了已有的时限时要写：重新下达、延期，还是更正"))


class NestedStep(StepBody):
    id = Whole(required=False, help_text=gettext_lazy("已有节点的 id；没有写的是新节点"))


class MonthBody(Body):
    month = Whole(min_value=1, max_value=12)
    by = Said(max_length=32, help_text=gettext_lazy("到月底累计应达到的数，或百分比，如 50%"))


class AimBody(Body):
    """An amount or a list; of what isn't said nothing changes."""

    name = Text(max_length=300, required=False, allow_blank=True)
    comparison = OneOf([(kind, label) for kind, label in pairs(Comparison) if kind in COMPARISONS], required=False)
    value = Amount(required=False, help_text=gettext_lazy("写了清单就可以不写"))
    unit = Text(max_length=32, required=False, allow_blank=True)
    baseline = Amount(required=False, allow_null=True, help_text=gettext_lazy("从多少算起，不填从 0 算"))
    cumulative = Flag(required=False)
    start_on = Day(required=False, allow_null=True)
    due_on = Day(required=False, allow_null=True)
    horizon_year = Whole(required=False, allow_null=True, min_value=1990, max_value=2200)
    items = serializers.ListField(
        child=Said(max_length=300), required=False, max_length=2000, help_text=gettext_lazy("要逐个打勾的，一行一个")
    )
    months = serializers.ListField(child=MonthBody(), required=False, max_length=12)


class NestedAim(AimBody):
    id = Whole(required=False, help_text=gettext_lazy("已有指标的 id；没有写的是新指标"))
    step = Whole(required=False, allow_null=True, min_value=1, max_value=MOST, help_text=gettext_lazy("属于第几个节点"))


class OwnAim(AimBody):
    milestone = Whole(required=False, allow_null=True, help_text=gettext_lazy("属于哪个节点"))


class PromiseBody(Body):
    """The words of an item and who has a part in it."""

    number = Text(max_length=32, required=False, allow_blank=True)
    category = serializers.ListField(
        child=Said(max_length=500), required=False, max_length=8, help_text=gettext_lazy("板块，从大到小；没有的就新建")
    )
    content = Text(max_length=LONG, required=False, allow_blank=True)
    deadline_text = Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        help_text=gettext_lazy("没有写 milestones 和 targets 时，按文字读成节点和指标；有疑问就退回"),
    )
    target_text = Text(max_length=LONG, required=False, allow_blank=True)
    measures = Text(max_length=LONG, required=False, allow_blank=True)
    contacts = Text(max_length=LONG, required=False, allow_blank=True)
    note = Text(max_length=LONG, required=False, allow_blank=True)
    lead = _names()
    support = _names()
    leaders = _names()
    owners = _names()
    meanings = serializers.DictField(
        child=Text(max_length=100),
        required=False,
        help_text=gettext_lazy("名册里没有的名称指谁：键和可以写的值，在 unknown_names 的 errors 里"),
    )
    milestones = serializers.ListField(child=NestedStep(), required=False, max_length=MOST)
    targets = serializers.ListField(child=NestedAim(), required=False, max_length=MOST)


class TaskBody(PromiseBody):
    plan = Whole()
    title = Said(max_length=500)


class GroundsBody(Body):
    """On what a change rests."""

    document = Text(max_length=200, required=False, allow_blank=True, help_text=gettext_lazy("改时限的文号，如有"))
    reason = Text(max_length=300, required=False, allow_blank=True, help_text=gettext_lazy("改动原因"))


class TaskChange(PromiseBody, GroundsBody):
    """A change of an item; a list of steps or amounts is the whole new list."""

    title = Said(max_length=500, required=False)
    kind = OneOf(KINDS, required=False, help_text=gettext_lazy("按文字读出的时限与原来不同时，是什么性质"))


class MilestoneBody(StepBody, GroundsBody):
    text = Said(max_length=1000)
    kind = None  # type: ignore[assignment]  # a first date is no change of one


class MilestoneChange(StepBody, GroundsBody):
    done_on = Day(required=False, allow_null=True, help_text=gettext_lazy("完成的日期；null 是还没有完成"))


class TargetBody(OwnAim, GroundsBody):
    name = Said(max_length=300)


class TargetChange(OwnAim, GroundsBody):
    pass
