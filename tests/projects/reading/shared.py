"""Where the open examples are, and how a missing folder is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("DUBAN_SHARED", Path(__file__).resolve().parents[4] / "shared"))


def lines(name: str) -> list[list[str]]:
    """Return the columns of an examples file; skip the test where the shared folder is absent."""
    path = SHARED / "reading" / name
    if not path.exists():
        pytest.skip("the shared examples are not here (DUBAN_SHARED)")
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert rows
    return rows
