"""Query counts kept as committed baselines: a page that gains a query fails its test."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTS = Path(__file__).with_suffix(".json")


class QueryBaseline:
    """Counts the queries of a block; run pytest with --update-query-counts to accept the counts of that run."""

    def __init__(self, *, update: bool, path: Path = COUNTS) -> None:
        self.update = update
        self.path = path

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        known: dict[str, int] = json.loads(self.path.read_text())
        if self.update:
            known[name] = len(captured)
            self.path.write_text(json.dumps(known, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
        elif known.get(name) != len(captured):
            statements = "\n".join(query["sql"] for query in captured.captured_queries)
            pytest.fail(
                f"{name}: {len(captured)} queries, the baseline is {known.get(name)}."
                f" If that is right, run with --update-query-counts.\n{statements}"
            )
