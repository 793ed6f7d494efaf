"""Which addresses messages may go out to: public ones over https, and the exact host:port the installation allows.

A URL is read by one strict grammar, so that no two readers can understand it differently; what a name stands for is
checked where the socket is opened (outgoing.py).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.utils.translation import gettext

LONGEST = 2000
URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>[/?][A-Za-z0-9._~:/?\[\]@!$&'()*+,;=%-]*)?",
    re.ASCII | re.IGNORECASE,
)
LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
LOCAL_ENDS = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa", "onion")

# What is mapped from or translated to IPv4 (::ffff:…, 64:ff9b::…) lies outside of it.
GLOBAL_V6 = ip_network("2000::/3")
# Global by the registers, and yet no place of its own: ways back into IPv4 or into the machine's own surroundings.
REFUSED = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "168.63.129.16/32",  # what a cloud tells its own machines
            "2001::/23",  # protocol assignments, Teredo among them
            "3fff::/20",  # documentation
            "2002::/16",  # 6to4
        ),
    )
)


class AddressRefused(Exception):
    """No message goes to this address; the text says why, without repeating it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a URL names; `allowed` places are in the installation's list and dialled as they are."""

    host: str
    port: int
    target: str
    secure: bool
    allowed: bool

    @property
    def label(self) -> str:
        """Return where it is, without the path and the query, in which keys stand."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


def place_of(url: str, *, allowed: Collection[str]) -> Place:
    """Read the URL; raise AddressRefused for everything but a plain https one or what `allowed` names."""
    found = URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise AddressRefused(gettext("要填完整的 https 网址，不带空格、账号和 #"))
    secure = found["scheme"].lower() == "https"
    host = (found["v6"] or found["name"]).lower()
    port = int(found["port"] or (443 if secure else 80))
    target = found["target"] or "/"
    target = target if target.startswith("/") else f"/{target}"
    if not 0 < port < 65536:
        raise AddressRefused(gettext("端口不对"))
    if found["v6"]:
        _v6(host)
    if (f"[{host}]:{port}" if found["v6"] else f"{host}:{port}") in allowed:
        return Place(host, port, target, secure, allowed=True)
    if not secure:
        raise AddressRefused(gettext("只能用 https；内部网关请系统管理员加入允许名单"))
    _public(host)
    return Place(host, port, target, secure, allowed=False)


def may_be_dialled(text: str) -> bool:
    """Say whether an address that a name was resolved to is a public one."""
    try:
        address = ip_address(text)
    except ValueError:  # a zone after %: an address of the own link
        return False
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv6Address) and address not in GLOBAL_V6:
        return False
    return not any(address in network for network in REFUSED if network.version == address.version)


def _v6(host: str) -> None:
    try:
        IPv6Address(host)
    except ValueError as error:
        raise AddressRefused(gettext("网址里的地址不对")) from error


def _public(host: str) -> None:
    """Refuse what can't be a public host; 0x7f.1 and 2130706433 are spellings of an address, not names."""
    if ":" in host or _numeric(host):
        readable = may_be_dialled(host)
    else:
        labels = host.removesuffix(".").split(".")
        readable = len(labels) > 1 and all(map(LABEL.fullmatch, labels)) and labels[-1] not in LOCAL_ENDS
    if not readable:
        raise AddressRefused(refused_words())


def refused_words() -> str:
    return gettext("不能发往内部网络或本机的地址；确需的内部网关请系统管理员加入允许名单")


def _numeric(host: str) -> bool:
    last = host.removesuffix(".").rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")
