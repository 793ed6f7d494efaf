"""What a form says: decisions about questions, rows and columns, kept beside what others said meanwhile."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts.conflicts import Conflict
from accounts.entry import PageRequest
from projects.import_views.showing import Notice, number_of
from projects.importing.batches import decide
from projects.importing.decisions import ASK, LEAVE, OWN, TAKE
from projects.importing.offering import is_offered
from projects.importing.page.labels import names_of
from projects.importing.page.laying import Overview
from projects.importing.page.parts import Refused
from projects.importing.questions import SEVERAL, Question
from projects.importing.record import Meanwhile, decided_since, done_since, in_words
from projects.importing.shelf import overview_of
from projects.importing.table_names import SAME
from projects.importing.wording import happening
from projects.models import ImportBatch

BETWEEN_NAMES = re.compile(r"[、，,；;]")


@dataclass(frozen=True, slots=True)
class Said:
    """What was taken from a form; `refused` are days and names typed that mean nothing, by question key."""

    answers: Mapping[str, str]
    refused: Mapping[str, Refused]


@dataclass(frozen=True, slots=True)
class Kept:
    """The batch after deciding, and what is to be known of it.

    `clash` tells at each question what was decided otherwise meanwhile, and stays so.
    """

    batch: ImportBatch
    notice: Notice | None = None
    clash: Mapping[str, Refused] = field(default_factory=dict)

    @property
    def moved(self) -> bool:
        """Tell whether someone else decided something meanwhile."""
        return bool(self.notice or self.clash)

    @property
    def status(self) -> int:
        return 409 if self.clash else 200


def said_in(request: PageRequest, view: Overview) -> Said:
    """Read a form: a typed day or name beats a chosen answer, what nothing asks for is left out.

    A remembered answer that stands as it stood isn't said anew: it stays remembered.
    """
    answers: dict[str, str] = {}
    refused: dict[str, Refused] = {}
    named = names_of(view.prepared.names) if any(name.startswith("who:") for name in request.POST) else {}
    for question in view.prepared.questions:
        value, wrong = typed_answer(request, question, named)
        value = value or request.POST.get(question.key)
        if wrong:
            refused[question.key] = wrong
        elif value is not None and question.admits(value) and not (question.remembered and value == question.chosen):
            answers[question.key] = value
    return Said(answers | dict(_pressed(request, view)), refused)


def typed_answer(
    request: PageRequest, question: Question, named: Mapping[str, str]
) -> tuple[str | None, Refused | None]:
    """Return what was typed at a question, or why that is no answer; `named` tells who goes by which name."""
    name = request.POST.get(f"who:{question.key}", "").strip() if question.others else ""
    day = request.POST.get(f"day:{question.key}", "").strip() if question.other_day else ""
    if name:
        return _named(name, question, named)
    if day and not question.admits(day):
        return None, Refused(day, gettext("“%(day)s”不是一个日期。") % {"day": day})
    return day or None, None


def _named(typed: str, question: Question, named: Mapping[str, str]) -> tuple[str | None, Refused | None]:
    """Return whom typed names mean; a name can't be said to mean itself."""
    several = question.several and typed not in named
    names = [name.strip() for name in BETWEEN_NAMES.split(typed) if name.strip()] if several else [typed]
    values = {name: named.get(name, "") for name in names}
    if f"{SAME}{question.key}" in values.values():
        text = gettext("这里写的就是“%(name)s”。要把它建进名录，请选“新建”。")
        return None, Refused(typed, text % {"name": typed})
    if unknown := [name for name, value in values.items() if not value]:
        return None, Refused(typed, unknown_names(unknown))
    return SEVERAL.join(dict.fromkeys(values.values())), None


def unknown_names(names: Iterable[str]) -> str:
    text = gettext("名录里没有“%(name)s”，这份表里也没有。请从列表里选，或选“新建”。")
    return text % {"name": "”“".join(names)}


def _pressed(request: PageRequest, view: Overview) -> dict[str, str]:
    """Return which rows and columns the pressed button takes or leaves."""
    found = {}
    for pressed in request.POST.getlist("decide"):
        key, _, value = pressed.rpartition("=")
        if is_offered(view.prepared, key) and value in ({ASK} if key.startswith(OWN) else {TAKE, LEAVE}):
            found[key] = value
    return found


def keep(request: PageRequest, batch: ImportBatch, said: Mapping[str, str]) -> Kept:
    """Keep what the reader said; where others were faster, keep both, but never overrule what they decided unseen."""
    seen = number_of(request.POST.get("version"), batch.version)
    try:
        return Kept(decide(batch=batch, decisions=said, by=request.actor, version=seen))
    except Conflict:
        meanwhile = decided_since(batch, seen)
    own = meanwhile.said_here(said)
    clash = meanwhile.clashing(own)
    kept = decide(batch=batch, decisions={key: own[key] for key in own if key not in clash}, by=request.actor)
    if not clash:
        return Kept(kept, _told(request, kept, meanwhile))
    return _overruled(request, kept, meanwhile, own, clash)


def _told(request: PageRequest, batch: ImportBatch, meanwhile: Meanwhile) -> Notice:
    who = {"who": _who(meanwhile), "count": len(meanwhile.after)}
    text = gettext("%(who)s 同时在核对这份表，刚决定了 %(count)s 处，下面已是最新。")
    return Notice(text % who, _lines(batch, meanwhile.after, request))


def _overruled(
    request: PageRequest, batch: ImportBatch, meanwhile: Meanwhile, own: Mapping[str, str], clash: Mapping[str, str]
) -> Kept:
    """Tell what stays as a colleague decided: at its question where there is one, else above the table."""
    text = gettext("%(who)s 刚刚另有决定，您的没有保存；要改请再选一次。") % {"who": _who(meanwhile)}
    theirs = in_words(batch, clash, today=request.today)
    yours = in_words(batch, {key: own[key] for key in clash}, today=request.today)
    line = gettext("%(theirs)s（您选的是 %(yours)s）")
    told = {
        key: (about, line % {"theirs": answer, "yours": chosen})
        for key, (about, answer), (_, chosen) in zip(clash, theirs, yours, strict=True)
    }
    asked = {question.key for question in overview_of(batch, by=request.actor).prepared.questions}
    rest = [
        gettext("%(about)s：%(answer)s") % {"about": told[key][0], "answer": told[key][1]}
        for key in told
        if key not in asked
    ]
    now = gettext("现在是：")
    at = {key: Refused("", f"{text}{now}{said}") for key, (_, said) in told.items() if key in asked}
    return Kept(batch, Notice(text, rest) if rest else None, clash=at)


def _who(meanwhile: Meanwhile) -> str:
    return meanwhile.who or gettext("另一位同事")


def _lines(batch: ImportBatch, decisions: Mapping[str, str], request: PageRequest) -> list[str]:
    return [f"{about}：{answer}" for about, answer in in_words(batch, decisions, today=request.today)]


def since(request: PageRequest, batch: ImportBatch) -> list[str]:
    """Return what was done to the plan since the page was shown, oldest first."""
    mark = number_of(request.POST.get("mark"), 0)
    if not mark:
        return []
    line = gettext("%(when)s %(who)s：%(item)s %(happened)s")
    return [
        line
        % {
            "when": f"{localtime(one.when):%H:%M}",
            "who": one.who,
            "item": one.item,
            "happened": happening(one.happened),
        }
        for one in done_since(batch, mark)
    ]
