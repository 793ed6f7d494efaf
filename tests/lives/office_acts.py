"""What the office, the leaders and the clock do with items: each act over what stands there now.

An act returns quietly where there is nothing to do it with.
"""

from datetime import date, timedelta

from projects.choices import DateKind, InvolvementRole, TaskState
from projects.drafts import PartyDraft, TaskChange
from projects.models import Involvement, Milestone
from projects.planning import (
    cancel_tasks,
    change_tasks,
    move_milestone,
    reinstate_tasks,
    resume_tasks,
    suspend_tasks,
)
from tests.cast import at
from tests.lives.life import ONE_DAY, Life
from tracker import closing, directives
from tracker.choices import RoundState
from tracker.extending import decide_extension, withdraw_extension
from tracker.handover import delegate, duties_of, end_early, hand_over
from tracker.models import (
    Closure,
    Directive,
    Extension,
    Handover,
    LookBack,
    ProgressReport,
    ReportingRound,
)
from tracker.reporting import accept_report, return_report
from tracker.rounds import close_round, close_rounds, open_rounds, reopen_round
from tracker.rule_setting import set_rules


def a_day_passes(life: Life) -> None:
    life.today += timedelta(days=life.any((1, 1, 2, 5, 9, 20)))
    if life.today.year > life.plan.year:
        life.today = date(life.plan.year, 12, 31)
    open_rounds(today=life.today)


def the_office_reviews(life: Life) -> None:
    report = life.one(ProgressReport.objects.all())
    if report is None:
        return
    version = life.seen(report.version)
    if life.pick(3):
        accept_report(report=report, version=version, by=life.by(), now=at(life.today))
    else:
        return_report(report=report, version=version, reason="数字不符", by=life.by(), now=at(life.today))


def a_later_day_is_decided(life: Life) -> None:
    asked = life.one(Extension.objects.all())
    if asked is None:
        return
    user = life.any((life.cast.head, life.cast.deputy, life.cast.leader, life.cast.office))
    version = life.seen(asked.version)
    if life.pick(6) == 0:
        withdraw_extension(extension=asked, version=version, by=life.by(life.cast.clerk), now=at(life.today))
        return
    agrees, by = life.pick(3) > 0, life.by(user)
    decide_extension(extension=asked, version=version, agrees=agrees, reason="同意", by=by, now=at(life.today))


def the_office_moves_a_date(life: Life) -> None:
    step = life.one(Milestone.objects.filter(task__plan=life.plan))
    if step is None:
        return
    kind = life.any((DateKind.REISSUED, DateKind.CORRECTED, DateKind.EXTENDED))
    due_on = life.today + timedelta(days=life.pick(90))
    move_milestone(milestone=step, kind=kind, due_on=due_on, reason="重新下达", by=life.by(), now=at(life.today))


