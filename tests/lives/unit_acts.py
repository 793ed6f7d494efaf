"""What units do with their items: each act over what stands there now, by someone who may.

An act returns quietly where there is nothing to do it with.
"""

from datetime import timedelta
from decimal import Decimal

from accounts.models import Department, Person
from projects.models import Milestone
from tests.cast import at
from tests.lives.life import ONE_DAY, Life
from tracker import closing, obstacles
from tracker.choices import ReportState, ReviewState
from tracker.closing import Statement
from tracker.extending import Request, ask_extension
from tracker.models import (
    Obstacle,
    Owed,
    ProgressReport,
    Receipt,
    SupportPart,
)
from tracker.receipts import Seen, object_to, sign, uphold
from tracker.reporting import Account, Submission, submit_reports
from tracker.signing_off import give_back, sign_reports
from tracker.supporting import add_part, answer_part, ask_for_parts, withdraw_part


def a_clerk_reports(life: Life) -> None:
    owed = life.one(Owed.objects.filter(task__plan=life.plan).select_related("task", "round", "department"))
    if owed is None:
        return
    user = life.any((life.cast.clerk, life.cast.head, life.cast.economy_clerk))
    steps = list(owed.task.milestones.filter(dropped_on__isnull=True, done_on__isnull=True).order_by("pk"))
    targets = list(owed.task.targets.filter(dropped_on__isnull=True, items__isnull=True).order_by("pk"))
    account = Account(
        state=life.any(list(ReportState)),
        sentence=life.any(("按计划推进。", "征地没有完成。", "已完工。")),
        no_change=life.pick(5) == 0,
        values={target.pk: Decimal(life.pick(200)) for target in targets},
        marks={step.pk: life.today for step in steps[: life.pick(2)]},
    )
    made = Submission(owed.task, owed.department, owed.round, account, user.person, life.token())
    submit_reports(submissions=[made] * life.any((1, 1, 2)), by=life.by(user), now=at(life.today))


def the_head_signs(life: Life) -> None:
    report = life.one(ProgressReport.objects.filter(review_state=ReviewState.UNSIGNED))
    if report is None:
        return
    seen = {report.pk: life.seen(report.version)}
    if life.pick(4):
        sign_reports(reports=[report], versions=seen, by=life.by(life.cast.head), now=at(life.today))
    else:
        give_back(
            report=report, version=seen[report.pk], reason="请写明", by=life.by(life.cast.head), now=at(life.today)
        )


def a_later_day_is_asked_for(life: Life) -> None:
    step = life.one(Milestone.objects.filter(task__plan=life.plan, done_on__isnull=True).select_related("task"))
    if step is None:
        return
    user = life.any((life.cast.clerk, life.cast.head))
    # Three of four times a day that can be granted: later than the one that holds.
    since = max(life.today, step.current_due_on or life.today) if life.pick(4) else life.today
    to_on = since + timedelta(days=life.pick(60))
    asked = Request(to_on=to_on, reason="汛期停工", progress="完成一半", token=life.token())
    ask_extension(milestone=step, department=life.cast.building, request=asked, by=life.by(user), now=at(life.today))


def something_blocks(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    answerers: tuple[Department | Person, ...] = (life.cast.economy, life.person(life.cast.economy_clerk))
    obstacles.raise_obstacle(
        task=task,
        department=life.cast.building,
        text="供地批文没有下来",
        answerer=life.any(answerers),
        due_on=life.today + timedelta(days=life.pick(10)),
        token=life.token(),
        by=life.by(life.cast.clerk),
        now=at(life.today),
    )


def an_obstacle_goes_on(life: Life) -> None:
    row = life.one(Obstacle.objects.all())
    if row is None:
        return
    version, now = life.seen(row.version), at(life.today)
    which = life.pick(4)
    if which == 0:
        obstacles.withdraw_obstacle(
            obstacle=row, version=version, reason="已解决", by=life.by(life.cast.clerk), now=now
        )
    elif which == 1:
        due_on, by = life.today + ONE_DAY, life.by(life.cast.clerk)
        obstacles.ask_again(obstacle=row, version=version, due_on=due_on, reason="再请答复", by=by, now=now)
    else:
        by = life.by(life.cast.economy_clerk)
        obstacles.answer_obstacle(obstacle=row, version=version, answer="本周办结", by=by, now=now)


def an_end_is_asked_for(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    said = Statement(text="全部完成，已验收。", token=life.token())
    closing.ask_closing(
        task=task, department=life.cast.building, statement=said, by=life.by(life.cast.clerk), now=at(life.today)
    )


def a_unit_signs_or_objects(life: Life) -> None:
    row = life.one(Receipt.objects.all())
    if row is None:
        return
    seen, by, now = Seen(row.pk, max(life.seen(row.version), 0)), life.by(life.cast.clerk), at(life.today)
    which = life.pick(3)
    if which == 0:
        object_to(seen=seen, reason="不归我们", by=by, now=now)
    elif which == 1:
        uphold(seen=seen, reason="仍由你们办", by=life.by(), now=now)
    else:
        sign(seen=[seen], by=by, now=now)


def a_part_is_asked_or_added(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    unit, now = life.any((life.cast.economy, life.cast.investment)), at(life.today)
    if life.pick(3) == 0:
        by = life.by(life.cast.economy_clerk)
        add_part(task=task, department=unit, text="管线已迁改", objects=False, token=life.token(), by=by, now=now)
        return
    ask_for_parts(
        task=task,
        departments=[unit],
        lead=life.cast.building,
        question="管线迁改做到哪一步",
        due_on=life.today + timedelta(days=life.pick(9)),
        token=life.token(),
        by=life.by(life.cast.clerk),
        now=now,
    )


def a_part_goes_on(life: Life) -> None:
    part = life.one(SupportPart.objects.all())
    if part is None:
        return
    version = life.seen(part.version)
    if life.pick(4) == 0:
        withdraw_part(part=part, version=version, reason="不用了", by=life.by(life.cast.clerk))
        return
    objects, by = life.pick(3) == 0, life.by(life.cast.economy_clerk)
    answer_part(part=part, version=version, text="已完成", objects=objects, by=by, now=at(life.today))
