"""`check_facts [--repair]`: are the stored days and states what facts, rules and reports say."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from accounts.clock import business_now
from tracker.derived import differences
from tracker.derived import repair as mend


class Command(BaseCommand):
    help = "核对所存的日期和状态与事实、规则、报送是否一致；不一致且未修复时以 1 退出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="按事实重写不一致的部分；填报的内容不动。")

    def handle(self, *, repair: bool, **options: Any) -> None:
        now = business_now()
        found = differences(now=now)
        for item in found.items:
            self.stdout.write(gettext("事项 %(id)d：所存的日期与事实不一致。") % {"id": item})
        for row in found.owed:
            self.stdout.write(gettext("应报 %(id)d：所存的状态与报送不一致。") % {"id": row})
        counts = {"items": found.looked_at, "wrong": len(found.items), "owed": len(found.owed)}
        words = gettext("核对 %(items)d 项：日期不一致 %(wrong)d 项，应报状态不一致 %(owed)d 条。") % counts
        if found and not repair:
            raise CommandError(words)
        self.stdout.write(words)
        if found:
            mend(found, now=now)
            self.stdout.write(gettext("已按事实重写。"))
