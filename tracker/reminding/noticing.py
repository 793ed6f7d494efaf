"""What happens is told at once: rows of the reminder record, written in the transaction of the operation that causes them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.history import Actor
from projects.choices import TaskState
from projects.models import Task
from tracker.choices import ExtensionState, NoticeStep, SubjectKind
from tracker.models import Closure, Directive, Extension, Obstacle, ProgressReport, Reminder, SupportPart, Urging
from tracker.reminding.due import Audience, Event, Recipient
from tracker.reminding.hours import hours_of
from tracker.reminding.notices import Notice, events
from tracker.reminding.recipients import Recipients, columns_of_recipient, recipients_of

Whom = Callable[[Recipients], Mapping[Audience, tuple[Recipient, ...]]]


@dataclass(frozen=True, slots=True)
class _Matter:
    """Something that happened to a subject: whom it concerns, the units to look them up in, and what is said of it.

    `cycle` tells two such happenings to one subject apart.
    """

    kind: SubjectKind
    id: int
    step: NoticeStep
    task_id: int
    units: Collection[int | None]
    whom: Whom
    said: Mapping[str, str | int]
    cycle: int = 1


def report_returned(*, report: ProgressReport, reason: str, by: Actor, now: datetime) -> None:
    """Tell who wrote it and whoever owes it again; its cycle is the version that the return made."""
    matter = _Matter(
        SubjectKind.REPORT,
        report.pk,
        NoticeStep.RETURNED,
        report.task_id,
        (report.department_id,),
        _author(report, report.person_id or _person_of(report)),
        {
            "round": report.round.key,
            "said": reason,
            "who": by.name,
            **({"owed": report.owed_id} if report.owed_id else {}),
        },
        report.version,
    )
    _tell([matter], by=by, now=now)


def obstacle_raised(*, obstacle: Obstacle, again: str = "", by: Actor, now: datetime) -> None:
    """Tell whoever is to answer; `again` is the line with which they are asked once more."""
    person, unit = obstacle.answering_person_id, obstacle.answering_department_id
    whom = _unit(obstacle.task_id, unit) if unit else _person(Audience.OWNER, person)
    said = {"unit": obstacle.department.name, "said": again or obstacle.text, "day": obstacle.due_on.isoformat()}
    step = NoticeStep.AGAIN if again else NoticeStep.RAISED
    _tell([_follow_up(SubjectKind.OBSTACLE, obstacle, step, unit, whom, said)], by=by, now=now)


def obstacle_answered(*, obstacle: Obstacle, by: Actor, now: datetime) -> None:
    said = {"said": obstacle.answer, "who": by.name}
    whom = _author(obstacle, _person_of(obstacle))
    unit = obstacle.department_id
    _tell([_follow_up(SubjectKind.OBSTACLE, obstacle, NoticeStep.ANSWERED, unit, whom, said)], by=by, now=now)


def directive_given(*, directive: Directive, again: str = "", by: Actor, now: datetime) -> None:
    """Tell the unit; `again` is the line with which it is asked once more."""
    said = {
        "who": directive.leader_name,
        "unit": directive.department.name,
        "said": again or directive.text,
        "day": directive.due_on.isoformat(),
    }
    unit, step = directive.department_id, NoticeStep.AGAIN if again else NoticeStep.GIVEN
    whom = _unit(directive.task_id, unit)
    _tell([_follow_up(SubjectKind.DIRECTIVE, directive, step, unit, whom, said)], by=by, now=now)


def directive_answered(*, directive: Directive, by: Actor, now: datetime) -> None:
    """Tell the leader; where nobody reads that sign-in, who wrote the line down."""
    said = {"who": directive.leader_name, "unit": directive.department.name, "said": directive.answer}
    leader, recorder = directive.leader_id, _person_of(directive)

    def whom(people: Recipients) -> Mapping[Audience, tuple[Recipient, ...]]:
        found = people.of_person(leader)
        return {Audience.LEADER: found} if found else {Audience.OFFICE: people.of_person(recorder)}

    _tell([_follow_up(SubjectKind.DIRECTIVE, directive, NoticeStep.ANSWERED, None, whom, said)], by=by, now=now)


def urged(*, urgings: Sequence[Urging], by: Actor, now: datetime) -> None:
    """Tell whoever owes and the unit's heads, in the office's words; each urging is its own subject."""
    matters = [
        _Matter(
            SubjectKind.URGING,
            row.pk,
            NoticeStep.URGED,
            row.task_id,
            (row.department_id,),
            _unit(row.task_id, row.department_id) if row.department_id else _person(Audience.OWNER, row.person_id),
            {"said": row.text, "who": row.author_name},
        )
        for row in urgings
    ]
    _tell(matters, by=by, now=now)


def parts_asked(*, parts: Sequence[SupportPart], by: Actor, now: datetime) -> None:
    matters = [
        _Matter(
            SubjectKind.PART,
            row.pk,
            NoticeStep.ASKED,
            row.task_id,
            (row.department_id,),
            _unit(row.task_id, row.department_id),
            {
                "unit": row.asking_department.name if row.asking_department else row.asker_name,
                "said": row.question,
                "day": row.due_on.isoformat() if row.due_on else by.today.isoformat(),
            },
        )
        for row in parts
    ]
    _tell(matters, by=by, now=now)


def extension_decided(*, extension: Extension, reason: str, by: Actor, now: datetime) -> None:
    """Tell the unit that asked for a later day whether it has it."""
    granted = extension.state == ExtensionState.GRANTED
    day: date = extension.to_on if granted else extension.from_on
    matter = _Matter(
        SubjectKind.EXTENSION,
        extension.pk,
        NoticeStep.GRANTED if granted else NoticeStep.REFUSED,
        extension.task_id,
        (extension.department_id,),
        _author(extension, _person_of(extension)),
        {"step": str(extension.milestone), "said": reason, "who": by.name, "day": day.isoformat()},
    )
    _tell([matter], by=by, now=now)


def closing_returned(*, closure: Closure, by: Actor, now: datetime) -> None:
    unit = closure.department_id
    matter = _Matter(
        SubjectKind.CLOSURE,
        closure.pk,
        NoticeStep.RETURNED,
        closure.task_id,
        (unit,),
        _author(closure, _person_of(closure)),
        {"said": closure.reason, "who": by.name},
    )
    _tell([matter], by=by, now=now)


def _follow_up(
    kind: SubjectKind,
    row: Obstacle | Directive,
    step: NoticeStep,
    unit: int | None,
    whom: Whom,
    said: Mapping[str, str],
) -> _Matter:
    return _Matter(kind, row.pk, step, row.task_id, (unit,), whom, said, row.cycle)


def _unit(task_id: int, department_id: int) -> Whom:
    return lambda people: people.of_unit(task_id, department_id)


def _author(row: ProgressReport | Obstacle | Extension | Closure, person_id: int | None) -> Whom:
    return lambda people: people.of_author(person_id, row.task_id, row.department_id or 0)


def _person(audience: Audience, person_id: int | None) -> Whom:
    return lambda people: {audience: people.of_person(person_id)}


def _person_of(row: ProgressReport | Obstacle | Directive | Extension | Closure) -> int | None:
    return row.user.person_id if row.user else None


def _tell(matters: Iterable[_Matter], *, by: Actor, now: datetime) -> None:
    """Write the rows in a fixed number of statements; nothing is told of items that aren't open."""
    listed = list(matters)
    moment = timezone.localtime(now)
    hours = hours_of({each.task_id for each in listed}, on=moment.date())
    told = [each for each in listed if hours.tasks[each.task_id].state == TaskState.ISSUED]
    if not told:
        return
    people = recipients_of(
        {each.task_id for each in told},
        set(hours.workdays),
        today=moment.date(),
        units={unit for each in told for unit in each.units if unit},
    )
    besides = by.user.person_id if by.user else None
    rows = []
    for each in told:
        task = hours.tasks[each.task_id]
        notice = Notice(each.kind, each.id, each.cycle, each.step, each.whom(people))
        rules, workdays = hours.rules[task.plan_id], hours.workdays[task.organization_id]
        rows += [_row(each, task, event) for event in events(notice, rules, workdays, moment, besides=besides)]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _row(matter: _Matter, task: Task, event: Event) -> Reminder:
    params: dict[str, Any] = {"number": task.number, "title": task.title, **matter.said}
    recipient, person_id, department_id = columns_of_recipient(event.recipient)
    return Reminder(
        organization_id=task.organization_id,
        subject_kind=matter.kind,
        subject_id=matter.id,
        cycle=matter.cycle,
        step=event.step,
        recipient=recipient,
        person_id=person_id,
        department_id=department_id,
        task=task,
        audience=event.audience,
        state=event.state,
        params=params,
        tell_at=event.tell_at,
        raised_at=timezone.now(),
    )
