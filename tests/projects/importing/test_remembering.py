"""What was answered once is not asked again."""

from dataclasses import replace

import pytest

from accounts.models import Department
from projects.importing.batches import decide, preview, same_as_last_time
from projects.importing.naming import propose_all
from projects.importing.preparing import Prepared
from projects.importing.questions import Question as Asked
from projects.models import Plan, Remembered
from projects.reading.model import Choice, Question, Reading
from tests.cast import TODAY, Cast, firms, task_of
from tests.projects.importing.tables import (
    HOSPITAL,
    NOW,
    STRANGERS,
    apply,
    batch_of,
    bring_in,
    changed_road,
    compare,
    read,
    table,
)

pytestmark = pytest.mark.django_db


def test_what_a_name_means_is_remembered_marked_and_can_be_changed(cast: Cast) -> None:
    batch = batch_of(cast, table(STRANGERS[:1]), None)
    key = next(one.key for one in preview(batch, by=cast.actor()).questions if one.field == "department")
    decide(batch=batch, decisions={key: f"department:{cast.economy.pk}"}, by=cast.actor())
    apply(cast, batch)
    assert Remembered.objects.get(kind="name", key=key).user == cast.office
    again = batch_of(cast, table(STRANGERS[:1]), None)
    (question,) = (one for one in preview(again, by=cast.actor()).questions if one.key == key)
    assert (question.chosen, question.remembered) == (f"department:{cast.economy.pk}", True)
    again = decide(batch=again, decisions={key: "keep"}, by=cast.actor())
    (question,) = (one for one in preview(again, by=cast.actor()).questions if one.key == key)
    assert (question.chosen, question.remembered) == ("keep", False)


def test_a_remembered_unit_that_was_dissolved_is_asked_again(cast: Cast) -> None:
    batch = batch_of(cast, table(STRANGERS[:1]), None)
    key = next(one.key for one in preview(batch, by=cast.actor()).questions if one.field == "department")
    decide(batch=batch, decisions={key: f"department:{cast.economy.pk}"}, by=cast.actor())
    apply(cast, batch)
    Department.objects.filter(pk=cast.economy.pk).update(dissolved_on=TODAY)
    assert key in {one.key for one in compare(cast, table(STRANGERS[:1]), None).undecided}


def test_a_creation_is_never_remembered(cast: Cast) -> None:
    batch = batch_of(cast, table(STRANGERS), None)
    decide(batch=batch, decisions=propose_all(preview(batch, by=cast.actor()).questions), by=cast.actor())
    apply(cast, batch)
    assert not Remembered.objects.exists()


def doubtful(content: str, year: int = 2026) -> Reading:
    draft = replace(HOSPITAL, content=content, deadline_text="春节前后")
    reading = table([draft], year=year)
    doubt = Question("vague_date", "due", "“春节前后”是哪一天？", (Choice(f"{year}-02-16", "16日"),))
    (sheet,) = reading.sheets
    (one,) = sheet.tables
    tasks = (read(draft, 3, questions=(doubt,)),)
    return replace(reading, sheets=(replace(sheet, tables=(replace(one, tasks=tasks),)),))


def dates(prepared: Prepared) -> list[Asked]:
    return [question for question in prepared.questions if question.field == "deadline"]


def test_what_a_phrase_says_is_remembered_for_the_same_words_and_year(cast: Cast) -> None:
    batch = batch_of(cast, doubtful("举办灯会"), None)
    (question,) = dates(preview(batch, by=cast.actor()))
    decide(batch=batch, decisions={question.key: "2026-02-20"}, by=cast.actor())
    apply(cast, batch)
    (same,) = dates(compare(cast, doubtful("举办花市"), None))
    assert (same.chosen, same.remembered) == ("2026-02-20", True)
    (next_year,) = dates(compare(cast, doubtful("举办花市", year=2027), None))
    assert not next_year.decided


def test_a_table_of_the_same_layout_is_decided_as_last_time(cast: Cast, plan: Plan) -> None:
    task = task_of(plan, "1")
    said = {f"field:{task.pk}:content": "leave", f"drop:{task_of(plan, '3').pk}": "keep", "row:1": "leave"}
    bring_in(cast, [changed_road(cast), firms(cast)], plan, said)
    again = batch_of(cast, table([replace(changed_road(cast), note="再调整"), firms(cast)]), plan)
    repeated = same_as_last_time(batch=again, by=cast.actor(), now=NOW)
    assert repeated.decisions == {key: value for key, value in said.items() if not key.startswith("row:")}
    assert preview(repeated, by=cast.actor()).undecided == ()
