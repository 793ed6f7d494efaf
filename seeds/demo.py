"""The demo: one process on its own database, whose business day is the day that was asked for."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree

from tracker.api.first_steps import PLACE

HERE = Path(__file__).parent
MIDYEAR = (6, 24)
SEASON = range(3, 12)
# What the demo sets itself, also where a file holds it.
OWN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "MEDIA_ROOT")


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo in `folder`; `follows` says that its day is the calendar's and goes on with it."""

    folder: Path
    today: date
    year: int
    follows: bool

    @property
    def database(self) -> Path:
        return self.folder / "demo.sqlite3"

    @property
    def mails(self) -> Path:
        return self.folder / "demo-mail"

    @property
    def media(self) -> Path:
        return self.folder / "demo-media"

    @property
    def lock(self) -> Path:
        return self.folder / "demo.lock"

    def environment(self, given: Mapping[str, str], *, real: date, base_url: str) -> dict[str, str]:
        """Return the environment the demo runs in: nothing of it reaches a real database, broker or mail server.

        The receiver of the API's first steps may be told without asking an administrator for it.
        """
        foreign = {name + suffix for name in OWN for suffix in ("", "_FILE")}
        kept = {name: value for name, value in given.items() if name not in foreign}
        return (
            {"BASE_URL": base_url, "OUTGOING_ALLOWED": PLACE}
            | kept
            | {
                "DATABASE_URL": f"sqlite:///{self.database}",
                "EMAIL_URL": f"filemail:///{self.mails}",
                "MEDIA_ROOT": str(self.media),
                "BUSINESS_DAY_SHIFT": str((self.today - real).days),
            }
        )

    def is_built(self) -> bool:
        try:
            return self.database.is_file() and json.loads(self._stamp.read_text()) == self._wanted()
        except (OSError, ValueError):
            return False

    def clear(self) -> None:
        """Take away what an earlier demo left; without its stamp nothing half-built is ever taken for whole."""
        self._stamp.unlink(missing_ok=True)
        for suffix in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        for folder in (self.mails, self.media):
            rmtree(folder, ignore_errors=True)

    def stamp(self) -> None:
        self._stamp.write_text(json.dumps(self._wanted()))

    @property
    def _stamp(self) -> Path:
        return self.folder / "demo.json"

    def _wanted(self) -> dict[str, object]:
        day = self.today.strftime("%Y-%m") if self.follows else self.today.isoformat()
        return {"today": day, "year": self.year, "sample": _sample_digest()}


def choose(folder: Path, *, today: date | None, year: int | None, real: date) -> Demo:
    """Return the demo asked for; without a day it follows the calendar, out of season it stays in the year's midst."""
    chosen = year or (today or real).year
    if today:
        return Demo(folder, today, chosen, follows=False)
    if real.year == chosen and real.month in SEASON:
        return Demo(folder, real, chosen, follows=True)
    return Demo(folder, date(chosen, *MIDYEAR), chosen, follows=False)


def kept_password(folder: Path) -> str:
    """Return the password made for this folder's samples, made now if there is none."""
    path = folder / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text()


def _sample_digest() -> str:
    """Return a mark of everything the sample is made of, so that a new one replaces the old."""
    digest = hashlib.sha256()
    for path in sorted([*HERE.glob("*.py"), *HERE.glob("*.xlsx"), *HERE.glob("text/*.toml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
