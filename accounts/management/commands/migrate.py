"""Django's own `migrate`, whose statements may take as long as a table with millions of rows needs."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from accounts.migrating import patience


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with patience(connections[options["database"]]):
            super().handle(*args, **options)
