"""The clock's jobs over and over in one living process, until it is killed: `python -m tests.faults.clockwork`."""

import select

import django

django.setup()

from tracker import jobs  # noqa: E402  # models exist only after setup


def work() -> None:
    while True:
        jobs.heartbeat()
        jobs.raise_due()
        jobs.deliver()
        select.select([], [], [], 0.2)  # under libfaketime time.sleep is refused: it sleeps up to a moment


if __name__ == "__main__":
    work()
