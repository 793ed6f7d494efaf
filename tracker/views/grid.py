"""A unit's whole month on one sheet: every owed item a row, handed in together, what can't be taken stays with its reason."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entry import PageRequest, page
from tracker.boards.grid import GoneRow, grid_head, named_rows
from tracker.boards.grid import grid as read_grid
from tracker.choices import DraftSource
from tracker.draft_rows import drop_drafts, keep_drafts
from tracker.forms import FilterForm
from tracker.handing_in import Filled, hand_in
from tracker.reporting import Account, Submission
from tracker.views.grid_form import (
    Entry,
    Typed,
    entry_of,
    form_of,
    fresh_entry,
    one,
    row_context,
    typed_rows,
)

LONGEST_TOKEN = 40
MOST_NAMED = 8
"""Rows that a message names by their numbers; more are counted."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as it was sent: its rows in order, and what to do with them."""

    ids: tuple[int, ...]
    typed: dict[int, dict[str, list[str]]]
    picked: frozenset[int]
    act: str
    token: str

    @classmethod
    def of(cls, post: QueryDict) -> "Sheet":
        token = post.get("token", "")
        return cls(
            ids=tuple(dict.fromkeys(_numbers(post.getlist("row")))),
            typed=typed_rows(post),
            picked=frozenset(_numbers(post.getlist("pick"))),
            act=post.get("act", "filled"),
            token=token if 0 < len(token) <= LONGEST_TOKEN else secrets.token_urlsafe(24),
        )


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int(text) for text in texts if text.isdecimal() and len(text) <= 18]


@page
@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: PageRequest) -> HttpResponse:
    if request.method == "POST":
        return _sent(request, Sheet.of(request.POST))
    number = FilterForm(request.GET).number()
    view = read_grid(request.reach, number=number, today=request.today)
    entries = [fresh_entry(row) for row in view.rows]
    context = {"head": view.head, "page": view.page, "number": view.page.number}
    return _page(request, entries, (), token=secrets.token_urlsafe(24), context=context)


@page
@require_POST
def grid_draft(request: PageRequest) -> HttpResponse:
    """Keep what was typed so far; the page stays where it is."""
    entries, _, _ = _read(request, Sheet.of(request.POST))
    kept = _keep(request, [entry for entry in entries if not _handed_in_since(request, entry)])
    return JsonResponse({"kept": kept, "at": localtime(request.now).strftime("%H:%M")})


def _handed_in_since(request: PageRequest, entry: Entry) -> bool:
    """Say whether this very person reported the row after the page was made: then the draft comes too late."""
    newest = entry.row.asked.newest
    return newest is not None and newest.pk != entry.seen and newest.user_id == request.user.pk


def _read(request: PageRequest, sheet: Sheet) -> tuple[list[Entry], tuple[GoneRow, ...], Mapping[int, Typed]]:
    """Return the rows that may be reported on, those that may not any more, and what was typed for these."""
    rows, gone, foreign = named_rows(request.reach, sheet.ids, today=request.today)
    if foreign:
        raise Http404
    entries = [entry_of(row, sheet.typed.get(row.owed.pk, {})) for row in rows]
    for entry in entries:
        entry.picked = entry.id in sheet.picked
    lost = {row.owed.pk: sheet.typed.get(row.owed.pk, {}) for row in gone}
    return entries, gone, lost


def _keep(request: PageRequest, entries: Sequence[Entry]) -> int:
    begun = [entry.begun for entry in entries if entry.touched]
    keep_drafts(rows=begun, source=DraftSource.TYPED, by=request.actor, now=request.now)
    return len(begun)


def _sent(request: PageRequest, sheet: Sheet) -> HttpResponse:
    entries, gone, lost = _read(request, sheet)
    if sheet.act == "draft":
        return _kept(request, entries)
    if sheet.act == "clear":
        return _cleared(request, entries)
    wanted = [entry for entry in entries if entry.touched and (sheet.act != "picked" or entry.picked)]
    said = [row for row in gone if one(lost[row.owed.pk], "sentence").strip()]
    if not wanted and not said:
        messages.warning(request, gettext("还没有写好的行。写一句话进展，或勾“无变化”写原因，再提交。"))
        return _back(request)
    _hand_in(request, wanted, sheet.token)
    _keep(request, [entry for entry in entries if entry.report is None])
    _tell(request, wanted)
    if not any(entry.stays for entry in wanted) and not said:
        return _back(request)
    only_conflicts = all(entry.theirs for entry in wanted if entry.stays) and not said
    status = 409 if only_conflicts else 422
    gone_rows = [
        {"owed": row.owed, "reason": _refusals()[row.reason], "typed": one(lost[row.owed.pk], "sentence")}
        for row in said
    ]
    return _page(request, entries, gone_rows, token=sheet.token, context={}, status=status)


