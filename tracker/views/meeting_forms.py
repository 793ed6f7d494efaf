"""The forms of meetings: preparing one, deciding on an item, closing it."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import PostHolding
from projects.models import Plan
from tracker.meetings.running import Chair
from tracker.views.directives import DirectiveForm
from tracker.views.follow_ups import day_input

LONGEST = 5000


class MeetingForm(forms.Form):
    """A meeting's plan, day, name and chair."""

    plan = forms.ChoiceField(label=gettext_lazy("责任分解表"))
    title = forms.CharField(label=gettext_lazy("会议名称"), max_length=100)
    day = forms.DateField(label=gettext_lazy("开会日期"), widget=day_input())
    chair = forms.ChoiceField(label=gettext_lazy("主持人"))

    def __init__(self, *args: Any, plans: list[Plan], holdings: tuple[PostHolding, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.holdings = {str(each.person_id): each for each in holdings}
        self._offer("plan", [(key, plan.title) for key, plan in self.plans.items()])
        self._offer("chair", [(key, f"{each.post.name} {each.person.name}") for key, each in self.holdings.items()])
        if len(plans) == 1:
            self.fields["plan"].initial, self.fields["plan"].widget = str(plans[0].pk), forms.HiddenInput()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def chair_chosen(self) -> Chair:
        holding = self.holdings[self.cleaned_data["chair"]]
        return Chair(holding.person, holding.post.name)

    def plan_chosen(self) -> Plan:
        return self.plans[self.cleaned_data["plan"]]


class DecisionForm(DirectiveForm):
    """What is decided on an item, who carries it out and by when; `seen` is the version of the item on the screen."""

    field_order = ("token", "seen", "text", "department", "due_on", "leader")
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["meeting_on"]
        self.fields["text"].label = gettext_lazy("写下定的事")
        self.fields["text"].error_messages["required"] = gettext_lazy("请写会上定的事。")
        self.fields["text"].widget.attrs["rows"] = 3
        self.fields["department"].label = gettext_lazy("由哪个单位办")
        self.fields["due_on"].label = gettext_lazy("哪天前报结果")
        self.fields["leader"].label = gettext_lazy("谁定的")


class ClosingForm(forms.Form):
    """What the minutes say beside the decisions."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    attendees = forms.CharField(
        label=gettext_lazy("出席"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("选填，写进纪要"),
    )
    remarks = forms.CharField(
        label=gettext_lazy("会议要求"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("选填，一行一段"),
    )
