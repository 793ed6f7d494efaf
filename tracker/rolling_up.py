"""What offices below reached together of what was handed down: sums only where a sum means something."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from projects.choices import Comparison

PERCENT = frozenset({"%", "％", "‰", "个百分点", "百分点"})
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """One office's amount; `accepted` is None while its office has accepted no figure."""

    office: int
    name: str
    unit: str
    comparison: str
    value: Decimal
    baseline: Decimal | None
    cumulative: bool
    accepted: Decimal | None

    @property
    def adds_up(self) -> bool:
        """Say whether it grows from nothing to a place to reach: shares, limits and levels have no sum."""
        grows = self.cumulative and self.comparison == Comparison.AT_LEAST and self.value > 0
        return grows and not self.baseline and bool(self.name) and self.unit.strip() not in PERCENT


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts of one name and unit of several offices; `lacking` of them have no accepted figure, and count as nothing."""

    name: str
    unit: str
    offices: int
    lacking: int
    goal: Decimal
    accepted: Decimal


def summed(parts: Iterable[Part]) -> tuple[Sum, ...]:
    """Return the sums over offices where name and unit agree, in the order of their first part; all else stands alone."""
    groups: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.adds_up:
            groups[part.name.strip(), part.unit.strip()].append(part)
    return tuple(
        Sum(
            name=name,
            unit=unit,
            offices=len({part.office for part in together}),
            lacking=sum(part.accepted is None for part in together),
            goal=sum((part.value for part in together), NOTHING),
            accepted=sum((part.accepted or NOTHING for part in together), NOTHING),
        )
        for (name, unit), together in groups.items()
        if len({part.office for part in together}) > 1
    )
