"""Where writers race: an installation with its doors, the writers who start at one moment, and what is counted of them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.cast import TODAY, Cast, at, make_cast
from tests.tracker.api.calling import Program, program

MOST = 8
"""Writers over one version."""
NOW = at(TODAY)
WON = {200, 201, 302}

type Answer = tuple[int, str]
type Door = Callable[[str], Answer]
"""Sends a writer's words over the version that was seen, and returns the status with the text that came back."""


@dataclass
class Result:
    """`blind`: a loser that didn't see both its own words and what stands; `not_once`: what the winner makes isn't there once."""

    races: int = 0
    hand_downs: int = 0
    writers: int = 0
    none_won: int = 0
    several_won: int = 0
    blind: int = 0
    lost_words: int = 0
    not_once: int = 0


def shown(words: str, stands: Sequence[str], answer: Answer) -> bool:
    return all(text in answer[1] for text in (words, *stands))


def made_once() -> bool:
    """Stand for races of which nothing is left but the winner's words."""
    return True


@dataclass(frozen=True)
class Race:
    """The ways in which writers may say their words over one version, and what is found there afterwards.

    `sees` judges by a loser's words, by those that stand and by its answer. Where each has a place of its own, `all_win`.
    """

    doors: Sequence[Door]
    stands: Callable[[], Sequence[str]]
    sees: Callable[[str, Sequence[str], Answer], bool] = shown
    once: Callable[[], bool] = made_once
    all_win: bool = False


class Ground:
    """An installation with the named cast, who come in by pages and by the API."""

    def __init__(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
        settings.API_REQUESTS_PER_MINUTE = 1_000_000
        self.cast: Cast = make_cast()
        self.number = 0
        self.programs: dict[int, Program] = {}

    def token(self) -> str:
        self.number += 1
        return f"race-{self.number}"

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
            # A heading is the lowest of several.
            text = [words] if name == "category" else words
            answer = calling.send(method, path, {name: text, **said}, If_Match=f'"{version}"')
            return answer.status_code, answer.content.decode()

        return call


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
    won = [place for place, (status, _) in enumerate(answers) if status in WON]
    due = len(words) if race.all_win else 1
    result.races += 1
    result.writers += len(words)
    result.none_won += len(won) < due
    result.several_won += len(won) > due
    stands = race.stands()
    result.lost_words += sorted(stands) != sorted(words[place] for place in won)
    result.not_once += not race.once()
    for place, answer in enumerate(answers):
        if place not in won:
            result.blind += not race.sees(words[place], stands, answer)
