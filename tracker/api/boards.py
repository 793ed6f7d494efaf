"""A plan's board in figures, goals of several years, and looking for items by words."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import pairs
from projects.access import get_plan
from projects.choices import Comparison, HandDownState
from projects.models import Plan
from tracker.api.endpoint import Endpoint
from tracker.api.fields import Day, Number, OneOf, Query, Said, Shape, page_of
from tracker.api.listing import LIGHTS, MONTH, Listing, given
from tracker.api.problems import Fault, Problem, missing
from tracker.boards.filters import Filters
from tracker.boards.multi_year import GoalItem, GoalLine, OfficeLine, goal_items, newest_year, read_goals
from tracker.boards.overview import Overview, default_plan, overview
from tracker.boards.overview import Row as Counted
from tracker.boards.overview_then import noted_from, overview_then
from tracker.boards.search import MOST, Hit, Pieces, closest, hits_of
from tracker.lights import Light
from tracker.search_words import words

FIGURES_CHANGE_OFTEN = 0
"""A board is no row and has no version; its ETag is the digest of its figures."""


class BoardPlanShape(Shape):
    id = serializers.IntegerField()
    year = serializers.IntegerField()
    title = serializers.CharField()


class BoardRoundShape(Shape):
    key = serializers.CharField(help_text=gettext_lazy("期次，例如 2026-06"))
    cutoff_on = serializers.DateField()


class CountersShape(Shape):
    overdue = serializers.IntegerField()
    attention = serializers.IntegerField(help_text=gettext_lazy("临期和滞后"))
    on_schedule = serializers.IntegerField()
    closed = serializers.IntegerField()


class CountedShape(CountersShape):
    id = serializers.IntegerField()
    name = serializers.CharField()
    total = serializers.IntegerField()
    not_reported = serializers.IntegerField()


class LightCountShape(Shape):
    light = serializers.ChoiceField(pairs(Light))
    items = serializers.IntegerField()


class FigureShape(Shape):
    """An indicator against schedule; shares are percent, texts as all amounts."""

    task = serializers.IntegerField()
    target = serializers.IntegerField()
    name = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    accepted = serializers.CharField(allow_null=True, help_text=gettext_lazy("最近审核通过的完成数"))
    actual = serializers.CharField(allow_null=True)
    expected = serializers.CharField(allow_null=True, help_text=gettext_lazy("序时进度"))
    gap = serializers.CharField(allow_null=True, help_text=gettext_lazy("比序时落后几个百分点"))
    light = serializers.ChoiceField(pairs(Light), allow_null=True)


class OverviewShape(Shape):
    """The figures of a board: the four counters sum to the total, what isn't reported stands beside them."""

    plan = BoardPlanShape()
    on = serializers.DateField(help_text=gettext_lazy("哪一天的情况"))
    round = BoardRoundShape(allow_null=True)
    total = serializers.IntegerField()
    counters = CountersShape()
    lights = LightCountShape(many=True)
    not_reported = serializers.IntegerField(help_text=gettext_lazy("本期未报送"))
    owed = serializers.IntegerField(help_text=gettext_lazy("本期应报送"))
    closed_this_month = serializers.IntegerField()
    suspended = serializers.IntegerField()
    units = CountedShape(many=True)
    leaders = CountedShape(many=True)
    sections = CountedShape(many=True)
    figures = FigureShape(many=True, help_text=gettext_lazy("量化指标，落后的在前，最多 15 个"))


class GoalYearShape(Shape):
    """What one year's item promised and reached; both are empty where it has no such amount, or several of the name."""

    year = serializers.IntegerField()
    value = serializers.CharField(allow_null=True)
    accepted = serializers.CharField(allow_null=True)


class GoalShape(Shape):
    """An amount over all its years, beside the straight way from its first year to its horizon."""

    name = serializers.CharField()
    comparison = serializers.ChoiceField(pairs(Comparison))
    value = serializers.CharField()
    unit = serializers.CharField()
    horizon_year = serializers.IntegerField(allow_null=True)
    added = serializers.BooleanField(help_text=gettext_lazy("各年的数相加；否则是最近一次的数"))
    accepted = serializers.CharField(allow_null=True, help_text=gettext_lazy("各年审核通过的数"))
    expected_value = serializers.CharField(allow_null=True, help_text=gettext_lazy("今天应达；到期才看的为空"))
    actual = serializers.CharField(allow_null=True)
    expected = serializers.CharField(allow_null=True)
    gap = serializers.CharField(allow_null=True, help_text=gettext_lazy("比应达落后几个百分点"))
    behind = serializers.BooleanField()
    years = GoalYearShape(many=True)


