"""`test_channel --to ADDRESS | --outlet ID | --channel NAME --with FILE`: one real message, and what the other side said."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from accounts.clock import database_now
from tracker.choices import Channel as ChannelName
from tracker.models import Outlet
from tracker.reminding.bundling import message_domain
from tracker.reminding.channels.protocol import Channel, Message, NoAnswer, PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS
from tracker.reminding.channels.texts import short_code
from tracker.reminding.naming import channel_name
from tracker.reminding.sealing import SealBrokenError, opened


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, what it is told, and whom it reaches there."""

    channel: Channel
    outlet: Mapping[str, str]
    to: str
    label: str


class Command(BaseCommand):
    help = "用现在的设置真的发一条试发的消息，说明对方怎样答复；没有收下的以 1 退出。不记入提醒记录。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--to", default="", metavar="ADDRESS", help="发给谁：邮箱、手机号、应用里的成员；群不用填。"
        )
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--channel", choices=sorted(CHANNELS), default=ChannelName.MAIL.value, help="默认邮件。")
        way.add_argument("--outlet", type=int, metavar="ID", help="用已保存的提醒渠道。")
        parser.add_argument(
            "--with", dest="file", metavar="FILE", help="渠道设置的 JSON 文件，- 为标准输入；不写在命令行上。"
        )

    def handle(self, *, to: str, channel: str, outlet: int | None, file: str | None, **options: Any) -> None:
        way = _kept(outlet, to) if outlet is not None else _told(channel, file, to)
        if way.channel.kind == "person" and not to:
            raise CommandError(gettext("要用 --to 写明发给谁"))
        message = _message(way)
        facts = {
            "channel": channel_name(way.channel.name),
            "way": way.channel.way(way.outlet),
            "to": way.label,
            "id": short_code(message.message_id) if way.channel.fields else message.message_id,
        }
        self.stdout.write(gettext("%(channel)s，经 %(way)s 发往 %(to)s，编号 %(id)s") % facts)
        try:
            receipt = way.channel.send(message)
        except PermanentFailure as failure:
            raise CommandError(gettext("对方拒收：%(said)s") % {"said": failure}) from None
        except NoAnswer as failure:
            raise CommandError(gettext("没有等到答复，不知道对方是否收下：%(said)s") % {"said": failure}) from None
        except TemporaryFailure as failure:
            raise CommandError(gettext("对方这次没有收：%(said)s") % {"said": failure}) from None
        # Files and consoles take a message and say nothing.
        said = gettext("对方已收下：%(reference)s") if receipt.reference else gettext("对方已收下")
        self.stdout.write(said % {"reference": receipt.reference})


def _kept(pk: int, to: str) -> Way:
    try:
        outlet = Outlet.objects.get(pk=pk)
        return Way(CHANNELS[outlet.channel], opened(outlet.settings_sealed), to, to or outlet.label)
    except Outlet.DoesNotExist:
        raise CommandError(gettext("没有这个提醒渠道：%(id)s") % {"id": pk}) from None
    except SealBrokenError:
        raise CommandError(gettext("渠道的设置打不开：密钥不是保存时的那一个")) from None


def _told(name: str, file: str | None, to: str) -> Way:
    channel = CHANNELS[name]
    outlet = _read(file) if file else {}
    labels = {field.name: str(field.label) for field in channel.fields}
    problems = [f"{field}（{labels.get(field, field)}）：{what}" for field, what in channel.problems(outlet).items()]
    if problems:
        raise CommandError("\n".join([gettext("渠道的设置还不行（用 --with 给出）："), *problems]))
    return Way(channel, outlet, to, to or gettext("群"))


def _read(file: str) -> dict[str, str]:
    try:
        said = json.loads(sys.stdin.read() if file == "-" else Path(file).read_text())
    except OSError as error:
        raise CommandError(gettext("读不了 %(file)s：%(why)s") % {"file": file, "why": error.strerror}) from None
    except ValueError:
        raise CommandError(gettext("%(file)s 里不是 JSON") % {"file": file}) from None
    if not isinstance(said, dict):
        raise CommandError(gettext('%(file)s 里要写成 {"字段": "值"}') % {"file": file})
    return {name: str(value) for name, value in said.items()}


def _message(way: Way) -> Message:
    at = database_now().replace(microsecond=0)
    subject = gettext("试发：督办提醒能送到这里")
    body = gettext("这是系统管理员试发的消息，收到就说明提醒能送到这里，不必回复。")
    return Message(make_msgid(domain=message_domain()), way.to, subject, body, at, way.outlet)
