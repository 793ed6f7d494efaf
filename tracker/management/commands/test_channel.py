"""`test_channel --to ADDRESS [--channel mail]`: one real message over a channel, and what the other side answered."""

from argparse import ArgumentParser
from email.utils import make_msgid
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from accounts.clock import database_now
from tracker.choices import Channel
from tracker.reminding.bundling import message_domain
from tracker.reminding.channels.protocol import Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.naming import channel_name


class Command(BaseCommand):
    help = "用现在的设置真的发一封试发的消息，说明对方怎样答复；没有收下的以 1 退出。不记入提醒记录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", required=True, metavar="ADDRESS", help="发给谁。")
        parser.add_argument("--channel", choices=sorted(CHANNELS), default=Channel.MAIL.value, help="默认邮件。")

    def handle(self, *, to: str, channel: str, **options: Any) -> None:
        message = _message(to)
        facts = {
            "channel": channel_name(channel),
            "way": CHANNELS[channel].way({}),
            "to": to,
            "id": message.message_id,
        }
        self.stdout.write(gettext("%(channel)s，经 %(way)s 发往 %(to)s，编号 %(id)s") % facts)
        try:
            receipt = CHANNELS[channel].send(message)
        except PermanentFailure as failure:
            raise CommandError(gettext("对方拒收：%(said)s") % {"said": failure}) from failure
        except NoAnswer as failure:
            raise CommandError(gettext("没有等到答复，不知道对方是否收下：%(said)s") % {"said": failure}) from failure
        except TemporaryFailure as failure:
            raise CommandError(gettext("对方这次没有收：%(said)s") % {"said": failure}) from failure
        self.stdout.write(gettext("对方已收下：%(reference)s") % {"reference": receipt.reference})


def _message(address: str) -> Message:
    at = database_now().replace(microsecond=0)
    subject = gettext("试发：督办提醒能送到这里")
    body = gettext("这是系统管理员试发的消息，收到就说明提醒能送到这里，不必回复。")
    return Message(make_msgid(domain=message_domain()), address, subject, body, at)
