"""A sample year replayed by its story: rounds, reports, answers and closings, each on its own day."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.choices import Door, MembershipRole
from accounts.history import Actor
from accounts.models import Department, Membership, Person, User
from projects import planning
from projects.calendars import workdays_for
from projects.choices import DateKind, InvolvementRole
from projects.models import Involvement, Milestone, Plan, TargetItem, Task
from projects.workdays import Workdays
from seeds.conduct import Extension, extensions
from seeds.moments import at_work
from seeds.story import Story
from seeds.telling import Item, tell
from tracker.bulletins.periods import month
from tracker.bulletins.writing import Words, begin_bulletin, publish_bulletin
from tracker.choices import BulletinAnnex, ReceiptState
from tracker.facts import task_facts
from tracker.light_log import note_lights
from tracker.models import Owed, ProgressReport, Receipt, ReportingRound
from tracker.receipts import Seen, sign
from tracker.reporting import Submission, accept_reports, return_report, submit_reports
from tracker.rounds import open_rounds

REPORTING_DAYS = 9
RETURNED_BECAUSE = "请写明已完成的数量和未完成部分的办理时限。"
MASTHEAD, COPIES = "督查通报", "委领导，各科室、各片区。"
YEAR_OVER = "年度结束，未尽事宜转入下一年度。"


@dataclass(frozen=True, slots=True)
class Year:
    """An issued plan on its way through the year; `reporters` tells who writes for a unit about an item.

    The office writes down the accounts of those who have no sign-in.
    """

    plan: Plan
    until: date
    now: datetime
    office: User
    tasks: dict[int, Task]
    items: dict[int, Item]
    departments: dict[int, Department]
    reporters: dict[tuple[int, int], Person]
    sign_ins: dict[int, User]
    workdays: Workdays
    closed: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)

    def moment(self, day: date) -> datetime:
        return at_work(day, now=self.now)

    def by_office(self, day: date) -> Actor:
        return Actor(self.office, Door.COMMAND, day)


def replay(*, plan: Plan, story: Story, office: User, until: date, now: datetime) -> None:
    """Let happen what the story says of the issued plan, from its issue to the end of `until`."""
    year = _begin(plan, story, office, until, now)
    _sign(year)
    for first, last in _months(plan.issued_on or until, until):
        for made in open_rounds(today=first):
            if made.plan_id == plan.pk:
                _play(year, made, last)
        _tell(year, first, last)


def _tell(year: Year, first: date, last: date) -> None:
    """Publish the bulletin of the month before the last, and leave that of the running month to be written on."""
    running = last == year.until
    if not running and (last + timedelta(days=1)).replace(day=1) != year.until.replace(day=1):
        return
    by = year.by_office(last if running else year.workdays.on_or_before(last))
    row = begin_bulletin(plan=year.plan, period=month(first.year, first.month), by=by)
    if not running:
        words = Words(row.title, MASTHEAD, row.issuer, COPIES, BulletinAnnex.ALL, texts={})
        publish_bulletin(bulletin=row, version=row.version, words=words, by=by)


def _sign(year: Year) -> None:
    """Let every unit sign for its share on the working day after the issue; one stays unsigned to be seen."""
    day = year.workdays.add(year.plan.issued_on or year.until, 1)
    waiting = Receipt.objects.filter(plan=year.plan, state=ReceiptState.WAITING).order_by("department", "pk")
    by_unit: defaultdict[int, list[Seen]] = defaultdict(list)
    for row in waiting:
        by_unit[row.department_id].append(Seen(row.pk, row.version))
    units = sorted(by_unit)
    if day > year.until:
        return
    for unit in units[:-1] if len(units) > 1 else units:
        person = Membership.objects.on(day).filter(department=unit, person__user__isnull=False).order_by("pk").first()
        user = person.person.user if person else year.office
        sign(seen=by_unit[unit], by=Actor(user, Door.COMMAND, day), now=year.moment(day))


def finish_year(*, plan: Plan, story: Story, office: User, now: datetime) -> None:
    """Let an issued plan of the past be over: steps done on their days, every item closed by the year's end.

    Nobody reports: what was published of such a year holds no monthly accounts.
    """
    over = date(plan.year, 12, 31)
    year = _begin(plan, story, office, over, now)
    marks: defaultdict[date, dict[int, dict[int, date | None]]] = defaultdict(lambda: defaultdict(dict))
    for task, item in year.items.items():
        for step, day in item.steps_done(over).items():
            marks[day][task][step] = day
    for day in sorted(marks):
        planning.mark_milestones_of(done=marks[day], by=year.by_office(day), now=year.moment(day))
    closings = {task: item.closed_on(over) for task, item in year.items.items()}
    for task, closing in sorted(closings.items(), key=lambda each: (each[1] or over, each[0])):
        day, reason = closing or over, "" if closing else YEAR_OVER
        planning.close_task(task=year.tasks[task], on=day, reason=reason, by=year.by_office(day), now=year.moment(day))


def _begin(plan: Plan, story: Story, office: User, until: date, now: datetime) -> Year:
    tasks = {task.pk: task for task in Task.objects.filter(plan=plan).order_by("pk")}
    facts, lists = task_facts(list(tasks)), _lists(plan)
    users = User.objects.filter(organization=plan.organization_id)
    return Year(
        plan=plan,
        until=until,
        now=now,
        office=office,
        tasks=tasks,
        items={pk: Item(facts[pk], story.lines[int(task.number)], lists[pk]) for pk, task in tasks.items()},
        departments={each.pk: each for each in Department.objects.filter(organization=plan.organization_id)},
        reporters=_reporters(plan),
        sign_ins={user.person_id: user for user in users if user.person_id},
        workdays=workdays_for(plan.organization_id),
    )


def _lists(plan: Plan) -> defaultdict[int, dict[int, tuple[int, ...]]]:
    """Return the ids of what is to be ticked, by item and target."""
    lists: defaultdict[int, dict[int, tuple[int, ...]]] = defaultdict(dict)
    rows = TargetItem.objects.filter(target__task__plan=plan).order_by("target", "position")
    for pk, target, task in rows.values_list("pk", "target_id", "target__task_id"):
        lists[task][target] = (*lists[task].get(target, ()), pk)
    return lists


def _reporters(plan: Plan) -> dict[tuple[int, int], Person]:
    """Return who reports, by item and leading unit: the owner where a member, else the unit's first clerk or head."""
    members: defaultdict[int, list[Person]] = defaultdict(list)
    memberships = Membership.objects.filter(organization=plan.organization_id).select_related("person")
    for each in sorted(memberships, key=lambda row: (row.role != MembershipRole.CLERK, row.pk)):
        members[each.department_id].append(each.person)
    parties = Involvement.objects.filter(task__plan=plan).order_by("position")
    owners: defaultdict[int, list[int | None]] = defaultdict(list)
    for party in parties.filter(role=InvolvementRole.OWNER):
        owners[party.task_id].append(party.person_id)
    leading = parties.filter(role=InvolvementRole.LEAD, department__isnull=False).values_list("task_id", "department")
    return {
        (task, unit): min(members[unit], key=lambda person: person.pk not in owners[task]) for task, unit in leading
    }


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each month between the two days, both included."""
    while first <= last:
        after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(after - timedelta(days=1), last)
        first = after


def _play(year: Year, made: ReportingRound, last: date) -> None:
    """Let one round pass until `last`: reports and their answers by day, then closings."""
    latest = last == year.until
    reporting: defaultdict[date, list[tuple[int, int]]] = defaultdict(list)
    for task, unit in Owed.objects.filter(round=made).order_by("pk").values_list("task_id", "department_id"):
        if not (latest and year.items[task].line.conduct.answer == "silent"):
            reporting[_report_day(year, year.items[task], made, last)].append((task, unit))
    extending = _extensions_by_day(year, made, last)
    closing = {max(day, made.opened_on) for item in year.items.values() if (day := item.closed_on(last))}
    for day in sorted({*reporting, *extending, *closing}):
        _extend(year, extending[day], day)
        _report(year, made, [pair for pair in reporting[day] if pair[0] not in year.closed], day, latest=latest)
        _close(year, day)
        # What a day did to the lights is seen on the next morning.
        note_lights(today=min(day + timedelta(days=1), year.until))


def _report_day(year: Year, item: Item, made: ReportingRound, last: date) -> date:
    """Return when the item is reported on: one of three days before the cut-off, but not before a step is done."""
    end = min(made.cutoff_on, last)
    begin = max(made.opened_on, end - timedelta(days=REPORTING_DAYS))
    days = [year.workdays.on_or_before(begin + (end - begin) * part // 2) for part in range(3)]
    done = max((day for day in item.steps_done(last).values() if day >= made.opened_on), default=None)
    if done is None:
        return max(begin, days[item.line.number % 3])
    return next((max(begin, day) for day in days if day >= done), max(end, done))


def _report(year: Year, made: ReportingRound, owed: list[tuple[int, int]], day: date, *, latest: bool) -> None:
    """Report on items, then answer; in the latest round some wait for an answer and some are returned."""
    submissions: defaultdict[User, list[Submission]] = defaultdict(list)
    for task, unit in owed:
        person = year.reporters[task, unit]
        submission = _submission(year, made, task, unit, day, latest=latest)
        submissions[year.sign_ins.get(person.pk, year.office)].append(submission)
    now = year.moment(day)
    answers: defaultdict[str, list[ProgressReport]] = defaultdict(list)
    for user, given in submissions.items():
        for report in submit_reports(submissions=given, by=Actor(user, Door.COMMAND, day), now=now):
            answers[year.items[report.task_id].line.conduct.answer if latest else "reported"].append(report)
    for report in answers.pop("returned", []):
        return_report(report=report, reason=RETURNED_BECAUSE, by=year.by_office(day), now=now)
    answers.pop("waiting", None)
    accepted = [report for reports in answers.values() for report in reports]
    if accepted:
        accept_reports(reports=accepted, by=year.by_office(day), now=now)
        year.marked.update(step for report in accepted for step in year.items[report.task_id].steps_done(day))


def _submission(year: Year, made: ReportingRound, task: int, unit: int, day: date, *, latest: bool) -> Submission:
    item = year.items[task]
    unchanged = latest and item.line.conduct.answer == "unchanged"
    return Submission(
        task=year.tasks[task],
        department=year.departments[unit],
        reporting_round=made,
        account=tell(item, day, month=made.starts_on.month, known=year.marked, unchanged=unchanged),
        person=year.reporters[task, unit],
        token=f"sample-{made.pk}-{task}-{unit}",
    )


def _extensions_by_day(year: Year, made: ReportingRound, last: date) -> defaultdict[date, list[tuple[int, Extension]]]:
    granted: defaultdict[date, list[tuple[int, Extension]]] = defaultdict(list)
    for task, item in year.items.items():
        for extension in extensions(item.line.conduct, item.dues, today=year.until):
            if made.opened_on <= extension.on <= last:
                granted[extension.on].append((task, extension))
    return granted


def _extend(year: Year, granted: list[tuple[int, Extension]], day: date) -> None:
    for task, extension in granted:
        item = year.items[task]
        planning.move_milestone(
            milestone=Milestone.objects.select_related("task").get(pk=item.facts.milestones[extension.step - 1].id),
            kind=DateKind.EXTENDED,
            due_on=extension.due,
            reason=item.line.problems,
            by=year.by_office(day),
            now=year.moment(day),
        )


def _close(year: Year, day: date) -> None:
    """Close what is to be closed by `day`, as far as the office knows that every step is done."""
    for task, item in year.items.items():
        if task not in year.closed and item.closed_on(day) and year.marked.issuperset(item.steps_done(day)):
            planning.close_task(task=year.tasks[task], on=day, by=year.by_office(day), now=year.moment(day))
            year.closed.add(task)
