"""`remind [--on DATE] [--dry-run]`: one pass of the clock, now or as it would have been on a day."""

import os
import socket
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from accounts.clock import business_now
from tracker.pausing import look
from tracker.reminding.expanding import expand
from tracker.reminding.forecasting import forecast
from tracker.reminding.ladder import digest_moments
from tracker.reminding.listing import lines_of
from tracker.reminding.outbox import deliver
from tracker.reminding.raising import look_again, raise_due
from tracker.rounds import open_rounds

LONGEST_SECONDS = 24 * 3600.0


class Command(BaseCommand):
    help = "生成到期的提醒并立即发出；重复运行不会再发。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="按这一天运行，默认此刻。")
        parser.add_argument("--dry-run", action="store_true", help="只列出会提醒谁，不写入，不发送。")

    def handle(self, *, on: date | None, dry_run: bool, **options: Any) -> None:
        now = business_now()
        start = timezone.make_aware(datetime.combine(on, time.min)) if on else now
        end = timezone.make_aware(datetime.combine(on, time.max)) if on else now
        if dry_run:
            for line in lines_of(forecast(since=start, until=end)):
                self.stdout.write(line)
            return
        if look().paused:
            raise CommandError(gettext("发送已暂停：请督查办在“系统状态”页核对后恢复。"))
        self._remind(digest_moments(on) if on else [now], start, end)

    def _remind(self, moments: Sequence[datetime], start: datetime, end: datetime) -> None:
        today = end.date()
        open_rounds(today=today)
        look_again(until=end, at=start)
        raised = sum(raise_due(now=moment) for moment in moments)
        told = expand(now=end, gather_seconds=0)
        sent = deliver(worker=f"{socket.gethostname()}:{os.getpid()}", today=today, seconds=LONGEST_SECONDS)
        words = gettext("新增提醒记录 %(raised)d 条；提醒 %(told)d 条；处理消息 %(sent)d 封。")
        self.stdout.write(words % {"raised": raised, "told": told, "sent": sent})
