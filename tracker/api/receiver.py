"""A receiver of webhooks as small as it can be: the manual shows it as it stands, and nothing of Duban runs it.

SECRET=whsec_… RECEIVER=127.0.0.1:8777 python3 receiver.py
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer

SECONDS = 300
"""How old a message may be."""
SEEN: set[str] = set()
"""A real receiver keeps these in its database."""


def accepts(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Check the bytes as they came, before they are read."""
    event_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not stamp.isdecimal() or abs(now - int(stamp)) > SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signed = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(signed, each) for each in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        good = accepts(headers, body, os.environ["SECRET"], time.time())
        self.send_response(204 if good else 401)
        self.end_headers()
        if not good:
            sys.stdout.write("refused\n")
        elif headers["webhook-id"] not in SEEN:
            SEEN.add(headers["webhook-id"])
            event = json.loads(body)
            sys.stdout.write(f"{event['type']} {event['id']} {json.dumps(event['data'], ensure_ascii=False)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    host, _, port = os.environ["RECEIVER"].partition(":")
    HTTPServer((host, int(port)), Receiver).serve_forever()
