"""The manual's first steps are executed in a shell as they stand, in Chinese and in English."""

import os
import shutil
import subprocess
from typing import Any

import orjson
import pytest
from django.core.cache import caches
from django.utils import translation
from pytest_django.live_server_helper import LiveServer

from projects.models import Plan, Task
from tests.cast import TODAY, issued_plan, make_cast
from tests.tracker.api.calling import program
from tracker.api.first_steps import first_steps
from tracker.models import ProgressReport
from tracker.rounds import open_rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("business_day"),
    pytest.mark.skipif(not shutil.which("curl"), reason="no curl"),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_newcomer_makes_changes_and_reports_by_the_lines_alone(
    live_server: LiveServer, business_day: None, language: str
) -> None:
    caches["limits"].clear()
    cast = make_cast()
    plan: Plan = issued_plan(cast)
    open_rounds(today=TODAY)
    known = {"DUBAN": live_server.url, "TOKEN": program(cast, cast.office).secret}
    answers: list[Any] = []
    with translation.override(language):
        steps = first_steps()
    for step in steps:
        if "tasks/?" in step.lines:
            known["TOKEN"] = program(cast, cast.clerk).secret
        done = subprocess.run(
            ["sh", "-c", f'{step.lines}\nprintf "\\n%s" "$ETAG"'],
            env={**os.environ, **known, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        said, _, known["ETAG"] = done.stdout.rpartition("\n")
        answer: Any = orjson.loads(said) if said.strip() else {}
        answers.append(answer)
        assert "errors" not in answer, answer
        if step.names:
            one = answer["items"][0] if "items" in answer else answer
            known[step.names] = str(one["id"])
    made = Task.objects.get(pk=answers[1]["id"])
    assert (made.plan_id, made.note) == (plan.pk, answers[3]["note"])
    assert made.milestones.count() == 2
    assert ProgressReport.objects.get(pk=answers[-1]["id"]).task_id == int(known["TASK"])
