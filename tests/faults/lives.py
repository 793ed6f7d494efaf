"""`./run prove lives`: 50,000 steps in the lives of items, held against the rules and the history after each."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

import pytest


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=50_000)
    said = parser.parse_args(arguments)
    os.environ["LIFE_STEPS"] = str(said.steps)
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-s", "tests/lives"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
