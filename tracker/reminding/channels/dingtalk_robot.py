"""The robot of a DingTalk group (钉钉自定义机器人)."""

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import urlencode

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import Codes
from tracker.reminding.channels.robots import SECRET, URL, Payload, Robot

MUTED = timedelta(minutes=10)
CODES = Codes(
    code=("errcode",),
    words=("errmsg",),
    later={
        -1: None,  # busy
        130101: MUTED,  # more than 20 a minute
        410100: MUTED,  # the same, as newer pages number it
    },
)


def sign(url: str, payload: Payload, secret: str, at: datetime) -> tuple[str, Payload]:
    """Put the signature behind the address: it holds for an hour, the bytes of the message stay what they are."""
    stamp = str(int(at.timestamp() * 1000))
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode({'timestamp': stamp, 'sign': b64encode(digest).decode()})}", payload


DINGTALK_ROBOT = Robot(
    name=ChannelName.DINGTALK_ROBOT.value,
    most=18_000,  # it takes 20,000 with all around it
    codes=CODES,
    write=lambda text: {"msgtype": "text", "text": {"content": text}},
    fields=(URL, SECRET),
    sign=sign,
)
