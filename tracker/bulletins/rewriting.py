"""New figures under old words: what a hand wrote stays, and where its figures moved is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from tracker.bulletins.wording import Drafted


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands in a paragraph: its words and the figures they were written with, and what the template makes."""

    text: str
    text_values: Mapping[str, str]
    drafted: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that isn't what the words were written with; empty on one side where it is new or gone."""

    name: str
    old: str
    new: str


def redrafted(standing: Passage | None, drafted: Drafted) -> Passage:
    """Return the passage after new figures: untouched words follow them, words from a hand stay as they are."""
    if standing is None or standing.text == standing.drafted:
        return Passage(drafted.text, drafted.values, drafted.text, drafted.values)
    return Passage(standing.text, standing.text_values, drafted.text, drafted.values)


def rewritten(standing: Passage, text: str) -> Passage:
    """Return the passage after a hand: changed words are taken to be written with the figures of now."""
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    values = standing.text_values if text == standing.text else standing.values
    return Passage(text, values, standing.drafted, standing.values)


def moved(passage: Passage) -> tuple[Moved, ...]:
    """Return the figures that moved under words from a hand; none under those of the template."""
    if passage.text == passage.drafted:
        return ()
    names = dict.fromkeys((*passage.text_values, *passage.values))
    found = (Moved(name, passage.text_values.get(name, ""), passage.values.get(name, "")) for name in names)
    return tuple(each for each in found if each.old != each.new)
