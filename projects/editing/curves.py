"""The way to an amount, month by month: what is typed for the end of a month becomes the share due by its last day."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from projects.drafts import Curve, rounded_share

MONTHS = range(1, 13)
PLACES = Decimal(1).scaleb(-4)
PERCENT = "%％"


class NotAWayError(ValueError):
    """What was typed for a month is no amount, or the way goes back; `month` says where."""

    def __init__(self, month: int, *, falls: bool = False) -> None:
        super().__init__(f"month {month}")
        self.month = month
        self.falls = falls


def read_curve(typed: Mapping[int, str], *, year: int, value: Decimal, baseline: Decimal | None) -> Curve:
    """Return the shares due by the ends of the months that were filled, from amounts or percents; NotAWayError."""
    curve: list[tuple[date, Decimal]] = []
    before = Decimal(0)
    for month in sorted(month for month, text in typed.items() if text.strip()):
        share = _share(typed[month].strip(), month, value, baseline or Decimal(0))
        if not before <= share <= 1:
            raise NotAWayError(month, falls=share < before)
        curve.append((_month_end(year, month), share))
        before = share
    return tuple(curve)


def typed_curve(curve: Curve, *, value: Decimal, baseline: Decimal | None) -> dict[int, str]:
    """Return the amounts as they would be typed, by month; days inside a month belong to it."""
    start = baseline or Decimal(0)
    return {day.month: _plain(start + share * (value - start)) for day, share in curve}


def _share(text: str, month: int, value: Decimal, start: Decimal) -> Decimal:
    percent = text[-1] in PERCENT
    try:
        number = Decimal(text.rstrip(PERCENT).strip())
        share = number / 100 if percent else (number - start) / (value - start)
    except ArithmeticError as unread:  # no number, one past counting, or a way of no length
        raise NotAWayError(month) from unread
    if not share.is_finite() or abs(share) > 1000:
        raise NotAWayError(month)
    return rounded_share(share)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _plain(amount: Decimal) -> str:
    return format(amount.quantize(PLACES).normalize() + 0, "f")
