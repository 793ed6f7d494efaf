"""The robot of a WeCom group (企业微信群机器人)."""

from datetime import timedelta

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import Codes
from tracker.reminding.channels.robots import Robot

CODES = Codes(
    code=("errcode",),
    words=("errmsg",),
    later={
        -1: None,  # busy
        45009: timedelta(minutes=1),  # more than 20 a minute
        45033: timedelta(seconds=10),  # too many at once
    },
)

WECOM_ROBOT = Robot(
    name=ChannelName.WECOM_ROBOT.value,
    most=2048,
    codes=CODES,
    write=lambda text: {"msgtype": "text", "text": {"content": text}},
)
