"""Load the sample office, its plans and their year into an empty database."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

import environ
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.clock import business_now
from accounts.models import Organization
from seeds.loading import load_sample
from seeds.office import load_office

NOON = time(12)


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="the day to replay until")
        parser.add_argument("--year", type=int, help="the year of the plan; the day's own if not given")

    def handle(self, *, today: date | None, year: int | None, **options: Any) -> None:
        password = environ.FileAwareEnv().str("DEMO_PASSWORD", default="").strip()
        if not password:
            raise CommandError("DEMO_PASSWORD 没有设置：样例用户的密码由它给出。")
        codes = [organization.code for organization in load_office().organizations]
        if Organization.objects.filter(code__in=codes).exists():
            raise CommandError("样例已在这个数据库里。")
        now = business_now()
        if today and today != now.date():
            now = timezone.make_aware(datetime.combine(today, NOON))
        sample = load_sample(today=now.date(), year=year or now.year, now=now, password=password)
        self.stdout.write(f"已载入《{sample.plan.title}》（{sample.plan.year}年，到 {now.date()} 为止）。")
