"""Static files are named by their content once they were collected."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.templatetags.static import static
from pytest_django import Settings


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_a_collected_file_is_named_by_its_content_and_compressed_beforehand(collected: Path) -> None:
    address = static("duban/duban.css")
    assert address != "/static/duban/duban.css"
    file = collected / address.removeprefix("/static/")
    assert file.is_file()
    assert file.with_name(f"{file.name}.gz").stat().st_size < file.stat().st_size / 3


def test_what_was_not_collected_keeps_its_name(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    assert static("duban/duban.css") == "/static/duban/duban.css"
