"""Whatever bytes the other side answers with, a channel ends in its own words: a stranger's answer kills no worker."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, example, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from tests.tracker.reminding.channels.messages import message
from tracker.reminding.channels.protocol import PermanentFailure, TemporaryFailure
from tracker.reminding.channels.registry import CHANNELS

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"


class Stranger:
    """A server that reads one request and answers what it was told to."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.port = int(line.getsockname()[1])
        self.answer = b""

    def serve(self) -> None:
        while True:
            try:
                caller, _ = self.line.accept()
            except OSError:
                return
            with caller:
                try:
                    caller.settimeout(5)
                    caller.recv(65536)
                    caller.sendall(self.answer)
                except OSError:
                    continue


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    with socket.create_server(("127.0.0.1", 0)) as line:
        server = Stranger(line)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        line.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize("name", ["wecom_robot", "feishu_app", "sms"])
@settings_of(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answer=st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda status, rest: b"HTTP/1.1 %d x\r\n" % status + rest, st.integers(0, 9999), st.binary(max_size=100)
        ),
        st.binary(max_size=100).map(lambda body: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body),
    )
)
@example(HEAD + b"Content-Length: -5\r\n\r\n{}")
@example(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}")
@example(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}")
@example(HEAD + b"X: 1\r\n" * 200 + b"\r\n{}")
@example(HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n{}")
@example(HEAD + b"Content-Encoding: gzip\r\n\r\n{}")
@example(b"HTTP/1.1 100 Continue\r\n\r\n" * 50)
@example(b'HTTP/1.1 200 OK\r\n\r\n{"errcode": 1e999, "code": NaN}')
@example(b'HTTP/1.1 200 OK\r\n\r\n{"errcode": ' + b"9" * 5000 + b"}")
@example(b'HTTP/1.1 200 OK\r\n\r\n{"code": 0, "tenant_access_token": "a\\r\\nb", "expire": ' + b"9" * 400 + b"}")
@example(b'HTTP/1.1 200 OK\r\n\r\n{"code": 0, "tenant_access_token": {"a": 1}, "expire": -1}')
@example(b"HTTP/1.1 200 OK\r\n\r\n" + b'{"a":' * 20_000)
@example(b"")
def test_a_stranger_s_answer_is_told_as_a_failure_or_taken(stranger: Stranger, name: str, answer: bytes) -> None:
    stranger.answer = answer
    place = f"127.0.0.1:{stranger.port}"
    outlet = {"url": f"http://{place}/", "base": f"http://{place}", "app": "a", "secret": "SEED-1"}
    outlet |= {"body": "p={phone}&t={text}", "success": "code=0"}
    with override_settings(OUTGOING_ALLOWED=[place]), suppress(TemporaryFailure, PermanentFailure):
        CHANNELS[name].send(message(address="13800000000", **outlet))
