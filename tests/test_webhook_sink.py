"""The HTTP server of the tests keeps what it takes before it answers, and misbehaves as the path says."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected

import pytest

from tests import webhook_sink
from tests.webhook_sink import Mode, Sink


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("webhooks")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink) -> Sink:
    server.clear()
    return server


def post(sink: Sink, path: str, *, timeout: float = 10) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", sink.port, timeout=timeout)
    connection.request("POST", path, json.dumps({"text": "一件事 #7F3A-29C1"}).encode())
    return connection.getresponse()


def test_a_request_taken_lies_on_disk_as_it_came(sink: Sink) -> None:
    answer = post(sink, "/take/hook?key=k")
    (kept,) = sink.requests()
    assert (answer.status, json.loads(answer.read())["errcode"]) == (200, 0)
    assert (kept.path, kept.json()) == ("/take/hook?key=k", {"text": "一件事 #7F3A-29C1"})
    assert sink.times_kept() == {"#7F3A-29C1": 1}


@pytest.mark.parametrize(
    ("mode", "status"),
    [(Mode.TEMPORARY, 503), (Mode.LIMITED, 429), (Mode.PERMANENT, 404), (Mode.REDIRECT, 307), ("code-93000", 200)],
)
def test_a_refusal_keeps_nothing(sink: Sink, mode: str, status: int) -> None:
    assert (post(sink, f"/{mode}/hook").status, sink.requests()) == (status, [])


def test_an_error_code_stands_in_the_body(sink: Sink) -> None:
    assert json.loads(post(sink, "/code-130101/hook").read())["errcode"] == 130101


@pytest.mark.parametrize(("mode", "fault"), [(Mode.RESET, ConnectionResetError), (Mode.HANG, TimeoutError)])
def test_what_is_kept_may_stay_without_an_answer(sink: Sink, mode: Mode, fault: type[OSError]) -> None:
    with pytest.raises((fault, RemoteDisconnected)):
        post(sink, f"/{mode}/hook", timeout=1)
    assert len(sink.requests()) == 1


def test_a_behaviour_told_holds_until_the_next(sink: Sink) -> None:
    sink.become(Mode.TEMPORARY)
    assert post(sink, "/told/hook").status == 503
    sink.become(Mode.TAKE)
    assert post(sink, "/told/hook").status == 200


def test_a_token_is_handed_out_and_not_kept(sink: Sink) -> None:
    answer = post(sink, "/take/open-apis/auth/v3/tenant_access_token/internal")
    assert (json.loads(answer.read())["tenant_access_token"], sink.requests()) == ("sink-token", [])
