"""The office at its pages while the service behind them is killed: it asks again until it reads that it was done."""

import http.client
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.faults.installation import BUSINESS_DAY, OFFICE, PASSWORD
from tests.visitor import Answer, Visitor

AGAIN_SECONDS = 0.3
PATIENCE_SECONDS = 180.0


@dataclass
class Office:
    """`since` keeps, by what was done, when it was begun."""

    base_url: str
    since: dict[str, float] = field(default_factory=dict)
    visitor: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.visitor = Visitor(self.base_url)

    def issue(self, plan: int) -> None:
        self._until_done(f"plan:{plan}", lambda: self._issue(f"/plans/{plan}/"))

    def urge(self, unit: int, item: int) -> None:
        token = f"{unit:016d}{item:016d}"
        self._until_done(f"urging:{token}-{item}", lambda: self._urge(f"/receipts/units/{unit}/", item, token))

    def _issue(self, page: str) -> bool:
        asked = self._open(f"{page}issue/")
        if asked.status != 200 or _path(asked) == page:
            return asked.status == 200
        fields = {"on": BUSINESS_DAY.isoformat(), "version": asked.value("version")}
        return "issued=1" in self.visitor.post(f"{page}issue/", fields).url

    def _urge(self, page: str, item: int, token: str) -> bool:
        if self._open(page).status != 200:
            return False
        done = self.visitor.post(f"{page}urge/", {"item": str(item), "text": "请抓紧。", "token": token})
        return done.status == 200 and _path(done) == page

    def _open(self, path: str) -> Answer:
        answer = self.visitor.get(path)
        if "/accounts/login/" not in answer.url:
            return answer
        self.visitor.sign_in(OFFICE, PASSWORD)
        return self.visitor.get(path)

    def _until_done(self, what: str, act: Callable[[], bool]) -> None:
        """Act until it succeeded; each act is such that a second time does nothing more."""
        self.since[what] = time.time()
        deadline, said = time.monotonic() + PATIENCE_SECONDS, ""
        while time.monotonic() < deadline:
            try:
                if act():
                    return
                said = f"{self.visitor.last.status} {self.visitor.last.url} {self.visitor.last.text[:300]}"
            except (OSError, http.client.HTTPException) as failure:
                said = repr(failure)
            time.sleep(AGAIN_SECONDS)
        raise AssertionError(f"{what} was never done: {said}")


def _path(answer: Answer) -> str:
    return urlsplit(answer.url).path
