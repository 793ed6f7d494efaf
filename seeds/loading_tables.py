"""The sample tables imported as the office would: opened, its doubts decided, applied."""

from datetime import datetime
from pathlib import Path

from django.core.files import File

from accounts.history import Actor
from accounts.models import Organization
from projects.importing.batches import apply_batch, decide, open_batch, preview
from projects.importing.questions import Question
from projects.models import Plan
from seeds.text_format import load_table

HERE = Path(__file__).parent


def import_table(name: str, *, organization: Organization, year: int, by: Actor, now: datetime) -> Plan:
    """Import `seeds/<name>.xlsx` into a new draft plan of `year`."""
    file_name = load_table(name).file
    with (HERE / file_name).open("rb") as file:
        batch = open_batch(
            organization=organization, year=year, plan=None, file=File(file), file_name=file_name, by=by, now=now
        )
    answers = {question.key: _answer(question) for question in preview(batch, by=by).undecided}
    return apply_batch(batch=decide(batch=batch, decisions=answers, by=by), by=by, now=now).plan


def _answer(question: Question) -> str:
    """Return what the reader or the directory holds likeliest: 9月31日 is meant to be the month's last day."""
    return question.choices[0].value
