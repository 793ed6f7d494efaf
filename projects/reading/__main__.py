"""`python -m projects.reading FILE [--year Y]`: print what is read, as `read_plan` does."""

from __future__ import annotations

import argparse
import json
import sys

from projects.reading.child import ReadingRefused, read_file
from projects.reading.published import plan_json


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m projects.reading", description="读出责任分解表，输出 JSON。")
    parser.add_argument("file")
    parser.add_argument("--year", type=int)
    options = parser.parse_args()
    try:
        reading = read_file(options.file, year=options.year)
    except ReadingRefused as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    print(json.dumps(plan_json(reading), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
