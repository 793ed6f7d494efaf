"""What a body or a query may say, strictly: no other names, no other types, and every refusal names its field."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = 2**63 - 1
"""What a database keeps as a whole number."""


class Strict(serializers.Serializer[Any]):
    """Refuses names it doesn't know; of those it knows but doesn't take it says so."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        taken = {name for name, field in self.fields.items() if not field.read_only}
        surplus = {str(name): [self._surplus(str(name))] for name in data if name not in taken}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            detail = error.detail if isinstance(error.detail, dict) else {}
            raise ValidationError({**detail, **surplus}) from error
        if surplus:
            raise ValidationError(surplus)
        return value

    def _surplus(self, name: str) -> ErrorDetail:
        if name in self.fields:
            return ErrorDetail(gettext("这一项只读，不能写。"), code="read_only")
        return ErrorDetail(gettext("没有这一项。"), code="unknown")


class Body(Strict):
    """What is sent in JSON."""


class Query(Strict):
    """What is asked in the address; each name once."""


class Shape(serializers.Serializer[Any]):
    """What is answered. It describes and never runs: rows become answers without it."""


class Sparse(Shape):
    """What `fields` may cut down to its `id`."""


class NamedShape(Shape):
    """A unit or a person that something else names."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class Text(serializers.CharField):
    """A text of JSON: a number isn't one."""

    def run_validation(self, data: Any = empty) -> Any:
        if data is not empty and data is not None and not isinstance(data, str):
            self.fail("invalid")
        return super().run_validation(data)


class Said(Text):
    """A text that holds more than spaces."""

    default_error_messages = {"blank": gettext_lazy("不能为空。")}


class Whole(serializers.IntegerField):
    """A whole number of JSON, which 12.0 is too: neither a text nor true."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", LARGEST)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is float and data.is_integer():
            data = int(data)
        if type(data) is not int:
            self.fail("invalid")
        return int(data)


class Number(serializers.IntegerField):
    """A whole number of an address, where everything is text."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 0)
        kwargs.setdefault("max_value", LARGEST)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> int:
        if not (isinstance(data, str) and data.isascii() and data.isdecimal() and len(data) <= 19):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false of JSON, nothing that looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Day(serializers.DateField):
    """A calendar day, 2026-06-30."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        return super().to_internal_value(value)


AMOUNT = r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$"


class Amount(serializers.RegexField):
    """An exact figure, as text: a JSON number would be rounded on the way."""

    default_error_messages = {"invalid": gettext_lazy('请写成文字形式的数，小数最多四位，例如 "12.5"。')}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(AMOUNT, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        return Decimal(value) if isinstance(value, str) else value


class OneOf(serializers.ChoiceField):
    """One word of a closed list."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


def page_of(shape: type[Shape]) -> Any:
    """Describe a page of a list."""
    members = {"items": shape(many=True), "next": serializers.CharField(allow_null=True)}
    return inline_serializer(f"{shape.__name__.removesuffix('Shape')}Page", members)
