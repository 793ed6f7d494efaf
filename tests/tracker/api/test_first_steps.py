"""The manual's first steps are executed in a shell as they stand, in Chinese and in English."""

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from signal import SIGTERM
from typing import Any

import orjson
import pytest
from django.core.cache import caches
from django.utils import translation
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from projects.models import Plan, Task
from tests import services
from tests.cast import TODAY, Cast, issued_plan, make_cast
from tests.tracker.api.calling import Program, content, program
from tests.tracker.reminding.passes import send
from tests.tracker.visits import report as given_report
from tests.webhook_sink import answers
from tracker.api.first_steps import PLACE, first_steps, receiver, sample
from tracker.models import Delivery, ProgressReport
from tracker.reminding.events import raise_events
from tracker.rounds import open_rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("business_day"),
    pytest.mark.skipif(not shutil.which("curl"), reason="no curl"),
]


def receiver_at(place: str, secret: str, folder: Path) -> services.Server:
    """Return the manual's receiver, which runs as it stands there."""
    return services.Server(
        name="receiver",
        command=[sys.executable, "-c", receiver()],
        folder=folder,
        url=f"http://{place}/",
        answers=answers,
        stop_signal=SIGTERM,
        environment={**os.environ, "SECRET": secret, "RECEIVER": place},
    )


def heard(own: services.Server, word: str) -> bool:
    """Say whether it writes this within some seconds: it does so after it answered."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if re.search(rf"^{word} ", own.log(), re.MULTILINE):
            return True
        time.sleep(0.05)
    return False


def tell_all() -> None:
    """Do what the clock does within half a minute."""
    raise_events()
    assert send(TODAY) > 0


def call(lines: str, known: dict[str, str]) -> tuple[Any, int]:
    """Execute the lines as they stand and return the answer and its status; the ETag they took is known after them."""
    telling = 'curl() { command curl -w "\\n%{http_code}" "$@"; }'
    done = subprocess.run(
        ["sh", "-c", f'{telling}\n{lines}\nprintf "\\n%s" "$ETAG"'],
        env={**os.environ, **known, "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, _, known["ETAG"] = done.stdout.rpartition("\n")
    body, _, status = said.rpartition("\n")
    return (orjson.loads(body), int(status)) if said.strip() else ({}, 0)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_newcomer_writes_reports_and_is_told_by_the_lines_alone(
    live_server: LiveServer, business_day: None, settings: Settings, tmp_path: Path, language: str
) -> None:
    caches["limits"].clear()
    cast = make_cast()
    plan: Plan = issued_plan(cast)
    open_rounds(today=TODAY)
    office, clerk = program(cast, cast.office).secret, program(cast, cast.clerk).secret
    place = f"127.0.0.1:{services.free_port()}"
    settings.OUTGOING_ALLOWED = [place]
    known = {"DUBAN": live_server.url, "OFFICE_TOKEN": office, "CLERK_TOKEN": clerk, "RECEIVER": place}
    told: dict[str, Any] = {}
    with translation.override(language), ExitStack() as running:
        listening: list[services.Server] = []
        for step in first_steps(TODAY.year):
            answer, status = call(step.lines, known)
            assert status == step.status, (step.lines, answer)
            told[step.words] = answer
            if step.names:
                known[step.names] = str((answer["items"][0] if "items" in answer else answer)[step.member])
            if step.keeps:
                known[step.keeps] = answer["secret"]
                listening.append(
                    running.enter_context(services.running(receiver_at(place, answer["secret"], tmp_path)))
                )
            if "/trials/" in step.lines or "/reports/" in step.lines:
                tell_all()
                assert heard(listening[0], "ping" if "/trials/" in step.lines else "report.submitted")
    _, made, _, changed, _, _, _, _, report, record = told.values()
    task = Task.objects.get(pk=made["id"])
    assert (task.plan_id, task.note, task.milestones.count()) == (plan.pk, changed["note"], 2)
    assert ProgressReport.objects.get(pk=report["id"]).task_id == int(known["TASK"])
    assert [(row["event"], row["state"]) for row in record["items"]] == [("report.submitted", "sent"), ("ping", "sent")]


def test_the_sample_of_what_is_told_has_the_members_of_what_is_told(
    cast: Cast, plan: Plan, office: Program, settings: Settings
) -> None:
    settings.OUTGOING_ALLOWED = [PLACE]
    wanted = {"label": "OA", "address": f"http://{PLACE}/", "events": ["report.submitted"]}
    content(office.post("/webhooks/", wanted), 201)
    open_rounds(today=TODAY)
    given_report(cast, plan, "1")
    raise_events()
    (told,) = Delivery.objects.filter(subject="report.submitted")
    real, shown = orjson.loads(told.body), orjson.loads(sample())
    assert real.keys() == shown.keys()
    assert real["data"].keys() == shown["data"].keys()
    assert real["data"]["task"].keys() == shown["data"]["task"].keys()
    assert real["data"]["object"].keys() == shown["data"]["object"].keys()
    assert real["data"]["changed"] == shown["data"]["changed"]
