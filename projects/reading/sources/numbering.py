"""The numbers that Word puts before paragraphs by itself: they stand in no text, but on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from projects.reading.sources.figures_of_lists import figure
from projects.reading.sources.package import Package, count, local

DEEPEST = 9
_LONGEST = 40
_MOST = 32_000
_UNSHOWN = frozenset({"bullet", "none"})


@dataclass(frozen=True, slots=True)
class Level:
    """How one depth of a list counts; `text` holds %1 … %9 for the counts of the depths above it and its own."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    apart: bool = True
    legal: bool = False
    restarts: bool = True
    style: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    """A list as paragraphs name it; `starts` are counts it begins anew with, whatever was counted before."""

    kind: str
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts along a document; every numbered paragraph has to be told once, in order."""

    def __init__(self, package: Package) -> None:
        root = package.tree("word/numbering.xml")
        self._lists = dict(_lists(root)) if root is not None else {}
        styles = package.tree("word/styles.xml") if self._lists else None
        self._styles = dict(_styles(styles)) if styles is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def before(self, paragraph: Element, text: str) -> str:
        """Return the text with its number before it; a paragraph of no list stays as it is."""
        found = self._place(paragraph) if self._lists else None
        label = self._next(*found) if found else ""
        if not label:
            return text
        level = self._lists[found[0]].levels[found[1]] if found else Level()
        joint = " " if level.apart and text and (label[-1].isalnum() or text[0].isdigit()) else ""
        return f"{label}{joint}{text.lstrip()}"

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """Return the list and the depth of a paragraph, its own or its style's."""
        properties = _child(paragraph, "pPr")
        own = _child(properties, "numPr")
        style = _value(_child(properties, "pStyle"))
        named, depth = _named(own)
        if named is None:
            named, depth = self._of_style(style, depth)
        if named is None or named not in self._lists or depth not in self._lists[named].levels:
            return None
        return named, depth

    def _of_style(self, style: str, depth: int | None) -> tuple[str | None, int]:
        """Return the list of a style or of one it is based on; its depth is the one that names the style."""
        seen: set[str] = set()
        current = style
        while current and current not in seen:
            seen.add(current)
            based, named, own = self._styles.get(current, ("", None, None))
            if named is not None:
                levels = self._lists[named].levels if named in self._lists else {}
                linked = next((at for at, level in levels.items() if level.style == current), None)
                return named, next((at for at in (depth, own, linked) if at is not None), 0)
            current = based
        return None, depth or 0

    def _next(self, named: str, depth: int) -> str:
        found = self._lists[named]
        counts = self._counts.setdefault(found.kind, {})
        if named not in self._begun:
            self._begun.add(named)
            for at in [at for at in counts if at in found.starts]:
                del counts[at]
        begins = found.starts.get(depth, found.levels[depth].start)
        counts[depth] = min(counts[depth] + 1 if depth in counts else begins, _MOST)
        for deeper in [at for at in counts if at > depth and found.levels.get(at, Level()).restarts]:
            del counts[deeper]
        return self._written(found, counts, depth)

    def _written(self, found: _List, counts: dict[int, int], depth: int) -> str:
        level = found.levels[depth]
        if level.form in _UNSHOWN:
            return ""
        label = level.text[:_LONGEST]
        for at in range(depth + 1):
            form = "decimal" if level.legal else found.levels.get(at, Level()).form
            begins = found.levels.get(at, Level()).start
            label = label.replace(f"%{at + 1}", figure(counts.get(at, begins), form))
        return label.strip()


def _lists(root: Element) -> Iterator[tuple[str, _List]]:
    kinds: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}
    styled: dict[str, str] = {}
    for element in root:
        if local(element.tag) == "abstractNum":
            kind = _attribute(element, "abstractNumId")
            kinds[kind] = dict(_levels(element))
            linked[kind] = _value(_child(element, "numStyleLink"))
            styled[_value(_child(element, "styleLink"))] = kind
    for element in root:
        if local(element.tag) != "num":
            continue
        kind = _value(_child(element, "abstractNumId"))
        kind = styled.get(linked.get(kind, ""), kind) if linked.get(kind) else kind
        levels, starts = dict(kinds.get(kind, {})), dict[int, int]()
        for override in (child for child in element if local(child.tag) == "lvlOverride"):
            depth = count(_attribute(override, "ilvl"), DEEPEST)
            levels |= dict(_levels(override))
            start = _child(override, "startOverride")
            if start is not None:
                starts[depth] = count(_value(start), 1)
        yield _attribute(element, "numId"), _List(kind, levels, starts)


def _levels(parent: Element) -> Iterator[tuple[int, Level]]:
    for element in parent:
        depth = count(_attribute(element, "ilvl"), DEEPEST) if local(element.tag) == "lvl" else DEEPEST
        if depth < DEEPEST:
            yield (
                depth,
                Level(
                    start=count(_value(_child(element, "start")), 1),
                    form=_value(_child(element, "numFmt")) or "decimal",
                    text=_value(_child(element, "lvlText")),
                    apart=_value(_child(element, "suff")) != "nothing",
                    legal=_child(element, "isLgl") is not None,
                    restarts=_value(_child(element, "lvlRestart")) != "0",
                    style=_value(_child(element, "pStyle")),
                ),
            )


def _styles(root: Element) -> Iterator[tuple[str, tuple[str, str | None, int | None]]]:
    for element in root:
        if local(element.tag) == "style":
            named = _named(_child(_child(element, "pPr"), "numPr"))
            yield _attribute(element, "styleId"), (_value(_child(element, "basedOn")), *named)


def _named(properties: Element | None) -> tuple[str | None, int | None]:
    """Return list and depth that a paragraph or a style names; a list of its own without a depth is the outermost."""
    if properties is None:
        return None, None
    named, depth = _child(properties, "numId"), _child(properties, "ilvl")
    return (
        None if named is None else _value(named),
        None if depth is None else min(count(_value(depth), 0), DEEPEST),
    )


def _child(parent: Element | None, name: str) -> Element | None:
    return None if parent is None else next((element for element in parent if local(element.tag) == name), None)


def _value(element: Element | None) -> str:
    return "" if element is None else _attribute(element, "val")


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if local(key) == name), "")
