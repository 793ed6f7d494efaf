"""Messages go to public addresses over https and to what is allowed by name; every trick to say otherwise is refused."""

import pytest
from django.utils import translation

from tracker.reminding.channels.addresses import AddressRefused, may_be_dialled, place_of

PUBLIC = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"
TRICKS = [
    # other schemes, and none
    "http://qyapi.weixin.qq.com/hook",
    "gopher://127.0.0.1:25/_MAIL",
    "file:///etc/passwd",
    "ftp://example.org/",
    "unix:///run/docker.sock",
    "javascript:alert(1)",
    "//qyapi.weixin.qq.com/hook",
    "qyapi.weixin.qq.com/hook",
    "https:/qyapi.weixin.qq.com",
    "https:///hook",
    "https://",
    "",
    # the machine itself and its network, in figures
    "https://127.0.0.1/",
    "https://127.0.0.1:6379/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://100.100.100.200/latest/meta-data/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://192.0.2.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://192.88.99.1/",
    # the same in other spellings
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0x7f.0.0.0x1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.01/",
    "https://127.0.0.1./",
    "https://8.8.8.8./",
    "https://127。0。0。1/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127%2e0%2e0%2e1/",
    "https://%31%32%37.0.0.1/",
    # six-figure addresses
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[::1/",
    "https://[:::1]/",
    # names of the machine and its network
    "https://localhost/",
    "https://LOCALHOST:443/",
    "https://localhost./",
    "https://a.localhost/",
    "https://gateway/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://1.0.0.127.in-addr.arpa/",
    # what two readers would read differently
    "https://qyapi.weixin.qq.com@127.0.0.1/",
    "https://user:password@qyapi.weixin.qq.com/",
    "https://127.0.0.1#@qyapi.weixin.qq.com/",
    "https://127.0.0.1\\@qyapi.weixin.qq.com/",
    "https://qyapi.weixin.qq.com\\.example.org/",
    "https://qyapi.weixin.qq.com /",
    " https://qyapi.weixin.qq.com/",
    "https://qyapi.weixin.qq.com/\r\nHost: 127.0.0.1",
    "https://qyapi.weixin.qq.com/\n",
    "https://qyapi.weixin.qq.com/a b",
    "https://qyapi.weixin.qq.com\t/",
    "https://qyapi.weixin.qq.com\x00.example.org/",
    "https://qyapi.weixin.qq.com/#/127.0.0.1",
    "https://qyapi.weixin.qq.com:0/",
    "https://qyapi.weixin.qq.com:65536/",
    "https://qyapi.weixin.qq.com:443:80/",
    "https://qyapi.weixin.qq.com:４４３/",
    "https://-qyapi.weixin.qq.com/",
    "https://qyapi..weixin.qq.com/",
    "https://.qq.com/",
    "https://例子.中国/",
    "https://ｑｙapi.weixin.qq.com/",
    f"https://{'a' * 64}.example.org/",
    "https://qyapi.weixin.qq.com/" + "a" * 2000,
]


def test_there_are_at_least_sixty_tricks_and_each_is_another() -> None:
    assert len(set(TRICKS)) == len(TRICKS) >= 60


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_refused_with_a_reason_that_does_not_repeat_it(url: str) -> None:
    with translation.override("zh-hans"), pytest.raises(AddressRefused) as refused:
        place_of(url, allowed=())
    assert str(refused.value)
    assert "//" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        (PUBLIC, "qyapi.weixin.qq.com", 443, "/cgi-bin/webhook/send?key=693a91f6-7xxx"),
        ("https://OAPI.dingtalk.com:8443", "oapi.dingtalk.com", 8443, "/"),
        ("https://open.feishu.cn?a=b", "open.feishu.cn", 443, "/?a=b"),
        ("https://8.8.8.8/x", "8.8.8.8", 443, "/x"),
        ("https://[2606:4700::1111]/x", "2606:4700::1111", 443, "/x"),
        ("https://xn--fsqu00a.xn--fiqs8s/", "xn--fsqu00a.xn--fiqs8s", 443, "/"),
    ],
)
def test_a_public_https_address_is_read_whole(url: str, host: str, port: int, target: str) -> None:
    place = place_of(url, allowed=())
    assert (place.host, place.port, place.target, place.secure, place.allowed) == (host, port, target, True, False)


def test_only_the_exact_host_and_port_that_are_allowed_may_be_inner_or_without_tls() -> None:
    allowed = ["10.1.2.3:8080", "gateway:443", "[::1]:9000"]
    for url in ("http://10.1.2.3:8080/hook", "https://gateway/hook", "http://[::1]:9000/hook"):
        assert place_of(url, allowed=allowed).allowed
    for url in (
        "http://10.1.2.3/hook",
        "http://10.1.2.30:8080/",
        "https://gateway:8443/",
        "http://gateway/",
        "https://[::1]/",
    ):
        with pytest.raises(AddressRefused):
            place_of(url, allowed=allowed)


def test_the_label_of_a_place_holds_no_key() -> None:
    assert place_of(PUBLIC, allowed=()).label == "https://qyapi.weixin.qq.com:443"


@pytest.mark.parametrize("address", ["8.8.8.8", "101.226.1.1", "2606:4700::1111", "240e::1"])
def test_public_addresses_may_be_dialled(address: str) -> None:
    assert may_be_dialled(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "100.64.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::",
        "fe80::1%eth0",
        "ff0e::1",
        "5f00::1",
        "3fff::1",
        "2001:4:112::1",
        "192.88.99.1",
        "192.0.0.9",
        "168.63.129.16",
    ],
)
def test_private_and_roundabout_addresses_may_not_be_dialled(address: str) -> None:
    assert not may_be_dialled(address)
