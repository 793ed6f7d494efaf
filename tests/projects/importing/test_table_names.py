"""A name that means another of its table: offered where it is short for it, and in the end one unit with it."""

from dataclasses import replace

import pytest

from accounts.models import Department
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft, TaskDraft
from projects.importing.batches import apply_batch, decide, preview
from projects.importing.questions import Question
from projects.importing.table_names import is_collective
from projects.models import Involvement, Remembered
from tests.cast import Cast
from tests.projects.importing.tables import HOSPITAL, NOW, batch_of, compare, table

pytestmark = pytest.mark.django_db

LONG, SHORT = "name:department:水利事业发展局", "name:department:水发局"
SAME = f"same:{LONG}"


def led_by(*units: str) -> list[TaskDraft]:
    role = InvolvementRole.LEAD
    return [
        replace(
            HOSPITAL, number=str(at), title=f"第{at}件事", content=f"办好第{at}件事", parties=(PartyDraft(role, unit),)
        )
        for at, unit in enumerate(units, start=1)
    ]


def values(question: Question) -> list[str]:
    return [choice.value for choice in question.choices]


def asked(cast: Cast, *units: str, **said: str) -> dict[str, Question]:
    questions = compare(cast, table(led_by(*units)), None, **said).questions
    return {question.key: question for question in questions if question.key.startswith("name:")}


def test_a_short_form_is_offered_the_longer_name_of_its_table_and_not_the_other_way(cast: Cast) -> None:
    questions = asked(cast, "水发局", "水利事业发展局", "文旅委")
    assert values(questions[SHORT]) == [SAME, "new:department", "keep"]
    assert values(questions[LONG]) == values(questions["name:department:文旅委"]) == ["new:department", "keep"]


def test_several_that_are_not_named_are_no_ones_longer_form(cast: Cast) -> None:
    assert is_collective("各有关水利发展局")
    assert values(asked(cast, "水发局", "各有关水利发展局")[SHORT]) == ["new:department", "keep"]


@pytest.mark.parametrize("order", [("水发局", "水利事业发展局"), ("水利事业发展局", "水发局")])
def test_both_names_are_one_unit_that_is_made_once_and_the_answer_is_known_next_time(
    cast: Cast, order: tuple[str, str]
) -> None:
    batch = batch_of(cast, table(led_by(*order)), None)
    decided = decide(batch=batch, decisions={SHORT: SAME, LONG: "new:department"}, by=cast.actor())
    assert preview(decided, by=cast.actor()).make == (("department", "水利事业发展局"),)
    plan = apply_batch(batch=batch, by=cast.actor(), now=NOW).plan
    unit = Department.objects.get(name="水利事业发展局")
    led = Involvement.objects.filter(task__plan=plan, role=InvolvementRole.LEAD)
    assert {(one.as_written, one.department_id) for one in led} == {(name, unit.pk) for name in order}
    assert not Department.objects.filter(name="水发局").exists()
    assert Remembered.objects.get(key=SHORT).value == f"department:{unit.pk}"


def test_a_name_that_means_another_is_whoever_that_one_is(cast: Cast) -> None:
    said = {SHORT: SAME, LONG: f"department:{cast.economy.pk}"}
    drafts = compare(cast, table(led_by("水发局", "水利事业发展局")), None, **said).drafts
    assert [draft.parties[0].department_id for draft in drafts] == [cast.economy.pk] * 2
    kept = compare(cast, table(led_by("水发局", "水利事业发展局")), None, **{SHORT: SAME, LONG: "keep"}).drafts
    assert [draft.parties for draft in kept] == [(), ()]


def test_while_the_other_name_is_open_the_row_waits_for_it(cast: Cast) -> None:
    questions = asked(cast, "水发局", "水利事业发展局", **{SHORT: SAME})
    assert (questions[SHORT].decided, questions[LONG].decided, questions[LONG].rows) == (True, False, (0, 1))


def test_names_that_were_said_to_mean_each_other_or_themselves_are_asked_again(cast: Cast) -> None:
    circle = {SHORT: SAME, LONG: f"same:{SHORT}"}
    assert not any(one.decided for one in asked(cast, "水发局", "水利事业发展局", **circle).values())
    assert not asked(cast, "水利事业发展局", **{LONG: SAME})[LONG].decided
