"""The robot of a Feishu group (飞书自定义机器人)."""

import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from tracker.choices import Channel as ChannelName
from tracker.reminding.channels.answers import Codes
from tracker.reminding.channels.robots import SECRET, URL, Payload, Robot

CODES = Codes(
    # Older installations answer with the second of each alone.
    code=("code", "StatusCode"),
    words=("msg", "StatusMessage"),
    later={
        11232: timedelta(minutes=1),  # more than 100 a minute or 5 a second; crowded at full hours
    },
)


def sign(url: str, payload: Payload, secret: str, at: datetime) -> tuple[str, Payload]:
    """Put the signature into the body; the key holds the stamp and the secret, and nothing is signed with it."""
    stamp = str(int(at.timestamp()))
    digest = hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")
    return url, {"timestamp": stamp, "sign": b64encode(digest).decode(), **payload}


FEISHU_ROBOT = Robot(
    name=ChannelName.FEISHU_ROBOT.value,
    most=19_000,  # a body may have 20 KB
    codes=CODES,
    write=lambda text: {"msg_type": "text", "content": {"text": text}},
    fields=(URL, SECRET),
    sign=sign,
)
