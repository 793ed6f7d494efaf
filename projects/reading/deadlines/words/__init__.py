"""The vocabulary of the lexer: each entry is a kind of token and how it is written, the first that fits wins.

Patterns are written out with white space and comments (`re.VERBOSE`); a named group becomes a part of the token.
"""

from projects.reading.deadlines.words.days import DAYS_AND_MONTHS, FULL_DATES
from projects.reading.deadlines.words.marks import MARKS, PLACES
from projects.reading.deadlines.words.names import FESTIVALS, NAMED_DAYS, NO_DATES
from projects.reading.deadlines.words.periods import PARTS_OF_THE_YEAR, YEAR_ENDS, YEARS
from projects.reading.deadlines.words.rhythms import LIMITS, RHYTHMS

VOCABULARY = (
    *NO_DATES,
    *RHYTHMS,
    *LIMITS,
    *FULL_DATES,
    *YEARS,
    *NAMED_DAYS,
    *PARTS_OF_THE_YEAR,
    *DAYS_AND_MONTHS,
    *YEAR_ENDS,
    *FESTIVALS,
    *PLACES,
    *MARKS,
)
