"""The whole service in one process: pages, and a Celery worker and beat as threads on the in-memory broker."""

import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import waitress
from celery import Celery
from celery.beat import Service
from celery.worker import WorkController
from celery.worker import state as worker_state
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connection
from django.utils.module_loading import import_string
from waitress.server import BaseWSGIServer

from tracker.evidence import MOST_REQUEST_BYTES
from tracker.oversize import Channel
from tracker.watching import EAR, listening, ticking, watch

WEB_THREADS = 8
JOB_THREADS = 2
START_SECONDS = 10
STOP_SECONDS = 15


@contextmanager
def running_jobs(app: Celery, *, give_up: Callable[[], object]) -> Iterator[None]:
    """Run a worker and beat beside the caller; at the end let running jobs finish.

    `give_up` is called by a thread of the watch when one of them stands still.
    """
    ready = threading.Event()
    controller = WorkController(
        app=app,
        pool="threads",
        concurrency=JOB_THREADS,
        hostname="embedded@localhost",
        ready_callback=lambda _consumer: ready.set(),
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker = threading.Thread(target=controller.start, name="worker", daemon=True)
    clock = Service(app, max_interval=1, scheduler_cls=app.conf.beat_scheduler)
    beat = threading.Thread(target=clock.start, name="beat", daemon=True)
    worker.start()
    if not ready.wait(START_SECONDS):
        raise RuntimeError(f"The worker did not start within {START_SECONDS} seconds.")
    beat.start()
    watch([listening(EAR), ticking(clock)], give_up=give_up)
    try:
        yield
    finally:
        clock.stop(wait=True)
        worker_state.should_stop = os.EX_OK  # type: ignore[assignment]  # Celery reads it as the exit status
        worker.join(STOP_SECONDS)
        worker_state.should_stop = None


def has_secret_key() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django's word for an empty one
        return False


def ensure_secret_key(folder: Path) -> None:
    """Give a service of one process a key of its own, made once and kept in the folder, unless one is set."""
    if has_secret_key():
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    settings.SECRET_KEY = path.read_text()


def prepare_for_command() -> None:
    """Let a command work where the service of one process was never started: with its key, and tables to write to."""
    if not settings.EMBEDDED or connection.vendor != "sqlite":
        return
    ensure_secret_key(settings.VAR_DIR)
    if not connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)


def bound(host: str, port: int) -> Any:
    """Return the web server, which reads no request larger than any page takes."""
    listening: dict[int, Any] = {}  # a name may stand for several addresses, with a server for each
    server = waitress.create_server(
        get_internal_wsgi_application(),
        map=listening,
        host=host,
        port=port,
        threads=WEB_THREADS,
        max_request_body_size=MOST_REQUEST_BYTES + 1,  # the first size that is refused
    )
    for each in listening.values():
        if isinstance(each, BaseWSGIServer):
            each.channel_class = Channel
    return server


def serve(*, host: str, port: int, announce: Callable[[str], object]) -> None:
    """Migrate and serve until SIGINT or SIGTERM; raise OSError when the address is taken."""
    for folder in (settings.VAR_DIR, settings.STATIC_ROOT):  # WhiteNoise warns when nothing was ever collected
        folder.mkdir(parents=True, exist_ok=True)
    ensure_secret_key(settings.VAR_DIR)
    if "BASE_URL" not in os.environ:
        settings.BASE_URL = f"http://{host}:{port}"
    call_command("migrate", interactive=False, verbosity=0)
    server = bound(host, port)
    for asked in (signal.SIGTERM, signal.SIGINT):  # a shell hands its background jobs an ignored SIGINT
        signal.signal(asked, _interrupt)
    again = threading.Event()
    try:
        with running_jobs(import_string(settings.CELERY_APP), give_up=lambda: _start_again(again)):
            announce(f"{settings.BASE_URL}/")
            server.run()  # returns when interrupted
    finally:
        server.close()
    if again.is_set():
        _replace()


def _start_again(again: threading.Event) -> None:
    """Stop as when asked, and begin anew; whatever doesn't stop in time is left behind."""
    again.set()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(2 * STOP_SECONDS)
    _replace()


def _replace() -> None:
    """Go on as a new process under the same number: whoever started the service needs no supervisor."""
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - the very command that is running


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
