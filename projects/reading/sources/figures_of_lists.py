"""A count as Word writes it in a list: 三, （三）, ③, III, c."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_ENCLOSED = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
}
_COUNTING = frozenset(
    [
        "chineseCounting",
        "chineseCountingThousand",
        "japaneseCounting",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "ideographDigital",
        "japaneseDigitalTenThousand",
        "taiwaneseDigital",
    ]
)
_WIDE = frozenset({"decimalFullWidth", "decimalFullWidth2"})


def figure(number: int, form: str) -> str:
    """Return a count in a form by Word's name of it; one that can't be so written is written in digits."""
    if form in _ENCLOSED:
        first, most = _ENCLOSED[form]
        return chr(first + number - 1) if 1 <= number <= most else str(number)
    if form in _COUNTING:
        return chinese(number, _DIGITS)
    if form in _WIDE:
        return "".join(chr(ord(sign) + 0xFEE0) for sign in str(number))
    match form:
        case "chineseLegalSimplified":
            return chinese(number, _LEGAL, ten="拾", hundred="佰", plain=False)
        case "ideographTraditional":
            return _STEMS[number - 1] if 1 <= number <= len(_STEMS) else str(number)
        case "ideographZodiac":
            return _BRANCHES[number - 1] if 1 <= number <= len(_BRANCHES) else str(number)
        case "upperRoman" | "lowerRoman":
            roman = _roman(number)
            return roman if form == "upperRoman" else roman.lower()
        case "upperLetter" | "lowerLetter":
            letters = chr(65 + (number - 1) % 26) * ((number - 1) // 26 + 1) if 1 <= number <= 780 else str(number)
            return letters if form == "upperLetter" else letters.lower()
        case "decimalZero":
            return f"{number:02d}"
        case _:
            return str(number)


def chinese(number: int, digits: str, *, ten: str = "十", hundred: str = "百", plain: bool = True) -> str:
    """Return a number below a thousand as it is counted in Chinese; `plain` writes 十一, not 一十一."""
    if not 0 <= number < 1000:
        return str(number)
    if number < 10:
        return digits[number]
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}{hundred}" if hundreds else ""
    if tens:
        text += ten if plain and tens == 1 and not hundreds else f"{digits[tens]}{ten}"
    elif hundreds and ones:
        text += digits[0]
    return text + (digits[ones] if ones else "")


def _roman(number: int) -> str:
    text, rest = "", number
    for value, sign in _ROMAN:
        times, rest = divmod(rest, value)
        text += sign * times
    return text or str(number)
