"""Kill -9 of processes that do the work, one after the other at random, and their restart after a random pause."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.checker import Kill
from tests.services import Server

PAUSE_SECONDS = 1.0
FIRST_SECONDS = 60.0
LONG_SECONDS, LONGEST_SECONDS = 1.0, 6.0
SPREAD_SECONDS = 0.15


class Act(StrEnum):
    KILL = "kill"
    CHILD = "child"  # kill one of its children
    FLUSH = "flush"  # forget all that waits in it; no kill
    FILL = "fill"  # refuse whatever is to be kept, for a while; no kill


@dataclass(frozen=True)
class Target:
    """A service that is hit in one way `weight` times as often as one with weight 1."""

    service: str
    weight: int
    act: Act = Act.KILL


# A child is replaced by its parent at once: PostgreSQL starts over from its log, Celery and gunicorn fork a new one.
DEPLOYED = (
    Target("worker", 44, Act.CHILD),
    Target("worker", 8),
    Target("postgres", 10),
    Target("postgres", 10, Act.CHILD),
    Target("redis", 9),
    Target("redis", 5, Act.FLUSH),
    Target("redis", 5, Act.FILL),
    Target("beat", 7),
    Target("web", 4),
    Target("web", 8, Act.CHILD),
)
EMBEDDED = (Target("serve", 1),)


@dataclass
class Storm:
    """Kills spread evenly over the messages that go out, at any moment of a message's way, until `most` have fallen.

    `acts` do what is no kill, and give what puts an end to it. `progress` counts what has gone out of `total`; nothing goes out while all is down, so a kill waits LONGEST_SECONDS for it.
    """

    services: Mapping[str, Server]
    targets: Sequence[Target]
    most: int
    progress: Callable[[], int]
    total: int
    chance: random.Random
    say: Callable[[int], None] = lambda _: None
    acts: Mapping[Act, Callable[[], Callable[[], object]]] = field(default_factory=dict)
    kills: list[Kill] = field(default_factory=list)
    hindered: Counter[str] = field(default_factory=Counter)
    undo: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    down: dict[str, float] = field(default_factory=dict)
    fell: Counter[str] = field(default_factory=Counter)

    def rage(self, *, over: Callable[[], bool] = lambda: False) -> None:
        """Once the first messages are out, kill until it is enough or `over`, then start what is down."""
        until = time.monotonic() + FIRST_SECONDS
        while self.most and not self.progress() and not over() and time.monotonic() < until:
            time.sleep(0.1)
        while len(self.kills) < self.most and not over():
            self._let_work()
            self._strike()
        self._restart(float("inf"))
        for server in self.services.values():
            server.wait()

    def _let_work(self) -> None:
        """Wait until something has gone out since the last kill and as much as is meant to before the next."""
        before, began = self.progress(), time.monotonic()
        enough = self.total * (len(self.kills) + 1) / (self.most + 1)
        while (waited := time.monotonic() - began) < LONGEST_SECONDS:
            self._restart(time.monotonic())
            so_far = self.progress()
            if so_far >= enough or (so_far > before and waited > LONG_SECONDS):
                break
            time.sleep(0.03)
        time.sleep(self.chance.uniform(0, SPREAD_SECONDS))

    def keep_up(self) -> None:
        """Start again what ended by itself, as a supervisor would, when nothing is killed any more."""
        self._restart(time.monotonic())

    def _restart(self, now: float) -> None:
        for until, undo in [each for each in self.undo if each[0] <= now]:
            self.undo.remove((until, undo))
            undo()
        for name in [name for name, until in self.down.items() if until <= now]:
            del self.down[name]
            self.services[name].launch()
        for name, server in self.services.items():
            # What ends by itself, because something it needs was away, is started again as its supervisor would.
            if name not in self.down and server.process is not None and server.process.poll() is not None:
                self.fell[f"{name}: {server.log().splitlines()[-1][:200]}"] += 1
                server.kill()
                server.launch()

    def _strike(self) -> None:
        living = [target for target in self.targets if target.service not in self.down]
        while living:
            (target,) = self.chance.choices(living, [each.weight for each in living])
            if target.act in self.acts:
                self.hindered[f"{target.service} {target.act}"] += 1
                self.undo.append((time.monotonic() + self.chance.uniform(0, PAUSE_SECONDS), self.acts[target.act]()))
                return
            if pids := self._kill(target):
                name = target.service if target.act == Act.KILL else f"{target.service} {target.act}"
                self.kills.append(Kill(time.time(), name, pids))
                self.say(len(self.kills))
                return
            living.remove(target)

    def _kill(self, target: Target) -> list[int]:
        server = self.services[target.service]
        if target.act == Act.CHILD:
            return server.kill_child(self.chance.choice)
        self.down[target.service] = time.monotonic() + self.chance.uniform(0, PAUSE_SECONDS)
        return server.kill()
