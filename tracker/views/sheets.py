"""The unit's own sheet: handed out as a workbook, filled in anywhere, and taken back as drafts of its rows."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django import forms
from django.core.files.base import File
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.entry import PageRequest, page
from accounts.models import Department
from projects.importing.refusals import refusal_sentence
from projects.reading.child import ReadingRefused, read_grid, warm_up
from tracker.boards.grid import GridHead, GridRow, grid_head, whole_grid
from tracker.boards.item import promise_text
from tracker.choices import DraftSource, ReportState
from tracker.draft_rows import keep_drafts
from tracker.sentences import goal_text
from tracker.sheets import (
    NO_CHANGE,
    NotOurSheetError,
    PartKey,
    PartKind,
    RowKey,
    SheetPart,
    SheetRead,
    SheetRow,
    read_sheet,
    write_sheet,
)
from tracker.views.grid_form import one, plain, typed_of
from tracker.views.sheet_rows import Fate, Outcome, outcomes

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("填好的表"), error_messages={"required": gettext_lazy("请选填好的表。")})

    def read(self) -> SheetRead | None:
        """Return what the file of a valid form says; None, with the reason as the form's error, where it can't be read."""
        try:
            return read_sheet(_grids(self.cleaned_data["file"]))
        except ReadingRefused as refused:
            self.add_error("file", refusal_sentence(refused.code, refused.params) or refused.message)
        except NotOurSheetError:
            self.add_error("file", gettext("这不是从这里导出的填报表：没有找到“编号（勿改）”和要填的几列。"))
        return None


def _grids(file: "File[bytes]") -> Any:
    """Read an upload from a file that is gone afterwards: a sheet isn't kept."""
    with tempfile.NamedTemporaryFile(prefix="duban-sheet-") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return read_grid(kept.name, name=file.name or "")


@page
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        warm_up()  # whoever looks at this form sends a file soon
        return _page(request, SheetForm(), ())
    form = SheetForm(request.POST, request.FILES)
    read = form.read() if form.is_valid() else None
    if read is None:
        return _page(request, form, (), status=422)
    found = outcomes(request.reach, read, today=request.today)
    begun = [each.entry.begun for each in found if each.fate is Fate.TAKEN and each.entry]
    keep_drafts(rows=begun, source=DraftSource.SHEET, by=request.actor, now=request.now)
    return _page(request, SheetForm(), found)


def _page(
    request: PageRequest, form: SheetForm, found: list[Outcome] | tuple[()], *, status: int = 200
) -> HttpResponse:
    fates = Counter(each.fate for each in found)
    taken = [each for each in found if each.fate is Fate.TAKEN]
    context = {
        "form": form,
        "head": grid_head(request.reach, today=request.today),
        "found": [each for each in found if each.fate is not Fate.BLANK],
        "read": bool(found),
        "taken": len(taken),
        "troubled": sum(bool(each.problems or each.questions or each.theirs) for each in taken),
        "same": fates[Fate.SAME],
        "refused": fates[Fate.REFUSED],
        "blank": fates[Fate.BLANK],
    }
    return render(request, "tracker/sheet.html", context, status=status)


@page
@require_safe
def sheet_file(request: PageRequest) -> HttpResponse:
    """Hand out everything that this reader's units still owe, as a workbook to be filled in."""
    rows = whole_grid(request.reach, today=request.today)
    head = grid_head(request.reach, today=request.today)
    units = Department.objects.filter(pk__in=request.reach.departments).order_by("position", "pk")
    name = gettext("%(unit)s%(round)s填报表") % {"unit": "、".join(map(str, units)), "round": head.round_name}
    content = write_sheet(
        [_row(row) for row in rows],
        [part for row in rows for part in _parts(row)],
        title=name,
        guide=_guide(head),
        year=request.today.year,
    )
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return answer


def _guide(head: GridHead) -> list[str]:
    return [
        gettext("本表列出本单位还没有报送的事项。截止：%(cutoff)s。") % {"cutoff": head.cutoff or "—"},
        gettext("一、在“本期填报”表里，一行填一项：选推进状态，写一句话进展（200 字以内）。"),
        gettext("二、没有变化的，推进状态选“本期无变化”，在同一格写原因。没写的行不会报送。"),
        gettext("三、在“指标与节点”表里填本期的数、节点的完成日期；清单里完成了的填“是”。数已按上次填好，有变化再改。"),
        gettext("四、灰色的格子不用改；隐藏的“编号”列用来认行，请不要删，也不要把别的表的行粘进来。"),
        gettext("五、填好后保存，回到“整表填报”页上传。上传后先成为草稿，您在网页上看过、点提交，才算报送。"),
        gettext("六、涉密内容不得写入本表。"),
    ]


def _row(row: GridRow) -> SheetRow:
    asked, typed = row.asked, typed_of(row.draft.content) if row.draft else {}
    said = {name: one(typed, name) for name in ("sentence", "problem", "next_step", "help_needed")}
    state = NO_CHANGE if one(typed, "no_change") else one(typed, "state") or ReportState.ON_PLAN.value
    last = f"{asked.last_on} {asked.last.sentence}" if asked.last else ""
    return SheetRow(
        key=RowKey(row.owed.pk, asked.seen, asked.line.task.version),
        number=asked.line.task.number,
        title=asked.line.task.title,
        unit=asked.department.name,
        promise=promise_text(asked.line.task),
        last=last,
        said={**said, "state": state},
    )


def _parts(row: GridRow) -> Iterator[SheetPart]:
    """Yield the figures, list entries and open steps of a row."""
    asked, task = row.asked, row.asked.line.task
    for target in asked.figures:
        goal = goal_text(target.comparison, target.value, target.unit)
        before, value = plain(asked.before.get(target.id)), asked.values.get(target.id)
        key = PartKey(row.owed.pk, PartKind.FIGURE, target.id)
        yield SheetPart(key, task.number, task.title, target.name, goal, before, value)
    for target in asked.checklists:
        for item in asked.lists[target.id]:
            ticked = gettext("是") if item.pk in asked.ticks else ""
            key = PartKey(row.owed.pk, PartKind.TICK, item.pk)
            yield SheetPart(key, task.number, task.title, item.name, target.name, ticked, ticked)
    for step in asked.steps:
        due = step.current_due.isoformat() if step.current_due else step.phrase
        key = PartKey(row.owed.pk, PartKind.STEP, step.id)
        yield SheetPart(key, task.number, task.title, step.text or step.phrase, due, "", asked.marks.get(step.id))
