"""Races over what is handed down: clerks above hand it to one office, take it back, and several below answer it at one moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from accounts.choices import Role
from accounts.history import Actor
from accounts.models import HistoryEntry, Organization, User
from accounts.registering import create_user, grant
from projects.choices import HandDownState, InvolvementRole
from projects.drafts import PartyDraft
from projects.handing_down import GOING, hand_down
from projects.models import HandDown, Plan, Task
from projects.planning import add_tasks, archive_plan, create_plan, issue_plan
from tests.cast import JANUARY, PASSWORD, TODAY, firms
from tests.family import make_child
from tests.faults.racecourse import MOST, NOW, Answer, Door, Ground, Race

PEOPLE = 5
"""Of an office who come at once; no divisor of how many ways there are, so that each comes by each way."""
SAYS = {
    HandDownState.TAKEN: ("已接收", '"state":"taken"'),
    HandDownState.DECLINED: ("已退回", '"state":"declined"'),
    HandDownState.WITHDRAWN: ("已收回", '"state":"withdrawn"'),
}
"""What of an answer a page and the API tell the others."""
FROM_ABOVE = '"from":'
"""Stands in what the API tells below, and in nothing else."""

type Way = Callable[[int], Door]


@dataclass(frozen=True)
class Handed:
    """Offers to one office, and the empty plan into which it takes them."""

    rows: Sequence[HandDown]
    plan: Plan

    def taken(self) -> list[Task]:
        return list(Task.objects.filter(plan=self.plan).select_related("section").order_by("pk"))

    def stands(self) -> list[str]:
        """Return what was said by those who answered: the heading of what was taken, or the reason."""
        headings = [task.section.title for task in self.taken() if task.section]
        answered = HandDown.objects.filter(pk__in=[row.pk for row in self.rows])
        return headings + list(answered.exclude(reason="").values_list("reason", flat=True))

    def answered_once(self) -> bool:
        """Say whether there is one answer with one entry of history and, where it was taken, one item with one number."""
        (row,) = self.rows
        row.refresh_from_db()
        entries = HistoryEntry.objects.filter(object_type="handdown", object_id=row.pk).exclude(
            action="handdown.offered"
        )
        made = [(task.pk, task.number) for task in self.taken()]
        wanted = [(row.taken_as_id, "1")] if row.state == HandDownState.TAKEN else []
        return made == wanted and row.version == 2 and entries.count() == 1

    def numbered_once(self) -> bool:
        """Say whether each is an item of its own and they count from one, without a gap."""
        made = self.taken()
        numbers = sorted(int(task.number) for task in made)
        taken = HandDown.objects.filter(taken_as__in=made).count()
        return numbers == [*range(1, len(made) + 1)] and taken == len(made) == len({task.position for task in made})

    def told(self, words: str, stands: Sequence[str], answer: Answer) -> bool:
        """Say whether a loser has its own words and learns which answer stands; the API has nothing below that was withdrawn."""
        (row,) = self.rows
        row.refresh_from_db()
        status, text = answer
        state = HandDownState(row.state)
        if state == HandDownState.WITHDRAWN and (status == 404 or FROM_ABOVE in text):
            return status == 404 and text.startswith("{")
        reasons = stands if state == HandDownState.DECLINED else ()
        return any(says in text for says in SAYS[state]) and all(said in text for said in (words, *reasons))


class Offers:
    """Two offices below the cast's own, with several people each, who come by page and by API."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.cast = ground.cast
        self.north, self.south = (make_child(self.cast.organization, code) for code in ("bei", "nan"))
        by = self.cast.actor(today=JANUARY)
        self.above = _people(self.cast.organization, "above", by)
        self.below = _people(self.north.organization, "below", by)
        self.plans: list[Plan] = []

    def races(self) -> Sequence[Callable[[], Race]]:
        return (self.hand_down_of_an_item, self.answer_from_below, self.withdrawal_of_an_offer, self.number_of_an_item)

    def hand_down_of_an_item(self) -> Race:
        """Race to hand an item to one office, alone or together with another: all whom the winner names have it, once."""
        (task,) = self._items(1)
        together = (self.north.organization.pk, self.south.organization.pk)
        named: dict[str, tuple[int, ...]] = {}

        def noting(door: Door, offices: tuple[int, ...]) -> Door:
            def hand(words: str) -> Answer:
                named[words] = offices
                return door(words)

            return hand

        def page(to: tuple[int, ...]) -> Way:
            path = f"/items/{task.pk}/hand-down/"
            return lambda n: noting(self._page(self._above(n), path, task.version, "word", to=to), to)

        def api(to: tuple[int, ...]) -> Way:
            path = f"/tasks/{task.pk}/hand-downs/"
            return lambda n: noting(self.ground.api(self._above(n), path, task.version, "word", to=to), to)

        going = HandDown.objects.filter(task=task, state__in=GOING).order_by("pk")

        def once() -> bool:
            rows = list(going.values_list("word", "to"))
            entries = HistoryEntry.objects.filter(action="handdown.offered", task_id=task.pk).count()
            return rows == [(word, office) for word in {rows[0][0]} for office in named[word]] and entries == len(rows)

        def sees(words: str, stands: Sequence[str], answer: Answer) -> bool:
            if answer[1].startswith("{"):
                return "handed_already" in answer[1] and self.north.organization.name in answer[1]
            return words in answer[1] and all(word in answer[1] for word in stands)

        doors = _mixed(page(together[:1]), api(together), page(together), api(together[:1]))
        return Race(doors, lambda: [*{row.word for row in going}], sees, once)

    def answer_from_below(self) -> Race:
        """Race to take what came from above or to send it back."""
        handed = self._handed(1)
        return Race(_mixed(*self._answers(handed)), handed.stands, handed.told, handed.answered_once)

    def withdrawal_of_an_offer(self) -> Race:
        """Race above to take an offer back and below to answer it."""
        handed = self._handed(1)
        (row,) = handed.rows
        back, path = f"/handed-down/{row.pk}/withdraw/", f"/hand-downs/{row.pk}/withdrawal/"
        take, take_by_api, decline, decline_by_api = self._answers(handed)
        doors = _mixed(
            lambda n: self._page(self._above(n), back, row.version, "reason"),
            take,
            decline_by_api,
            lambda n: self.ground.api(self._above(n), path, row.version, "reason"),
            decline,
            take_by_api,
        )
        return Race(doors, handed.stands, handed.told, handed.answered_once)

    def number_of_an_item(self) -> Race:
        """Take several offers into one plan, each by one person: all are taken, and each gets a number of its own."""
        handed = self._handed(MOST)
        doors = [self._takes(handed.plan, row)[n % 2](n) for n, row in enumerate(handed.rows)]
        return Race(doors, handed.stands, once=handed.numbered_once, all_win=True)

    def _answers(self, handed: Handed) -> tuple[Way, Way, Way, Way]:
        (row,) = handed.rows
        below, path = f"/from-above/{row.pk}/decline/", f"/from-above/{row.pk}/declining/"
        return (
            *self._takes(handed.plan, row),
            lambda n: self._page(self._below(n), below, row.version, "reason"),
            lambda n: self.ground.api(self._below(n), path, row.version, "reason"),
        )

    def _takes(self, plan: Plan, row: HandDown) -> tuple[Way, Way]:
        page, path, unit = f"/from-above/{row.pk}/", f"/from-above/{row.pk}/taking/", self.north.unit.pk
        return (
            lambda n: self._page(self._below(n), page, row.version, "heading", plan=plan.pk, lead=unit),
            lambda n: self.ground.api(self._below(n), path, row.version, "category", plan=plan.pk, department=unit),
        )

    def _page(self, user: User, url: str, version: int, name: str, /, **fields: object) -> Door:
        return self.ground.page(user, url, version, name, htmx=False, **fields)

    def _above(self, number: int) -> User:
        return self.above[number % PEOPLE]

    def _below(self, number: int) -> User:
        return self.below[number % PEOPLE]

    def _items(self, count: int) -> list[Task]:
        """Issue a plan with some items; those of earlier races are put away, or every page would list them."""
        while self.plans:
            archive_plan(plan=self.plans.pop(), by=self.cast.actor())
        plan = self._plan(self.cast.organization)
        lead = PartyDraft(InvolvementRole.LEAD, "招商科", department_id=self.cast.investment.pk)
        drafts = [replace(firms(self.cast), number=f"{place}", parties=(lead,)) for place in range(1, count + 1)]
        add_tasks(plan=plan, drafts=drafts, by=self.cast.actor(), now=NOW)
        issue_plan(plan=plan, on=TODAY, by=self.cast.actor(), now=NOW)
        return list(Task.objects.filter(plan=plan).order_by("position"))

    def _handed(self, count: int) -> Handed:
        by, to = self.cast.actor(), [self.north.organization]
        rows = [hand_down(task=task, version=task.version, to=to, by=by, now=NOW)[0] for task in self._items(count)]
        return Handed(rows, self._plan(self.north.organization))

    def _plan(self, organization: Organization) -> Plan:
        made = create_plan(
            organization=organization, year=2026, title=f"交办{self.ground.token()}", by=self.cast.actor(), now=NOW
        )
        self.plans.append(made)
        return made


def _mixed(*ways: Way) -> list[Door]:
    return [ways[number % len(ways)](number) for number in range(len(ways) * PEOPLE)]


def _people(organization: Organization, name: str, by: Actor) -> list[User]:
    made = []
    for place in range(PEOPLE):
        user = create_user(username=f"{name}-{place}", password=PASSWORD, organization=organization, by=by)
        grant(user=user, organization=organization, role=Role.OFFICE, from_on=JANUARY, by=by)
        made.append(user)
    return made
