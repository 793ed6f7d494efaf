"""`manage.py`, but its worker stops listening after its first message, once: what celery #8030 and others do by chance."""

import os
import sys
from pathlib import Path
from typing import Any

from celery.signals import task_received
from django.core.management import execute_from_command_line

ONCE = Path(os.environ["DEAF_ONCE"])


@task_received.connect
def stop_listening(sender: Any, **_: Any) -> None:
    if not ONCE.exists():
        ONCE.touch()
        sender.cancel_task_queue("duban")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
