"""Sizes that keep the code readable: modules to 400 lines, functions to 60 and nine in ten to 25.

Generated migrations are outside all of it. Tests keep the limits too: a story that doesn't fit is two stories.
"""

from statistics import quantiles

import pytest

from tests import source

MODULE_LINES = 400
FUNCTION_LINES = 60
NINE_IN_TEN_LINES = 25

MEASURED = [path for path in source.python_files() if not source.is_migration(path)]


def test_no_module_is_longer_than_its_budget() -> None:
    sizes = {str(path): len(source.text(path).splitlines()) for path in MEASURED}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_function_is_longer_than_its_budget() -> None:
    sizes = {
        f"{path}:{node.lineno} {node.name}": source.lines_of(node)
        for path in MEASURED
        for node in source.functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


@pytest.mark.parametrize("root", [*source.ORDER, "tests", "benchmarks"])
def test_nine_functions_in_ten_are_short(root: str) -> None:
    sizes = [source.lines_of(node) for path in MEASURED if path.parts[0] == root for node in source.functions(path)]
    # Fewer than ten functions have no tenth; the single limit holds for them.
    if len(sizes) >= 10:
        assert quantiles(sizes, n=10)[-1] <= NINE_IN_TEN_LINES