class GoalStepShape(Shape):
    task = serializers.IntegerField()
    year = serializers.IntegerField()
    number = serializers.CharField()
    closed = serializers.BooleanField()
    evidence = serializers.IntegerField(help_text=gettext_lazy("佐证材料几份"))


class GoalOfficeShape(Shape):
    """The goal at an office below, for the office and the main leader; without a light it isn't taken or issued yet."""

    name = serializers.CharField()
    state = serializers.ChoiceField(pairs(HandDownState))
    year = serializers.IntegerField(allow_null=True)
    light = serializers.ChoiceField(pairs(Light), allow_null=True)
    goals = GoalShape(many=True)


class GoalSumShape(Shape):
    name = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.CharField()
    accepted = serializers.CharField()
    offices = serializers.IntegerField()
    lacking = serializers.IntegerField(help_text=gettext_lazy("其中几个还没有数据"))


class GoalItemShape(Shape):
    """The newest item of a line of years."""

    id = serializers.IntegerField()
    plan = serializers.IntegerField()
    year = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    horizon_year = serializers.IntegerField(allow_null=True)
    light = serializers.ChoiceField(pairs(Light), allow_null=True)
    light_word = serializers.CharField()
    not_carried_on = serializers.BooleanField(help_text=gettext_lazy("已有更新的表，其中没有接着做的事项"))
    unseen_years = serializers.IntegerField(help_text=gettext_lazy("您看不到、没有计入的年份"))
    goals = GoalShape(many=True)
    items = GoalStepShape(many=True, help_text=gettext_lazy("各年的事项，最早的在前"))
    offices = GoalOfficeShape(many=True)
    sums = GoalSumShape(many=True, help_text=gettext_lazy("各下级机构合计"))


class PieceShape(Shape):
    text = serializers.CharField()
    sought = serializers.BooleanField(help_text=gettext_lazy("是不是要找的字"))


class HitShape(Shape):
    id = serializers.IntegerField()
    plan = serializers.IntegerField()
    number = serializers.CharField()
    title = PieceShape(many=True)
    excerpt = PieceShape(many=True)
    report = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("摘录来自这次报送；为空则来自事项"))
    light = serializers.ChoiceField(pairs(Light), allow_null=True)
    light_word = serializers.CharField()
    next_due_on = serializers.DateField(allow_null=True)


class OverviewQuery(Query):
    plan = Number(required=False, help_text=gettext_lazy("不写则为本年度已下达的"))
    unit = Number(required=False, help_text=gettext_lazy("牵头单位"))
    leader = Number(required=False, help_text=gettext_lazy("责任领导的职务"))
    section = Number(required=False)
    month = serializers.RegexField(MONTH, required=False, help_text="2026-06")
    q = Said(required=False, max_length=100)
    on = Day(required=False, help_text=gettext_lazy("回看这一天开始时的情况"))


class SearchQuery(Listing):
    q = Said(max_length=100, help_text=gettext_lazy("要找的字，空格分开的都要有"))
    plan = Number(required=False)
    light = OneOf(LIGHTS, required=False)
    unit = Number(required=False, help_text=gettext_lazy("牵头单位"))
    leader = Number(required=False, help_text=gettext_lazy("责任领导的职务"))
    section = Number(required=False)
    month = serializers.RegexField(MONTH, required=False, help_text="2026-06")


class BoardOverview(Endpoint):
    @extend_schema(summary=gettext_lazy("读看板的数字"), parameters=[OverviewQuery], responses=OverviewShape)
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(OverviewQuery)
        plan = self._plan(asked.get("plan"))
        filters = replace(Filters(**asked), plan=plan.pk)
        return self.one(figures_of(self._view(plan, filters)), version=FIGURES_CHANGE_OFTEN)

    def _plan(self, number: int | None) -> Plan:
        if number is not None:
            return get_plan(self.reach, number, today=self.today)
        plan = default_plan(self.reach, today=self.today)
        if plan is None:
            raise missing()
        return plan

    def _view(self, plan: Plan, filters: Filters) -> Overview:
        if filters.on is None or filters.on >= self.today:
            return overview(plan, self.reach, replace(filters, on=None), today=self.today)
        known_from = noted_from()
        if known_from is None or filters.on < known_from:
            reason = gettext("那一天的情况没有记录。")
            raise Problem(404, "not_known", reason, errors=[Fault("on", reason, "not_known")])
        return overview_then(plan, self.reach, filters, filters.on, today=self.today)


