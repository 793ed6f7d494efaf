"""A server that is up keeps the collector of garbage away from what stays."""

import gc
import subprocess
import sys

SAID = """
import gc
import config.wsgi
from django.urls import resolve
assert gc.get_freeze_count() > 100_000, gc.get_freeze_count()
assert gc.get_threshold()[0] == config.wsgi.COLLECTED_AFTER
before = gc.get_freeze_count()
resolve("/board/").func
gc.collect()
assert gc.get_freeze_count() == before
"""


def test_what_stands_after_the_start_is_set_apart() -> None:
    assert gc.isenabled()
    subprocess.run([sys.executable, "-c", SAID], check=True)
