"""`read_plan FILE [--year Y]`: print the tasks of a responsibility table as one JSON object, touching no database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.clock import business_today
from projects.reading.child import ReadingRefused, read_file
from projects.reading.published import plan_json


class Command(BaseCommand):
    help = "读出责任分解表，输出一个 JSON；打不开时以 2 退出并说明原因。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--year", type=int, default=None, help="计划年度，默认取标题中的年份，再默认今年。")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read_file(options["file"], year=options["year"], this_year=business_today().year)
        except ReadingRefused as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        self.stdout.write(json.dumps(plan_json(reading), ensure_ascii=False))
