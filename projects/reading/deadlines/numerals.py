"""Chinese and Arabic numerals as they stand in dates."""

from __future__ import annotations

_DIGITS = {"〇": 0, "零": 0, "元": 1, "O": 0, "o": 0} | {
    sign: value for value, sign in enumerate("一二三四五六七八九", start=1)
}

ARABIC_MONTH = r"(?<![\d.])(?:1[0-2]|0?[1-9])(?!\d)"
CHINESE_MONTH = r"(?<![一二三四五六七八九十百])(?:十[一二]?|[一二三四五六七八九])(?![一二三四五六七八九十百])"
FIRST_MONTH = r"(?<![\d万亿千百])元(?=月|[-~至到、]+(?:\d|[二三四五六七八九十]))"
MONTH = rf"(?:{ARABIC_MONTH}|{CHINESE_MONTH}|{FIRST_MONTH})"
DAY = (
    r"(?:(?:[1-9]\d|0?[1-9])(?!\d)|(?:(?:三十|卅)[一二]?|(?:二十|廿)[一二三四五六七八九]?|十[一二三四五六七八九]?|"
    r"[一二三四五六七八九])(?![一二三四五六七八九十百]))"
)
COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]+)"
YEAR_DIGITS = r"(?:(?<!\d)(?:20|19)\d\d|2[0Oo][0-5Oo][\dOo]|[二一][〇零Oo九][〇零Oo一二三四五六七八九]{2})"


def number(text: str) -> int:
    """Return the value of `12`, `十二`, `廿五`, `卅`, `二〇一七` or `两`."""
    if text[0].isdigit():
        return int(text.replace("O", "0").replace("o", "0"))
    text = text.replace("廿", "二十").replace("卅", "三十").replace("两", "二")
    hundreds, hundred, text = text.rpartition("百")
    if hundred:
        return number(hundreds) * 100 + (number(text.lstrip("零〇")) if text else 0)
    if "十" not in text:
        return int("".join(str(_DIGITS[sign]) for sign in text))
    tens, _, ones = text.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
