"""The counter of heartbeats beside the uploads, which no restored database takes back: `MEDIA_ROOT/.epoch`."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.conf import settings

NAME = ".epoch"


def read() -> Mapping[str, int]:
    """Return the counters by installation; none where there is no file yet, or one that nobody can read."""
    try:
        found = json.loads(_path().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return (
        {str(key): value for key, value in found.items() if isinstance(value, int)} if isinstance(found, dict) else {}
    )


def write(installation: UUID, counter: int) -> None:
    """Let the file say this counter, unless it says a higher one; whoever is killed meanwhile leaves the old file whole."""
    path, known = _path(), dict(read())
    if known.get(str(installation), 0) >= counter:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=path.parent, prefix=NAME)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known | {str(installation): counter}, file)
        file.flush()
        os.fsync(file.fileno())
    Path(new).replace(path)


def _path() -> Path:
    return Path(settings.MEDIA_ROOT) / NAME
