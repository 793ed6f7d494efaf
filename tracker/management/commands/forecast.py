"""`forecast [--on DATE]`: whom the clock will remind of what, on a day or in the week to come."""

from argparse import ArgumentParser
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.clock import business_now
from tracker.reminding.forecasting import forecast
from tracker.reminding.listing import lines_of

WEEK = timedelta(days=7)


class Command(BaseCommand):
    help = "列出将要发出的提醒；不写入，不发送。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="只看这一天，默认今后七天。")

    def handle(self, *, on: date | None, **options: Any) -> None:
        now = business_now()
        last = on or (now + WEEK).date()
        until = timezone.make_aware(datetime.combine(last, time.max))
        for line in lines_of(forecast(since=now, until=until), on=on):
            self.stdout.write(line)
