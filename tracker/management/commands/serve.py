"""Serve pages and run the clock's jobs in one process, with no Redis and no other service."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tracker.embedded import serve


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        try:
            serve(host=host, port=port, announce=self.stdout.write)
        except OSError as error:
            raise CommandError(f"{host}:{port}: {error.strerror or error}") from error
