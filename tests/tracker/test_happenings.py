"""Every action that history keeps has a sentence, and nothing is shown as a code."""

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import HistoryEntry
from projects.choices import DateKind
from projects.models import Plan
from projects.planning import mark_milestones, move_milestone
from tests import source
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.test_obstacles import DUE, answered, raised
from tests.tracker.visits import in_may, signed_in
from tracker.boards.happenings import KINDS, SAID, VARIANTS, WORDS, happening
from tracker.boards.timeline import events
from tracker.choices import Decision, SystemEvent
from tracker.obstacles import ask_again

ACTION = re.compile(r"[a-z_]+\.[a-z_]+")
OTHERS = re.compile(
    r"(projects|tracker|accounts|seeds)\..*|.*\.(xml|tsv|csv|html|txt|docx|xlsx|pdf|py|css|js|json|sqlite)"
)
"""Names of modules and files, which look alike."""
COMPOSED = {"task.step_": tuple(DateKind), "report.": tuple(Decision)}
"""Actions whose end is a word of a vocabulary."""


NO_ACTION = {"report.author", SystemEvent.LIGHT_TURNED, SystemEvent.REMINDER_FAILED}
"""A permission's name in a view, and what other systems are told that stands in no history."""


def is_action(text: str) -> bool:
    alike = text in COMPOSED or text in NO_ACTION or OTHERS.fullmatch(text)
    return bool(ACTION.fullmatch(text)) and not alike


def written_actions() -> Iterator[tuple[str, Path]]:
    for path in source.python_files("projects", "tracker"):
        # The API writes nothing by itself; what looks like an action there names a field of an answer.
        if source.is_migration(path) or path.parts[:2] == ("tracker", "api"):
            continue
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_action(node.value):
                yield node.value, path
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun = str(node.values[0].value)
                if re.fullmatch(r"[a-z_]+\.[a-z_]*", begun):
                    yield from ((f"{begun}{end}", path) for end in COMPOSED.get(begun, ("?",)))


def test_every_action_written_anywhere_has_a_sentence() -> None:
    assert {f"{action} ({path})" for action, path in written_actions() if action not in WORDS} == set()


def test_the_search_for_actions_finds_them() -> None:
    found = {action for action, _ in written_actions()}
    assert {"obstacle.raised", "task.step_extended", "report.returned", "receipt.signed"} <= found


def test_every_variant_and_quotation_belongs_to_an_action() -> None:
    assert {f"{action}:{variant}" for action, (_, variant) in VARIANTS.items()} <= set(WORDS)
    assert set(SAID) <= set(WORDS)


def entry(action: str, **after: object) -> HistoryEntry:
    kind = action.partition(".")[0]
    return HistoryEntry(object_type=kind, action=action, after=after, door="page", business_on=TODAY, at=at(TODAY))


def test_a_sentence_names_units_days_and_rounds_and_never_a_number_or_code() -> None:
    asked = entry("obstacle.raised", department="招商服务科", answerer="经济发展科", due_on="2026-07-01")
    assert happening(asked, {}, year=2026) == "招商服务科提出困难，请经济发展科在7月1日前答复"
    given = entry(
        "directive.given", leader="示例·主任", recorder="示例·督办员", department="规划建设科", due_on="2027-01-04"
    )
    assert happening(given, {}, year=2026) == "代录示例·主任的批示，请规划建设科在2027年1月4日前答复"
    reported = entry("report.submitted", department="规划建设科", round="2026-06", state="slow")
    assert happening(reported, {}, year=2026) == "规划建设科报送6月进展，偏慢"
    assert (
        happening(entry("receipt.signed", department=5), {("department", 5): "招商服务科"}, year=2026)
        == "招商服务科签收"
    )
    assert happening(entry("nobody.knows"), {}, year=2026) == "有一次变动"


@pytest.mark.django_db
class TestOnAnItem:
    """What a reader of the history sees."""

    pytestmark = pytest.mark.usefixtures("business_day")

    def test_a_new_answer_day_shows_the_old_one_beside_it(self, cast: Cast, plan: Plan) -> None:
        row = answered(cast, raised(cast, plan))
        by = cast.actor(cast.investment_clerk)
        ask_again(obstacle=row, version=2, due_on=DUE.replace(day=30), reason="只通了一半", by=by, now=at(TODAY))
        newest = events(list(HistoryEntry.objects.filter(task_id=row.task_id).order_by("-pk")[:3]), today=TODAY)
        assert [event.kind for event in newest] == ["obstacle"] * 3
        assert [(change.label, change.old, change.new) for change in newest[0].changes] == [
            ("答复期限", "2026年6月26日", "2026年6月30日")
        ]
        assert [event.said for event in newest] == ["", "7月1日通电。", "厂房没有通电。"]
        assert newest[0].reason == "只通了一半"

    def test_a_report_tells_its_figures_by_name(self, cast: Cast, plan: Plan) -> None:
        target = task_of(plan, "2").targets.get()
        in_may(cast, plan, "2", sentence="已签两家。", values={target.pk: Decimal(2)})
        told = events(list(HistoryEntry.objects.filter(action="report.submitted")), today=TODAY)[0]
        assert told.said == "已签两家。"
        assert [(change.label, change.new) for change in told.changes] == [("引进企业（家）", "2")]

    def test_steps_marked_done_are_named(self, cast: Cast, plan: Plan) -> None:
        task = task_of(plan, "1")
        step = task.milestones.get(position=1)
        mark_milestones(task=task, done={step.pk: TODAY}, by=cast.actor(), now=at(TODAY))
        told = events(list(HistoryEntry.objects.filter(action="task.steps_marked")), today=TODAY)[0]
        assert told.what == f"节点完成情况变动：“{step.text or step.phrase}”"

    def test_the_page_is_filtered_by_kind_and_shows_no_code(self, cast: Cast, plan: Plan, client: Client) -> None:
        row = raised(cast, plan)
        milestone = task_of(plan, "1").milestones.get(position=1)
        move_milestone(
            milestone=milestone,
            due_on=DUE.replace(month=9),
            kind=DateKind.EXTENDED,
            reason="雨季",
            by=cast.actor(),
            now=at(TODAY),
        )
        signed_in(client, cast.office)
        whole = client.get(f"/items/{row.task_id}/history/").content.decode()
        assert "招商服务科提出困难，请经济发展科在6月26日前答复" in whole
        assert "下达责任分解表" in whole
        assert not re.search(r"\b(task|plan|obstacle|report|rules)\.[a-z_]+\b", whole)
        only = client.get(f"/items/{row.task_id}/history/?kind=obstacle").content.decode()
        assert "提出困难" in only
        assert "下达责任分解表" not in only
        moved = client.get(f"/items/{milestone.task_id}/history/").content.decode()
        assert "节点延期" in moved
        assert "雨季" in moved


def test_every_kind_of_object_stands_under_one_kind() -> None:
    named = [each for objects in KINDS.values() for each in objects]
    assert len(named) == len(set(named))
