"""The channels there are. The inbox is no channel to send on: its rows are written where reminders are expanded."""

from collections.abc import Mapping

from tracker.reminding.channels.dingtalk_app import DINGTALK_APP
from tracker.reminding.channels.dingtalk_robot import DINGTALK_ROBOT
from tracker.reminding.channels.feishu_app import FEISHU_APP
from tracker.reminding.channels.feishu_robot import FEISHU_ROBOT
from tracker.reminding.channels.mail import MailChannel
from tracker.reminding.channels.protocol import Channel
from tracker.reminding.channels.sms import SmsChannel
from tracker.reminding.channels.webhook import WebhookChannel
from tracker.reminding.channels.wecom_app import WECOM_APP
from tracker.reminding.channels.wecom_robot import WECOM_ROBOT

ALL: tuple[Channel, ...] = (
    MailChannel(),
    WECOM_ROBOT,
    DINGTALK_ROBOT,
    FEISHU_ROBOT,
    WECOM_APP,
    DINGTALK_APP,
    FEISHU_APP,
    SmsChannel(),
    WebhookChannel(),
)
CHANNELS: Mapping[str, Channel] = {channel.name: channel for channel in ALL}
