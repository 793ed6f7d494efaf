"""One database's part of `races`: writers over one version at one moment, by page, by API and in bulk, each with a connection."""

import logging
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta

import django
import orjson
from django.conf import settings
from django.db import connection

django.setup()

from accounts.models import User  # noqa: E402  # models exist only after setup
from projects.models import Task  # noqa: E402
from projects.planning import mark_milestones  # noqa: E402
from tests import services  # noqa: E402
from tests.cast import TODAY, issued_plan  # noqa: E402
from tests.faults.racecourse import MOST, NOW, Door, Ground, Race, Result, run  # noqa: E402
from tests.faults.racing_below import Offers  # noqa: E402
from tracker.choices import ReportState  # noqa: E402
from tracker.closing import Statement, ask_closing, withdraw_closing  # noqa: E402
from tracker.directives import give_directive  # noqa: E402
from tracker.models import Closure, Directive, Obstacle, Owed, ProgressReport  # noqa: E402
from tracker.obstacles import raise_obstacle  # noqa: E402
from tracker.reporting import Account, submit_report  # noqa: E402
from tracker.rounds import open_rounds  # noqa: E402

SEED = 20260624


class OneItem:
    """An item on which everything that can be raced for is made anew for each race."""

    def __init__(self, ground: Ground) -> None:
        self.cast, self.page, self.api, self.token = ground.cast, ground.page, ground.api, ground.token
        self.plan = issued_plan(self.cast)
        open_rounds(today=TODAY)

    def races(self) -> Sequence[Callable[[], Race]]:
        return (
            self.return_of_a_report,
            self.answer_to_an_obstacle,
            self.answer_to_a_directive,
            self.return_of_a_closing,
            self.title_of_an_item,
        )

    def item(self) -> Task:
        return Task.objects.select_related("plan").get(plan=self.plan, number="1")

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

        def stands() -> list[str]:
            return list(ProgressReport.objects.get(pk=report.pk).reviews.values_list("reason", flat=True))

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
        stands = lambda: [Obstacle.objects.get(pk=row.pk).answer]  # noqa: E731 - what stands is one look
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
        stands = lambda: [Directive.objects.get(pk=row.pk).answer]  # noqa: E731
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
        stands = lambda: [Closure.objects.get(pk=asked.pk).reason]  # noqa: E731
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
        stands = lambda: [Task.objects.get(pk=task.pk).title]  # noqa: E731
        ticked = {"row": f"{task.pk}:{task.version}"}
        doors = (
            self.page(self.cast.office, f"{table}{task.pk}/", task.version, "text", field="title"),
            self.page(self.cast.office, f"{table}column/", 0, "text", htmx=False, field="title", **ticked),
            self.api(self.cast.office, f"/tasks/{task.pk}/", task.version, "title", method="PATCH"),
        )
        return Race(doors, stands)


def main(arguments: Sequence[str]) -> None:
    # That losers are told so is what is looked for here; a line for each would hide the figures.
    for name in ("django.request", "tracker.api"):
        logging.getLogger(name).setLevel(logging.ERROR)
    chance = random.Random(SEED)
    if connection.vendor == "postgresql":
        services.wait_longer(settings.DATABASES["default"]["OPTIONS"])
    ground, result = Ground(), Result()
    handing = Offers(ground).races()
    races = (*OneItem(ground).races(), *handing)
    for number in range(int(arguments[0])):
        prepare = races[number % len(races)]
        result.hand_downs += prepare in handing
        run(prepare(), chance.randint(2, MOST), result)
    sys.stdout.write(orjson.dumps(asdict(result)).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
