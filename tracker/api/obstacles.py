"""Obstacles: what blocks an item, raised by the unit that leads it and answered by a unit or a person."""

import secrets
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import pairs
from accounts.models import Department, Person
from projects.models import Task
from tracker.access import get_obstacle, get_task, obstacles_for
from tracker.api.asked import (
    LINE,
    OVER,
    AgainBody,
    AnswerBody,
    AskedQuery,
    LineBody,
    Resource,
    StepOn,
    require_ahead,
    unit_named,
)
from tracker.api.fields import Body, Day, NamedShape, OneOf, Query, Said, Sparse, Whole, page_of
from tracker.api.listing import Names, given
from tracker.api.problems import Fault, Problem
from tracker.boards.obstacles import answerers, answers, follows, raising_units
from tracker.boards.plain_asked import OBSTACLE_COLUMNS, AskedFilters, filtered, obstacle_rows
from tracker.choices import ObstacleState
from tracker.models import Obstacle
from tracker.obstacles import answer_obstacle, ask_again, raise_obstacle, withdraw_obstacle


class ObstacleShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    department = NamedShape(help_text=gettext_lazy("提出单位"))
    author_name = serializers.CharField()
    text = serializers.CharField()
    raised_on = serializers.DateField()
    raised_at = serializers.DateTimeField()
    answering_department = NamedShape(allow_null=True)
    answering_person = NamedShape(allow_null=True)
    due_on = serializers.DateField(help_text=gettext_lazy("答复期限"))
    state = serializers.ChoiceField(pairs(ObstacleState))
    answer = serializers.CharField()
    answerer_name = serializers.CharField()
    answered_on = serializers.DateField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    cycle = serializers.IntegerField(help_text=gettext_lazy("第几次请求答复"))
    version = serializers.IntegerField()


class ObstacleQuery(AskedQuery):
    state = OneOf(pairs(ObstacleState), required=False)
    fields = Names(*OBSTACLE_COLUMNS)  # type: ignore[assignment]


class OneObstacleQuery(Query):
    fields = Names(*OBSTACLE_COLUMNS)  # type: ignore[assignment]


class ObstacleBody(Body):
    """What blocks, and who is to answer: a unit or a person."""

    text = Said(max_length=LINE, help_text=gettext_lazy("卡在哪里，需要对方做什么"))
    department = Whole(required=False, help_text=gettext_lazy("以哪个单位的名义；只有一个牵头单位时不用写"))
    answering_department = Whole(required=False, help_text=gettext_lazy("请哪个单位答复；与 answering_person 二者写一"))
    answering_person = Whole(required=False, help_text=gettext_lazy("请哪个人答复"))
    due_on = Day(help_text=gettext_lazy("不能早于今天"))


class Obstacles(Resource):
    @extend_schema(
        summary=gettext_lazy("列出协调事项，新的在前"), parameters=[ObstacleQuery], responses=page_of(ObstacleShape)
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(ObstacleQuery)
        filters = AskedFilters(**given(asked, *AskedFilters.__slots__))
        return self.listed(asked, filtered(obstacles_for(self.reach, today=self.today), filters), obstacle_rows)


class OneObstacle(Resource):
    @extend_schema(summary=gettext_lazy("读一件协调事项"), parameters=[OneObstacleQuery], responses=ObstacleShape)
    def get(self, request: Request, obstacle_id: int) -> HttpResponse:
        del request
        rows = obstacles_for(self.reach, today=self.today).filter(pk=obstacle_id)
        return self.only(obstacle_rows(rows), OneObstacleQuery)


class TaskObstacles(Resource):
    @extend_schema(summary=gettext_lazy("提出一件需要协调的事"), request=ObstacleBody, responses={201: ObstacleShape})
    def post(self, request: Request, task_id: int) -> HttpResponse:
        del request
        task = get_task(self.reach, task_id, today=self.today)
        units = raising_units(self.reach, task, today=self.today)
        if not units:
            raise PermissionDenied
        said = self.said(ObstacleBody)
        return self.once(lambda: self._raised(task, units, said))

    def _raised(self, task: Task, units: tuple[Department, ...], said: dict[str, Any]) -> HttpResponse:
        unit = unit_named(said, units)
        require_ahead(said["due_on"], today=self.today)
        made = raise_obstacle(
            task=task,
            department=unit,
            text=said["text"],
            answerer=self._answerer(task, unit, said),
            due_on=said["due_on"],
            token=secrets.token_urlsafe(24),
            by=self.actor,
            now=self.now,
        )
        return self.made(content(made), "obstacles")

    def _answerer(self, task: Task, own: Department, said: dict[str, Any]) -> Department | Person:
        """Return the unit or the person to answer, one of them, and not the unit that asks."""
        known, place = answerers(task.organization_id, today=self.today), "answering_department"
        units = {unit.pk: unit for unit in known.units if unit != own}
        found: list[Department | Person | None] = []
        if place in said:
            found.append(units.get(said[place]))
        if "answering_person" in said:
            found.append(known.people.get(said["answering_person"]))
            place = "answering_person"
        if len(found) == 1 and found[0] is not None:
            return found[0]
        fault = Fault(place, gettext("请写一个别的单位，或一个有账号的人；二者写一。"), "unknown")
        raise Problem(422, "answerer_unclear", gettext("要说明请谁答复。"), errors=[fault])


def content(row: Obstacle) -> dict[str, Any]:
    (told,) = obstacle_rows(Obstacle.objects.filter(pk=row.pk))
    return told


class ObstacleStep(StepOn[Obstacle]):
    """What is done about an obstacle by whoever answers it, or follows it up."""

    find = staticmethod(get_obstacle)
    tell = staticmethod(content)


class ObstacleAnswers(ObstacleStep):
    @extend_schema(
        summary=gettext_lazy("答复一件协调事项"), parameters=[OVER], request=AnswerBody, responses=ObstacleShape
    )
    def post(self, request: Request, obstacle_id: int) -> HttpResponse:
        del request
        row, said = self.granted(obstacle_id, answers), self.said(AnswerBody)
        return self.stepping(
            row, lambda version: answer_obstacle(obstacle=row, version=version, **said, by=self.actor, now=self.now)
        )


class ObstacleAskings(ObstacleStep):
    @extend_schema(
        summary=gettext_lazy("再请答复一次，定新的期限"), parameters=[OVER], request=AgainBody, responses=ObstacleShape
    )
    def post(self, request: Request, obstacle_id: int) -> HttpResponse:
        del request
        row, said = self.granted(obstacle_id, follows), self.said(AgainBody)
        return self.asking_again(row, partial(ask_again, obstacle=row), said)


class ObstacleWithdrawal(ObstacleStep):
    @extend_schema(
        summary=gettext_lazy("撤回一件协调事项"), parameters=[OVER], request=LineBody, responses=ObstacleShape
    )
    def post(self, request: Request, obstacle_id: int) -> HttpResponse:
        del request
        row, said = self.granted(obstacle_id, follows), self.said(LineBody)
        return self.stepping(
            row, lambda version: withdraw_obstacle(obstacle=row, version=version, **said, by=self.actor, now=self.now)
        )
