"""A webhook sink that our channels are allowed to reach."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests import webhook_sink
from tests.webhook_sink import Sink


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    with webhook_sink.running(tmp_path_factory.mktemp("webhooks")) as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: Settings) -> Sink:
    settings.OUTGOING_ALLOWED = [server.allowed]
    server.clear()
    return server
