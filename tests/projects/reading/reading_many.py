"""Reads many files in a process of its own and prints what came of each, and the memory that took: it and its readers."""

from __future__ import annotations

import json
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from projects.reading import child


def outcome(path: Path) -> tuple[str, str, float]:
    """Return the clear line of a refusal, or how much was read, with the seconds it took."""
    begun = time.monotonic()
    try:
        reading = child.read_file(path, year=2017)
        line = f"{len(reading.sheets)} sheets, {len(reading.problems)} problems"
    except child.ReadingRefused as refused:
        line = refused.message
    return path.name, line, time.monotonic() - begun


def own_peak_mib() -> float:
    """Return the most this process ever held; its resource usage would count what started it, too."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    before = own_peak_mib()
    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(outcome, map(Path, json.load(sys.stdin))))
    grown = own_peak_mib() - before
    child._server.stop()  # what has ended counts among the children, and theirs with them
    readers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    json.dump({"outcomes": outcomes, "grown_mib": grown, "readers_mib": readers}, sys.stdout)


if __name__ == "__main__":
    main()
