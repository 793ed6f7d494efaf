"""Supporting units' parts: who may be asked, what is open and late, and whose word stands when two write."""

from datetime import date, timedelta

import pytest

from accounts.conflicts import Conflict
from accounts.models import HistoryEntry
from projects.models import Plan, Task
from projects.planning import close_task
from tests.cast import TODAY, Cast, at, task_of
from tracker.choices import PartState
from tracker.models import SupportPart
from tracker.parts import days_late, is_open, takes_answer
from tracker.supporting import NotPossibleError, add_part, answer_part, ask_for_parts, withdraw_part

IN_A_WEEK = TODAY + timedelta(days=7)
FIRST_TOKEN = "ask"


class TestWhatIsOwed:
    def test_only_an_asked_unit_owes_and_only_while_the_item_is_open(self) -> None:
        assert is_open(PartState.ASKED, asked=True)
        assert not is_open(PartState.ASKED, asked=True, item_open=False)
        assert not any(is_open(state, asked=False) for state in PartState)
        assert [state for state in PartState if is_open(state, asked=True)] == [PartState.ASKED]

    @pytest.mark.parametrize(
        ("state", "answered", "today", "late"),
        [
            (PartState.ASKED, None, IN_A_WEEK, 0),
            (PartState.ASKED, None, IN_A_WEEK + timedelta(days=3), 3),
            (PartState.ANSWERED, IN_A_WEEK, IN_A_WEEK + timedelta(days=9), 0),
            (PartState.OBJECTED, IN_A_WEEK + timedelta(days=2), IN_A_WEEK + timedelta(days=9), 2),
            (PartState.WITHDRAWN, None, IN_A_WEEK + timedelta(days=9), 0),
        ],
    )
    def test_late_is_counted_to_the_answer_or_to_today(
        self, state: PartState, answered: date | None, today: date, late: int
    ) -> None:
        assert days_late(state, IN_A_WEEK, answered, today=today) == late
        assert days_late(state, None, answered, today=today) == 0

    def test_all_but_what_was_withdrawn_takes_an_answer(self) -> None:
        assert {state for state in PartState if not takes_answer(state)} == {PartState.WITHDRAWN}


@pytest.fixture
def road(plan: Plan) -> Task:
    return task_of(plan, "1")


def asked(cast: Cast, road: Task, *, token: str = FIRST_TOKEN, due_on: date = IN_A_WEEK) -> SupportPart:
    (part,) = ask_for_parts(
        task=road,
        lead=cast.building,
        departments=[cast.economy],
        question="请报投资完成数。",
        due_on=due_on,
        token=token,
        by=cast.actor(cast.clerk),
        now=at(TODAY),
    )
    return part


@pytest.mark.django_db
class TestWriting:
    def test_the_same_question_sent_twice_is_asked_once(self, cast: Cast, road: Task) -> None:
        assert asked(cast, road).pk == asked(cast, road).pk
        assert HistoryEntry.objects.filter(action="part.asked").count() == 1

    def test_a_unit_that_still_owes_is_not_asked_again(self, cast: Cast, road: Task) -> None:
        asked(cast, road)
        with pytest.raises(NotPossibleError, match="already_asked"):
            asked(cast, road, token="ask-2")

    def test_only_units_that_support_the_item_are_asked_and_by_a_day_to_come(self, cast: Cast, road: Task) -> None:
        with pytest.raises(NotPossibleError, match="past"):
            asked(cast, road, due_on=TODAY - timedelta(days=1))
        with pytest.raises(NotPossibleError, match="not_supporting"):
            ask_for_parts(
                task=road,
                lead=cast.building,
                departments=[cast.economy, cast.investment],
                question="请报数。",
                due_on=IN_A_WEEK,
                token="ask",
                by=cast.actor(cast.clerk),
                now=at(TODAY),
            )
        assert not SupportPart.objects.exists()

    def test_an_item_that_ended_takes_neither_question_nor_answer(self, cast: Cast, road: Task) -> None:
        part = asked(cast, road)
        close_task(task=road, on=TODAY, by=cast.actor(), now=at(TODAY))
        with pytest.raises(NotPossibleError, match="not_issued"):
            self.answered(cast, part)
        with pytest.raises(NotPossibleError, match="not_issued"):
            asked(cast, road, token="ask-2")

    def answered(
        self, cast: Cast, part: SupportPart, *, text: str = "已完成 3000 万元。", version: int = 1
    ) -> SupportPart:
        by = cast.actor(cast.economy_clerk)
        return answer_part(part=part, version=version, text=text, objects=False, by=by, now=at(TODAY))

    def test_an_answer_is_written_with_who_and_when_and_its_history(self, cast: Cast, road: Task) -> None:
        part = self.answered(cast, asked(cast, road))
        assert (part.state, part.answerer_name, part.answered_on) == (PartState.ANSWERED, "示例·李四", TODAY)
        entry = HistoryEntry.objects.get(object_type="part", object_version=2)
        assert (entry.action, entry.task_id, entry.before["state"]) == ("part.answered", road.pk, PartState.ASKED)

    def test_the_same_answer_twice_counts_once_and_another_over_an_old_version_conflicts(
        self, cast: Cast, road: Task
    ) -> None:
        part = asked(cast, road)
        self.answered(cast, part)
        assert self.answered(cast, part).version == 2
        with pytest.raises(Conflict) as conflict:
            self.answered(cast, part, text="完成 5000 万元。")
        assert conflict.value.current.answer == "已完成 3000 万元。"
        assert self.answered(cast, part, text="完成 5000 万元。", version=2).answer == "完成 5000 万元。"

    def test_a_question_is_taken_back_until_it_is_answered(self, cast: Cast, road: Task) -> None:
        part = asked(cast, road)
        taken = withdraw_part(part=part, version=1, reason="不用了", by=cast.actor(cast.clerk))
        assert taken.state == PartState.WITHDRAWN
        with pytest.raises(NotPossibleError, match="withdrawn"):
            self.answered(cast, part, version=2)
        other = self.answered(cast, asked(cast, road, token="ask-2"))
        with pytest.raises(NotPossibleError, match="answered"):
            withdraw_part(part=other, version=2, reason="不用了", by=cast.actor(cast.clerk))

    def test_a_part_given_unasked_stands_once_whatever_is_sent_again(self, cast: Cast, road: Task) -> None:
        def given(text: str) -> SupportPart:
            by = cast.actor(cast.economy_clerk)
            return add_part(
                task=road, department=cast.economy, text=text, objects=True, token="own", by=by, now=at(TODAY)
            )

        assert given("不是我们的，属招商科。").pk == given("改了主意。").pk
        part = SupportPart.objects.get()
        assert (part.state, part.answer, part.question) == (PartState.OBJECTED, "不是我们的，属招商科。", "")
