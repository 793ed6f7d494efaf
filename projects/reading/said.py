"""What a person said of a file's rows and columns, which holds whatever the reader would take them for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projects.reading.columns import Header, plain

_FIGURE = re.compile(r"\d")
_LONGEST_CELL = 16
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """Roles by header label, and rows that name the columns or don't, by their words (`row_words`)."""

    roles: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, bool] = field(default_factory=dict)

    def header(self, texts: Iterable[str]) -> bool | None:
        """Return whether a row with these texts is a header; None where nobody said so."""
        return self.headers.get(row_words(texts)) if self.headers else None

    def over(self, headers: Sequence[Header], roles: Iterable[str]) -> list[str]:
        """Return the roles as said, the others as read."""
        return [self.roles.get(header.label, role) for header, role in zip(headers, roles, strict=True)]


NOTHING_SAID = Said()


def row_words(texts: Iterable[str]) -> str:
    """Return the words by which a row is told from others, widths and white space aside; of long ones a mark."""
    words = plain("".join(texts))
    if len(words) <= _LONGEST_WORDS:
        return words
    return f"{words[: _LONGEST_WORDS - 13]}…{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def may_be_header(texts: Sequence[str]) -> bool:
    """Tell a row that a person may want to call a header: a few short texts, hardly any with a figure in it."""
    short = all(len(text.strip()) <= _LONGEST_CELL for text in texts)
    return len(texts) > 1 and short and sum(bool(_FIGURE.search(text)) for text in texts) * 3 <= len(texts)
