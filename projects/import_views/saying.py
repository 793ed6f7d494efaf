"""What a form says: decisions about questions, rows and columns, kept beside what others said meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.timezone import localtime
from django.utils.translation import gettext

from accounts.conflicts import Conflict
from accounts.entry import PageRequest
from projects.import_views.showing import Notice, number_of
from projects.importing.batches import decide
from projects.importing.decisions import ASK, FIELD, LEAVE, OWN_DUE, OWN_LEAD, ROW, TAKE
from projects.importing.page.labels import names_of
from projects.importing.page.laying import Overview
from projects.importing.questions import Question
from projects.importing.record import Meanwhile, decided_since, done_since, in_words
from projects.importing.wording import happening
from projects.models import ImportBatch


@dataclass(frozen=True, slots=True)
class Said:
    """What was taken from a form; `unknown` are names typed that nobody in the directory goes by, by question key."""

    answers: Mapping[str, str]
    unknown: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """The batch after deciding; `clash`: something was decided otherwise meanwhile, and stays so."""

    batch: ImportBatch
    notice: Notice | None = None
    clash: bool = False


def said_in(request: PageRequest, view: Overview) -> Said:
    """Read a form: a typed day or name beats a chosen answer, what nothing asks for is left out.

    A remembered answer that stands as it stood isn't said anew: it stays remembered.
    """
    answers: dict[str, str] = {}
    unknown: dict[str, str] = {}
    named = names_of(view.prepared.directory) if any(name.startswith("who:") for name in request.POST) else {}
    for question in view.prepared.questions:
        typed = request.POST.get(f"who:{question.key}", "").strip() if question.others else ""
        value = named.get(typed) if typed else _chosen(request, question)
        if typed and value is None:
            unknown[question.key] = typed
        elif value is not None and question.admits(value) and not (question.remembered and value == question.chosen):
            answers[question.key] = value
    return Said(answers | dict(_pressed(request, view)), unknown)


def _chosen(request: PageRequest, question: Question) -> str | None:
    return request.POST.get(f"day:{question.key}") or request.POST.get(question.key)


def _pressed(request: PageRequest, view: Overview) -> dict[str, str]:
    """Return which rows and columns the pressed button takes or leaves."""
    found = {}
    for pressed in request.POST.getlist("decide"):
        key, _, value = pressed.rpartition("=")
        if key in _offered(view, key) and value in ({ASK} if key.startswith((OWN_DUE, OWN_LEAD)) else {TAKE, LEAVE}):
            found[key] = value
    return found


def _offered(view: Overview, key: str) -> tuple[str, ...]:
    """Return the key where it is of a row or a column that there is."""
    kind, _, rest = key.partition(":")
    number, _, field = rest.partition(":")
    if not number.isdecimal():
        return ()
    if f"{kind}:" in {ROW, OWN_DUE, OWN_LEAD} and int(number) < len(view.prepared.rows):
        return (key,)
    task = view.prepared.tasks.get(int(number))
    return (key,) if f"{kind}:" == FIELD and field and task else ()


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
    return Kept(kept, _told(request, kept, meanwhile, own, clash), clash=bool(clash))


def _told(
    request: PageRequest,
    batch: ImportBatch,
    meanwhile: Meanwhile,
    own: Mapping[str, str],
    clash: Mapping[str, str],
) -> Notice:
    who = {"who": meanwhile.who or gettext("另一位同事"), "count": len(meanwhile.after)}
    if not clash:
        text = gettext("%(who)s 同时在核对这份表，刚决定了 %(count)s 处，下面已是最新。")
        return Notice(text % who, _lines(batch, meanwhile.after, request))
    text = gettext("%(who)s 刚刚另有决定，您的没有保存；要改请再选一次。")
    theirs = dict(in_words(batch, clash, today=request.today))
    yours = dict(in_words(batch, {key: own[key] for key in clash}, today=request.today))
    line = gettext("%(about)s：%(theirs)s（您选的是 %(yours)s）")
    return Notice(
        text % who,
        [line % {"about": about, "theirs": answer, "yours": yours.get(about, "")} for about, answer in theirs.items()],
    )


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
