"""The report form as its component wants it: what is preset, what was typed, what is wrong, what is asked."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from django.core import signing
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.formats import localize_input
from django.utils.timezone import localtime
from django.utils.translation import gettext

from tracker.boards.answering import Answering
from tracker.choices import ReportState
from tracker.doubt_words import field_of, question
from tracker.doubts import Doubt
from tracker.forms import ReportForm
from tracker.models import ProgressReport
from tracker.sentences import amount_text, goal_text, state_text
from tracker.turning import MilestoneFacts, TargetFacts

UNKEPT = frozenset({"csrfmiddlewaretoken", "token", "seen", "act", "sure", "asked", "author", "kept", "evidence"})
"""Fields that aren't what somebody typed."""
AUTHOR = "report.author"

Typed = Mapping[str, Any]


def content_of(data: MultiValueDict[str, Any]) -> dict[str, Any]:
    """Return what was typed, as a draft keeps it."""
    return {
        name: [str(value) for value in data.getlist(name)] if name.startswith("ticks-") else str(data.get(name, ""))
        for name in data
        if name not in UNKEPT
    }


def typed_of(content: Typed) -> MultiValueDict[str, Any]:
    """Return a draft as a form would send it."""
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in content.items()})


def form_context(
    asked: Answering,
    form: ReportForm | None,
    *,
    user_id: int,
    token: str,
    post_url: str,
    no_change: bool,
    questions: Collection[Doubt] = (),
    refused: Collection[str] = (),
    picked: Collection[int] | None = None,
) -> dict[str, Any]:
    """Return the component's context for who fills it in (`user_id`); `form` is one that came back.

    `questions` are what contradicts what is known, `refused` sentences about files, `picked` the files kept so far that
    are to go with the report (None: all of them).
    """
    data = _data(asked, form)
    typed: Typed = _said(asked.own or asked.returned) if data is None else data
    state = typed.get("state", ReportState.ON_PLAN)
    asks = _questions(asked, questions)
    steps = [_step(asked, form, data, asks, step) for step in asked.steps]
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
        "draft_url": _draft_url(post_url),
        "draft_at": localtime(asked.draft.saved_at).strftime("%H:%M") if asked.draft else "",
        "author": author_mark(user_id),
        "token": token,
        "seen": asked.seen,
        "states": [{"value": each.value, "label": state_text(each), "checked": each == state} for each in ReportState],
        "no_change": bool(typed.get("no_change")) or (no_change and data is None),
        "sentence": typed.get("sentence", ""),
        "reason": typed.get("reason", ""),
        "figures": [_figure(asked, form, data, asks, target) for target in asked.figures],
        "checklists": [_checklist(asked, data, asks, target) for target in asked.checklists],
        "steps": steps,
        "steps_unfolded": any(step["error"] or step["value"] for step in steps),
        "problem": typed.get("problem", ""),
        "next_step": typed.get("next_step", ""),
        "help_needed": typed.get("help_needed", ""),
        "unfolded": any(typed.get(name) for name in ("problem", "next_step", "help_needed")),
        "errors": {name: said[0] for name, said in errors.items()} | {"all": _general(form)},
        "asks": asks.get("", ()),
        "asked": [doubt.key for doubt in questions],
        "refused": refused,
        "kept": [{"id": row.pk, "name": row.name, "picked": picked is None or row.pk in picked} for row in asked.kept],
        "theirs": asked.newest if form is None and asked.overtaken else None,
        "last": _last(asked),
    }


def author_mark(user_id: int) -> str:
    """Return a mark of who is typing, which nobody else can make."""
    return signing.dumps(user_id, salt=AUTHOR)


def _data(asked: Answering, form: ReportForm | None) -> MultiValueDict[str, Any] | None:
    """Return what was typed: into a form that came back, else into the draft."""
    if form is not None:
        return cast("MultiValueDict[str, Any]", form.data)
    return typed_of(asked.draft.content) if asked.draft else None


def _draft_url(post_url: str) -> str:
    path, _, query = post_url.partition("?")
    return f"{path}draft/?{query}" if query else f"{path}draft/"


def _said(own: ProgressReport | None) -> dict[str, str]:
    """Return what an unreviewed or returned report says, as its form was filled in."""
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


def _questions(asked: Answering, questions: Iterable[Doubt]) -> dict[str, list[str]]:
    """Return the questions by the field they stand at; those about the whole item by an empty name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    units = {target.id: target.unit for target in asked.line.facts.targets}
    for doubt in questions:
        found[field_of(doubt, lists=asked.lists)].append(question(doubt, unit=units.get(doubt.subject, "")))
    return dict(found)


def _figure(
    asked: Answering,
    form: ReportForm | None,
    data: MultiValueDict[str, Any] | None,
    asks: Mapping[str, list[str]],
    target: TargetFacts,
) -> dict[str, Any]:
    name = f"value-{target.id}"
    preset = _plain(asked.values.get(target.id))
    return {
        "name": name,
        "label": target.name or gettext("指标"),
        "goal": gettext("目标 %(goal)s") % {"goal": goal_text(target.comparison, target.value, target.unit)},
        "value": preset if data is None or (form is None and name not in data) else data.get(name),
        "last": _plain(asked.before.get(target.id)),
        "error": _error(form, name),
        "asks": asks.get(name, ()),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else localize_input(value.normalize().__format__("f"))


def _checklist(
    asked: Answering, data: MultiValueDict[str, Any] | None, asks: Mapping[str, list[str]], target: TargetFacts
) -> dict[str, Any]:
    name = f"ticks-{target.id}"
    ticked = {str(item) for item in asked.ticks} if data is None else {str(value) for value in data.getlist(name)}
    entries = [
        {"value": item.pk, "label": item.name, "checked": str(item.pk) in ticked} for item in asked.lists[target.id]
    ]
    return {"name": name, "label": target.name or gettext("清单"), "entries": entries, "asks": asks.get(name, ())}


def _step(
    asked: Answering,
    form: ReportForm | None,
    data: MultiValueDict[str, Any] | None,
    asks: Mapping[str, list[str]],
    step: MilestoneFacts,
) -> dict[str, Any]:
    name = f"mark-{step.id}"
    marked = asked.marks.get(step.id)
    value = (marked and marked.isoformat()) if data is None else data.get(name)
    label = (step.text or step.phrase)[:40]
    return {"name": name, "label": label, "value": value, "error": _error(form, name), "asks": asks.get(name, ())}


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
        "returned": asked.returned is not None,
        "review_on": asked.review_on,
        "review_note": asked.review.reason if asked.review else "",
    }


def fresh_form(asked: Answering, *, user_id: int, post_url: str) -> dict[str, Any]:
    """Return a form with a token of its own, untouched or with what was begun."""
    token = secrets.token_urlsafe(24)
    return form_context(asked, None, user_id=user_id, token=token, post_url=post_url, no_change=False)
