"""Write one ordered workbook in a process of its own: `python -m projects.exporting` takes the order on standard input."""

import resource
import sys

from projects.exporting.orders import Order
from projects.exporting.writer import write

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 120


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    write(Order.from_json(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
