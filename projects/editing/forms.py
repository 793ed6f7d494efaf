"""The form of one item: its words, who has a part, its steps and its amounts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext, gettext_lazy

from projects.choices import DateKind, InvolvementRole
from projects.drafts import MilestoneDraft, TaskDraft
from projects.editing.aims import FormSet, day_field
from projects.editing.naming import BETWEEN, kept_words

ROLE_FIELDS: Mapping[InvolvementRole, str] = {
    InvolvementRole.LEAD: "lead",
    InvolvementRole.SUPPORT: "support",
    InvolvementRole.LEADER: "leaders",
    InvolvementRole.OWNER: "owners",
}
WORDS = ("number", "title", "content", "target_text", "measures", "deadline_text", "contacts", "note")
DATE_KINDS = {
    DateKind.REISSUED: gettext_lazy("重新下达"),
    DateKind.EXTENDED: gettext_lazy("延期"),
    DateKind.CORRECTED: gettext_lazy("更正"),
}
PREFIX = "steps"


UNITS, POSTS, PEOPLE = "units", "posts", "people"
"""The lists of names that are offered while one types."""


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _named(offered: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": f"names-{offered}", "data-names": "", "autocomplete": "off"})


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
    lead = forms.CharField(
        label=gettext_lazy("牵头单位"),
        required=False,
        help_text=gettext_lazy("几个单位用顿号分开"),
        widget=_named(UNITS),
    )
    support = forms.CharField(
        label=gettext_lazy("配合单位"),
        required=False,
        help_text=gettext_lazy("单位、分组，或照文件写“各有关单位”"),
        widget=_named(UNITS),
    )
    leaders = forms.CharField(
        label=gettext_lazy("责任领导"),
        required=False,
        help_text=gettext_lazy("写岗位，换人以后自动由接任的人负责"),
        widget=_named(POSTS),
    )
    owners = forms.CharField(label=gettext_lazy("责任人"), required=False, widget=_named(PEOPLE))
    measures = forms.CharField(label=gettext_lazy("措施"), required=False, widget=_long(2))
    contacts = forms.CharField(label=gettext_lazy("联系人"), required=False)
    note = forms.CharField(label=gettext_lazy("备注"), required=False, widget=_long(2))
    document = forms.CharField(
        label=gettext_lazy("依据的文件"), max_length=200, required=False, help_text=gettext_lazy("改时限的文号，如有")
    )
    reason = forms.CharField(label=gettext_lazy("改动原因"), max_length=300, required=False)

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
    start_on = day_field(gettext_lazy("开始"))
    due_on = day_field(gettext_lazy("时限"))
    kind = forms.ChoiceField(
        label=gettext_lazy("改期性质"),
        choices=[("", gettext_lazy("改了时限请选")), *DATE_KINDS.items()],
        required=False,
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


StepFormSet = formset_factory(StepForm, formset=FormSet, extra=1, can_delete=True)


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


def words_of(draft: TaskDraft) -> dict[str, Any]:
    """Return a promise as the form has it: its words, headings and names as written."""
    names: dict[str, list[str]] = {name: [] for name in ROLE_FIELDS.values()}
    for party in draft.parties:
        if party.role in ROLE_FIELDS:
            names[ROLE_FIELDS[party.role]].append(party.as_written)
    for role, name in ROLE_FIELDS.items():
        names[name] += kept_words(draft, role)
    return {
        **{name: getattr(draft, name) for name in WORDS},
        "category": "\n".join(draft.category),
        **{name: BETWEEN.join(dict.fromkeys(written)) for name, written in names.items()},
    }


def steps_form(data: Any = None, initial: Sequence[Mapping[str, Any]] = ()) -> Any:
    return StepFormSet(data, initial=list(initial), prefix=PREFIX)
