"""The sample story of a table: for each item its conduct and the department's own words; and what goes on over years."""

from dataclasses import dataclass
from decimal import Decimal

from seeds.conduct import Conduct, parse_conduct
from seeds.text_format import load_table, read_toml, split_lines


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One item's story; `sentences` are for none, one, two … steps done and may hold {month}, {value}, {left}."""

    number: int
    conduct: Conduct
    sentences: tuple[str, ...]
    problems: str
    next_step: str

    def sentence(self, *, done: int) -> str:
        return self.sentences[min(done, len(self.sentences) - 1)]


@dataclass(frozen=True, slots=True)
class Story:
    table: str
    lines: dict[int, StoryLine]


def load_story(name: str = "story-142") -> Story:
    """Read `seeds/text/<name>.toml`."""
    text = read_toml(name)
    lines = [_line(*cells) for cells in split_lines(text["rows"], 5)]
    return Story(text["table"], {line.number: line for line in lines})


def _line(number: str, conduct: str, sentences: str, problems: str, next_step: str) -> StoryLine:
    spoken = tuple(sentence.strip() for sentence in sentences.split(" / "))
    return StoryLine(int(number), parse_conduct(conduct), spoken, problems, next_step)


@dataclass(frozen=True, slots=True)
class Goal:
    """An amount to be reached `ahead` years after this one, of which the year before brought `before`."""

    name: str
    value: Decimal
    unit: str
    ahead: int
    before: Decimal


@dataclass(frozen=True, slots=True)
class GoesOn:
    """An item of the table that goes on with one of the year before, of the number `earlier`."""

    number: str
    earlier: str
    title: str
    lead: str
    goal: Goal | None


def load_goals() -> tuple[GoesOn, ...]:
    """Read `seeds/text/goals.toml`."""
    text = read_toml("goals")
    tasks = {str(task.number): task.cells for task in load_table(text["table"]).tasks()}
    rows = split_lines(text["rows"], 7)
    return tuple(
        GoesOn(number, earlier, tasks[number]["任务名称"], tasks[number]["牵头科室"], _goal(*goal) if goal[0] else None)
        for number, earlier, *goal in rows
    )


def _goal(name: str, value: str, unit: str, ahead: str, before: str) -> Goal:
    return Goal(name, Decimal(value), unit, int(ahead), Decimal(before))
