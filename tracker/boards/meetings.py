"""Meetings as pages show them: the list, the agenda before and after the opening, one item on the big screen."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.access import Reach, require_office
from accounts.days import day_words
from accounts.models import PostHolding
from projects.access import plans_for
from projects.choices import PlanState, TaskState
from projects.models import Plan, Task
from tracker.access import agenda_for, decisions_for, meetings_for, reads_minutes, sits_in
from tracker.boards.directives import LEADING, DirectiveLine, directive_lines
from tracker.boards.lines import Line, lines_of
from tracker.boards.obstacles import ObstacleLine, obstacles_of
from tracker.choices import DirectiveState, MeetingState, ObstacleState
from tracker.directives import UNSETTLED
from tracker.lights import Light
from tracker.meetings.agenda import Stood, earlier_decisions, stood
from tracker.models import AgendaItem, Decision, DecisionDraft, Directive, Meeting, Minutes
from tracker.sentences import light_text

ROWS = 50


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """A meeting in the list with what it decided, as far as the reader sees it."""

    row: Meeting
    decided: int
    settled: int


@dataclass(frozen=True, slots=True)
class Called:
    """One item of the agenda: how it stands, or stood at the opening, and what was decided on it."""

    row: AgendaItem
    told: Stood | AgendaItem
    decisions: tuple[DirectiveLine, ...]

    @property
    def light_word(self) -> str:
        light = Light(self.told.light) if self.told.light else None
        return light_text(light, days_late=self.told.days_late)


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting for one reader. `before` is what the last one decided and what is unsettled of those before it."""

    row: Meeting
    agenda: tuple[Called, ...]
    left_out: tuple[Called, ...]
    before: tuple[DirectiveLine, ...]
    decisions: tuple[DirectiveLine, ...]
    minutes: Minutes | None
    editions: int
    sits: bool
    runs: bool
    reads_minutes: bool

    @property
    def settled_before(self) -> int:
        return sum(line.state == DirectiveState.SETTLED for line in self.before)


@dataclass(frozen=True, slots=True)
class OnScreen:
    """One item at its turn: `others` were decided earlier and stand, `decisions` in this very meeting."""

    row: AgendaItem
    line: Line
    place: int
    places: int
    previous_id: int | None
    next_id: int | None
    obstacles: tuple[ObstacleLine, ...]
    decisions: tuple[DirectiveLine, ...]
    others: tuple[DirectiveLine, ...]
    draft: DecisionDraft | None

    @property
    def meeting(self) -> Meeting:
        return self.row.meeting

    @property
    def open(self) -> bool:
        return self.meeting.state == MeetingState.OPEN

    @property
    def in_work(self) -> bool:
        return self.row.task.state == TaskState.ISSUED


def meetings(reach: Reach, *, number: int = 1, today: date) -> tuple[tuple[MeetingLine, ...], Page[Meeting]]:
    """Return one page of the list, the latest first, in a fixed number of queries."""
    rows = meetings_for(reach, today=today).order_by("-day", "-pk")
    page = Paginator(rows, ROWS).get_page(number)
    shown = list(page.object_list)
    counts = decisions_for(reach, today=today).filter(meeting__in=shown).order_by().values("meeting")
    stands = ~Q(directive__state=DirectiveState.WITHDRAWN)
    settled = Q(directive__state=DirectiveState.SETTLED)
    told = {
        each["meeting"]: each
        for each in counts.annotate(decided=Count("pk", filter=stands), settled=Count("pk", filter=settled))
    }
    none = {"decided": 0, "settled": 0}
    lines = (MeetingLine(row, told.get(row.pk, none)["decided"], told.get(row.pk, none)["settled"]) for row in shown)
    return tuple(lines), page


def plans_to_meet_on(reach: Reach, *, today: date) -> QuerySet[Plan]:
    """Return the issued plans a meeting can be on; only the office prepares one."""
    require_office(reach)
    return plans_for(reach, today=today).filter(state=PlanState.ISSUED).order_by("-year", "-pk")


def chairs(organization_id: int | None, *, today: date) -> tuple[PostHolding, ...]:
    """Return who may chair: those who hold a leading post, the main leader first."""
    rows = PostHolding.objects.on(today).filter(organization=organization_id, post__rank__in=LEADING)
    found: dict[int, PostHolding] = {}
    for holding in rows.select_related("post", "person").order_by("post__position", "pk"):
        found.setdefault(holding.person_id, holding)
    return tuple(found.values())


