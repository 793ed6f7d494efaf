"""One database's part of `lists`: pages of items and single items through the whole stack, beside the bare SQL."""

import io
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from statistics import median, quantiles
from typing import Any

import django
import orjson
from django.conf import settings
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

django.setup()

from accounts.choices import Scope  # noqa: E402  # models exist only after setup
from accounts.keys import digest_of, new_key  # noqa: E402
from accounts.models import ApiToken, User  # noqa: E402
from benchmarks.floors.list_floor import Floor  # noqa: E402
from benchmarks.offices import EVE  # noqa: E402
from benchmarks.printing import last_line, timed  # noqa: E402
from config.wsgi import application  # noqa: E402
from projects.models import Plan, Task  # noqa: E402
from tracker.api.paging import cursor_after  # noqa: E402

PAGE = 100
EXPAND = "departments,people,milestones"
TODAY = EVE + timedelta(days=1)

Figures = dict[str, float]


class Caller:
    """A program with a token: each call goes through all of the application, as a server would call it."""

    def __init__(self, username: str) -> None:
        self.user = User.objects.get(username=username)
        self.secret = new_key("dbn_")
        assert self.user.organization_id is not None
        self.token = ApiToken.objects.create(
            organization_id=self.user.organization_id,
            user=self.user,
            name="bench",
            digest=digest_of(self.secret),
            tail=self.secret[-4:],
            scopes=[Scope.READ],
            made_at=timezone.now(),
            made_on=TODAY,
            expires_on=TODAY,
            last_used_on=TODAY,
        )

    def get(self, path: str, query: str = "") -> bytes:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": f"Bearer {self.secret}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        said: list[str] = []

        def start(status: str, *_: object) -> Callable[[bytes], object]:
            said.append(status)
            return sys.stdout.buffer.write

        answer = application(environ, start)
        body = b"".join(answer)
        answer.close()
        assert said == ["200 OK"], (said, body)
        return body

    def leave(self) -> None:
        self.token.delete()


def main(arguments: Sequence[str]) -> None:
    """Measure a database of so many offices as somebody of its middle one."""
    offices, times = (int(each) for each in arguments)
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    settings.API_REQUESTS_PER_MINUTE = sys.maxsize
    end = f"-{offices // 2}" if offices > 1 else ""
    floor = Floor(connection.settings_dict)
    office, clerk = Caller(f"office{end}"), Caller(f"unit0-1{end}")
    try:
        plan = Plan.objects.get(organization=office.user.organization_id)
        last_line(measure(office, clerk, plan, floor, times))
    finally:
        for caller in (office, clerk):
            caller.leave()
        with suppress(Exception):
            floor.close()


def measure(office: Caller, clerk: Caller, plan: Plan, floor: Floor, times: int) -> dict[str, object]:
    """Compare pages with the floor, after seeing that both say the same; they take turns."""
    ids = list(Task.objects.filter(plan=plan).order_by("pk").values_list("pk", flat=True))
    after = ids[len(ids) // 2]
    cursor = cursor_after(after, QueryDict())
    first = f"limit={PAGE}&expand={EXPAND}"
    pages = {
        "page": (partial(office.get, "/api/v1/tasks/", first), partial(floor.page, plan.pk, 0, PAGE, TODAY)),
        "middle": (
            partial(office.get, "/api/v1/tasks/", f"{first}&cursor={cursor}"),
            partial(floor.page, plan.pk, after, PAGE, TODAY),
        ),
        "clerk": (partial(clerk.get, "/api/v1/tasks/", first), partial(floor.page, plan.pk, 0, PAGE, TODAY)),
    }
    figures: dict[str, object] = {}
    for name, (page, bare) in pages.items():
        figures |= {f"{name}_{key}": value for key, value in compared(page, bare, times).items()}
    step = max(1, len(ids) // times)
    singles = [timed(partial(office.get, f"/api/v1/tasks/{pk}/")) for pk in ids[::step][: times + 1]][1:]
    figures |= {"single_ms": round(median(singles), 1), "single_p95_ms": p95(singles)}
    for name, value in figures.items():
        print(f"  {name:<24} {value:>8}")
    return figures


def compared(page: Callable[[], bytes], bare: Callable[[], bytes], times: int) -> Figures:
    found, least = orjson.loads(page()), orjson.loads(bare())
    assert found["items"] == least["items"]
    assert found["items"]
    ours, theirs = [], []
    for _ in range(times):
        ours.append(timed(page))
        theirs.append(timed(bare))
    return {
        "ms": round(median(ours), 2),
        "p95_ms": p95(ours),
        "floor_ms": round(median(theirs), 2),
        "ratio": round(median(ours) / median(theirs), 2),
    }


def p95(spent: Sequence[float]) -> float:
    return round(quantiles(spent, n=20)[-1], 1)


if __name__ == "__main__":
    main(sys.argv[1:])
