"""Kill -9 of processes that do the work, one after the other at random, and their restart after a random pause."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.checker import Kill
from tests.services import Server

PAUSE_SECONDS = 1.0
LONGEST_SECONDS = 1.5
SPREAD_SECONDS = 0.15


@dataclass(frozen=True)
class Target:
    """A service, or one child of it, that is hit `weight` times as often as one with weight 1."""

    service: str
    weight: int
    child: bool = False


# A child is replaced by its parent at once: PostgreSQL starts over from its log, Celery and gunicorn fork a new one.
DEPLOYED = (
    Target("worker", 44, child=True),
    Target("worker", 8),
    Target("postgres", 10),
    Target("postgres", 10, child=True),
    Target("redis", 9),
    Target("beat", 7),
    Target("web", 4),
    Target("web", 8, child=True),
)
EMBEDDED = (Target("serve", 1),)


@dataclass
class Storm:
    """Kills spread evenly over the messages that go out, at any moment of a message's way, until `most` have fallen.

    `progress` counts what has gone out of `total`; nothing goes out while all is down, so a kill waits LONGEST_SECONDS for it.
    """

    services: Mapping[str, Server]
    targets: Sequence[Target]
    most: int
    progress: Callable[[], int]
    total: int
    chance: random.Random
    say: Callable[[int], None] = lambda _: None
    kills: list[Kill] = field(default_factory=list)
    down: dict[str, float] = field(default_factory=dict)
    fell: Counter[str] = field(default_factory=Counter)

    def rage(self, *, over: Callable[[], bool] = lambda: False) -> None:
        """Kill until it is enough or `over`, then start what is down."""
        while len(self.kills) < self.most and not over():
            self._let_work()
            self._strike()
        self._restart(float("inf"))
        for server in self.services.values():
            server.wait()

    def _let_work(self) -> None:
        enough = self.total * (len(self.kills) + 1) / (self.most + 1)
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until and self.progress() < enough:
            self._restart(time.monotonic())
            time.sleep(0.03)
        time.sleep(self.chance.uniform(0, SPREAD_SECONDS))

    def _restart(self, now: float) -> None:
        for name in [name for name, until in self.down.items() if until <= now]:
            del self.down[name]
            self.services[name].launch()
        for name, server in self.services.items():
            # What ends by itself, because something it needs was away, is started again as its supervisor would.
            if name not in self.down and server.process is not None and server.process.poll() is not None:
                self.fell[f"{name}: {server.process.returncode}"] += 1
                server.kill()
                server.launch()

    def _strike(self) -> None:
        living = [target for target in self.targets if target.service not in self.down]
        while living:
            (target,) = self.chance.choices(living, [each.weight for each in living])
            server = self.services[target.service]
            pids = server.kill_child(self.chance.choice) if target.child else server.kill()
            if not target.child:
                self.down[target.service] = time.monotonic() + self.chance.uniform(0, PAUSE_SECONDS)
            if pids:
                self.kills.append(Kill(time.time(), f"{target.service}{' child' if target.child else ''}", pids))
                self.say(len(self.kills))
                return
            living.remove(target)
