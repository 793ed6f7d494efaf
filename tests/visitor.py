"""Someone at the other end of the wire: signs in, opens pages and posts forms over HTTP, with nothing of ours inside."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener
from uuid import uuid4

SECONDS = 60
TAGS = re.compile(r"<(?:script|style|head)\b.*?</(?:script|style|head)>|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """A page as it came, after redirects."""

    url: str
    status: int
    html: str

    @property
    def text(self) -> str:
        """Return what a person reads, without the spaces between the tags."""
        return "".join(unescape(TAGS.sub(" ", self.html)).split())

    def value(self, name: str) -> str:
        """Return what the first field of that name holds."""
        tag = next(tag for tag in re.findall(r"<input[^>]*>", self.html) if f'name="{name}"' in tag)
        found = re.search(r'value="([^"]*)"', tag)
        return unescape(found[1]) if found else ""

    def links(self, pattern: str) -> list[str]:
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.html) if re.search(pattern, link)]

    def choices(self) -> dict[str, list[str]]:
        """Return the values of the radio buttons by their names."""
        found: dict[str, list[str]] = {}
        for name, value in re.findall(r'type="radio" name="([^"]*)" value="([^"]*)"', self.html):
            found.setdefault(unescape(name), []).append(unescape(value))
        return found


class Visitor:
    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._open = build_opener(HTTPCookieProcessor(CookieJar()))
        self.last = Answer("", 0, "")

    def get(self, path: str) -> Answer:
        return self._ask(Request(self.base_url + path))

    def post(self, path: str, fields: Mapping[str, str], files: Mapping[str, Path] | None = None) -> Answer:
        """Post a form of the page that was opened last."""
        boundary = uuid4().hex
        said = {"csrfmiddlewaretoken": self.last.value("csrfmiddlewaretoken"), **fields}
        request = Request(self.base_url + path, data=multipart(said, files or {}, boundary), method="POST")
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        return self._ask(request)

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", {"username": username, "password": password, "next": "/"})

    def _ask(self, request: Request) -> Answer:
        try:
            with self._open.open(request, timeout=SECONDS) as response:
                self.last = Answer(response.url, response.status, response.read().decode())
        except HTTPError as refusal:
            self.last = Answer(refusal.url or "", refusal.code, refusal.read().decode())
        return self.last


def multipart(fields: Mapping[str, str], files: Mapping[str, Path], boundary: str) -> bytes:
    parts = []
    for name, value in fields.items():
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    for name, path in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{path.name}"\r\n\r\n'
        parts.append(head.encode() + path.read_bytes())
    return b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), part) for part in parts) + f"--{boundary}--\r\n".encode()
