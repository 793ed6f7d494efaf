"""`./run prove api`: made-up requests by the thousand in every role's name, with all checks and in chains; DATABASE_URL says on what."""

import argparse
import os
import sys
from collections.abc import Sequence

import pytest


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run prove api")
    parser.add_argument("--cases", type=int, default=30, help="an address and phase")
    parser.add_argument("--role", help="of this role alone")
    said = parser.parse_args(arguments)
    os.environ["API_CASES"] = str(said.cases)
    named = ["-k", f"[{said.role}]"] if said.role else []
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-s", "tests/tracker/api/test_attack.py", *named]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
