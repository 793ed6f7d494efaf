"""One row of the whole sheet as it is filled in: what was typed, what is preset, what is wrong."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.formats import localize_input
from django.utils.translation import gettext

from tracker.boards.answering import Answering
from tracker.boards.grid import GridRow
from tracker.choices import DraftSource, ReportState
from tracker.doubt_words import field_of, question
from tracker.doubts import Doubt
from tracker.draft_rows import Begun
from tracker.forms import ReportForm
from tracker.models import ProgressReport
from tracker.reporting import Account
from tracker.sentences import goal_text, state_text
from tracker.turning import MilestoneFacts, TargetFacts

Typed = Mapping[str, list[str]]
"""What a row's fields hold, by the names that the report's own form gives them."""

WORDS = ("sentence", "problem", "next_step", "help_needed")
_FIELD = re.compile(r"r(\d{1,18})-([a-z_]+(?:-\d{1,18})?)")


@dataclass(slots=True)
class Entry:
    """A row with what was typed; after a submit also what became of it."""

    row: GridRow
    typed: Typed
    seen: int
    form: ReportForm | None = None
    theirs: ProgressReport | None = None
    report: ProgressReport | None = None
    refused: str = ""
    picked: bool = False
    doubts: tuple[Doubt, ...] = ()
    confirmed: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        return self.row.owed.pk

    @property
    def stays(self) -> bool:
        """Say whether it was sent and not taken."""
        return bool(self.refused or self.theirs or self.doubts or (self.form and self.form.errors))

    @property
    def touched(self) -> bool:
        return is_touched(self.row.asked, self.typed, self.seen)

    def doubted(self, account: Account) -> bool:
        """Note what contradicts what is known, and what of it was confirmed in this row; say whether any is left."""
        sure, found = set(one(self.typed, "sure").split()), self.row.asked.doubts(account)
        self.doubts = tuple(doubt for doubt in found if doubt.key not in sure)
        self.confirmed = tuple(doubt.key for doubt in found if doubt.key in sure)
        return bool(self.doubts)

    @property
    def questions(self) -> list[str]:
        return [_question(self.row.asked, doubt) for doubt in self.doubts]

    @property
    def begun(self) -> Begun:
        return Begun(self.row.owed, content_of(self.typed), self.seen)


def typed_rows(post: QueryDict) -> dict[int, dict[str, list[str]]]:
    """Sort a page's fields by row."""
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    for name in post:
        if match := _FIELD.fullmatch(name):
            found[int(match[1])][match[2]] = post.getlist(name)
    return found


def entry_of(row: GridRow, typed: Typed) -> Entry:
    """Return a row as it came in; whoever ticked that another's report was seen has seen it."""
    seen_too = one(typed, "seen_too")
    seen = seen_too if seen_too.isdecimal() else one(typed, "seen")
    return Entry(row, typed, int(seen) if seen.isdecimal() else 0)


def fresh_entry(row: GridRow) -> Entry:
    """Return a row as it is shown first: preset, or with what was begun; what came in since stands beside it."""
    asked, draft = row.asked, row.draft
    if draft is None:
        return Entry(row, {}, asked.seen)
    entry = Entry(row, typed_of(draft.content), draft.seen)
    if draft.seen != asked.seen:
        entry.theirs = asked.newest
    if draft.source == DraftSource.SHEET:
        entry.form = form_of(entry, "sheet")
        if entry.form.is_valid():
            entry.doubted(entry.form.account())
    return entry


def one(typed: Typed, name: str) -> str:
    return next(iter(typed.get(name, ())), "")


def is_touched(asked: Answering, typed: Typed, seen: int) -> bool:
    """Say whether anything was said; figures that only differ because another report came in say nothing."""
    if any(one(typed, name).strip() for name in WORDS) or one(typed, "no_change"):
        return True
    if any(one(typed, f"mark-{step.id}") != _day(asked, step) for step in asked.steps if f"mark-{step.id}" in typed):
        return True
    if one(typed, "state") not in {"", ReportState.ON_PLAN}:
        return True
    return seen == asked.seen and (_figures_differ(asked, typed) or _ticks_differ(asked, typed))


def _figures_differ(asked: Answering, typed: Typed) -> bool:
    names = {f"value-{target.id}": plain(asked.values.get(target.id)) for target in asked.figures}
    return any(one(typed, name).strip() != was for name, was in names.items() if name in typed)


def _ticks_differ(asked: Answering, typed: Typed) -> bool:
    """Compare the lists that stand in the row; a list with no tick left sends nothing but its mark."""
    for target in asked.checklists:
        name = f"ticks-{target.id}"
        if name in typed or f"list-{target.id}" in typed:
            was = {str(item.pk) for item in asked.lists[target.id] if item.pk in asked.ticks}
            if set(typed.get(name, ())) != was:
                return True
    return False


def content_of(typed: Typed) -> dict[str, Any]:
    """Return what a draft keeps: the fields of the report's own form, in which a reason has a field of its own."""
    kept: dict[str, Any] = {
        name: list(values) if name.startswith("ticks-") else next(iter(values), "")
        for name, values in typed.items()
        if name not in {"seen", "seen_too", "sure"} and not name.startswith("list-")
    }
    if kept.get("no_change"):
        kept["reason"] = kept.pop("sentence", "")
    return kept


