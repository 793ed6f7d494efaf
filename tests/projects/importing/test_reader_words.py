"""Whatever the reader can say of a file has its words on the page: gathered from its sources, so that none is forgotten."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from projects.importing import reader_words
from projects.importing.reader_words import doubt_sentence, problem_sentence, skipped_sentence
from projects.reading import remarks
from projects.reading.model import Problem

READER = Path(__file__).resolve().parents[3] / "projects" / "reading"
SKIPPING = frozenset({"Skipped", "_skip", "_skip_all", "_note"})
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def trees() -> dict[str, ast.Module]:
    return {str(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(READER.rglob("*.py"))}


def calls(names: frozenset[str]) -> Iterator[tuple[ast.Module, ast.Call]]:
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names:
                yield tree, node


@cache
def constants() -> dict[str, str]:
    """Return the texts that modules of the reader name."""
    found: dict[str, str] = {}
    for tree in trees().values():
        for node in tree.body:
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=True)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                        found[name.id] = value.value
    return found


def texts(node: ast.expr) -> Iterator[str]:
    """Yield the texts an expression may be; numbers in it stand as 7."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    elif isinstance(node, ast.Name) and node.id in constants():
        yield constants()[node.id]
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def doubts() -> set[str]:
    return {text for _, call in calls(frozenset({"Question"})) if call.args for text in texts(call.args[0])}


def problems() -> set[str]:
    made = {text for _, call in calls(frozenset({"Problem"})) if len(call.args) > 3 for text in texts(call.args[3])}
    missing = {text for _, call in calls(frozenset({"_missing"})) if len(call.args) > 3 for text in texts(call.args[3])}
    return made | missing | set(remarks.SENTENCES)


def reasons() -> set[str]:
    given = {text for _, call in calls(SKIPPING) for argument in call.args for text in texts(argument)}
    returned = {
        text
        for tree in trees().values()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in ("reason", "_frame")
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for text in texts(node.value)
    }
    return {text for text in given | returned if CHINESE.search(text)}


def test_the_reader_has_much_to_say() -> None:
    assert (len(doubts()) > 20, len(problems()) > 8, len(reasons()) > 18) == (True, True, True)


@pytest.mark.parametrize("code", sorted(doubts()))
def test_a_doubt_of_the_reader_has_its_words(code: str) -> None:
    assert doubt_sentence(code)


@pytest.mark.parametrize("code", sorted(problems()))
def test_a_problem_the_reader_reports_has_its_words(code: str) -> None:
    said = problem_sentence(Problem("表一", 3, 4, code, "warning", "", "#REF!"))
    assert said
    assert "%(" not in said


def test_a_doubt_that_is_reported_as_a_problem_has_its_words() -> None:
    assert problem_sentence(Problem("表一", 3, 4, "no_lead", "warning", "")) == doubt_sentence("no_lead")


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_a_reason_for_skipping_a_row_is_known(reason: str) -> None:
    with_row = [pattern for pattern, _ in reader_words._skipped_with_row()]
    assert reason in reader_words._skipped() or any(re.fullmatch(pattern, reason) for pattern in with_row)


def test_a_reason_that_names_a_row_keeps_it() -> None:
    assert skipped_sentence("并入第12段的事项") == "并入第12段的事项"
