"""The sample story of a table: for each item its conduct and the department's own words."""

from dataclasses import dataclass

from seeds.conduct import Conduct, parse_conduct
from seeds.text_format import read_toml, split_lines


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