def a_leader_writes_a_line(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    directives.give_directive(
        task=task,
        leader=life.person(life.cast.deputy),
        department=life.cast.building,
        text="请抓紧",
        due_on=life.today + timedelta(days=life.pick(10)),
        token=life.token(),
        by=life.by(life.any((life.cast.deputy, life.cast.office))),
        now=at(life.today),
    )


def a_line_goes_on(life: Life) -> None:
    row = life.one(Directive.objects.all())
    if row is None:
        return
    version = life.seen(row.version)
    which = life.pick(5)
    if which == 0:
        directives.withdraw_directive(directive=row, version=version, reason="已另行布置", by=life.by(life.cast.deputy))
    elif which == 1:
        due_on, by, now = life.today + ONE_DAY, life.by(life.cast.deputy), at(life.today)
        directives.ask_again(directive=row, version=version, due_on=due_on, reason="没有答到", by=by, now=now)
    elif which == 2:
        directives.settle_directive(directive=row, version=version, settlement="阅", by=life.by(life.cast.deputy))
    else:
        by, now = life.by(life.cast.clerk), at(life.today)
        directives.answer_directive(directive=row, version=version, answer="已安排", by=by, now=now)


def an_end_is_decided(life: Life) -> None:
    row = life.one(Closure.objects.all())
    if row is None:
        return
    version, by, now = life.seen(row.version), life.by(), at(life.today)
    which = life.pick(4)
    if which == 0:
        closing.return_closing(closure=row, version=version, reason="缺验收单", by=by, now=now)
    elif which == 1:
        closing.withdraw_closing(closure=row, version=version, by=life.by(life.cast.clerk), now=now)
    else:
        despite = life.any(("", "余下并入明年"))
        closing.close_asked(
            closure=row, version=version, how="现场核实", on=life.today, despite=despite, by=by, now=now
        )


def the_office_closes_or_reopens(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    version, now = life.seen(task.version), at(life.today)
    if task.state == TaskState.CLOSED and life.pick(2):
        closing.reopen(task=task, version=version, reason="验收没有通过", by=life.by(), now=now)
    else:
        closing.close_directly(
            task=task, version=version, on=life.today, reason="年底统一办结", despite="余下不办", by=life.by(), now=now
        )


def the_office_looks_again(life: Life) -> None:
    row = life.one(LookBack.objects.all())
    if row is not None:
        holds, version = life.pick(2) == 0, life.seen(row.version)
        closing.look_back(look=row, version=version, holds=holds, finding="已看", by=life.by(), now=at(life.today))


def work_stops_or_goes_on(life: Life) -> None:
    task = life.item()
    if task is None:
        return
    act = life.any((suspend_tasks, resume_tasks, suspend_tasks, resume_tasks, cancel_tasks, reinstate_tasks))
    act(task_ids=[task.pk], reason="上级决定", by=life.by(), now=at(life.today))


def duties_change_hands(life: Life) -> None:
    users = (life.cast.clerk, life.cast.head, life.cast.economy_clerk, life.cast.deputy)
    giver, taker = life.person(life.any(users)), life.person(life.any(users))
    on, by, now = life.today + timedelta(days=life.pick(3)), life.by(), at(life.today)
    if life.pick(2):
        until = on + timedelta(days=life.pick(9))
        delegate(giver=giver, taker=taker, on=on, until=until, reason="休假", token=life.token(), by=by, now=now)
        return
    tasks = [task.pk for task in duties_of(giver, today=life.today).tasks]
    token = life.token()
    hand_over(
        giver=giver,
        taker=taker,
        on=on,
        wanted={"tasks": tasks},
        leaves=False,
        reason="轮岗",
        token=token,
        by=by,
        now=now,
    )


def a_handover_is_taken_back(life: Life) -> None:
    row = life.one(Handover.objects.all())
    if row is not None:
        end_early(handover=row, version=life.seen(row.version), by=life.by())


def an_item_gets_an_owner(life: Life) -> None:
    """Name a person in an item, as a table would: there is something to hand over then."""
    task = life.item(TaskState.ISSUED)
    if task is None or Involvement.objects.filter(task=task, role=InvolvementRole.OWNER).exists():
        return
    rows = Involvement.objects.on(life.today).filter(task=task, group__isnull=True).order_by("position", "pk")
    parties = [
        PartyDraft(
            InvolvementRole(row.role),
            row.as_written,
            department_id=row.department_id,
            post_id=row.post_id,
            person_id=row.person_id,
        )
        for row in rows
    ]
    owner = life.person(life.any((life.cast.clerk, life.cast.head)))
    parties.append(PartyDraft(InvolvementRole.OWNER, owner.name, person_id=owner.pk))
    change = TaskChange(task_id=task.pk, version=task.version, parties=tuple(parties))
    change_tasks(plan=life.plan, changes=[change], by=life.by(), now=at(life.today))


def the_rules_change(life: Life) -> None:
    settings = {
        "sign_off": life.pick(2) == 0,
        "grace_days": life.pick(3),
        "extension_chain": life.any(([], ["head", "office"], ["head", "leader", "office"])),
        "look_back_days": life.any((0, 10)),
        "behind_points": life.any((5, 10, 20)),
        "due_soon_days": life.any((3, 7, 14)),
    }
    set_rules(plan=life.plan, valid_from=life.today, settings=settings, version=None, by=life.by(), now=at(life.today))


def a_round_is_closed_or_opened_again(life: Life) -> None:
    row = life.one(ReportingRound.objects.filter(plan=life.plan))
    if row is None:
        return
    version, by, now = life.seen(row.version), life.by(), at(life.today)
    if life.pick(3) == 0:
        close_rounds(today=life.today, now=now)
    elif row.state == RoundState.OPEN:
        close_round(reporting_round=row, version=version, by=by, now=now)
    else:
        reopen_round(reporting_round=row, version=version, reason="补报", by=by, now=now)
