"""The manual's receiver takes what Duban signed just now, and nothing else."""

import base64

import pytest

from tracker.api.receiver import accepts
from tracker.reminding.channels.webhook import signature

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(32)).decode()
STAMP = 1_782_262_800
BODY = '{"id":"history-512","type":"report.submitted","words":"报送"}'.encode()


def headers(*, secret: str = SECRET, event: str = "history-512", body: bytes = BODY) -> dict[str, str]:
    signed = signature(secret, event, STAMP, body)
    return {"webhook-id": event, "webhook-timestamp": str(STAMP), "webhook-signature": signed}


def test_what_duban_signed_just_now_is_taken() -> None:
    assert accepts(headers(), BODY, SECRET, STAMP + 299)
    both = f"v1,bm9uZQ== {headers()['webhook-signature']}"
    assert accepts({**headers(), "webhook-signature": both}, BODY, SECRET, STAMP)


@pytest.mark.parametrize(
    ("said", "body", "late"),
    [
        (headers(), BODY + b" ", 0),
        (headers(secret=OTHER), BODY, 0),
        ({**headers(), "webhook-id": "history-513"}, BODY, 0),
        ({**headers(), "webhook-timestamp": str(STAMP + 1)}, BODY, 0),
        ({**headers(), "webhook-timestamp": "now"}, BODY, 0),
        ({"webhook-id": "history-512", "webhook-timestamp": str(STAMP)}, BODY, 0),
        ({}, BODY, 0),
        (headers(), BODY, 301),
        (headers(), BODY, -301),
    ],
)
def test_what_is_altered_foreign_or_old_is_refused(said: dict[str, str], body: bytes, late: int) -> None:
    assert not accepts(said, body, SECRET, STAMP + late)
