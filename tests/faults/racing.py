"""One database's part of `races`: writers over one version at one moment, by page, by API and in bulk, each with a connection."""

import logging
import random
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import django
import orjson
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

django.setup()

from accounts.models import User  # noqa: E402  # models exist only after setup
from projects.models import Plan, Task  # noqa: E402
from projects.planning import mark_milestones  # noqa: E402
from tests import services  # noqa: E402
from tests.cast import TODAY, Cast, at, issued_plan, make_cast  # noqa: E402
from tests.tracker.api.calling import Program, program  # noqa: E402
from tracker.choices import ReportState  # noqa: E402
from tracker.closing import Statement, ask_closing, withdraw_closing  # noqa: E402
from tracker.directives import give_directive  # noqa: E402
from tracker.models import Closure, Directive, Obstacle, Owed, ProgressReport  # noqa: E402
from tracker.obstacles import raise_obstacle  # noqa: E402
from tracker.reporting import Account, submit_report  # noqa: E402
from tracker.rounds import open_rounds  # noqa: E402

SEED = 20260624
MOST = 8
NOW = at(TODAY)

type Answer = tuple[int, str]
type Door = Callable[[str], Answer]
"""Sends a writer's words over the version that was seen, and returns the status with the text that came back."""


@dataclass
class Result:
    """`blind`: a loser that didn't see both its own words and those that won."""

    races: int = 0
    writers: int = 0
    none_won: int = 0
    several_won: int = 0
    blind: int = 0
    lost_words: int = 0


@dataclass(frozen=True)
class Race:
    """The ways in which writers may say their words over one version, and what stands in their place afterwards."""

    doors: Sequence[Door]
    stands: Callable[[], str]


