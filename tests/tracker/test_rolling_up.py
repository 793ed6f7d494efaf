"""Sums over offices: of what grows from nothing, where name and unit agree."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.choices import Comparison
from tracker.rolling_up import Part, summed

AMOUNTS = st.decimals(0, 10**6, places=2)
PARTS = st.lists(
    st.builds(
        Part,
        office=st.integers(1, 4),
        name=st.sampled_from(["引进企业", "绿化", ""]),
        unit=st.sampled_from(["家", "亩", "%"]),
        comparison=st.sampled_from(Comparison),
        value=AMOUNTS,
        baseline=st.none() | st.just(Decimal(0)) | st.just(Decimal(5)),
        cumulative=st.booleans(),
        accepted=st.none() | AMOUNTS,
    ),
    max_size=12,
)


@given(PARTS)
def test_a_sum_is_that_of_its_parts_and_tells_how_many_have_no_figure(parts: list[Part]) -> None:
    for one in summed(parts):
        together = [part for part in parts if part.adds_up and (part.name, part.unit) == (one.name, one.unit)]
        assert one.goal == sum(part.value for part in together)
        assert one.accepted == sum(part.accepted for part in together if part.accepted is not None)
        assert one.lacking == sum(part.accepted is None for part in together)
        assert one.offices == len({part.office for part in together}) > 1


@given(PARTS, st.randoms())
def test_the_order_of_the_offices_changes_no_sum(parts: list[Part], chance: object) -> None:
    mixed = list(parts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert set(summed(mixed)) == set(summed(parts))


@given(PARTS)
def test_shares_limits_levels_and_the_nameless_are_never_added(parts: list[Part]) -> None:
    names = {(one.name, one.unit) for one in summed(parts)}
    assert all(name and unit != "%" for name, unit in names)
    alone = [part for part in parts if part.comparison != Comparison.AT_LEAST or not part.cumulative or part.baseline]
    assert summed(alone) == ()


def test_what_two_offices_promise_by_one_name_and_unit_is_added() -> None:
    north = Part(1, "引进企业", "家", Comparison.AT_LEAST, Decimal(7), None, True, Decimal(3))
    south = Part(2, "引进企业", "家", Comparison.AT_LEAST, Decimal(5), None, True, None)
    (one,) = summed([north, south])
    assert (one.goal, one.accepted, one.offices, one.lacking) == (Decimal(12), Decimal(3), 2, 1)
    assert summed([north, Part(2, "引进企业", "个", Comparison.AT_LEAST, Decimal(5), None, True, None)]) == ()
