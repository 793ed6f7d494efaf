"""The June bulletin of the cast's plan, and what a form says of it."""

from dataclasses import replace
from datetime import date

from projects.models import Plan
from tests.cast import TODAY, Cast
from tracker.bulletins.periods import Period, month
from tracker.bulletins.writing import Words, begin_bulletin, redraw_bulletin, write_bulletin
from tracker.choices import BulletinAnnex
from tracker.models import Bulletin, BulletinParagraph

JUNE = month(2026, 6)


def begun(cast: Cast, plan: Plan, *, period: Period = JUNE, today: date = TODAY) -> Bulletin:
    return begin_bulletin(plan=plan, period=period, by=cast.actor(today=today))


def words(row: Bulletin, **texts: str) -> Words:
    """Return what a form says that changes these texts and nothing else."""
    kept = {each.key: each.text for each in row.paragraphs.all()}
    return Words(row.title, row.masthead, row.issuer, row.copies, BulletinAnnex(row.annex), {**kept, **texts})


def text_of(row: Bulletin, key: str) -> str:
    return BulletinParagraph.objects.get(bulletin=row, key=key).text


def written(cast: Cast, row: Bulletin, **texts: str) -> Bulletin:
    return write_bulletin(bulletin=row, version=row.version, words=words(row, **texts), by=cast.actor())


def redrawn(cast: Cast, row: Bulletin, *, today: date = TODAY, **said: object) -> Bulletin:
    told = replace(words(row), **said)  # type: ignore[arg-type]
    return redraw_bulletin(bulletin=row, version=row.version, words=told, by=cast.actor(today=today))
