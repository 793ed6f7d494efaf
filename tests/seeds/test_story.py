"""The sample story covers its tables, contradicts no date, and shows the board that was drawn."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from seeds.story import StoryLine, load_goals, load_story
from seeds.text_format import Task, load_table
from tests.seeds.board import amount_in, board, dues_of
from tracker.lights import Counter

STORIES = ("story-142", "story-2017")
PLACEHOLDER = re.compile(r"\{(\w*)\}")
DATED = re.compile(r"\d+月|\d+日|(?:19|20)\d\d|\d年|[一二三四五六七八九十]月[份底初]?")


@pytest.fixture(params=STORIES)
def story(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def told(story: str) -> Iterator[tuple[Task, StoryLine]]:
    loaded = load_story(story)
    for task in load_table(loaded.table).tasks():
        yield task, loaded.lines[task.number]


def test_a_story_tells_of_each_item_and_of_no_other(story: str) -> None:
    loaded = load_story(story)
    assert set(loaded.lines) == {task.number for task in load_table(loaded.table).tasks()}


def test_sentences_name_no_day_that_could_contradict_the_replay(story: str) -> None:
    said = [(task.number, text) for task, line in told(story) for text in (*line.sentences, line.problems)]
    assert [each for each in said if DATED.search(each[1])] == []


def test_sentences_hold_known_placeholders_only_and_fit_a_report(story: str) -> None:
    for _, line in told(story):
        for sentence in line.sentences:
            assert set(PLACEHOLDER.findall(sentence)) <= {"month", "value", "left"}
            assert 5 <= len(sentence) <= 60


def test_a_figure_is_spoken_of_only_where_the_table_names_one(story: str) -> None:
    for task, line in told(story):
        if any("{value}" in sentence or "{left}" in sentence for sentence in line.sentences):
            assert amount_in(task.cells.get("目标任务") or task.cells["项目内容"]) is not None, task.number


def test_no_item_has_more_sentences_than_steps_to_speak_of() -> None:
    for task, line in told("story-142"):
        assert len(line.sentences) <= len(dues_of(task, 2026)) + 1, task.number


def test_a_closed_item_has_words_for_its_end_and_dates_to_reach_it() -> None:
    for task, line in told("story-142"):
        if line.conduct.close_after is not None:
            dues = dues_of(task, 2026)
            assert dues, task.number
            assert len(line.sentences) == len(dues) + 1, task.number


def test_steps_and_figures_of_a_conduct_are_those_of_its_item() -> None:
    for task, line in told("story-142"):
        steps = len(dues_of(task, 2026))
        assert max([*line.conduct.late, line.conduct.stuck or 0]) <= steps, task.number
        assert not line.conduct.figures or len(line.conduct.figures) == steps + 1, task.number


def test_who_has_a_problem_says_what_comes_next(story: str) -> None:
    assert [task.number for task, line in told(story) if bool(line.problems) != bool(line.next_step)] == []


def test_the_board_on_24_june_is_the_one_that_was_drawn() -> None:
    counted, silent = board(date(2026, 6, 24))
    assert counted == {Counter.OVERDUE: 9, Counter.ATTENTION: 21, Counter.ON_SCHEDULE: 88, Counter.CLOSED: 24}
    assert silent == 13


@pytest.mark.parametrize("year", [2026, 2028])
def test_every_light_can_be_seen_on_any_day_from_march_to_november(year: int) -> None:
    for weeks in range(0, 40, 3):
        counted, silent = board(date(year, 3, 1) + timedelta(weeks=weeks))
        assert 4 <= counted[Counter.OVERDUE] <= 13
        assert 11 <= counted[Counter.ATTENTION] <= 27
        assert counted[Counter.CLOSED] >= 5
        assert silent == 13


def test_goals_of_several_years_are_of_items_of_the_table_and_far_enough() -> None:
    goals = load_goals()
    titles = {str(task.number): task.cells["任务名称"] for task in load_table("key-work-142").tasks()}
    assert {each.number: each.title for each in goals} == {each.number: titles[each.number] for each in goals}
    assert len({each.earlier for each in goals}) == len(goals)
    reached = [each.goal for each in goals if each.goal]
    assert all(goal.ahead > 0 and 0 < goal.before < goal.value for goal in reached)
    assert len(reached) < len(goals)
