"""Goals of several years (跨年目标) on one page, and as a table to take along."""

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from tracker.boards.multi_year import GoalItem, GoalLine, OfficeLine, goal_items, multi_year, newest_year, read_goals
from tracker.publishing.text_table import write_text_table

MOST = 2000
"""Items of a table that is waited for."""
WIDTHS = (10, 6, 36, 26, 18, 14, 18, 12, 12, 12, 14, 40, 44)


@page
@require_safe
def multi_year_goals(request: PageRequest) -> HttpResponse:
    view = multi_year(request.reach, number=request.GET.get("page", "1"), today=request.today)
    return render(request, "tracker/multi_year.html", {"view": view, "now": request.now})


@page
@require_safe
def multi_year_book(request: PageRequest) -> HttpResponseBase:
    """Send all of them as a workbook, a line for each amount."""
    newest = newest_year(request.reach, today=request.today)
    tasks = list(goal_items(request.reach, newest, today=request.today)[: MOST + 1])
    if len(tasks) > MOST:
        messages.warning(request, gettext("超过 2000 项，一张表放不下；请用接口分页取。"))
        return redirect("tracker:multi_year")
    lines = goal_lines(read_goals(request.reach, tasks, newest, today=request.today))
    name = gettext("跨年目标-%(day)s.xlsx") % {"day": request.today.isoformat()}
    book = write_text_table(gettext("跨年目标"), WIDTHS, lines, kept_columns=3)
    return FileResponse(book, as_attachment=True, filename=name)


def goal_lines(items: Iterable[GoalItem]) -> Iterator[Sequence[str]]:
    """Yield a heading and a line for each amount; an item without any has one line."""
    yield (
        gettext("目标年份"),
        gettext("序号"),
        gettext("事项"),
        gettext("指标"),
        gettext("目标"),
        gettext("累计完成"),
        gettext("今天应达"),
        gettext("实际（%）"),
        gettext("应达（%）"),
        gettext("相差（点）"),
        gettext("今年的灯"),
        gettext("各年"),
        gettext("下级机构"),
    )
    for item in items:
        for line in item.goals or (None,):
            yield (
                str(item.horizon or ""),
                item.task.number,
                item.task.title,
                *_amount(line),
                item.lit.light_word,
                _years(item, line),
                "\n".join([_office(each) for each in item.offices] + _sums(item)),
            )


def _amount(line: GoalLine | None) -> tuple[str, ...]:
    if line is None:
        return ("",) * 7
    goal = line.goal
    percents = (goal.actual_percent, goal.expected_percent)
    said = ("—" if percent is None else str(percent) for percent in percents)
    return line.name, line.promised, line.done, line.due or "—", *said, line.gap_word


def _years(item: GoalItem, line: GoalLine | None) -> str:
    if line is None:
        return "、".join(str(step.task.plan.year) for step in item.steps)
    return "；".join(f"{year} {done}".strip() for year, done in line.years)


def _office(line: OfficeLine) -> str:
    figures = "；".join(f"{goal.name} {goal.done} / {goal.promised}" for goal in line.goals)
    return " ".join(part for part in (line.row.to.name, line.lit.light_word if line.lit else "—", figures) if part)


def _sums(item: GoalItem) -> list[str]:
    return [f"{gettext('合计')} {one.name} {done} / {goal}" for one, done, goal in item.sum_words]
