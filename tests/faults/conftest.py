"""One mail server and, on each database, one told story that every test starts from."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import smtp_sink
from tests.faults.installation import (
    Installation,
    copy_of,
    environment_of,
    postgres_database,
    sqlite_with_story,
    tell_story,
)
from tests.smtp_sink import Sink

STORY = "duban_story"
Install = Callable[..., Installation]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with smtp_sink.running(tmp_path_factory.mktemp("sink")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink) -> Sink:
    for path in server.folder.glob("*.eml"):
        path.unlink()
    return server


@pytest.fixture(scope="session")
def sqlite_story(tmp_path_factory: pytest.TempPathFactory, server: Sink) -> Path:
    return sqlite_with_story(tmp_path_factory.mktemp("story"), server)


@pytest.fixture(scope="session")
def postgres_story(postgres_url: str, server: Sink) -> Iterator[str]:
    """Return the server's address once it holds the story as a template."""
    with postgres_database(postgres_url, STORY) as url:
        tell_story(server, url)
        yield postgres_url


@pytest.fixture
def install(request: pytest.FixtureRequest, tmp_path: Path, sink: Sink) -> Iterator[Install]:
    """Give the maker of a fresh installation on the named database."""
    with ExitStack() as databases:

        def make(database: str, *, lease_seconds: int = 1, **extra: str) -> Installation:
            if database == "sqlite":
                url = copy_of(request.getfixturevalue("sqlite_story"), tmp_path / "duban.sqlite3")
            else:
                server_url = request.getfixturevalue("postgres_story")
                url = databases.enter_context(postgres_database(server_url, "duban_faults", template=STORY))
            environment = environment_of(sink, url, lease_seconds=lease_seconds)
            # Of its own: what lies beside the uploads knows an older database by the counter in it.
            return Installation(sink, url, {**environment, "MEDIA_ROOT": str(tmp_path / "media"), **extra})

        yield make
