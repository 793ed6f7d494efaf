"""The rows of the item's form in which amounts and lists stand, with the way to them month by month."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseFormSet, BoundField, formset_factory
from django.utils.translation import gettext, gettext_lazy

from projects.choices import Comparison
from projects.drafts import TargetDraft
from projects.editing.curves import MONTHS, NotAWayError, read_curve, typed_curve

PREFIX = "aims"
COMPARISONS = {
    Comparison.AT_LEAST: gettext_lazy("不少于"),
    Comparison.AT_MOST: gettext_lazy("不超过"),
    Comparison.EXACTLY: gettext_lazy("等于"),
}
FAREST = 30
"""How many years ahead a horizon may lie."""

if TYPE_CHECKING:
    FormSet = BaseFormSet[forms.Form]
else:
    FormSet = BaseFormSet


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def number_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, required=False, max_digits=20, decimal_places=4, localize=False, widget=widget, **kwargs
    )


class AimForm(forms.Form):
    """One amount; `by_3` is what is to be there at the end of March, as an amount or with a percent sign."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("指标"), required=False, max_length=300)
    comparison = forms.ChoiceField(label=gettext_lazy("比较"), choices=list(COMPARISONS.items()), required=False)
    value = number_field(gettext_lazy("数值"))
    unit = forms.CharField(label=gettext_lazy("单位"), required=False, max_length=32)
    baseline = number_field(gettext_lazy("基数"), help_text=gettext_lazy("从多少算起，不填从 0 算"))
    cumulative = forms.ChoiceField(
        label=gettext_lazy("算法"),
        choices=[("yes", gettext_lazy("累计")), ("no", gettext_lazy("期末数"))],
        required=False,
    )
    milestone = forms.IntegerField(label=gettext_lazy("属于第几个节点"), required=False, min_value=1)
    start_on = day_field(gettext_lazy("从哪天算起"))
    due_on = day_field(gettext_lazy("到哪天达到"))
    horizon_year = forms.IntegerField(
        label=gettext_lazy("目标年份"), required=False, help_text=gettext_lazy("不在今年达到的，写哪一年")
    )
    items = forms.CharField(
        label=gettext_lazy("清单"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("要逐个打勾的，一行一个"),
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        for month in MONTHS:
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            label = gettext("%(month)d月底") % {"month": month}
            self.fields[f"by_{month}"] = forms.CharField(label=label, required=False, max_length=32, widget=widget)

    @property
    def quarters(self) -> list[tuple[str, list[BoundField]]]:
        names = (gettext("一季度"), gettext("二季度"), gettext("三季度"), gettext("四季度"))
        return [(name, [self[f"by_{at * 3 + n}"] for n in (1, 2, 3)]) for at, name in enumerate(names)]

    @property
    def has_way(self) -> bool:
        """Say whether the months are to be seen: one is filled, or was refused."""
        return any(self[f"by_{month}"].value() or self[f"by_{month}"].errors for month in MONTHS)

    @property
    def has_days(self) -> bool:
        names = ("start_on", "due_on", "horizon_year", "baseline", "items")
        return any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = [line.strip() for line in said.get("items", "").splitlines() if line.strip()]
        said["items"] = names
        if names and said.get("value") is None and not self.errors:
            said["value"] = Decimal(len(names))
        if self.said and said.get("value") is None and "value" not in self.errors:
            self.add_error("value", gettext("请填数值。"))
        self._clean_days(said)
        said["curve"] = () if self.errors else self._curve(said)
        return said

    def _clean_days(self, said: dict[str, Any]) -> None:
        horizon = said.get("horizon_year")
        if horizon is not None and not self.year <= horizon <= self.year + FAREST:
            self.add_error("horizon_year", gettext("目标年份要在今年到三十年以内。"))
        elif horizon is not None and horizon > self.year and not said.get("due_on") and not said.get("milestone"):
            said["due_on"] = date(horizon, 12, 31)
        if said.get("start_on") and said.get("due_on") and said["start_on"] > said["due_on"]:
            self.add_error("start_on", gettext("开始不能在时限之后。"))

    def _curve(self, said: Mapping[str, Any]) -> Any:
        typed = {month: said.get(f"by_{month}", "") for month in MONTHS}
        if not any(typed.values()):
            return ()
        if said["cumulative"] == "no":
            self.add_error("cumulative", gettext("期末数到期才看，不用按月安排；请改成累计，或清空各月的数。"))
            return ()
        if said["comparison"] == Comparison.AT_MOST and (said["baseline"] or said["value"]) <= said["value"]:
            self.add_error("comparison", gettext("上限没有进度可安排；请清空各月的数。"))
            return ()
        try:
            return read_curve(typed, year=self.year, value=said["value"], baseline=said["baseline"])
        except NotAWayError as wrong:
            falls = gettext("不能少于前面月份的数。")
            unread = gettext("请填到月底累计应达到的数，或百分比，不超过目标。")
            self.add_error(f"by_{wrong.month}", falls if wrong.falls else unread)
            return ()

    @property
    def said(self) -> bool:
        months = (f"by_{month}" for month in MONTHS)
        return any(self.cleaned_data.get(name) for name in ("id", "name", "unit", "items", *months)) or (
            self.cleaned_data.get("value") is not None
        )

    def draft(self, steps: int) -> TargetDraft:
        """Return the amount; a step that isn't there is none."""
        said = self.cleaned_data
        place = said["milestone"]
        return TargetDraft(
            name=said["name"],
            value=said["value"],
            unit=said["unit"],
            comparison=Comparison(said["comparison"] or Comparison.AT_LEAST),
            baseline=said["baseline"],
            cumulative=said["cumulative"] != "no",
            milestone=place - 1 if place and place <= steps else None,
            items=tuple(said["items"]),
            start_on=said["start_on"],
            due_on=said["due_on"],
            curve=said["curve"],
            horizon_year=said["horizon_year"],
        )


AimFormSet = formset_factory(AimForm, formset=FormSet, extra=1, can_delete=True)


def aims_form(data: Any = None, initial: Sequence[Mapping[str, Any]] = (), *, year: int) -> Any:
    return AimFormSet(data, initial=list(initial), prefix=PREFIX, form_kwargs={"year": year})


def aim_initial(draft: TargetDraft, number: int | None = None) -> dict[str, Any]:
    months = typed_curve(draft.curve, value=draft.value, baseline=draft.baseline)
    return {
        "id": number,
        "name": draft.name,
        "comparison": draft.comparison,
        "value": format(draft.value.normalize(), "f"),
        "unit": draft.unit,
        "baseline": None if draft.baseline is None else format(draft.baseline.normalize(), "f"),
        "cumulative": "yes" if draft.cumulative else "no",
        "milestone": None if draft.milestone is None else draft.milestone + 1,
        "items": "\n".join(draft.items),
        "start_on": draft.start_on,
        "due_on": draft.due_on,
        "horizon_year": draft.horizon_year,
        **{f"by_{month}": text for month, text in months.items()},
    }
