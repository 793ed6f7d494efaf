"""The throw-away servers keep what they acknowledged when they are killed, or the fault tests prove nothing."""

from urllib.parse import urlsplit

import psycopg
import pytest
import redis as redis_client

from tests import services

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def _programs_or_skip() -> None:
    try:
        services.postgres_program("postgres")
        services.find_program("redis-server")
    except services.ServiceMissingError as missing:
        pytest.skip(str(missing))


def test_a_killed_postgres_keeps_what_it_committed() -> None:
    with services.postgres() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (words text)")
            connection.execute("INSERT INTO kept VALUES ('按期推进')")
        url = server.url

        server.restart()

        assert server.url == url
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT words FROM kept").fetchall() == [("按期推进",)]


def test_a_killed_postgres_leaves_no_process_behind() -> None:
    with services.postgres() as server:
        assert server.process is not None
        family = services.children_of(server.process.pid)
        assert family

        server.kill()

        assert not services.postgres_answers(server.url)
        assert not [pid for pid in family if services.is_running(pid)]


def test_a_killed_redis_keeps_its_queue_and_its_password() -> None:
    with services.redis() as server:
        client = redis_client.Redis.from_url(server.url)
        client.rpush("queue", "a", "b")

        server.restart()

        assert client.lrange("queue", 0, -1) == [b"a", b"b"]
        with pytest.raises(redis_client.AuthenticationError):
            redis_client.Redis(port=urlsplit(server.url).port or 0).ping()
