"""A request goes out to the address that was checked or not at all, follows nothing, and ends in time."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests import services
from tests.tracker.reminding.channels.certificates import Authority, speaking_tls
from tests.tracker.reminding.channels.test_addresses import TRICKS
from tests.webhook_sink import Mode, Sink
from tracker.reminding.channels import outgoing
from tracker.reminding.channels.outgoing import MOST_BYTES, ask, label_of, problem_with
from tracker.reminding.channels.protocol import NoAnswer, PermanentFailure, TemporaryFailure

type Resolve = Callable[..., None]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Keep what sockets are opened to; none gets out of the machine."""
    seen: list[object] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: tuple[str, int]) -> None:
        seen.append(address)
        if not address[0].startswith("127."):
            raise ConnectionRefusedError(111, "nobody there")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    return seen


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """Give names, one look-up after the other, the addresses told."""

    def tell(*answers: list[str]) -> None:
        left = list(answers)

        def answer(_host: str, port: int, **_kind: object) -> list[tuple[object, ...]]:
            told = left.pop(0) if len(left) > 1 else left[0]
            return [
                (socket.AF_INET6 if ":" in each else socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
                for each in told
            ]

        monkeypatch.setattr(socket, "getaddrinfo", answer)

    return tell


@pytest.mark.parametrize("url", TRICKS)
def test_no_socket_is_opened_for_a_trick(dialled: list[object], url: str) -> None:
    with pytest.raises(PermanentFailure):
        ask("POST", url, b"{}")
    assert problem_with(url)
    assert dialled == []


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.5"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["::1"],
        ["::ffff:10.0.0.5"],
        ["64:ff9b::a00:5"],
        ["fe80::1%eth0"],
        ["8.8.8.8", "10.0.0.5"],
        ["2606:4700::1111", "::1"],
    ],
)
def test_no_socket_is_opened_to_a_public_name_of_an_inner_address(
    dialled: list[object], resolve: Resolve, addresses: list[str]
) -> None:
    resolve(addresses)
    with pytest.raises(PermanentFailure, match="内部网络"):
        ask("POST", "https://hook.example.org/", b"{}")
    assert "内部网络" in problem_with("https://hook.example.org/")
    assert dialled == []


def test_a_name_that_turns_inner_between_saving_and_sending_is_refused(dialled: list[object], resolve: Resolve) -> None:
    resolve(["8.8.8.8"], ["127.0.0.1"])
    assert problem_with("https://hook.example.org/") == ""
    with pytest.raises(PermanentFailure, match="内部网络"):
        ask("POST", "https://hook.example.org/", b"{}")
    assert dialled == []


def test_the_address_checked_is_the_one_dialled(dialled: list[object], resolve: Resolve) -> None:
    """Each request looks a name up once: whatever a second look-up would say is never asked."""
    resolve(["8.8.8.8"], ["127.0.0.1"])
    with pytest.raises(TemporaryFailure):
        ask("POST", "https://hook.example.org/", b"{}")
    assert dialled == [("8.8.8.8", 443)]


def test_all_addresses_of_a_name_are_tried_in_turn(dialled: list[object], resolve: Resolve) -> None:
    resolve(["2606:4700::1111", "8.8.8.8"])
    with pytest.raises(TemporaryFailure, match="nobody there"):
        ask("POST", "https://hook.example.org/", b"{}")
    assert dialled == [("2606:4700::1111", 443), ("8.8.8.8", 443)]


def test_a_name_nobody_knows_is_tried_later_and_may_be_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_asked: object, **_kind: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(TemporaryFailure, match="Name or service not known") as failure:
        ask("POST", "https://hook.example.org/", b"{}")
    assert not isinstance(failure.value, NoAnswer)
    assert problem_with("https://hook.example.org/") == ""


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, **_kind: time.sleep(2))
    monkeypatch.setattr(outgoing, "CONNECT_SECONDS", 0.1)
    begun = time.monotonic()
    with pytest.raises(TemporaryFailure, match="域名解析没有答复"):
        ask("POST", "https://hook.example.org/", b"{}")
    assert time.monotonic() - begun < 1


