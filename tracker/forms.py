"""What pages are asked and told: filters, reports, answers, closings and feedback."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext, gettext_lazy, ngettext

from tracker.boards.answering import Answering
from tracker.boards.filters import Filters
from tracker.choices import ReportState
from tracker.reporting import Account
from tracker.turning import MilestoneFacts, TargetFacts


class FilterForm(forms.Form):
    """What the address asks for; nonsense asks for nothing."""

    plan = forms.IntegerField(required=False)
    light = forms.CharField(required=False, max_length=16)
    unit = forms.IntegerField(required=False)
    leader = forms.IntegerField(required=False)
    section = forms.IntegerField(required=False)
    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", required=False)
    q = forms.CharField(required=False, max_length=100)
    changed = forms.CharField(required=False, max_length=16)
    since = forms.DateField(required=False)
    on = forms.DateField(required=False)
    page = forms.IntegerField(required=False, min_value=1)

    def filters(self) -> Filters:
        self.is_valid()
        asked = {name: self.cleaned_data.get(name) for name in Filters.__slots__}
        return Filters(**{name: value for name, value in asked.items() if value is not None})

    def number(self) -> int:
        """Return the page asked for."""
        self.is_valid()
        return self.cleaned_data.get("page") or 1


class ReportForm(forms.Form):
    """A unit's account of one item; its figures, lists and steps are those of the item."""

    token = forms.CharField(max_length=64)
    seen = forms.IntegerField(min_value=0)
    state = forms.ChoiceField(choices=[(state.value, state.value) for state in ReportState])
    no_change = forms.BooleanField(required=False)
    reason = forms.CharField(required=False, max_length=200)
    sentence = forms.CharField(required=False, max_length=200)
    problem = forms.CharField(required=False, max_length=500)
    next_step = forms.CharField(required=False, max_length=500)
    help_needed = forms.CharField(required=False, max_length=500)

    def __init__(self, answering: Answering, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answering = answering
        for target in answering.figures:
            self.fields[f"value-{target.id}"] = forms.DecimalField(required=False, max_digits=20, decimal_places=4)
        for target in answering.checklists:
            items = [(item.pk, item.name) for item in answering.lists[target.id]]
            self.fields[f"ticks-{target.id}"] = forms.TypedMultipleChoiceField(
                required=False, choices=items, coerce=int
            )
        for step in answering.steps:
            self.fields[f"mark-{step.id}"] = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the sentence, or for the reason where nothing changed; then the folded parts aren't looked at."""
        said = super().clean() or {}
        if said.get("no_change"):
            for name in [name for name in self.errors if name not in {"token", "seen", "reason"}]:
                del self.errors[name]
            if not said.get("reason") and "reason" not in self.errors:
                self.add_error("reason", gettext("请写无变化的原因。"))
        elif not said.get("sentence") and "sentence" not in self.errors:
            self.add_error("sentence", gettext("请写一句话，说做到哪一步。"))
        return said

    def account(self) -> Account:
        said = self.cleaned_data
        if said["no_change"]:
            state = ReportState(said.get("state") or ReportState.ON_PLAN)
            return Account(state=state, sentence=said["reason"], no_change=True)
        return Account(
            state=ReportState(said["state"]),
            sentence=said["sentence"],
            problems=said["problem"],
            next_step=said["next_step"],
            help_needed=said["help_needed"],
            values=self._told("value", self.answering.figures),
            ticks=[item for items in self._told("ticks", self.answering.checklists).values() for item in items],
            ticked_targets=[target.id for target in self.answering.checklists],
            marks=self._told("mark", self.answering.steps),
        )

    def _told(self, prefix: str, of: Iterable[TargetFacts] | Iterable[MilestoneFacts]) -> dict[int, Any]:
        """Return what was filled in, by the number of the target or step it belongs to."""
        said = {each.id: self.cleaned_data.get(f"{prefix}-{each.id}") for each in of}
        return {number: value for number, value in said.items() if value is not None}


class AnswerForm(forms.Form):
    """The office's answer to a report, over the version it saw."""

    version = forms.IntegerField(min_value=1)
    comment = forms.CharField(required=False, max_length=500)


class ReturnForm(forms.Form):
    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("请写退回的原因。")})


class ClosingForm(forms.Form):
    """The office closes an item; where something is left open (`left` counts it) it says why all the same."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    on = forms.DateField(
        label=gettext_lazy("办结日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("办结依据"), max_length=500)
    despite = forms.CharField(label=gettext_lazy("为什么没有全部完成也办结"), max_length=500, required=False)

    def __init__(self, *args: Any, today: date, left: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].validators.append(MaxValueValidator(today, gettext_lazy("办结日期不能晚于今天。")))
        if left:
            said = ngettext("还有 %(n)d 处没有完成", "还有 %(n)d 处没有完成", left)
            self.fields["despite"].help_text = said % {"n": left}
        else:
            self.fields["despite"].widget = forms.HiddenInput()


class ReopeningForm(forms.Form):
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("重新打开的原因"), max_length=500)


class FeedbackForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("哪里不好用，希望怎样"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    page = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