class MultiYearGoals(Endpoint):
    @extend_schema(
        summary=gettext_lazy("列出跨年目标，目标年份近的在前"),
        parameters=[Listing],
        responses=page_of(GoalItemShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        paging, newest = self.paging(self.asked(Listing)), newest_year(self.reach, today=self.today)
        tasks = goal_items(self.reach, newest, today=self.today)
        page, following = paging.part_of(list(tasks.only("pk")))
        return self.page([goal_row(item) for item in read_goals(self.reach, page, newest, today=self.today)], following)


class Search(Endpoint):
    @extend_schema(
        summary=gettext_lazy("按文字找事项，最接近的在前，最多 500 项"),
        parameters=[SearchQuery],
        responses=page_of(HitShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(SearchQuery)
        sought = words(asked["q"])
        filters = Filters(**given(asked, *Filters.__slots__))
        found = closest(filters, self.reach, today=self.today)[:MOST] if sought else []
        page, following = self.paging(asked).part_of(found)
        return self.page([hit_row(hit) for hit in hits_of(page, sought, today=self.today)], following)


def figures_of(view: Overview) -> dict[str, Any]:
    tallies, asked = view.tallies, view.round
    return {
        "plan": {"id": view.plan.pk, "year": view.plan.year, "title": view.plan.title},
        "on": view.today,
        "round": {"key": asked.key, "cutoff_on": asked.cutoff_on} if asked else None,
        "total": tallies.total,
        "counters": {counter.value: items for counter, items in tallies.counters.items()},
        "lights": [{"light": light, "items": tallies.lights.get(light, 0)} for light in Light],
        **{name: getattr(tallies, name) for name in ("not_reported", "owed", "closed_this_month", "suspended")},
        **{name: _counted(getattr(view, name)) for name in ("units", "leaders", "sections")},
        "figures": [
            {
                "task": line.task_id,
                "target": line.target.id,
                "name": line.name,
                "value": line.target.value,
                "unit": line.target.unit,
                "accepted": line.target.accepted,
                "actual": line.actual,
                "expected": line.expected,
                "gap": line.gap,
                "light": line.light,
            }
            for line in view.figures
        ],
    }


def _counted(rows: Iterable[Counted]) -> list[dict[str, Any]]:
    names = ("name", "overdue", "attention", "on_schedule", "closed", "not_reported", "total")
    return [{"id": row.key, **{name: getattr(row, name) for name in names}} for row in rows]


def goal_row(item: GoalItem) -> dict[str, Any]:
    task = item.task
    return {
        "id": task.pk,
        "plan": task.plan_id,
        "year": task.plan.year,
        "number": task.number,
        "title": task.title,
        "horizon_year": item.horizon,
        "light": item.lit.light,
        "light_word": item.lit.light_word,
        "not_carried_on": item.left,
        "unseen_years": item.unseen,
        "goals": [_goal(line) for line in item.goals],
        "items": [
            {
                "task": step.task.pk,
                "year": step.task.plan.year,
                "number": step.task.number,
                "closed": step.closed,
                "evidence": step.files,
            }
            for step in item.steps
        ],
        "offices": [_office(line) for line in item.offices],
        "sums": [
            {
                "name": one.name,
                "unit": one.unit,
                "value": one.goal,
                "accepted": one.accepted,
                "offices": one.offices,
                "lacking": one.lacking,
            }
            for one in item.sums
        ],
    }


def _goal(line: GoalLine) -> dict[str, Any]:
    goal = line.goal
    return {
        "name": line.name,
        "comparison": goal.whole.comparison,
        "value": goal.whole.value,
        "unit": goal.whole.unit,
        "horizon_year": goal.horizon,
        "added": goal.added,
        "accepted": goal.whole.accepted,
        "expected_value": goal.expected,
        "actual": goal.actual_percent,
        "expected": goal.expected_percent,
        "gap": goal.gap,
        "behind": goal.behind,
        "years": [
            {
                "year": each.year,
                "value": each.amount.target.value if each.amount else None,
                "accepted": each.accepted,
            }
            for each in goal.years
        ],
    }


def _office(line: OfficeLine) -> dict[str, Any]:
    return {
        "name": line.row.to.name,
        "state": line.row.state,
        "year": line.year,
        "light": line.lit.light if line.lit else None,
        "goals": [_goal(each) for each in line.goals],
    }


def hit_row(hit: Hit) -> dict[str, Any]:
    line = hit.line
    return {
        "id": line.task.pk,
        "plan": line.task.plan_id,
        "number": line.task.number,
        "title": _pieces(hit.title),
        "excerpt": _pieces(hit.excerpt),
        "report": hit.said.pk if hit.said else None,
        "light": line.light,
        "light_word": line.light_word,
        "next_due_on": line.next_due_on,
    }


def _pieces(pieces: Pieces) -> list[dict[str, Any]]:
    return [{"text": text, "sought": sought} for text, sought in pieces]