def test_a_redirect_is_handed_back_and_not_followed(sink: Sink) -> None:
    answer = ask("POST", sink.url(Mode.REDIRECT), b"{}")
    assert (answer.status, sink.requests()) == (307, [])


def test_a_proxy_in_the_environment_is_not_used(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask("POST", sink.url(), b"{}").status == 200


def test_an_answer_without_end_is_read_up_to_a_limit(sink: Sink) -> None:
    answer = ask("POST", sink.url(Mode.HUGE), b"{}")
    assert (len(answer.content), answer.cut) == (MOST_BYTES, True)


@pytest.mark.parametrize("mode", [Mode.HANG, Mode.DRIP])
def test_an_answer_that_does_not_come_is_cut_in_time_and_may_have_been_taken(
    sink: Sink, monkeypatch: pytest.MonkeyPatch, mode: Mode
) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 1.5)
    begun = time.monotonic()
    with pytest.raises(NoAnswer, match="超时"):
        ask("POST", sink.url(mode), b"{}")
    assert 1.4 < time.monotonic() - begun < 3
    assert len(sink.requests()) == 1


def test_an_answer_may_take_longer_than_connecting(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "CONNECT_SECONDS", 0.5)
    assert ask("POST", sink.url(Mode.SLOW), b"{}").status == 200


def test_the_whole_of_a_request_has_ten_seconds() -> None:
    assert (outgoing.CONNECT_SECONDS, outgoing.TOTAL_SECONDS) == (5, 10)


def test_a_connection_reset_after_the_request_may_have_been_taken(sink: Sink) -> None:
    with pytest.raises(NoAnswer, match="reset"):
        ask("POST", sink.url(Mode.RESET), b"{}")


def test_a_server_that_is_not_there_has_surely_nothing(settings: Settings) -> None:
    port = services.free_port()
    settings.OUTGOING_ALLOWED = [f"127.0.0.1:{port}"]
    with pytest.raises(TemporaryFailure, match="连不上") as failure:
        ask("POST", f"http://127.0.0.1:{port}/hook?key=SEED1234", b"{}")
    assert not isinstance(failure.value, NoAnswer)


def test_the_label_says_where_and_no_more(settings: Settings) -> None:
    assert label_of("https://oapi.dingtalk.com/robot/send?access_token=SEED") == "https://oapi.dingtalk.com:443"
    assert label_of("http://10.0.0.1/SEED") == "–"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    made = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    outgoing._context.cache_clear()
    yield made
    outgoing._context.cache_clear()


def test_a_server_is_known_by_its_certificate(authority: Authority, settings: Settings, resolve: Resolve) -> None:
    resolve(["127.0.0.1"])
    with speaking_tls(authority.certify("hook.example.org")) as port:
        settings.OUTGOING_ALLOWED = [f"hook.example.org:{port}"]
        answer = ask("POST", f"https://hook.example.org:{port}/hook", b"{}")
    assert json.loads(answer.content)["host"] == f"hook.example.org:{port}"


@pytest.mark.parametrize(("host", "days"), [("other.example.org", 30), ("localhost", -1)])
def test_a_server_of_another_name_or_an_old_certificate_gets_nothing(
    authority: Authority, settings: Settings, host: str, days: int
) -> None:
    with speaking_tls(authority.certify(host, days=days)) as port:
        settings.OUTGOING_ALLOWED = [f"localhost:{port}"]
        with pytest.raises(TemporaryFailure, match="证书不可信"):
            ask("POST", f"https://localhost:{port}/hook", b"{}")


def test_a_server_whose_authority_nobody_knows_gets_nothing(tmp_path: Path, settings: Settings) -> None:
    with speaking_tls(Authority(tmp_path).certify("localhost")) as port:
        settings.OUTGOING_ALLOWED = [f"localhost:{port}"]
        with pytest.raises(TemporaryFailure, match="证书不可信"):
            ask("POST", f"https://localhost:{port}/hook", b"{}")
