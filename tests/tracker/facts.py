"""Plain facts for the rule tests: short makers and hypothesis strategies."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from projects.choices import Comparison, TaskState
from tracker.turning import MilestoneFacts, TargetFacts, TaskFacts

YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)


def step(id_: int = 1, due: date | None = None, **kept: object) -> MilestoneFacts:
    values = {"position": id_, "text": f"第{id_}步", "phrase": "", "start": None, "issued_due": due, "done_on": None}
    return MilestoneFacts(**{"id": id_, "current_due": due, "moves": 0} | values | kept)  # type: ignore[arg-type]


def amount(value: int | str = 100, accepted: int | str | None = None, **kept: object) -> TargetFacts:
    values: dict[str, object] = {
        "id": 1,
        "milestone_id": None,
        "name": "进场企业",
        "unit": "家",
        "comparison": Comparison.AT_LEAST,
        "value": Decimal(value),
        "baseline": None,
        "cumulative": True,
        "start": FIRST,
        "due": LAST,
        "curve": (),
        "accepted": None if accepted is None else Decimal(accepted),
    }
    return TargetFacts(**values | kept)  # type: ignore[arg-type]


def task(*milestones: MilestoneFacts, targets: tuple[TargetFacts, ...] = (), **kept: object) -> TaskFacts:
    values = {"state": TaskState.ISSUED, "year": YEAR, "milestones": milestones, "targets": targets}
    return TaskFacts(**values | kept)  # type: ignore[arg-type]


days = st.dates(FIRST, LAST)


@st.composite
def steps(draw: st.DrawFn, id_: int) -> MilestoneFacts:
    due = draw(st.none() | days)
    put_off = draw(st.integers(0, 40)) if due else 0
    return step(
        id_,
        due,
        current_due=due + timedelta(days=put_off) if due else None,
        start=draw(st.none() | days),
        done_on=draw(st.none() | days),
        moves=1 if put_off else 0,
    )


@st.composite
def curves(draw: st.DrawFn) -> tuple[tuple[date, Decimal], ...]:
    at = sorted(draw(st.sets(days, max_size=4)))
    shares = sorted(draw(st.lists(st.integers(0, 100), min_size=len(at), max_size=len(at))))
    return tuple((day, Decimal(share) / 100) for day, share in zip(at, shares, strict=True))


@st.composite
def amounts(draw: st.DrawFn, id_: int, step_ids: tuple[int, ...] = ()) -> TargetFacts:
    start, due = sorted((draw(days), draw(days)))
    return amount(
        draw(st.integers(0, 60)),
        draw(st.none() | st.integers(0, 80)),
        id=id_,
        milestone_id=draw(st.sampled_from((None, *step_ids))),
        comparison=draw(st.sampled_from(Comparison)),
        baseline=draw(st.none() | st.integers(0, 60).map(Decimal)),
        cumulative=draw(st.booleans()),
        start=start,
        due=due,
        curve=draw(curves()),
    )


@st.composite
def tasks(draw: st.DrawFn) -> TaskFacts:
    milestones = tuple(draw(steps(id_)) for id_ in range(1, draw(st.integers(0, 3)) + 1))
    ids = tuple(milestone.id for milestone in milestones)
    targets = tuple(draw(amounts(id_, ids)) for id_ in range(1, draw(st.integers(0, 2)) + 1))
    return task(
        *milestones,
        targets=targets,
        state=draw(st.sampled_from(TaskState)),
        obstacle_due=tuple(draw(st.lists(days, max_size=2))),
        completion_pending=draw(st.booleans()),
    )
