"""What a column can't hold is refused on every database alike, before anything is written."""

from collections.abc import Collection
from decimal import Decimal
from functools import cache
from operator import attrgetter

from django.db.models import CharField, DecimalField, Model

EXACT_DIGITS = 15
"""SQLite keeps decimals as binary numbers; more digits than these would come back changed."""


class DoesNotFitError(ValueError):
    """A text is longer, or a number larger or finer, than its column."""

    def __init__(self, model: type[Model], field: str, value: object, limit: str) -> None:
        super().__init__(f"{model.__name__}.{field}: {str(value)[:60]} ({limit})")
        self.field = field
        self.value = value
        self.limit = limit


@cache
def _limits(model: type[Model]) -> tuple[list[tuple[str, int]], list[tuple[str, int, int]]]:
    fields = model._meta.concrete_fields
    texts = [(field.attname, field.max_length) for field in fields if isinstance(field, CharField) and field.max_length]
    numbers = [
        (field.attname, field.max_digits, field.decimal_places) for field in fields if isinstance(field, DecimalField)
    ]
    return texts, numbers


def check_fits(model: type[Model], rows: Collection[object]) -> None:
    """Raise DoesNotFitError for the first of these rows of `model` that would not come back as it is."""
    texts, numbers = _limits(model)
    for name, length in texts:
        for value in map(attrgetter(name), rows):
            if len(value) > length:
                raise DoesNotFitError(model, name, value, f"{length}")
    for name, digits, places in numbers:
        for number in map(attrgetter(name), rows):
            if number is not None and not _fits(number, digits, places):
                raise DoesNotFitError(model, name, number, f"{digits - places}.{places}")


def _fits(number: Decimal, digits: int, places: int) -> bool:
    return (
        number.is_finite()
        and abs(number) < 10 ** (digits - places)
        and number == round(number, places)
        and len(number.normalize().as_tuple().digits) <= EXACT_DIGITS
    )
