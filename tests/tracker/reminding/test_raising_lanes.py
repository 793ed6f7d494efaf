"""A pass of several batches raises them side by side where the database has more than one pen."""

from collections import Counter
from dataclasses import replace
from threading import Barrier

import pytest

from projects.models import Plan
from projects.planning import add_tasks
from tests.cast import JANUARY, Cast, at, road
from tests.tracker.reminding.passes import THE_DAY, digest
from tracker.models import Reminder, Standing
from tracker.reminding import raising
from tracker.reminding.raising import raise_due

pytestmark = pytest.mark.django_db(transaction=True)
MORE = 5


@pytest.fixture
def due(cast: Cast, plan: Plan) -> int:
    """Return how many items are due on the day, after some more of the road were added."""
    drafts = [replace(road(cast), number=str(100 + n)) for n in range(MORE)]
    add_tasks(plan=plan, drafts=drafts, by=cast.actor(today=JANUARY), now=at(JANUARY))
    return Standing.objects.filter(next_step_at__lte=digest(THE_DAY)).count()


def raised() -> Counter[tuple[int, str, str]]:
    return Counter(Reminder.objects.values_list("subject_id", "step", "recipient"))


def test_in_however_many_batches_the_same_is_raised_once(due: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raising, "BATCH", 1)
    first = raise_due(now=digest(THE_DAY))
    in_many = raised()
    assert due > MORE
    assert first == in_many.total() == len(in_many)
    Reminder.objects.update(merged_into=None)
    Reminder.objects.all().delete()
    Standing.objects.update(next_step_at=digest(THE_DAY))
    monkeypatch.setattr(raising, "BATCH", due)
    assert raise_due(now=digest(THE_DAY)) == first
    assert raised() == in_many


@pytest.mark.postgres
def test_two_batches_are_under_way_at_a_time(due: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits before its commit until the other has come as far: one after the other they would wait in vain."""
    both = Barrier(2, timeout=60)
    monkeypatch.setattr(raising, "BATCH", due // 2 + 1)
    monkeypatch.setattr(raising, "crashpoint", lambda _: both.wait())
    assert raise_due(now=digest(THE_DAY)) == raised().total()


@pytest.mark.postgres
def test_what_breaks_one_batch_is_told_and_leaves_the_others_whole(due: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Barrier(2, timeout=60)

    def break_one(name: str) -> None:
        if first.wait() == 0:
            raise RuntimeError(name)

    monkeypatch.setattr(raising, "BATCH", due // 2 + 1)
    monkeypatch.setattr(raising, "crashpoint", break_one)
    with pytest.raises(RuntimeError, match="raise_before_commit"):
        raise_due(now=digest(THE_DAY))
    left = Standing.objects.filter(next_step_at__lte=digest(THE_DAY)).count()
    assert 0 < left < due
    monkeypatch.setattr(raising, "crashpoint", lambda _: None)
    raise_due(now=digest(THE_DAY))
    assert set(raised().values()) == {1}
    assert not Standing.objects.filter(next_step_at__lte=digest(THE_DAY)).exists()
