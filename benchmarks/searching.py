"""One database's part of `search`: words of two signs looked for on the page, beside one bare statement."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from statistics import median, quantiles
from urllib.parse import quote

import django
from django.conf import settings
from django.test import Client
from django.utils import timezone

django.setup()

import config.wsgi  # noqa: E402, F401  # the collector of garbage is set as the server sets it
from accounts.access import reach_of  # noqa: E402  # models exist only after setup
from accounts.models import User  # noqa: E402
from benchmarks.floors import search_floor  # noqa: E402
from benchmarks.offices import EVE  # noqa: E402
from benchmarks.printing import last_line, table, timed  # noqa: E402
from benchmarks.searching_texts import vocabulary  # noqa: E402
from projects.models import Task  # noqa: E402
from tracker.boards.filters import Filters  # noqa: E402
from tracker.boards.search import closest  # noqa: E402
from tracker.models import ItemText  # noqa: E402
from tracker.search_words import grams  # noqa: E402

TODAY = EVE + timedelta(days=1)
KINDS = {"in every item": 1.0, "in one of ten": 0.1, "in one of a hundred": 0.01, "in a few": 0.0005}
"""What share of an office's items a word stands in, or as near as there is one."""
COLUMNS = ("items", "page_ms", "p95_ms", "clerk_p95_ms", "floor_ms")

Figures = dict[str, float]


def main(arguments: Sequence[str]) -> None:
    """Measure a database of so many offices as somebody of its middle one."""
    offices, times = (int(each) for each in arguments)
    settings.BUSINESS_DAY_SHIFT = (TODAY - timezone.localdate()).days
    end = f"-{offices // 2}" if offices > 1 else ""
    office, clerk = (User.objects.get(username=f"{name}{end}") for name in ("office", "unit0-1"))
    found = {kind: measure(word, office, clerk, times) for kind, word in words_of(office).items()}
    table(("  a word", *COLUMNS), [(f"  {kind}", *(row[name] for name in COLUMNS)) for kind, row in found.items()])
    worst = max(max(row["p95_ms"], row["clerk_p95_ms"]) for row in found.values())
    last_line({"p95_ms": worst, "words": found})


def words_of(office: User) -> dict[str, str]:
    """Return a word of each kind, one that nothing holds, and two at once."""
    texts = ItemText.objects.filter(organization=office.organization_id).values_list("title", "body")
    rows = [f"{title}\n{body}" for title, body in texts]
    often = Counter({word: sum(word in row for row in rows) for word in (*vocabulary(), "推进", "道路")})
    total = Task.objects.filter(organization=office.organization_id).count()
    found = {
        kind: min((word for word in often if often[word]), key=lambda word: abs(often[word] - share * total))
        for kind, share in KINDS.items()
    }
    return {**found, "two at once": f"{found['in every item']} {found['in one of ten']}", "nowhere": "鼯鼠"}


def measure(word: str, office: User, clerk: User, times: int) -> Figures:
    """Look for it on the page as the office and as a clerk, after seeing that the floor finds the same items."""
    assert office.organization_id is not None
    ids = closest(Filters(q=word), reach_of(office, today=TODAY), today=TODAY)
    single = " " not in word
    floor = partial(search_floor.search, word, grams(word, organization=office.organization_id))
    if single:
        assert floor() == ids, word
    url = f"/search/?q={quote(word)}"
    pages: dict[str, list[float]] = {}
    for user in (office, clerk):
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        assert client.get(url).status_code == 200
        pages[user.username] = [timed(partial(client.get, url)) for _ in range(times)]
    ours, theirs = pages[office.username], pages[clerk.username]
    return {
        "items": len(ids),
        "page_ms": round(median(ours), 1),
        "p95_ms": round(quantiles(ours, n=20)[-1], 1),
        "clerk_p95_ms": round(quantiles(theirs, n=20)[-1], 1),
        "floor_ms": round(median([timed(floor) for _ in range(times)]), 1) if single else 0.0,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
