"""Two sets of rules beside each other, in the words of the form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext

from accounts.models import HistoryEntry
from tracker.models import PlanRules
from tracker.views.rule_form import RulesForm, initial_of

NOT_COMPARED = {"version", "shown", "valid_from"}


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rules as they held from a day on: what was different from before, and who set them last."""

    row: PlanRules
    changes: tuple[Mapping[str, str], ...]
    entry: HistoryEntry | None


def typed_beside(form: RulesForm, current: PlanRules) -> list[dict[str, str]]:
    """Return what stands now beside what was typed, where they differ."""
    now = initial_of(current, valid_from=current.valid_from)
    typed = {name: _typed(form, name, field) for name, field in form.fields.items()}
    return [{"label": label, "now": stands, "typed": said} for label, stands, said in _differing(now, typed)]


def _typed(form: RulesForm, name: str, field: forms.Field) -> Any:
    if isinstance(field, forms.MultipleChoiceField):
        return field.widget.value_from_datadict(form.data, form.files, name)
    return form.data.get(name, "")


def chapters(rows: Sequence[PlanRules]) -> list[Chapter]:
    """Return the rules of a plan from the latest back; the first is compared with the defaults it replaced."""
    entries = _last_entries(rows)
    in_order = sorted(rows, key=lambda row: row.valid_from)
    befores = [PlanRules(), *in_order]
    found = [
        Chapter(row, tuple(_changes(before, row)), entries.get(row.pk))
        for before, row in zip(befores, in_order, strict=False)
    ]
    return found[::-1]


def _changes(before: PlanRules, after: PlanRules) -> Iterable[dict[str, str]]:
    day = date.min
    for label, was, now in _differing(initial_of(before, valid_from=day), initial_of(after, valid_from=day)):
        yield {"label": label, "was": was, "now": now}


def _last_entries(rows: Sequence[PlanRules]) -> dict[int, HistoryEntry]:
    ids = [row.pk for row in rows]
    entries = HistoryEntry.objects.filter(object_type="plan_rules", object_id__in=ids)
    return {entry.object_id: entry for entry in entries.order_by("object_version")}


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    shown = [
        (str(field.label), _word(field, one.get(name)), _word(field, other.get(name)))
        for name, field in RulesForm.base_fields.items()
        if name not in NOT_COMPARED
    ]
    return [line for line in shown if line[1] != line[2]]


def _word(field: forms.Field, value: Any) -> str:
    """Write a value as the form's reader would say it, whether it comes from the rules or from what was typed."""
    if isinstance(field, forms.BooleanField):
        return gettext("是") if value else gettext("否")
    if isinstance(field, forms.MultipleChoiceField):
        names = dict(field.choices)  # type: ignore[arg-type]  # no groups in these
        return gettext("、").join(str(names.get(each, each)) for each in value or ()) or gettext("没有")
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value or "", value))  # type: ignore[arg-type]  # no groups in these
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)
