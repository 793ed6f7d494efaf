"""The forms of outlets: fields as the channel asks for them, secrets never shown again."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from accounts.models import Department
from tracker.boards.outlets import occasion_name
from tracker.choices import GroupOccasion, SettledBy
from tracker.models import Outlet
from tracker.reminding.channels.protocol import Channel, Field
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.outlets import USUAL, Told, known_settings

if TYPE_CHECKING:
    DepartmentChoice = forms.ModelChoiceField[Department]
else:
    DepartmentChoice = forms.ModelChoiceField

SETTING = "set_"


class OutletForm(forms.Form):
    """An outlet of one channel; `outlet` is the one that is changed, without it one is added."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.CharField(label=gettext_lazy("名称"), max_length=100)

    def __init__(self, data: Any = None, *, channel: Channel, outlet: Outlet | None = None, units: Any = None) -> None:
        self.channel, self.outlet = channel, outlet
        self.known = known_settings(outlet) if outlet else {}
        super().__init__(data, initial=self._initial())
        if units is not None:
            self.fields["department"] = DepartmentChoice(label=gettext("单位"), queryset=units, empty_label=None)
        for field in channel.fields:
            self.fields[f"{SETTING}{field.name}"] = self._setting(field)
        if channel.kind == "group":
            self.fields["tells"] = forms.MultipleChoiceField(
                label=gettext("哪些事发到群里"),
                choices=[(each.value, occasion_name(each)) for each in GroupOccasion],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=self.outlet.tells if self.outlet else list(USUAL),
            )
        if units is not None:
            self.order_fields(["version", "department", "label"])

    def told(self) -> Told:
        said = self.cleaned_data
        return Told(
            label=said["label"],
            settings={field.name: said[f"{SETTING}{field.name}"].strip() for field in self.channel.fields},
            tells=said.get("tells", ()),
        )

    def refuse(self, problems: dict[str, str]) -> None:
        for name, words in problems.items():
            self.add_error(f"{SETTING}{name}" if f"{SETTING}{name}" in self.fields else None, words)

    def _initial(self) -> dict[str, Any]:
        if self.outlet is None:
            return {}
        shown = {
            f"{SETTING}{field.name}": self.known.get(field.name, "")
            for field in self.channel.fields
            if not field.secret
        }
        return {"version": self.outlet.version, "label": self.outlet.label, **shown}

    def _setting(self, field: Field) -> forms.CharField:
        kept = field.secret and bool(self.known.get(field.name))
        return forms.CharField(
            label=str(field.label),
            max_length=2000,
            required=field.required and not kept,
            help_text=gettext("已填写，不再显示；不改就留空") if kept else "",
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )


class PreferenceForm(forms.Form):
    """One box a channel that may be chosen; what is obliged has none."""

    wanted = forms.MultipleChoiceField(
        choices=[(name, name) for name in CHANNELS], widget=forms.CheckboxSelectMultiple, required=False
    )


class SettleForm(forms.Form):
    how = forms.ChoiceField(
        choices=[
            (SettledBy.TOLD.value, gettext_lazy("已电话或当面告知")),
            (SettledBy.NEEDLESS.value, gettext_lazy("不必再告知")),
        ]
    )
    word = forms.CharField(max_length=500, error_messages={"required": gettext_lazy("请写一句怎样处理的。")})


class AgainForm(forms.Form):
    word = forms.CharField(max_length=500, required=False)
