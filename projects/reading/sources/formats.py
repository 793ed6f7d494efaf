"""A value as the spreadsheet program shows it under its number format; numbers are left to figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from projects.reading.sources.figures import figures, plain_number

# The formats a file names by number only; 27 to 36 and 50 to 58 are those of Chinese programs.
BUILTIN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    49: "@",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_PIECES = re.compile(
    r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.|yy(?:yy)?|e+|m+|d+|a{3,4}|h+|s+(?:\.0+)?|AM/PM|上午/下午|.',
    re.IGNORECASE | re.DOTALL,
)

Value = str | bool | int | float | date | datetime | time | timedelta


@lru_cache(maxsize=512)
def is_date_format(code: str) -> bool:
    """Tell whether a format code shows a day, month or year."""
    bare = re.sub(r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.', "", code.split(";", maxsplit=1)[0])
    return (
        bool(re.search(r"[ymde]", bare, re.IGNORECASE)) and not re.search(r"[0#?]", bare) and bare.lower() != "general"
    )


def shown(value: Value, code: str | None) -> str:
    """Return a cell's value as text under `code`; without a code as the program's plain form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (datetime, date)):
        return _date_text(value, code)
    if isinstance(value, (int, float)):
        return plain_number(value) if code is None or code == "General" else figures(value, code)
    return str(value)


def _date_text(value: date, code: str | None) -> str:
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    if code is None or not is_date_format(code):
        return f"{value.year}/{value.month}/{value.day}"
    if "[$-F800]" in code:  # the computer's own long date
        return f"{value.year}年{value.month}月{value.day}日"
    pieces = _PIECES.findall(code.split(";")[0])
    text = "".join(_date_piece(moment, piece, place, pieces) for place, piece in enumerate(pieces))
    return text.strip()


def _date_piece(moment: datetime, piece: str, place: int, pieces: list[str]) -> str:
    if piece[0] == '"':
        return piece[1:-1]
    if piece[0] in "\\!":
        return piece[1:]
    if piece[0] in "[_*@":
        return ""
    low = piece.lower()
    if low[0] == "m" and _is_minute(place, pieces):
        return f"{moment.minute:02}"
    return _FIELDS[low](moment) if low in _FIELDS else piece


_FIELDS: dict[str, Callable[[datetime], str]] = {
    "yyyy": lambda at: str(at.year),
    "yy": lambda at: f"{at.year % 100:02}",
    "e": lambda at: str(at.year),
    "m": lambda at: str(at.month),
    "mm": lambda at: f"{at.month:02}",
    "mmm": lambda at: _MONTHS[at.month - 1][:3],
    "mmmm": lambda at: _MONTHS[at.month - 1],
    "d": lambda at: str(at.day),
    "dd": lambda at: f"{at.day:02}",
    "ddd": lambda at: _WEEKDAYS[at.weekday()],
    "dddd": lambda at: _WEEKDAYS[at.weekday()],
    "aaa": lambda at: _WEEKDAYS[at.weekday()][-1],
    "aaaa": lambda at: _WEEKDAYS[at.weekday()],
    "h": lambda at: str(at.hour),
    "hh": lambda at: f"{at.hour:02}",
    "s": lambda at: str(at.second),
    "ss": lambda at: f"{at.second:02}",
    "am/pm": lambda at: "AM" if at.hour < 12 else "PM",
    "上午/下午": lambda at: "上午" if at.hour < 12 else "下午",
}


def _is_minute(place: int, pieces: list[str]) -> bool:
    before = next((piece.lower() for piece in pieces[:place][::-1] if piece[0].lower() in "ymdhs"), "")
    after = next((piece.lower() for piece in pieces[place + 1 :] if piece[0].lower() in "ymdhs"), "")
    return before.startswith("h") or after.startswith("s")
