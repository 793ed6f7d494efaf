"""A number as the spreadsheet program shows it under its number format."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import takewhile

_PIECES = re.compile(
    r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.|General|E[+-]0+|[0#?]|.',
    re.IGNORECASE | re.DOTALL,
)
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"|\\.|!.')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_FRACTION = re.compile(r"[0#?]\s*/\s*[0#?\d]")
_HOLDS = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
}
_NUMERALS = "〇一二三四五六七八九"
_RANKS = ("", "十", "百", "千")
_LARGER = ("", "万", "亿", "万亿")
_MOST_DIGITS = 30


@dataclass(frozen=True, slots=True)
class _Form:
    """One section taken apart: pieces in order, `#`-like slots as one sign, everything else as the text it shows."""

    pieces: tuple[tuple[bool, str], ...]
    before_point: int
    decimals: str = ""
    scale: int = 0
    grouped: bool = False
    plain: bool = False
    numerals: bool = False


def figures(value: float, code: str) -> str:
    """Return a number as `code` shows it."""
    if not math.isfinite(value):
        return plain_number(value)
    sections = _sections(code)
    section, signed = _section(value, sections)
    form = _form(section)
    if form.plain:
        return plain_number(value)
    amount = Decimal(repr(float(value))).scaleb(form.scale)
    amount = amount.quantize(Decimal(1).scaleb(-len(form.decimals)), rounding=ROUND_HALF_UP)
    text = _filled(form, abs(amount), value).strip()
    negative = value < 0 if (True, "G") in form.pieces else amount < 0
    return f"-{text}" if negative and signed else text


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[str, ...]:
    found = _SECTIONS.findall(code)
    return tuple(found if code.endswith(";") else found[:-1])


def _section(value: float, sections: tuple[str, ...]) -> tuple[str, bool]:
    """Return the section that holds for a value, and whether it leaves the minus sign to the program."""
    conditions = [_CONDITION.search(section) for section in sections[:2]]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=False):
            if condition is None or _HOLDS[condition[1]](value, float(condition[2])):
                return section, True
        return sections[min(2, len(sections) - 1)], True
    if value < 0 and len(sections) > 1:
        return sections[1], False
    if value == 0 and len(sections) > 2:
        return sections[2], False
    return sections[0], True


@lru_cache(maxsize=512)
def _form(section: str) -> _Form:
    pieces: list[tuple[bool, str]] = []
    scale, point = 0, -1
    for piece in _PIECES.findall(section):
        if piece in "0#?":
            pieces.append((True, piece))
        elif piece == "." and point < 0:
            point = len(pieces)
            pieces.append((True, "."))
        elif piece == ",":
            pieces.append((True, ","))
        elif piece == "%":
            scale += 2
            pieces.append((False, "%"))
        elif piece.lower() == "general" or piece == "@":
            pieces.append((True, "G"))
        else:
            pieces.append((False, _literal(piece)))
    slots = [place for place, (is_slot, sign) in enumerate(pieces) if is_slot and sign in "0#?"]
    last = max((place for place in slots if point < 0 or place < point), default=-1)
    for end in {last, *slots[-1:]} - {-1}:
        scale -= 3 * len(list(takewhile((True, ",").__eq__, pieces[end + 1 :])))
    grouped = any(place < last for place, piece in enumerate(pieces) if piece == (True, ","))
    kept = tuple(piece for piece in pieces if piece != (True, ","))
    decimals = "".join(pieces[place][1] for place in slots if 0 <= point < place)
    whole = sum(1 for place in slots if point < 0 or place < point)
    bare = _QUOTED.sub("", section)
    strange = bool(re.search(r"E[+-]0", bare) or _FRACTION.search(bare))
    return _Form(kept, whole, decimals, scale, grouped, strange, "[DBNum1]" in section)


def _literal(piece: str) -> str:
    """Return what a piece that is no digit place shows."""
    match piece[0]:
        case '"':
            return piece[1:-1]
        case "\\" | "!":
            return piece[1:]
        case "[":
            return piece[2:].split("-", maxsplit=1)[0].rstrip("]") if piece.startswith("[$") else ""
        case "_":
            return " "
        case "*":
            return ""
        case _:
            return piece


def _filled(form: _Form, amount: Decimal, value: float) -> str:
    whole, _, part = f"{amount:f}".partition(".")
    digits = _whole(form, whole)
    kept = _part(form.decimals, part)
    shown = []
    seen, past_point = 0, False
    for is_slot, sign in form.pieces:
        if not is_slot:
            shown.append(sign)
        elif sign == "G":
            shown.append(_numeral(abs(value)) if form.numerals else plain_number(abs(value)))
        elif sign == ".":
            past_point = True
            shown.append("." if kept else "")
        elif past_point:
            shown.append(kept[:1])
            kept = kept[1:]
        else:
            shown.append(digits[seen])
            seen += 1
    return "".join(shown)


def _whole(form: _Form, whole: str) -> list[str]:
    """Return what stands in each place before the point, the first one taking all that is left."""
    signs = [sign for is_slot, sign in form.pieces if is_slot and sign in "0#?"][: form.before_point]
    if not signs:
        return []
    least = sum(sign == "0" for sign in signs)
    whole = whole.lstrip("0").rjust(least, "0") if len(whole) <= _MOST_DIGITS else whole
    if form.numerals:
        whole = "".join(_NUMERALS[int(digit)] for digit in whole)
    if form.grouped:
        return [re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", whole), *[""] * (len(signs) - 1)]
    count = len(signs) - 1
    rest = whole[-count:] if count else ""
    return [whole[: len(whole) - len(rest)], *[""] * (count - len(rest)), *rest]


def _part(decimals: str, part: str) -> str:
    """Return the digits behind the point without the zeros that only optional places hold."""
    least = len(decimals.rstrip("#?"))
    return part[:least] + part[least:].rstrip("0")


def _numeral(value: float) -> str:
    """Return 五, 一十二, 二千〇一十七, as [DBNum1] writes a whole number."""
    if value != int(value) or value >= 10**16:
        return plain_number(value)
    text = ""
    groups = f"{int(value):,}".replace(",", "")
    groups = groups.rjust(-(-len(groups) // 4) * 4, "0")
    parts = [groups[place : place + 4] for place in range(0, len(groups), 4)]
    for place, part in enumerate(parts):
        if int(part):
            words = "".join(
                _NUMERALS[int(digit)] + (_RANKS[3 - rank] if digit != "0" else "") for rank, digit in enumerate(part)
            )
            text += words.rstrip("〇") + _LARGER[len(parts) - 1 - place]
        else:
            text += "〇"
    return re.sub(r"〇+", "〇", text).strip("〇") or "〇"


def plain_number(value: float) -> str:
    """Return a number as General shows it: no `.0`, no exponent for long codes."""
    if math.isfinite(value) and value == int(value) and abs(value) < 1e18:
        return str(int(value))
    return f"{value:.15g}"
