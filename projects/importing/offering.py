"""What may be decided about a table: the answers its questions admit, and what a person may say unasked."""

from collections.abc import Iterator, Mapping

from projects.importing.decisions import ASK, FIELD, LEAVE, MATCH, MERGE, NEW_ITEM, OWN, ROW, TAKE
from projects.importing.preparing import Prepared

LONGEST_NUMBER = 9


def is_offered(prepared: Prepared, key: str) -> bool:
    """Say whether the key is of a row or a column that there is, and may be taken, left or changed unasked."""
    kind, _, rest = key.partition(":")
    number, _, field = rest.partition(":")
    if not _is_number(number):
        return False
    if f"{kind}:" in {ROW, *OWN}:
        return rest == number and int(number) < len(prepared.rows)
    return f"{kind}:" == FIELD and bool(field) and int(number) in prepared.tasks


def not_offered(prepared: Prepared, said: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys whose answers the check page wouldn't keep; an empty one takes back whatever was said."""
    asked = {question.key: question for question in prepared.questions}
    for key, value in said.items():
        known = asked.get(key)
        if value and not ((known and known.admits(value)) or _may_be_said(prepared, key, value)):
            yield key


def _may_be_said(prepared: Prepared, key: str, value: str) -> bool:
    if is_offered(prepared, key):
        return value in ({ASK} if key.startswith(OWN) else {TAKE, LEAVE})
    kind, _, place = key.partition(":")
    if f"{kind}:" not in {MATCH, MERGE} or not _is_number(place) or int(place) >= len(prepared.rows):
        return False
    if f"{kind}:" == MATCH and value == NEW_ITEM:
        return True
    if not _is_number(value):
        return False
    if f"{kind}:" == MATCH:
        return int(value) in prepared.tasks
    return int(value) < len(prepared.rows) and value != place


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER
