"""One request over HTTP to the outside: the address checked is the one dialled, nothing is followed, all of it is bounded.

The standard library's HTTP speaks over a socket of ours: it reads no proxy from the environment and follows no redirect.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic

from django.conf import settings
from django.utils.translation import gettext

from tracker.reminding.channels.addresses import AddressRefused, Place, may_be_dialled, place_of, refused_words
from tracker.reminding.channels.protocol import NoAnswer, PermanentFailure, TemporaryFailure

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
LOOK_UP_SECONDS = 3.0
MOST_BYTES = 64 * 1024

type Request = tuple[str, str, bytes | None, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; `cut` when it was longer than we read."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    cut: bool


def problem_with(url: str) -> str:
    """Return why messages can't go to the URL, or nothing; a name that can't be looked up now is let pass."""
    try:
        place = place_of(url, allowed=settings.OUTGOING_ALLOWED)
        if not place.allowed:
            _look_up(place, seconds=LOOK_UP_SECONDS)
    except AddressRefused as refused:
        return str(refused)
    except TemporaryFailure:
        return ""
    return ""


def label_of(url: str) -> str:
    """Return where the URL leads, without the keys in it."""
    try:
        return place_of(url, allowed=settings.OUTGOING_ALLOWED).label
    except AddressRefused:
        return "–"


def ask(method: str, url: str, content: bytes | None = None, *, headers: Mapping[str, str] | None = None) -> Answer:
    """Send one request and return the answer, whatever it is.

    Raise PermanentFailure where we don't go, TemporaryFailure when nobody was reached, NoAnswer when the request was on
    its way and no answer came.
    """
    until = monotonic() + TOTAL_SECONDS
    if not all(value.isascii() and value.isprintable() for value in (headers or {}).values()):
        raise PermanentFailure(gettext("请求头里有不能发送的字符"))
    try:
        place = place_of(url, allowed=settings.OUTGOING_ALLOWED)
        with _dialled(place, until) as connection:
            return _exchange(connection, (method, place.target, content, headers or {}), until)
    except AddressRefused as refused:
        raise PermanentFailure(str(refused)) from None
    except OSError as error:
        raise _unreached(error) from None


@contextmanager
def _dialled(place: Place, until: float) -> Iterator[HTTPConnection]:
    """Open a connection that is cut when the time is over, however slowly the other side drips."""
    line = _connect(place, until)
    cut = Timer(max(until - monotonic(), 0), _shut, [line])
    cut.daemon = True
    cut.start()
    try:
        if isinstance(line, ssl.SSLSocket):
            _shake_hands(line)
        connection = (HTTPSConnection if place.secure else HTTPConnection)(place.host, place.port)
        connection.sock = line
        yield connection
    finally:
        cut.cancel()
        line.close()


def _connect(place: Place, until: float) -> socket.socket:
    addresses = _look_up(place, seconds=CONNECT_SECONDS)
    fault: OSError = OSError(gettext("没有地址"))
    for family, address in addresses:
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(max(min(CONNECT_SECONDS, until - monotonic()), 0.001))
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            fault = error
            continue
        line.settimeout(max(until - monotonic(), 0.001))
        if not place.secure:
            return line
        return _context().wrap_socket(line, server_hostname=place.host, do_handshake_on_connect=False)
    raise _unreached(fault) from None


def _look_up(place: Place, *, seconds: float) -> Sequence[tuple[int, tuple[str, int]]]:
    """Return where to dial; AddressRefused as soon as one of the addresses is no public one."""
    # The resolver has no time limit of its own: it is left behind in its thread when it takes too long.
    asking = ThreadPoolExecutor(max_workers=1)
    try:
        found = asking.submit(socket.getaddrinfo, place.host, place.port, type=socket.SOCK_STREAM).result(seconds)
    except StillRunning:
        raise _unreached(TimeoutError(gettext("域名解析没有答复"))) from None
    except (OSError, UnicodeError) as error:
        raise _unreached(error) from None
    finally:
        asking.shutdown(wait=False)
    places = [(family, (str(where[0]), place.port)) for family, _, _, _, where in found]
    if not place.allowed and not all(may_be_dialled(where[0]) for _, where in places):
        raise AddressRefused(refused_words())
    return places


def _shake_hands(line: ssl.SSLSocket) -> None:
    try:
        line.do_handshake()
    except ssl.SSLCertVerificationError as error:
        raise TemporaryFailure(gettext("对方的证书不可信：%(why)s") % {"why": error.verify_message}) from None


def _exchange(connection: HTTPConnection, request: Request, until: float) -> Answer:
    method, target, content, headers = request
    try:
        connection.request(method, target, content, {"Accept-Encoding": "identity", "Connection": "close", **headers})
        with connection.getresponse() as response:
            body = response.read(MOST_BYTES + 1)
    # A negative length of a chunk comes up as a ValueError.
    except (OSError, HTTPException, ValueError) as error:
        why = gettext("超时") if monotonic() >= until else _why(error)
        raise NoAnswer(gettext("对方没有答复：%(why)s") % {"why": why}) from None
    named = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, named, body[:MOST_BYTES], len(body) > MOST_BYTES)


def _unreached(error: Exception) -> TemporaryFailure:
    return TemporaryFailure(gettext("连不上对方：%(why)s") % {"why": _why(error)})


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return str(error) or gettext("超时")
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _shut(line: socket.socket) -> None:
    try:
        # Not the TLS socket's own shutdown: it drops the state that the reading thread still uses.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