def meeting_view(row: Meeting, reach: Reach, *, today: date) -> MeetingView:
    """Read one meeting in a fixed number of queries."""
    decided = list(_decided(decisions_for(reach, today=today).filter(meeting=row)))
    lines = directive_lines([each.directive for each in decided], reach, today=today)
    by_item: defaultdict[int, tuple[DirectiveLine, ...]] = defaultdict(tuple)
    for each, line in zip(decided, lines, strict=True):
        by_item[each.item_id] += (line,)
    items = list(agenda_for(reach, today=today).filter(meeting=row).order_by("position", "pk"))
    told = _told(row, items, today=today)
    called = [Called(item, told[item.pk], by_item[item.pk]) for item in items]
    sits, whole = sits_in(reach), reads_minutes(reach)
    editions = list(row.minutes.defer("content").order_by("-edition")) if whole else []
    return MeetingView(
        row=row,
        agenda=tuple(each for each in called if not each.row.left_out),
        left_out=tuple(each for each in called if each.row.left_out),
        before=_before(row, reach, today=today) if sits else (),
        decisions=lines,
        minutes=editions[0] if editions else None,
        editions=len(editions),
        sits=sits,
        runs=reach.office,
        reads_minutes=whole,
    )


def _decided(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    return rows.select_related("directive__department", "directive__task__plan").order_by("item__position", "pk")


def _told(row: Meeting, items: Collection[AgendaItem], *, today: date) -> Mapping[int, Stood | AgendaItem]:
    if row.state != MeetingState.PREPARED:
        return {item.pk: item for item in items}
    told = stood(row.plan, [item.task_id for item in items], today=today)
    return {item.pk: told[item.task_id] for item in items}


def _before(row: Meeting, reach: Reach, *, today: date) -> tuple[DirectiveLine, ...]:
    seen = set(decisions_for(reach, today=today).values_list("pk", flat=True))
    rows = [each.directive for each in earlier_decisions(row.plan_id, before=row) if each.pk in seen]
    return directive_lines(rows, reach, today=today)


def on_screen(item: AgendaItem, reach: Reach, *, today: date) -> OnScreen:
    """Read one item at its turn in a fixed number of queries."""
    turns = agenda_for(reach, today=today).filter(meeting=item.meeting, left_out=False).order_by("position", "pk")
    order = list(turns.values_list("pk", flat=True))
    place = order.index(item.pk)
    rows = list(Directive.objects.filter(task=item.task_id).select_related("task", "department").order_by("pk"))
    here = set(Decision.objects.filter(item=item).values_list("directive", flat=True))
    mine = [row for row in rows if row.pk in here and row.state != DirectiveState.WITHDRAWN]
    others = [row for row in rows if row.pk not in here and row.state in UNSETTLED]
    told = directive_lines([*mine, *others], reach, today=today)
    return OnScreen(
        row=item,
        line=lines_of([item.task], today=today)[0],
        place=place + 1,
        places=len(order),
        previous_id=order[place - 1] if place else None,
        next_id=order[place + 1] if place + 1 < len(order) else None,
        obstacles=tuple(
            line for line in obstacles_of(item.task, reach, today=today) if line.obstacle.state == ObstacleState.OPEN
        ),
        decisions=told[: len(mine)],
        others=told[len(mine) :],
        draft=DecisionDraft.objects.filter(item=item, user=reach.user_id).first(),
    )


def item_by_number(row: Meeting, number: str) -> Task | None:
    """Return the item of the meeting's plan with this number in the table."""
    shown = Task.objects.filter(plan=row.plan_id, state__in=(TaskState.ISSUED, TaskState.SUSPENDED))
    return shown.filter(number=number.strip()).first()


@dataclass(frozen=True, slots=True)
class Agreed:
    """A decision as the minutes say it."""

    text: str
    unit: str
    due: str


@dataclass(frozen=True, slots=True)
class MinutesItem:
    number: str
    title: str
    stood: str
    agreed: tuple[Agreed, ...]


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the minutes are made of: the items as they stood at the opening, the decisions in the words of the day."""

    row: Meeting
    day: str
    issuer: str
    before: int
    settled: int
    items: tuple[MinutesItem, ...]


def minutes_facts(row: Meeting) -> MinutesFacts:
    """Gather what the meeting talked about; withdrawn decisions aren't told."""
    stands = Decision.objects.exclude(directive__state=DirectiveState.WITHDRAWN).order_by("pk")
    items = row.items.filter(left_out=False).order_by("position", "pk")
    before = earlier_decisions(row.plan_id, before=row)
    return MinutesFacts(
        row=row,
        day=day_words(row.day),
        issuer=row.organization.name,
        before=len(before),
        settled=sum(each.directive.state == DirectiveState.SETTLED for each in before),
        items=tuple(
            MinutesItem(
                number=item.number,
                title=item.title,
                stood=Called(item, item, ()).light_word + (f"，{item.why}" if item.why else ""),
                agreed=tuple(
                    Agreed(each.text, each.unit_name, day_words(each.due_on, year=row.day.year))
                    for each in item.decisions.all()
                ),
            )
            for item in items.prefetch_related(Prefetch("decisions", stands))
        ),
    )
