"""A plan's board in figures, and looking for items by words."""

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
from projects.models import Plan
from tracker.api.endpoint import Endpoint
from tracker.api.fields import Day, Number, OneOf, Query, Said, Shape, page_of
from tracker.api.listing import LIGHTS, MONTH, Listing, given
from tracker.api.problems import Fault, Problem, missing
from tracker.boards.filters import Filters
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
