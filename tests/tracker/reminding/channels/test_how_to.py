"""The how-to for a new channel: its example is a channel, and its test to copy passes and would fail without it."""

import re
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

from tests.webhook_sink import Sink
from tracker.reminding.channels.protocol import Channel

HOW_TO = Path(settings.BASE_DIR) / "docs" / "how-to" / "add-a-channel.md"
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def example() -> ModuleType:
    module = ModuleType("example")
    for block in CODE.findall(HOW_TO.read_text()):
        exec(compile(block, str(HOW_TO), "exec"), module.__dict__)  # noqa: S102 - our own page
    return module


def test_the_example_is_a_channel(example: ModuleType) -> None:
    channel: Channel = example.COUNTY_ROBOT
    assert channel.problems({}).keys() == {"url"}
    assert channel.problems({"url": "https://8.8.8.8/hook"}) == {}


def test_the_test_to_copy_passes(example: ModuleType, sink: Sink) -> None:
    example.test_the_text_goes_out_with_its_code(sink)
    (cases,) = example.test_an_answer_tells_what_is_done.pytestmark
    for mode, kind in cases.args[1]:
        example.test_an_answer_tells_what_is_done(sink, mode, kind)


def test_every_file_and_name_the_how_to_speaks_of_is_there() -> None:
    text = HOW_TO.read_text()
    channels = Path(settings.BASE_DIR) / "tracker" / "reminding" / "channels"
    for name in set(re.findall(r"`(\w+\.py)`", text)):
        assert (channels / name).exists() or list((Path(settings.BASE_DIR) / "tests").rglob(name)), name
