"""`check_facts [--repair]`: are the stored days and states what facts, rules and reports say."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from accounts.clock import business_now
from tracker.derived import Differences, differences
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
        for item in found.late:
            self.stdout.write(gettext("事项 %(id)d：下次核对提醒的时间晚于该提醒的时间。") % {"id": item})
        for row in found.late_owed:
            self.stdout.write(gettext("应报 %(id)d：下次核对提醒的时间晚于该提醒的时间。") % {"id": row})
        for row in found.owed:
            self.stdout.write(gettext("应报 %(id)d：所存的状态与报送不一致。") % {"id": row})
        for step in found.steps:
            self.stdout.write(gettext("节点 %(id)d：写着的时限与历次时限不一致。") % {"id": step})
        for chain in found.chains:
            self.stdout.write(gettext("延期申请 %(id)d：审批到第几步与各步意见不一致。") % {"id": chain})
        for item in found.unfound:
            self.stdout.write(gettext("事项 %(id)d：按自己的文字搜索不到，或会被别的文字搜到。") % {"id": item})
        for kind, number in found.untold:
            self.stdout.write(
                gettext("%(kind)s %(id)d：有改动没有办理记录，不能自动修复。") % {"kind": kind, "id": number}
            )
        self._conclude(found, repair=repair, now=now)

    def _conclude(self, found: Differences, *, repair: bool, now: datetime) -> None:
        counts = {
            "items": found.looked_at,
            "wrong": len(found.items),
            "late": len(found.late) + len(found.late_owed),
            "owed": len(found.owed),
            "steps": len(found.steps) + len(found.chains),
            "unfound": len(found.unfound),
            "untold": len(found.untold),
        }
        words = gettext(
            "核对 %(items)d 项：日期不一致 %(wrong)d 项，应报状态不一致 %(owed)d 条，"
            "节点与审批不一致 %(steps)d 条，提醒会晚 %(late)d 项，搜索不到 %(unfound)d 项，没有记录的改动 %(untold)d 条。"
        )
        if found and not repair:
            raise CommandError(words % counts)
        self.stdout.write(words % counts)
        if found:
            mend(found, now=now)
            self.stdout.write(gettext("已按事实重写。"))
        if found.untold:
            raise CommandError(gettext("没有记录的改动 %(untold)d 条，请查明。") % counts)
