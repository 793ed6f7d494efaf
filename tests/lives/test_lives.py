"""Whatever people do with a plan's items, and in whatever order, the rules hold and the history tells all of it.

No state is reached that mustn't be, no write goes untold, the entries give back what stands there, and what is stored
to be quick agrees with what it is derived from. `LIFE_STEPS` says how many steps are taken (500 without it);
`./run prove lives` takes 50,000.
"""

import os
from collections import Counter
from datetime import date
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from projects.models import Plan
from tests.cast import ISSUED_ON, Cast, at
from tests.lives.acts import ACTS
from tests.lives.life import REFUSALS, Life
from tests.lives.office_acts import a_day_passes
from tests.lives.record import Record
from tracker.derived import differences
from tracker.rounds import open_rounds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

STEPS = int(os.environ.get("LIFE_STEPS", "500"))
SHRINK = "LIFE_SHRINK" in os.environ
"""Shrinking a life takes minutes: a failure is told as it was found, and shrunk when somebody looks into it."""
IN_ONE_LIFE = 50
LOOK_EVERY = 25
PLACES = st.lists(st.integers(0, 2**16), min_size=12, max_size=12)


class Lives(RuleBasedStateMachine):
    """One life of a plan, begun where the fixtures left it and taken back at its end."""

    cast: Cast
    plan: Plan
    done: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.saved = transaction.atomic()
        self.saved.__enter__()
        self.life = Life(self.cast, self.plan, ISSUED_ON, self.pick, count())
        self.places: list[int] = []
        self.steps = 0
        open_rounds(today=ISSUED_ON)
        self.record = Record.now()

    def pick(self, number: int) -> int:
        return self.places.pop() % number if self.places else 0

    @rule(act=st.sampled_from(ACTS), places=PLACES)
    def somebody_acts(self, act: object, places: list[int]) -> None:
        assert callable(act)
        self.places = list(places)
        name = getattr(act, "__name__", "")
        try:
            with transaction.atomic():
                act(self.life)
        except REFUSALS:
            self.done[f"{name} (refused)"] += 1
        else:
            self.done[name] += 1
        now = Record.now()
        now.hold_against(self.record)
        self.record = now
        self.steps += 1
        if self.steps % LOOK_EVERY == 0:
            self.look()

    def look(self) -> None:
        found = differences(now=at(self.life.today))
        assert not found, found
        self.record.replay()

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            transaction.set_rollback(True)
            self.saved.__exit__(None, None, None)


def test_no_life_of_an_item_leaves_the_rules_or_the_history(cast: Cast, plan: Plan) -> None:
    Lives.cast, Lives.plan, Lives.done = cast, plan, Counter()
    kept = settings(
        max_examples=max(STEPS // IN_ONE_LIFE, 1),
        stateful_step_count=IN_ONE_LIFE,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Lives, settings=kept)
    assert sum(Lives.done.values()) >= STEPS // 4
    if STEPS >= 5000:
        untried = {act.__name__ for act in ACTS} - {name for name, times in Lives.done.items() if times > 5}
        assert untried == set(), Lives.done


def test_days_of_a_life_stay_in_its_year(cast: Cast, plan: Plan) -> None:
    life = Life(cast, plan, date(plan.year, 12, 30), lambda number: number - 1, count())
    a_day_passes(life)
    assert life.today == date(plan.year, 12, 31)
