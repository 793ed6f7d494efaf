"""`read_cells deadlines|headers|departments|targets`: read cells from standard input, one a line, and print what is read."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.clock import business_today
from projects.reading.cells import READERS


class Command(BaseCommand):
    help = "从标准输入逐行读单元格，每行输出一个 JSON。"
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(READERS))
        parser.add_argument("--year", type=int, default=None, help="计划年度，默认为今年。")

    def handle(self, *args: Any, **options: Any) -> None:
        read = READERS[options["what"]]
        year = options["year"] or business_today().year
        for line in sys.stdin:
            cell = line.rstrip("\r\n").replace("\\n", "\n")
            self.stdout.write(json.dumps(read(cell, year), ensure_ascii=False))