class Ground:
    """A plan on which everything that can be raced for is made anew for each race."""

    def __init__(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
        settings.API_REQUESTS_PER_MINUTE = 1_000_000
        self.cast: Cast = make_cast()
        self.plan: Plan = issued_plan(self.cast)
        open_rounds(today=TODAY)
        self.number = 0
        self.programs: dict[int, Program] = {}

    def token(self) -> str:
        self.number += 1
        return f"race-{self.number}"

    def item(self) -> Task:
        return Task.objects.select_related("plan").get(plan=self.plan, number="1")

    def page(self, user: User, url: str, version: int, name: str, /, *, htmx: bool = True, **fields: object) -> Door:
        """Press the form of a page that showed this version."""

        def press(words: str) -> Answer:
            client = Client(SERVER_NAME="localhost", headers={"HX-Request": "true"} if htmx else None)
            client.force_login(user)
            answer = client.post(url, {"version": version, name: words, **fields})
            return answer.status_code, answer.content.decode()

        return press

    def api(self, user: User, path: str, version: int, name: str, /, *, method: str = "POST", **said: object) -> Door:
        """Send the same as another system would, over the version it was told."""
        if user.pk not in self.programs:
            self.programs[user.pk] = program(self.cast, user)
        calling = replace(self.programs[user.pk], client=Client(SERVER_NAME="localhost"))

        def call(words: str) -> Answer:
            answer = calling.send(method, path, {name: words, **said}, If_Match=f'"{version}"')
            return answer.status_code, answer.content.decode()

        return call

    def return_of_a_report(self) -> Race:
        owed = Owed.objects.select_related("task", "round", "department").get(task=self.item())
        report = submit_report(
            task=owed.task,
            department=owed.department,
            reporting_round=owed.round,
            account=Account(state=ReportState.ON_PLAN, sentence="按计划推进。"),
            person=None,
            token=self.token(),
            by=self.cast.actor(self.cast.clerk),
            now=NOW,
        )

        def stands() -> str:
            return "；".join(ProgressReport.objects.get(pk=report.pk).reviews.values_list("reason", flat=True))

        seen = report.version
        doors = (
            self.page(self.cast.office, f"/reviews/{report.pk}/return/", seen, "reason"),
            self.api(self.cast.office, f"/reports/{report.pk}/reviews/", seen, "reason", decision="returned"),
        )
        return Race(doors, stands)

    def answer_to_an_obstacle(self) -> Race:
        row = raise_obstacle(
            task=self.item(),
            department=self.cast.building,
            text="供地批文没有下来",
            answerer=self.cast.economy,
            due_on=TODAY + timedelta(days=5),
            token=self.token(),
            by=self.cast.actor(self.cast.clerk),
            now=NOW,
        )
        stands = lambda: Obstacle.objects.get(pk=row.pk).answer  # noqa: E731 - what stands is one look
        return Race(self._answers(self.cast.economy_clerk, f"/obstacles/{row.pk}", row.version), stands)

    def answer_to_a_directive(self) -> Race:
        leader = self.cast.deputy.person
        assert leader is not None
        row = give_directive(
            task=self.item(),
            leader=leader,
            department=self.cast.building,
            text="请抓紧",
            due_on=TODAY + timedelta(days=5),
            token=self.token(),
            by=self.cast.actor(self.cast.deputy),
            now=NOW,
        )
        stands = lambda: Directive.objects.get(pk=row.pk).answer  # noqa: E731
        return Race(self._answers(self.cast.clerk, f"/directives/{row.pk}", row.version), stands)

    def _answers(self, user: User, path: str, version: int) -> tuple[Door, Door]:
        return (
            self.page(user, f"{path}/answer/", version, "text"),
            self.api(user, f"{path}/answers/", version, "answer"),
        )

    def return_of_a_closing(self) -> Race:
        task = self.item()
        for row in Closure.objects.filter(task=task, state="asked"):
            withdraw_closing(closure=row, version=row.version, by=self.cast.actor(self.cast.clerk), now=NOW)
        self._all_done(task)
        said = Statement(text="全部完成。", token=self.token())
        asked = ask_closing(
            task=task, department=self.cast.building, statement=said, by=self.cast.actor(self.cast.clerk), now=NOW
        )
        stands = lambda: Closure.objects.get(pk=asked.pk).reason  # noqa: E731
        path, seen = f"/closings/{asked.pk}/return/", asked.version
        doors = (
            self.page(self.cast.office, path, seen, "reason"),
            self.api(self.cast.office, path, seen, "reason"),
        )
        return Race(doors, stands)

    def _all_done(self, task: Task) -> None:
        open_steps = task.milestones.filter(done_on__isnull=True).values_list("pk", flat=True)
        done: dict[int, date | None] = dict.fromkeys(open_steps, TODAY)
        if done:
            mark_milestones(task=task, done=done, by=self.cast.actor(), now=NOW)

    def title_of_an_item(self) -> Race:
        """Race for a cell of the plan's table, a whole column of ticked rows, and the API."""
        task, table = self.item(), f"/plans/{self.plan.pk}/table/"
        stands = lambda: Task.objects.get(pk=task.pk).title  # noqa: E731
        ticked = {"row": f"{task.pk}:{task.version}"}
        doors = (
            self.page(self.cast.office, f"{table}{task.pk}/", task.version, "text", field="title"),
            self.page(self.cast.office, f"{table}column/", 0, "text", htmx=False, field="title", **ticked),
            self.api(self.cast.office, f"/tasks/{task.pk}/", task.version, "title", method="PATCH"),
        )
        return Race(doors, stands)


RACES = (
    Ground.return_of_a_report,
    Ground.answer_to_an_obstacle,
    Ground.answer_to_a_directive,
    Ground.return_of_a_closing,
    Ground.title_of_an_item,
)


def run(race: Race, writers: int, result: Result) -> None:
    """Let the writers, by all doors in turn, send at one moment; one wins, and every other answer holds both words."""
    words = [f"第{result.races}场第{place}人写的话" for place in range(writers)]
    answers: list[Answer] = [(0, "")] * writers
    start = threading.Barrier(writers)

    def write(place: int) -> None:
        send = race.doors[(result.races + place) % len(race.doors)]
        try:
            start.wait(timeout=60)
            answers[place] = send(words[place])
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(place,)) for place in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _count(race, words, answers, result)


def _count(race: Race, words: Sequence[str], answers: Sequence[Answer], result: Result) -> None:
    won = [place for place, (status, _) in enumerate(answers) if status in {200, 302}]
    result.races += 1
    result.writers += len(words)
    result.none_won += not won
    result.several_won += len(won) > 1
    stands = race.stands()
    result.lost_words += stands != words[won[0]] if won else True
    for place, (_, page) in enumerate(answers):
        if place not in won:
            result.blind += words[place] not in page or stands not in page


def main(arguments: Sequence[str]) -> None:
    # That losers are told so is what is looked for here; a line for each would hide the figures.
    for name in ("django.request", "tracker.api"):
        logging.getLogger(name).setLevel(logging.ERROR)
    chance = random.Random(SEED)
    if connection.vendor == "postgresql":
        services.wait_longer(settings.DATABASES["default"]["OPTIONS"])
    ground, result = Ground(), Result()
    for number in range(int(arguments[0])):
        run(RACES[number % len(RACES)](ground), chance.randint(2, MOST), result)
    sys.stdout.write(orjson.dumps(asdict(result)).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
