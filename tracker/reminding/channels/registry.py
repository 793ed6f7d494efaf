"""The channels there are. The inbox is no channel to send on: its rows are written where reminders are expanded."""

from collections.abc import Mapping

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.mail import MailChannel
from tracker.reminding.channels.protocol import Channel

CHANNELS: Mapping[str, Channel] = {ChannelName.MAIL: MailChannel()}
