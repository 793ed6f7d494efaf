"""Filling the empty database that DATABASE_URL names with one office, on SQLite or PostgreSQL."""

import sys
from collections.abc import Sequence

import django
from django.core.management import call_command
from django.db import connection

django.setup()

from benchmarks.offices import make_office  # noqa: E402  # models exist only after setup
from benchmarks.printing import last_line  # noqa: E402


def main(arguments: Sequence[str]) -> None:
    items = int(arguments[0])
    call_command("migrate", interactive=False, verbosity=0)
    make_office(items)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    last_line({"items": items})


if __name__ == "__main__":
    main(sys.argv[1:])