def typed_of(content: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a draft as the row's fields: one line holds the sentence or, with no change, the reason."""
    typed = {
        name: [str(each) for each in value] if isinstance(value, list) else [str(value)]
        for name, value in content.items()
        if value is not None and name not in {"token", "seen"}
    }
    reason = typed.pop("reason", [])
    if one(typed, "no_change") and reason:
        typed["sentence"] = reason
    return typed


def form_of(entry: Entry, token: str) -> ReportForm:
    """Return the report's own form over what was typed."""
    said = content_of(entry.typed)
    lists = {name: value if isinstance(value, list) else [value] for name, value in said.items()}
    data = {"state": [ReportState.ON_PLAN.value], **lists, "token": [token], "seen": [str(entry.seen)]}
    return ReportForm(entry.row.asked, MultiValueDict(data))


def plain(value: Decimal | None) -> str:
    """Write a figure as its field holds it."""
    return "" if value is None else str(localize_input(format(value.normalize(), "f")))


def _day(asked: Answering, step: MilestoneFacts) -> str:
    marked = asked.marks.get(step.id)
    return marked.isoformat() if marked else ""


def row_context(entry: Entry, refusals: Mapping[str, str]) -> dict[str, Any]:
    """Return one row as the template draws it."""
    asked, typed = entry.row.asked, entry.typed
    state = one(typed, "state") or ReportState.ON_PLAN
    errors = {name: str(said[0]) for name, said in entry.form.errors.items()} if entry.form else {}
    draft = entry.row.draft
    return {
        "id": entry.id,
        "prefix": f"r{entry.id}-",
        "line": asked.line,
        "owed_line": entry.row.owed_line,
        "several_units": asked.department,
        "seen": entry.seen,
        "states": [{"value": each.value, "label": state_text(each), "chosen": each == state} for each in ReportState],
        "no_change": bool(one(typed, "no_change")),
        **{name: one(typed, name) for name in WORDS},
        "unfolded": any(one(typed, name) for name in WORDS[1:]),
        "figures": [_figure(asked, typed, target, errors) for target in asked.figures],
        "lists": [_list(asked, typed, target) for target in asked.checklists],
        "steps": [_step(asked, typed, step, errors) for step in asked.steps],
        "steps_unfolded": any(one(typed, f"mark-{step.id}") for step in asked.steps),
        "last": asked.last,
        "last_on": asked.last_on,
        "error": errors.get("sentence") or errors.get("reason") or errors.get("state") or errors.get("__all__", ""),
        "wrong": bool(errors),
        "refused": refusals.get(entry.refused, ""),
        "theirs": entry.theirs,
        "from_sheet": draft is not None and draft.source == DraftSource.SHEET,
        "draft": draft,
        "picked": entry.picked,
        "questions": entry.questions,
        "sure": " ".join((*entry.confirmed, *(doubt.key for doubt in entry.doubts))),
        "report": entry.report,
    }


def _question(asked: Answering, doubt: Doubt) -> str:
    """Write what is asked, with the name of the figure or step it is about."""
    names = {f"value-{target.id}": target.name for target in asked.line.targets}
    names |= {f"ticks-{target.id}": target.name for target in asked.line.targets}
    names |= {f"mark-{step.id}": step.text or step.phrase for step in asked.steps}
    units = {target.id: target.unit for target in asked.line.targets}
    said = question(doubt, unit=units.get(doubt.subject, ""))
    name = names.get(field_of(doubt, lists=asked.lists))
    return gettext("%(field)s：%(what)s") % {"field": name, "what": said} if name else said


def _figure(asked: Answering, typed: Typed, target: TargetFacts, errors: Mapping[str, str]) -> dict[str, Any]:
    name = f"value-{target.id}"
    return {
        "name": name,
        "label": target.name,
        "goal": goal_text(target.comparison, target.value, target.unit),
        "value": one(typed, name) if name in typed else plain(asked.values.get(target.id)),
        "last": plain(asked.before.get(target.id)),
        "error": errors.get(name, ""),
    }


def _list(asked: Answering, typed: Typed, target: TargetFacts) -> dict[str, Any]:
    name, items = f"ticks-{target.id}", asked.lists[target.id]
    given = name in typed or f"list-{target.id}" in typed
    ticked: Collection[str] = typed.get(name, ()) if given else {str(item) for item in asked.ticks}
    return {
        "name": name,
        "mark": f"list-{target.id}",
        "label": target.name,
        "entries": [{"value": item.pk, "label": item.name, "ticked": str(item.pk) in ticked} for item in items],
    }


def _step(asked: Answering, typed: Typed, step: MilestoneFacts, errors: Mapping[str, str]) -> dict[str, Any]:
    name = f"mark-{step.id}"
    return {
        "name": name,
        "label": (step.text or step.phrase)[:40],
        "value": one(typed, name) if name in typed else _day(asked, step),
        "error": errors.get(name, ""),
    }
