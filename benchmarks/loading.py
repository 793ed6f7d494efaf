"""Clerks who read and report over HTTP, each in their own time; knows nothing of what answers them."""

import http.client
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

PATIENCE = 60
WORDS = ("道路", "企业", "验收", "老旧", "用地")
HIDDEN = re.compile(r'<input type="hidden" name="(csrfmiddlewaretoken|token|seen)" value="([^"]*)"')


@dataclass
class Heard:
    """What all clerks got: milliseconds by kind of request, and whatever wasn't as it should be."""

    spent: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, milliseconds: float, wrong: str) -> None:
        with self.lock:
            self.spent.setdefault(kind, []).append(milliseconds)
            if wrong:
                self.errors[f"{kind}: {wrong}"] += 1


class Clerk:
    """One sign-in: of twenty requests eight open what is owed, four an item, three search, one the board, two a form, two hand it in."""

    def __init__(self, port: int, given: dict[str, Any], heard: Heard, think: tuple[float, float], seed: int) -> None:
        self.port, self.plan, self.owed, self.heard = port, given["plan"], list(given["owed"]), heard
        self.cookies = {"sessionid": given["cookie"]}
        self.think, self.chance = think, random.Random(seed)

    def work(self, until: float, leave: Callable[[float], bool]) -> None:
        """Go on until that moment of the monotonic clock; `leave` waits and tells whether it is over."""
        leave(self.chance.uniform(0, self.think[1]))
        while time.monotonic() < until:
            act = self.chance.choices((self.mine, self.item, self.search, self.board, self.report), (8, 4, 3, 1, 2))[0]
            act(leave)
            leave(self.chance.uniform(*self.think))

    def mine(self, _: object) -> None:
        self.ask("mine", "/mine/")

    def item(self, _: object) -> None:
        self.ask("item", f"/items/{self.chance.choice(self.owed)[1]}/")

    def search(self, _: object) -> None:
        self.ask("search", f"/search/?q={quote(self.chance.choice(WORDS))}")

    def board(self, _: object) -> None:
        self.ask("board", f"/board/?plan={self.plan}")

    def report(self, leave: Callable[[float], bool]) -> None:
        """Open the form of something still owed, think, and hand it in."""
        owed, task = self.owed.pop(0)
        self.owed.append((owed, task))
        url = f"/items/{task}/report/?owed={owed}"
        fields = {name: unescape(value) for name, value in HIDDEN.findall(self.ask("form", url))}
        if not fields or leave(self.chance.uniform(*self.think)):
            return
        said = {**fields, "state": "on_plan", "sentence": "按计划推进，本月完成场地平整。"}
        self.ask("report", url, urlencode(said))

    def ask(self, kind: str, path: str, said: str = "") -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if said:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        began, body, wrong = time.perf_counter(), "", ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("POST" if said else "GET", path, said or None, headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            wrong = self._wrong(answer, reporting=bool(said))
        except (OSError, http.client.HTTPException) as fault:
            wrong = type(fault).__name__
        finally:
            connection.close()
        self.heard.note(kind, (time.perf_counter() - began) * 1000, wrong)
        return body

    def _wrong(self, answer: http.client.HTTPResponse, *, reporting: bool) -> str:
        for each in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        away = "/accounts/" in (answer.headers["Location"] or "")
        expected = 302 if reporting else 200
        return "" if answer.status == expected and not away else f"status {answer.status}"


def run(
    port: int,
    clerks: Sequence[dict[str, Any]],
    seconds: float,
    think: tuple[float, float],
    look: Callable[[float], None],
) -> Heard:
    """Let all clerks work for so long, and `look` at the server every second with the seconds gone by.

    `think` are the fewest and most seconds between a clerk's requests: to read what came and to write what goes.
    """
    heard, over = Heard(), threading.Event()
    began = time.monotonic()
    until = began + seconds
    threads = [
        threading.Thread(target=Clerk(port, given, heard, think, seed).work, args=(until, over.wait))
        for seed, given in enumerate(clerks)
    ]
    for thread in threads:
        thread.start()
    while (gone := time.monotonic() - began) < seconds:
        look(gone)
        over.wait(1)
    over.set()
    for thread in threads:
        thread.join()
    return heard
