"""The report form as its component wants it: what is preset, what was typed, what is wrong."""

import secrets
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.formats import localize_input
from django.utils.translation import gettext

from tracker.boards.answering import Answering
from tracker.choices import ReportState
from tracker.forms import ReportForm
from tracker.models import ProgressReport
from tracker.sentences import amount_text, goal_text, state_text
from tracker.turning import MilestoneFacts, TargetFacts


def form_context(
    asked: Answering, form: ReportForm | None, *, token: str, post_url: str, no_change: bool
) -> dict[str, Any]:
    """Return the component's context; `form` is one that came back with errors."""
    typed = form.data if form else _said(asked.own)
    state = typed.get("state", ReportState.ON_PLAN)
    steps = [_step(asked, form, step) for step in asked.steps]
    errors = form.errors if form else {}
    return {
        "item": {
            "id": asked.row.key,
            "light_word": asked.line.light_word,
            "why": asked.line.why,
            "why_url": reverse("tracker:light_rules"),
        },
        "target": f"#{asked.row.key}",
        "post_url": post_url,
        "token": token,
        "seen": asked.seen,
        "states": [{"value": each.value, "label": state_text(each), "checked": each == state} for each in ReportState],
        "no_change": "no_change" in typed or (no_change and form is None),
        "sentence": typed.get("sentence", ""),
        "reason": typed.get("reason", ""),
        "figures": [_figure(asked, form, target) for target in asked.figures],
        "checklists": [_checklist(asked, form, target) for target in asked.checklists],
        "steps": steps,
        "steps_unfolded": any(step["error"] or step["value"] for step in steps),
        "problem": typed.get("problem", ""),
        "next_step": typed.get("next_step", ""),
        "help_needed": typed.get("help_needed", ""),
        "unfolded": any(typed.get(name) for name in ("problem", "next_step", "help_needed")),
        "errors": {name: said[0] for name, said in errors.items()} | {"all": _general(form)},
        "last": _last(asked),
    }


def _said(own: ProgressReport | None) -> dict[str, str]:
    """Return what an unreviewed report says, as its form was filled in."""
    if own is None:
        return {}
    if own.no_change:
        return {"state": own.state, "no_change": "1", "reason": own.sentence}
    return {
        "state": own.state,
        "sentence": own.sentence,
        "problem": own.problems,
        "next_step": own.next_step,
        "help_needed": own.help_needed,
    }


def _figure(asked: Answering, form: ReportForm | None, target: TargetFacts) -> dict[str, Any]:
    name = f"value-{target.id}"
    return {
        "name": name,
        "label": target.name or gettext("指标"),
        "goal": gettext("目标 %(goal)s") % {"goal": goal_text(target.comparison, target.value, target.unit)},
        "value": form.data.get(name) if form else _plain(asked.values.get(target.id)),
        "last": _plain(asked.before.get(target.id)),
        "error": _error(form, name),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else localize_input(value.normalize().__format__("f"))


def _checklist(asked: Answering, form: ReportForm | None, target: TargetFacts) -> dict[str, Any]:
    name = f"ticks-{target.id}"
    ticked = set(form[name].data or ()) if form else {str(item) for item in asked.ticks}
    entries = [
        {"value": item.pk, "label": item.name, "checked": str(item.pk) in ticked} for item in asked.lists[target.id]
    ]
    return {"name": name, "label": target.name or gettext("清单"), "entries": entries}


def _step(asked: Answering, form: ReportForm | None, step: MilestoneFacts) -> dict[str, Any]:
    name = f"mark-{step.id}"
    label = step.text or step.phrase
    marked = asked.marks.get(step.id)
    value = form.data.get(name) if form else marked and marked.isoformat()
    return {"name": name, "label": label[:40], "value": value, "error": _error(form, name)}


def _error(form: ReportForm | None, name: str) -> str:
    return str(next(iter(form.errors.get(name, ())), "")) if form else ""


def _general(form: ReportForm | None) -> str:
    """Return what is wrong with the form as a whole; a lost token counts as that."""
    if form is None:
        return ""
    if {"token", "seen"} & set(form.errors):
        return gettext("这张表单已过期，请再提交一次。")
    return str(next(iter(form.non_field_errors()), ""))


def _last(asked: Answering) -> dict[str, Any] | None:
    last = asked.last
    if last is None:
        return None
    figures = "、".join(
        f"{target.name} {amount_text(asked.before[target.id], target.unit)}"
        for target in asked.figures
        if target.id in asked.before
    )
    return {
        "on": asked.last_on,
        "by": last.author_name,
        "text": last.sentence,
        "figures": figures,
        "review": last.review_state,
        "review_on": asked.review_on,
        "review_note": asked.review.reason if asked.review else "",
    }


def fresh_form(asked: Answering, *, post_url: str, no_change: bool = False) -> dict[str, Any]:
    """Return an untouched form with a token of its own."""
    return form_context(asked, None, token=secrets.token_urlsafe(24), post_url=post_url, no_change=no_change)
