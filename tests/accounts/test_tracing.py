"""An id follows a request through its answer, its lines in the log and its statements."""

import json
import logging
from io import StringIO
from logging.config import DictConfigurator

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.tracing import TraceFilter, new_id, tracing
from tests.cast import Cast, cast_fixture

__all__ = ["cast_fixture"]


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "ends */ DROP TABLE", "line\nbreak12", "編號編號編號編號"])
def test_an_id_that_is_not_well_formed_is_replaced(given: str) -> None:
    assert new_id(given) != given
    assert len(new_id(given)) == 32


def test_the_answer_names_its_request(client: Client) -> None:
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(("behind", "kept"), [(True, True), (False, False)])
def test_the_id_of_a_proxy_is_kept_and_that_of_a_stranger_is_not(
    client: Client, settings: Settings, behind: bool, kept: bool
) -> None:
    settings.BEHIND_PROXY = behind
    answer = client.get("/healthz", headers={"X-Request-ID": "proxy-0001"})
    assert (answer.headers["X-Request-ID"] == "proxy-0001") is kept


@pytest.mark.django_db
def test_a_statement_names_its_request_where_the_server_keeps_a_log() -> None:
    with CaptureQueriesContext(connection) as asked, tracing("a-request-1") as trace, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT %s", [2])
    assert trace.queries == 2
    named = ["/* trace=a-request-1 */" in query["sql"] for query in asked.captured_queries]
    assert named == [connection.vendor == "postgresql"] * 2


@pytest.mark.django_db
def test_the_line_of_a_request_says_who_what_and_how_long(
    cast: Cast, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.office)
    with caplog.at_level(logging.INFO, logger="accounts.measuring"):
        answer = client.get("/inbox/?word=secret")
    (line,) = [record for record in caplog.records if record.name == "accounts.measuring"]
    said = vars(line)
    assert (said["method"], said["route"], said["status"], said["user"]) == ("GET", "inbox/", 200, cast.office.pk)
    assert said["queries"] > 3
    assert said["seconds"] > 0
    assert "secret" not in line.getMessage()
    assert answer.headers["X-Request-ID"]


def test_a_line_of_json_holds_the_id_and_what_was_said() -> None:
    written = StringIO()
    handler = logging.StreamHandler(written)
    configured = DictConfigurator({"version": 1})
    handler.setFormatter(configured.configure_formatter(dict(project.LOGGING["formatters"]["json"])))
    handler.addFilter(TraceFilter())
    logger = logging.getLogger("duban.test")
    logger.addHandler(handler)
    logger.propagate = False
    with tracing("a-request-2"):
        logger.warning("第%d项没有办成", 7, extra={"status": 500})
    logger.warning("外面")
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert first["at"]
    assert (first["trace"], first["message"], first["level"], first["status"]) == (
        "a-request-2",
        "第7项没有办成",
        "WARNING",
        500,
    )
    assert second["trace"] == "-"
