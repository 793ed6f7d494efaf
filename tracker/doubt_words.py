"""What is asked where an account contradicts what is known, and at which field of the form."""

from collections.abc import Container
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.days import day_words
from tracker.doubts import Doubt, DoubtCode
from tracker.sentences import amount_text


def field_of(doubt: Doubt, *, lists: Container[int]) -> str:
    """Return the name of the field; an empty one where the question is about the whole item."""
    match doubt.code:
        case DoubtCode.FELL | DoubtCode.BEYOND:
            return f"ticks-{doubt.subject}" if doubt.subject in lists else f"value-{doubt.subject}"
        case DoubtCode.NOT_BEGUN | DoubtCode.AHEAD:
            return f"mark-{doubt.subject}"
        case _:
            return ""


def question(doubt: Doubt, *, unit: str = "") -> str:
    known = doubt.known
    match doubt.code:
        case DoubtCode.FELL:
            return gettext("比上次审核通过的 %(known)s 倒退了，是更正以前的数吗？") % {"known": _amount(known, unit)}
        case DoubtCode.BEYOND:
            return gettext("越过了目标 %(known)s，数对吗？") % {"known": _amount(known, unit)}
        case DoubtCode.NOT_BEGUN:
            return gettext("这一步 %(known)s才开始，完成日期对吗？") % {"known": _day(known)}
        case DoubtCode.AHEAD:
            return gettext("这一天还没到，今天是 %(known)s，完成日期对吗？") % {"known": _day(known)}
        case DoubtCode.STEPS_OPEN:
            left = int(known) if isinstance(known, int) else 0
            said = ngettext(
                "报的是已完成，还有 %(n)d 个节点没有完成日期，对吗？",
                "报的是已完成，还有 %(n)d 个节点没有完成日期，对吗？",
                left,
            )
            return said % {"n": left}
        case DoubtCode.AMOUNTS_OPEN:
            left = int(known) if isinstance(known, int) else 0
            said = ngettext(
                "报的是已完成，还有 %(n)d 项指标没有达到，对吗？",
                "报的是已完成，还有 %(n)d 项指标没有达到，对吗？",
                left,
            )
            return said % {"n": left}


def _amount(known: Decimal | date | int, unit: str) -> str:
    return amount_text(known, unit) if isinstance(known, Decimal) else str(known)


def _day(known: Decimal | date | int) -> str:
    return day_words(known) if isinstance(known, date) else str(known)
