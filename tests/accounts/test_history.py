"""History: one spelling, versions without a gap, and rows that nobody rewrites."""

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Door
from accounts.history import Actor, Change, canonical, canonical_text, record
from accounts.models import HistoryEntry, User
from tests.cast import TODAY, Cast

SHANGHAI = timezone(timedelta(hours=8))

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16, places=4)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.text()
    | st.dates()
    | st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC) | st.just(SHANGHAI))  # noqa: DTZ001 - the strategy adds the zone
    | decimals
)
contents = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(contents)
def test_the_canonical_form_is_a_fixed_point(content: Any) -> None:
    assert canonical(canonical(content)) == canonical(content)


@given(contents)
def test_the_canonical_form_survives_storing(content: Any) -> None:
    text = canonical_text(content)
    assert canonical_text(json.loads(text)) == text


@given(st.dictionaries(st.text(), leaves))
def test_the_order_of_keys_does_not_matter(content: dict[str, Any]) -> None:
    backwards = dict(reversed(content.items()))
    assert canonical_text(backwards) == canonical_text(content)


@given(decimals, st.integers(min_value=0, max_value=8))
def test_equal_numbers_are_spelled_alike(number: Decimal, zeros: int) -> None:
    same = number.scaleb(-zeros).scaleb(zeros) if number else -number
    assert canonical(same) == canonical(number)


def test_trailing_zeros_and_exponents_are_not_written() -> None:
    assert canonical([Decimal("7.0000"), Decimal("1E+3"), Decimal("-0.00")]) == ["7", "1000", "0"]


def test_one_instant_has_one_spelling() -> None:
    instant = datetime(2026, 6, 24, 1, 30, tzinfo=UTC)
    assert canonical(instant) == canonical(instant.astimezone(SHANGHAI)) == "2026-06-24T01:30:00+00:00"


def test_a_choice_is_spelled_as_its_value() -> None:
    assert canonical_text({"door": Door.PAGE}) == '{"door":"page"}'


@pytest.mark.parametrize("value", [math.nan, math.inf, object(), b"bytes", {1, 2}])
def test_what_has_no_spelling_is_refused(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        canonical({"value": value})


@pytest.fixture
def entry(cast: Cast) -> HistoryEntry:
    change = Change(cast.organization.pk, "thing", 7, 1, "thing.created", {"name": "甲"})
    record(change, by=cast.actor())
    return HistoryEntry.objects.get(object_type="thing", object_id=7)


@pytest.mark.django_db
class TestEntries:
    def test_an_entry_says_who_when_and_by_which_door(self, cast: Cast, entry: HistoryEntry) -> None:
        assert (entry.user, entry.actor_name, entry.door) == (cast.office, "示例·督办员", Door.PAGE)
        assert entry.business_on == TODAY
        assert date.today() - entry.at.date() < timedelta(days=2)  # noqa: DTZ011 - real time, whatever the business day

    def test_a_job_without_a_user_stands_as_a_job(self, cast: Cast) -> None:
        change = Change(cast.organization.pk, "thing", 8, 1, "thing.created", {})
        record(change, by=Actor(None, Door.JOB, TODAY))
        made = HistoryEntry.objects.get(object_type="thing", object_id=8)
        assert (made.user, made.actor_name, made.door) == (None, "", Door.JOB)

    def test_a_version_is_written_once(self, cast: Cast, entry: HistoryEntry) -> None:
        again = Change(cast.organization.pk, "thing", 7, 1, "thing.changed", {})
        with pytest.raises(IntegrityError), transaction.atomic():
            record(again, by=cast.actor())

    def test_an_entry_is_not_rewritten(self, entry: HistoryEntry) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            HistoryEntry.objects.filter(pk=entry.pk).update(reason="其实不是")
        entry.refresh_from_db()
        assert entry.reason == ""

    def test_an_entry_is_not_deleted(self, entry: HistoryEntry) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            HistoryEntry.objects.filter(pk=entry.pk).delete()
        assert HistoryEntry.objects.filter(pk=entry.pk).exists()

    def test_not_even_plain_sql_rewrites_history(self, entry: HistoryEntry) -> None:
        for statement in ("UPDATE accounts_historyentry SET reason = 'x'", "DELETE FROM accounts_historyentry"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                connection.cursor().execute(statement)

    @pytest.mark.postgres
    def test_history_is_not_truncated(self, entry: HistoryEntry) -> None:
        # Else the keys still to be checked at commit refuse it first.
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute("TRUNCATE accounts_historyentry")

    def test_what_is_stored_is_the_canonical_form(self, cast: Cast) -> None:
        content = {"b": Decimal("7.50"), "a": [date(2026, 1, 2), "甲"], "c": {"z": None, "y": 1.0}}
        record(Change(cast.organization.pk, "thing", 9, 1, "thing.created", content), by=cast.actor())
        stored = HistoryEntry.objects.get(object_type="thing", object_id=9)
        assert canonical_text(stored.after) == canonical_text(content)

    def test_a_user_with_history_stays(self, cast: Cast, entry: HistoryEntry) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=cast.office.pk).delete()
