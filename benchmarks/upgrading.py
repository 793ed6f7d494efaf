"""Bringing the database that DATABASE_URL names up to the newest tables."""

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

django.setup()

from benchmarks.printing import last_line  # noqa: E402  # settings exist only after setup


def main() -> None:
    known = MigrationRecorder(connection).applied_migrations()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    call_command("migrate", interactive=False, verbosity=1)
    connection.ensure_connection()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        # What a migration wrote anew is read from the table until it is vacuumed, though an index holds it.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM (ANALYZE)")
    last_line({"applied": len(MigrationRecorder(connection).applied_migrations()) - len(known)})


if __name__ == "__main__":
    main()
