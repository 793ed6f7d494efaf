"""Names nobody goes by: proposed, created together when a person says so, or meant for someone there."""

from dataclasses import replace

import pytest

from accounts.models import Department, Person
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft
from projects.importing.batches import apply_batch, decide, preview
from projects.importing.naming import propose_all
from projects.models import Involvement
from tests.cast import Cast
from tests.projects.importing.tables import (
    HOSPITAL,
    NOW,
    STRANGERS,
    batch_of,
    compare,
    table,
)

pytestmark = pytest.mark.django_db


def test_all_unknown_names_are_created_by_one_decision_and_none_before(cast: Cast) -> None:
    batch = batch_of(cast, table(STRANGERS), None)
    questions = preview(batch, by=cast.actor()).questions
    proposed = propose_all(questions)
    assert len(proposed) == len(questions) == 24
    assert set(proposed.values()) == {"new:department", "new:person"}
    assert not Department.objects.filter(name__startswith="示例·").exists()
    decided = decide(batch=batch, decisions=proposed, by=cast.actor())
    assert preview(decided, by=cast.actor()).undecided == ()
    plan = apply_batch(batch=batch, by=cast.actor(), now=NOW).plan
    assert Department.objects.filter(name__startswith="示例·").count() == 12
    assert Person.objects.filter(name__endswith="某").count() == 12
    assert Involvement.objects.filter(task__plan=plan, role=InvolvementRole.LEAD).count() == 12


def test_a_name_that_is_like_someones_is_not_created_with_the_others(cast: Cast) -> None:
    short = replace(HOSPITAL, parties=(PartyDraft(InvolvementRole.LEAD, "经发科"),))
    (question,) = compare(cast, table([short, STRANGERS[0]]), None).questions[:1]
    assert question.proposal == f"department:{cast.economy.pk}"
    assert question.key not in propose_all(compare(cast, table([short, STRANGERS[0]]), None).questions)


def test_a_name_may_be_anyones_in_the_directory(cast: Cast) -> None:
    batch = batch_of(cast, table(STRANGERS[:1]), None)
    key = next(one.key for one in preview(batch, by=cast.actor()).questions if one.field == "department")
    named = preview(
        decide(batch=batch, decisions={key: f"department:{cast.economy.pk}"}, by=cast.actor()), by=cast.actor()
    )
    assert named.drafts[0].parties[0].department_id == cast.economy.pk
    assert named.names.label(f"department:{cast.economy.pk}") == "经济发展科"
