"""The form of one item: its words, who has a part, its steps and its amounts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext, gettext_lazy

from projects.choices import Comparison, DateKind, InvolvementRole
from projects.drafts import MilestoneDraft, TargetDraft, TaskDraft

ROLE_FIELDS: Mapping[InvolvementRole, str] = {
    InvolvementRole.LEAD: "lead",
    InvolvementRole.SUPPORT: "support",
    InvolvementRole.LEADER: "leaders",
    InvolvementRole.OWNER: "owners",
}
WORDS = ("number", "title", "content", "target_text", "measures", "deadline_text", "contacts", "note")
COMPARISONS = {
    Comparison.AT_LEAST: gettext_lazy("不少于"),
    Comparison.AT_MOST: gettext_lazy("不超过"),
    Comparison.EXACTLY: gettext_lazy("等于"),
}
DATE_KINDS = {
    DateKind.REISSUED: gettext_lazy("重新下达"),
    DateKind.EXTENDED: gettext_lazy("延期"),
    DateKind.CORRECTED: gettext_lazy("更正读法"),
}
ROW_NAMES = {"step": "steps", "aim": "aims"}

if TYPE_CHECKING:
    FormSet = BaseFormSet[forms.Form]
else:
    FormSet = BaseFormSet


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ItemForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    read_text = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    number = forms.CharField(label=gettext_lazy("序号"), max_length=32, required=False)
    category = forms.CharField(
        label=gettext_lazy("板块"),
        required=False,
        widget=_long(2),
        help_text=gettext_lazy("一行一级，从大到小"),
    )
    title = forms.CharField(label=gettext_lazy("事项"), max_length=500)
    content = forms.CharField(label=gettext_lazy("内容"), required=False, widget=_long(4))
    deadline_text = forms.CharField(
        label=gettext_lazy("完成时限"),
        required=False,
        widget=_long(2),
        help_text=gettext_lazy("照文件写，如“3月底前选址，年底前开工”，读成下面的节点"),
    )
    target_text = forms.CharField(label=gettext_lazy("目标"), required=False, widget=_long(2))
    lead = forms.CharField(label=gettext_lazy("牵头单位"), required=False, help_text=gettext_lazy("几个单位用顿号分开"))
    support = forms.CharField(label=gettext_lazy("配合单位"), required=False)
    leaders = forms.CharField(
        label=gettext_lazy("责任领导"), required=False, help_text=gettext_lazy("写岗位，换人以后自动由接任的人负责")
    )
    owners = forms.CharField(label=gettext_lazy("责任人"), required=False)
    measures = forms.CharField(label=gettext_lazy("措施"), required=False, widget=_long(2))
    contacts = forms.CharField(label=gettext_lazy("联系人"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), required=False, widget=_long(2))
    reason = forms.CharField(label=gettext_lazy("改动依据"), max_length=300, required=False)

    def clean_category(self) -> str:
        return "\n".join(line.strip() for line in self.cleaned_data["category"].splitlines() if line.strip())

    def path(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["category"].splitlines())

    def typed_names(self) -> dict[InvolvementRole, str]:
        return {role: self.cleaned_data[name] for role, name in ROLE_FIELDS.items()}


class StepForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("节点"), required=False, max_length=1000)
    phrase = forms.CharField(label=gettext_lazy("原文"), required=False, max_length=200)
    start_on = _day(gettext_lazy("开始"))
    due_on = _day(gettext_lazy("时限"))
    kind = forms.ChoiceField(
        label=gettext_lazy("改期性质"), choices=list(DATE_KINDS.items()), required=False, initial=DateKind.REISSUED
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("start_on") and said.get("due_on") and said["start_on"] > said["due_on"]:
            self.add_error("start_on", gettext("开始不能在时限之后。"))
        return said

    @property
    def said(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("id", "text", "phrase", "due_on", "start_on"))

    def draft(self) -> MilestoneDraft:
        said = self.cleaned_data
        return MilestoneDraft(said["text"], said["phrase"], said["due_on"], said["start_on"])


class AimForm(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("指标"), required=False, max_length=300)
    comparison = forms.ChoiceField(label=gettext_lazy("比较"), choices=list(COMPARISONS.items()), required=False)
    value = forms.DecimalField(label=gettext_lazy("数值"), required=False, max_digits=20, decimal_places=4)
    unit = forms.CharField(label=gettext_lazy("单位"), required=False, max_length=32)
    baseline = forms.DecimalField(label=gettext_lazy("基数"), required=False, max_digits=20, decimal_places=4)
    cumulative = forms.ChoiceField(
        label=gettext_lazy("算法"),
        choices=[("yes", gettext_lazy("累计")), ("no", gettext_lazy("期末数"))],
        required=False,
    )
    milestone = forms.IntegerField(label=gettext_lazy("属于第几个节点"), required=False, min_value=1)
    items = forms.CharField(
        label=gettext_lazy("清单"), required=False, widget=_long(2), help_text=gettext_lazy("要逐个打勾的，一行一个")
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        names = [line.strip() for line in said.get("items", "").splitlines() if line.strip()]
        said["items"] = names
        if names and said.get("value") is None and not self.errors:
            said["value"] = len(names)
        if self.said and said.get("value") is None and "value" not in self.errors:
            self.add_error("value", gettext("请填数值。"))
        return said

    @property
    def said(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("id", "name", "unit", "items")) or (
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
        )


StepFormSet = formset_factory(StepForm, formset=FormSet, extra=1, can_delete=True)
AimFormSet = formset_factory(AimForm, formset=FormSet, extra=1, can_delete=True)


def kept(rows: FormSet) -> Iterator[Any]:
    """Yield the filled rows that aren't to be removed."""
    for row in rows.forms:
        if row.said and not row.cleaned_data.get("DELETE"):  # type: ignore[attr-defined]
            yield row


def step_initial(draft: MilestoneDraft, number: int | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "text": draft.text,
        "phrase": draft.phrase,
        "start_on": draft.start_on,
        "due_on": draft.due_on,
    }


def aim_initial(draft: TargetDraft, number: int | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "name": draft.name,
        "comparison": draft.comparison,
        "value": format(draft.value.normalize(), "f"),
        "unit": draft.unit,
        "baseline": draft.baseline,
        "cumulative": "yes" if draft.cumulative else "no",
        "milestone": None if draft.milestone is None else draft.milestone + 1,
        "items": "\n".join(draft.items),
    }


def words_of(draft: TaskDraft) -> dict[str, Any]:
    """Return a promise as the form has it: its words, headings and names as written."""
    names: dict[str, list[str]] = {name: [] for name in ROLE_FIELDS.values()}
    for party in draft.parties:
        if party.role in ROLE_FIELDS:
            names[ROLE_FIELDS[party.role]].append(party.as_written)
    return {
        **{name: getattr(draft, name) for name in WORDS},
        "category": "\n".join(draft.category),
        **{name: "、".join(dict.fromkeys(written)) for name, written in names.items()},
    }


def steps_form(data: Any = None, initial: Sequence[Mapping[str, Any]] = ()) -> Any:
    return StepFormSet(data, initial=list(initial), prefix=ROW_NAMES["step"])


def aims_form(data: Any = None, initial: Sequence[Mapping[str, Any]] = ()) -> Any:
    return AimFormSet(data, initial=list(initial), prefix=ROW_NAMES["aim"])
