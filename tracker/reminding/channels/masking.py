"""Keep what is secret out of every word that leaves a channel: failures, answers, log lines."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, quote_plus, unquote

from tracker.reminding.channels.protocol import (
    Field,
    NoAnswer,
    PermanentFailure,
    TemporaryFailure,
    in_short,
)

MASK = "•••"
SHORTEST = 6
"""A part of a secret shorter than this hides nothing and would blot out ordinary words."""
LONG = 24


def secrets_of(fields: Iterable[Field], outlet: Mapping[str, str]) -> set[str]:
    """Return what of an outlet must not be seen: its secret values whole, and the keys inside them."""
    values = {outlet.get(field.name, "") for field in fields if field.secret}
    return values | {part for value in values for part in _keys_in(value)}


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return one line of the text, shortened, with every secret in any of its spellings blotted out."""
    spellings = {form for secret in secrets if secret for form in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = re.sub(re.escape(spelling), MASK, text, flags=re.IGNORECASE)
    return in_short(text)


@contextmanager
def masking(secrets: set[str]) -> Iterator[None]:
    """Let failures out with their secrets masked, and without the failures under them, which may hold them too."""
    try:
        yield
    except NoAnswer as failure:
        raise NoAnswer(masked(str(failure), secrets), failure.wait) from None
    except TemporaryFailure as failure:
        raise TemporaryFailure(masked(str(failure), secrets), failure.wait) from None
    except PermanentFailure as failure:
        raise PermanentFailure(masked(str(failure), secrets)) from None


def _keys_in(value: str) -> set[str]:
    """Return what may be a key inside an address or a template: values after =, and what looks like no word."""
    named = set(re.findall(r"=([^&\s]{4,})", value))
    parts = {part for part in re.split(r"[/?&=\s\"'{},:]+", value) if len(part) >= SHORTEST}
    return named | {part for part in parts if re.search(r"\d|[A-Z]", part) or len(part) >= LONG}


def _spellings(secret: str) -> set[str]:
    return {secret, unquote(secret), quote(secret), quote(secret, safe=""), quote_plus(secret)}
