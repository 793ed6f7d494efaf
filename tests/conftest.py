"""What every test stands on: the database, the servers, the counted queries, and no skipping where it must count."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from accounts import append_only
from projects.models import CalendarDay
from tests import services
from tests.query_counts import QueryBaseline

ROOT = Path(__file__).resolve().parent.parent
IN_CI = bool(os.environ.get("CI"))
DATABASE_OF_MARKER = {"postgres": "postgresql", "sqlite": "sqlite3"}
SCRATCH = pytest.StashKey[Path]()
APPEND_ONLY = ("accounts_historyentry", "tracker_lightchange")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-query-counts", action="store_true", help="rewrite tests/query_counts.json from this run")
    parser.addoption("--update-api-examples", action="store_true", help="rewrite the manual's examples from this run")


def pytest_configure(config: pytest.Config) -> None:
    """Change the few settings that differ under test, before Django is set up."""
    # How long one example takes says more about the machine than about the rule.
    hypothesis.settings.register_profile("duban", deadline=None)
    hypothesis.settings.load_profile("duban")
    scratch = config.stash[SCRATCH] = Path(tempfile.mkdtemp(prefix="duban-tests-"))
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    settings.SECRET_KEY = os.environ["SECRET_KEY"]
    settings.MEDIA_ROOT = scratch / "media"
    # The server of a test has just been started, and nobody lives who sent something before.
    settings.REMINDER_SETTLE_SECONDS = 0
    # Argon2 is slow on purpose; nobody attacks these passwords.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Nothing beats in most tests; those of the alarm turn it on.
    settings.ALARM_SECONDS = -1
    # Every browser of a test would look through all static files first; looked up one by one they are the same.
    settings.WHITENOISE_AUTOREFRESH = True
    # Other threads don't see what stands in a test's own transaction.
    settings.DELIVERY_LANES = 1
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        services.wait_longer(database["OPTIONS"])
    if database["ENGINE"].endswith("sqlite3"):
        # A file, as in use: in memory all threads would share one connection and see each other's transactions.
        database.setdefault("TEST", {})["NAME"] = str(scratch / "test.sqlite3")


def pytest_unconfigure(config: pytest.Config) -> None:
    if SCRATCH in config.stash:
        shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what means nothing on this database; CI runs the suite once on each."""
    engine = settings.DATABASES["default"]["ENGINE"]
    others = {marker for marker, name in DATABASE_OF_MARKER.items() if not engine.endswith(name)}
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in others)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))


def refuse_skip[R: pytest.TestReport | pytest.CollectReport](report: R) -> R:
    """Turn a skip into a failure in CI: there everything is installed, so a skipped test is one that vanished."""
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the flush after a transactional test through the triggers on history, and put back what migrations loaded."""
    with django_db_blocker.unblock():
        loaded = list(CalendarDay.objects.all())
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # not in the stubs: private

    def flush_to_the_migrated_state(case: TransactionTestCase) -> None:
        for table in APPEND_ONLY:
            append_only.remove(connection, table)
        try:
            flush(case)
        finally:
            for table in APPEND_ONLY:
                append_only.install(connection, table)
        CalendarDay.objects.bulk_create(loaded)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_to_the_migrated_state)
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference material beside the repository."""
    folder = Path(os.environ.get("DUBAN_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the reference material (DUBAN_SHARED) is not beside this repository")
    return folder


@pytest.fixture
def assert_query_baseline(request: pytest.FixtureRequest) -> QueryBaseline:
    """Give the context manager that compares the queries of its block with the committed count of a name."""
    return QueryBaseline(update=request.config.getoption("--update-query-counts"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[services.Server]:
    try:
        with services.postgres() as server:
            yield server
    except services.ServiceMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[services.Server]:
    try:
        with services.redis() as server:
            yield server
    except services.ServiceMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_url(postgres_server: services.Server) -> str:
    return postgres_server.url


@pytest.fixture(scope="session")
def redis_url(redis_server: services.Server) -> str:
    return redis_server.url
