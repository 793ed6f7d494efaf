"""read_cells and read_plan: what they print, where, and how they exit; neither touches a database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.projects.reading.sheets import workbook

ROOT = Path(__file__).resolve().parents[3]


def cells(monkeypatch: pytest.MonkeyPatch, what: str, text: str) -> list[dict[str, Any]]:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    out = io.StringIO()
    call_command("read_cells", what, "--year", "2017", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_deadlines_print_one_object_a_line_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = cells(monkeypatch, "deadlines", "3月份选址，\\n年底前开工\n\n本月底\n")
    assert (first["text"], first["kind"], first["due"]) == (
        "3月份选址，\n年底前开工",
        "multi",
        ["2017-03-31", "2017-12-31"],
    )
    assert first["milestones"][0] == {"due": "2017-03-31", "start": None, "phrase": "3月份", "text": "选址"}
    assert (second["kind"], second["sure"], second["questions"]) == ("none", True, [])
    assert (third["kind"], third["due"], third["sure"]) == ("relative", [], False)


def test_headers_departments_and_targets_print_their_own_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cells(monkeypatch, "headers", "序号|工作任务\\n（项目名称）\n") == [{"roles": ["no", "title"]}]
    assert cells(monkeypatch, "departments", "规建局、财政局\n") == [
        {"lead": ["规建局"], "support": ["财政局"], "sure": True, "questions": []}
    ]
    (printed,) = cells(monkeypatch, "targets", "新增规上工业企业5家\n")
    assert list(printed["targets"][0]) == ["name", "comparison", "value", "unit", "baseline", "milestone", "items"]


def test_a_plan_is_printed_as_one_object(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["序号", "工作任务", "责任单位", "完成时限"], [1, "甲", "规建局", "3月"]])
    out = io.StringIO()
    call_command("read_plan", str(path), "--year", "2018", stdout=out)
    (task,) = json.loads(out.getvalue())["sheets"][0]["tables"][0]["tasks"]
    assert (task["row"], task["lead"], task["milestones"][0]["due"]) == (2, ["规建局"], "2018-03-31")


def test_a_refused_file_ends_with_2_and_one_line_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(CommandError) as error:
        call_command("read_plan", str(tmp_path / "a.doc"))
    assert error.value.returncode == 2


def test_the_commands_work_without_a_database(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/absent/none.sqlite3"}
    command = [sys.executable, "manage.py", "read_cells", "deadlines", "--year", "2017"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, input="3月底\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["due"]) == (0, ["2017-03-31"])