def _hand_in(request: PageRequest, wanted: Sequence[Entry], token: str) -> None:
    """Hand in what is complete, in one transaction, and note on each row what became of it."""
    by_token, rows = {}, []
    for entry in wanted:
        own = f"{token}.{entry.id}"
        form = entry.form = form_of(entry, own)
        if form.is_valid() and not entry.doubted(form.account()):
            by_token[own] = entry
            rows.append(Filled(_submission(request, entry, form.account(), own), entry.seen))
    done = hand_in(rows=rows, by=request.actor, now=request.now)
    for own, entry in by_token.items():
        entry.report = done.reports.get(own)
        entry.theirs = done.conflicts.get(own)
        entry.refused = done.refused.get(own, "")


def _submission(request: PageRequest, entry: Entry, account: Account, token: str) -> Submission:
    asked = entry.row.asked
    return Submission(
        task=asked.line.task,
        department=asked.department,
        reporting_round=asked.round,
        account=account,
        person=request.user.person,
        token=token,
        confirmed=sorted(entry.confirmed),
    )


def _tell(request: PageRequest, wanted: Sequence[Entry]) -> None:
    """Say which rows were taken and which were not."""
    taken = [entry for entry in wanted if entry.report]
    stay = [entry for entry in wanted if not entry.report]
    if taken:
        said = ngettext("已报送 %(n)d 项：%(which)s。", "已报送 %(n)d 项：%(which)s。", len(taken))
        messages.success(request, said % {"n": len(taken), "which": _named(taken)})
    if stay:
        said = ngettext(
            "%(n)d 项没有提交：%(which)s。写的内容都在，原因见各行。",
            "%(n)d 项没有提交：%(which)s。写的内容都在，原因见各行。",
            len(stay),
        )
        messages.error(request, said % {"n": len(stay), "which": _named(stay)})


def _named(entries: Sequence[Entry]) -> str:
    names = [gettext("第 %(number)s 项") % {"number": entry.row.asked.line.task.number} for entry in entries]
    return "、".join(names[:MOST_NAMED]) + ("……" if len(names) > MOST_NAMED else "")


def _kept(request: PageRequest, entries: Sequence[Entry]) -> HttpResponse:
    count = _keep(request, entries)
    said = ngettext("草稿已存 %(n)d 行，还没有报送。", "草稿已存 %(n)d 行，还没有报送。", count)
    messages.success(request, said % {"n": count})
    return _back(request)


def _cleared(request: PageRequest, entries: Sequence[Entry]) -> HttpResponse:
    """Forget what was written in the ticked rows; the other rows keep theirs as drafts."""
    _keep(request, [entry for entry in entries if not entry.picked])
    picked = [entry for entry in entries if entry.picked]
    drop_drafts(ids=[entry.row.draft.pk for entry in picked if entry.row.draft], by=request.actor)
    said = ngettext("已清空 %(n)d 行。", "已清空 %(n)d 行。", len(picked))
    messages.success(request, said % {"n": len(picked)})
    return _back(request)


def _back(request: PageRequest) -> HttpResponse:
    number = FilterForm(request.GET).number()
    return redirect(f"{reverse('tracker:grid')}?page={number}" if number > 1 else reverse("tracker:grid"))


def _page(
    request: PageRequest,
    entries: Sequence[Entry],
    gone: Sequence[dict[str, Any]],
    *,
    token: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    refusals = _refusals()
    shown = {
        "head": context.get("head") or grid_head(request.reach, today=request.today),
        "rows": [row_context(entry, refusals) for entry in entries],
        "gone": gone,
        "token": token,
        "post_url": request.get_full_path(),
        "many_units": len({entry.row.owed.department_id for entry in entries}) > 1,
        **context,
    }
    return render(request, "tracker/grid.html", shown, status=status)


def _refusals() -> dict[str, str]:
    return {
        "not_issued": gettext("这一项已不在办理中，不用再报。"),
        "already_accepted": gettext("本期这一项已审核通过，不用再报。"),
        "round_closed": gettext("这一期已经结束，数字已存下。确需补报，请督查办重新打开这一期。"),
        "not_ours": gettext("这一项现在由别的单位牵头。"),
    }
