"""Filling the empty database that DATABASE_URL names: one office by the operations, the others as its copies."""

import sys
import time
from collections.abc import Sequence

import django
from django.core.management import call_command
from django.db import connection

django.setup()

from benchmarks.multiplying import multiply  # noqa: E402  # models exist only after setup
from benchmarks.offices import make_office  # noqa: E402
from benchmarks.printing import last_line  # noqa: E402


def main(arguments: Sequence[str]) -> None:
    offices, items = (int(each) for each in arguments)
    began = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    make_office(items)
    print(f"  one office of {items} items: {time.monotonic() - began:.0f} s", flush=True)
    multiply(offices)
    print(f"  {offices} offices: {time.monotonic() - began:.0f} s", flush=True)
    connection.ensure_connection()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM (FREEZE, ANALYZE)")
    last_line({"seconds": round(time.monotonic() - began)})


if __name__ == "__main__":
    main(sys.argv[1:])
