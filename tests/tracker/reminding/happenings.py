"""One example of everything that is told at once, made through the operations, on a Wednesday at ten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from projects.models import Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.visits import report
from tracker.choices import NoticeStep, SubjectKind
from tracker.closing import Statement, ask_closing, return_closing
from tracker.directives import answer_directive, give_directive
from tracker.directives import ask_again as ask_directive_again
from tracker.extending import Request, ask_extension, decide_extension
from tracker.models import Closure, Directive, Extension, Obstacle, ProgressReport, Reminder, SupportPart, Urging
from tracker.obstacles import answer_obstacle, raise_obstacle
from tracker.obstacles import ask_again as ask_obstacle_again
from tracker.reporting import return_report
from tracker.rounds import open_rounds
from tracker.supporting import ask_for_parts
from tracker.urging import urge

NOW = at(TODAY, 10)
BEFORE = at(TODAY, 9)
DUE = date(2026, 6, 26)
LATER = date(2026, 6, 29)
JULY = date(2026, 7, 31)
Subject = ProgressReport | Obstacle | Directive | Urging | SupportPart | Extension | Closure


def returned(cast: Cast, plan: Plan, *, now: datetime = NOW) -> ProgressReport:
    open_rounds(today=TODAY)
    row = report(cast, plan, "1", sentence="已选址。")
    return return_report(report=row, reason="请附选址意见。", by=cast.actor(), now=now)


def obstacle_raised(cast: Cast, plan: Plan, *, now: datetime = NOW) -> Obstacle:
    return raise_obstacle(
        task=task_of(plan, "1"),
        department=cast.building,
        text="管线未迁。",
        answerer=cast.economy,
        due_on=DUE,
        token="obstacle",
        by=cast.actor(cast.clerk),
        now=now,
    )


def obstacle_answered(cast: Cast, plan: Plan) -> Obstacle:
    row, by = obstacle_raised(cast, plan, now=BEFORE), cast.actor(cast.economy_clerk)
    return answer_obstacle(obstacle=row, version=1, answer="7月1日迁完。", by=by, now=NOW)


def obstacle_asked_again(cast: Cast, plan: Plan) -> Obstacle:
    row, by = obstacle_answered(cast, plan), cast.actor(cast.clerk)
    return ask_obstacle_again(obstacle=row, version=2, due_on=LATER, reason="只迁了一半。", by=by, now=NOW)


def directive_given(cast: Cast, plan: Plan, *, now: datetime = NOW) -> Directive:
    assert cast.leader.person is not None
    return give_directive(
        task=task_of(plan, "1"),
        leader=cast.leader.person,
        department=cast.building,
        text="月底前拿出方案。",
        due_on=DUE,
        token="directive",
        by=cast.actor(cast.leader),
        now=now,
    )


def directive_answered(cast: Cast, plan: Plan) -> Directive:
    row, by = directive_given(cast, plan, now=BEFORE), cast.actor(cast.clerk)
    return answer_directive(directive=row, version=1, answer="方案已报。", by=by, now=NOW)


def directive_asked_again(cast: Cast, plan: Plan) -> Directive:
    row, by = directive_answered(cast, plan), cast.actor(cast.leader)
    return ask_directive_again(directive=row, version=2, due_on=LATER, reason="经费写清楚。", by=by, now=NOW)


def urged(cast: Cast, plan: Plan) -> Urging:
    road, by = task_of(plan, "1"), cast.actor()
    return urge(task=road, department=cast.building, text="请今天报来。", by=by, now=NOW, token="urging")


def part_asked(cast: Cast, plan: Plan) -> SupportPart:
    (row,) = ask_for_parts(
        task=task_of(plan, "1"),
        lead=cast.building,
        departments=[cast.economy],
        question="请报投资完成数。",
        due_on=DUE,
        token="part",
        by=cast.actor(cast.clerk),
        now=NOW,
    )
    return row


def granted(cast: Cast, plan: Plan) -> Extension:
    return _decided(cast, plan, agrees=True)


def refused(cast: Cast, plan: Plan) -> Extension:
    return _decided(cast, plan, agrees=False)


def closing_returned(cast: Cast, plan: Plan) -> Closure:
    row = ask_to_close(cast, plan, token="closing")
    return return_closing(closure=row, version=1, reason="请附开工令。", by=cast.actor(), now=NOW)


def ask_to_close(cast: Cast, plan: Plan, *, token: str) -> Closure:
    road = task_of(plan, "1")
    steps = dict.fromkeys(road.milestones.filter(done_on=None).values_list("pk", flat=True), TODAY)
    mark_milestones(task=road, done=steps, by=cast.actor(), now=BEFORE)
    said, by = Statement("道路已开工。", token), cast.actor(cast.clerk)
    return ask_closing(task=road, department=cast.building, statement=said, by=by, now=BEFORE)


def _decided(cast: Cast, plan: Plan, *, agrees: bool) -> Extension:
    row = ask_extension(
        milestone=task_of(plan, "1").milestones.get(text="报批"),
        department=cast.building,
        request=Request(JULY, "用地未批", "已报初审", "extension"),
        by=cast.actor(cast.clerk),
        now=BEFORE,
    )
    return decide_extension(extension=row, version=1, agrees=agrees, reason="已核。", by=cast.actor(), now=NOW)


@dataclass(frozen=True, slots=True)
class Happening:
    """What it is called, how it is caused, the users who are told, in which words, and the page the message leads to."""

    key: tuple[SubjectKind, NoticeStep]
    cause: Callable[[Cast, Plan], Subject]
    told: tuple[str, ...]
    words: str
    place: str

    def rows(self, subject: Subject) -> QuerySet[Reminder]:
        kind, step = self.key
        found = Reminder.objects.filter(subject_kind=kind, subject_id=subject.pk, step=step)
        return found.select_related("person__user").order_by("pk")


ROAD = "第1项“新塘路建设”"
HAPPENINGS = {
    "report returned": Happening(
        (SubjectKind.REPORT, NoticeStep.RETURNED),
        returned,
        ("clerk",),
        f"{ROAD}6月的报送已退回，请补充后再报：“请附选址意见。”（示例·督办员）",
        "/items/{task}/report/?owed={owed}",
    ),
    "obstacle raised": Happening(
        (SubjectKind.OBSTACLE, NoticeStep.RAISED),
        obstacle_raised,
        ("economy_clerk",),
        f"规划建设科请协调{ROAD}的困难，请在6月26日前答复：“管线未迁。”",
        "/obstacles/{id}/",
    ),
    "obstacle answered": Happening(
        (SubjectKind.OBSTACLE, NoticeStep.ANSWERED),
        obstacle_answered,
        ("clerk",),
        f"{ROAD}的困难有了答复：“7月1日迁完。”（示例·李四）",
        "/obstacles/{id}/",
    ),
    "obstacle asked again": Happening(
        (SubjectKind.OBSTACLE, NoticeStep.AGAIN),
        obstacle_asked_again,
        ("economy_clerk",),
        f"规划建设科再请协调{ROAD}的困难，请在6月29日前答复：“只迁了一半。”",
        "/obstacles/{id}/",
    ),
    "directive given": Happening(
        (SubjectKind.DIRECTIVE, NoticeStep.GIVEN),
        directive_given,
        ("clerk", "head"),
        f"示例·主任批示{ROAD}，请规划建设科在6月26日前答复：“月底前拿出方案。”",
        "/directives/{id}/",
    ),
    "directive answered": Happening(
        (SubjectKind.DIRECTIVE, NoticeStep.ANSWERED),
        directive_answered,
        ("leader",),
        f"规划建设科答复了示例·主任对{ROAD}的批示：“方案已报。”",
        "/directives/{id}/",
    ),
    "directive asked again": Happening(
        (SubjectKind.DIRECTIVE, NoticeStep.AGAIN),
        directive_asked_again,
        ("clerk", "head"),
        f"示例·主任对{ROAD}的批示，请规划建设科在6月29日前再答复：“经费写清楚。”",
        "/directives/{id}/",
    ),
    "urged": Happening(
        (SubjectKind.URGING, NoticeStep.URGED),
        urged,
        ("clerk", "head"),
        f"督查办催办{ROAD}：“请今天报来。”（示例·督办员）",
        "/items/{task}/",
    ),
    "part asked": Happening(
        (SubjectKind.PART, NoticeStep.ASKED),
        part_asked,
        ("economy_clerk",),
        f"规划建设科请配合{ROAD}，请在6月26日前写明本单位的部分：“请报投资完成数。”",
        "/items/{task}/parts/",
    ),
    "later date granted": Happening(
        (SubjectKind.EXTENSION, NoticeStep.GRANTED),
        granted,
        ("clerk",),
        f"{ROAD}节点“报批”同意延期到7月31日（示例·督办员）",
        "/extensions/{id}/",
    ),
    "later date refused": Happening(
        (SubjectKind.EXTENSION, NoticeStep.REFUSED),
        refused,
        ("clerk",),
        f"{ROAD}节点“报批”没有同意延期，仍按6月30日办：“已核。”（示例·督办员）",
        "/extensions/{id}/",
    ),
    "closing returned": Happening(
        (SubjectKind.CLOSURE, NoticeStep.RETURNED),
        closing_returned,
        ("clerk",),
        f"{ROAD}的办结申请已退回，请补充后再提：“请附开工令。”（示例·督办员）",
        "/closings/{id}/",
    ),
}
