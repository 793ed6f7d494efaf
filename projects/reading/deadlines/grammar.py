"""Tokens put together: points, ranges and lists of points, each with the word that follows (前, 起, 内)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from projects.reading.deadlines.festivals import FOUNDED, SHORT, lunar_name
from projects.reading.deadlines.numerals import number
from projects.reading.deadlines.points import Grain, Point, part_of_month
from projects.reading.deadlines.tokens import Token
from projects.reading.model import Choice

_OFFSETS = {
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "前年": -2,
    "往年": -1,
    "后年": 2,
    "今明后三年": 2,
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MODIFIERS = frozenset({"before", "about", "since", "from", "during", "within"})
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_UPTO = {"两": 2, "二": 2, "三": 3}


@dataclass(frozen=True, slots=True)
class Mention:
    """One time the text names: a point, or a range from `since` to `point`; `also` is a second festival beside it."""

    start: int
    end: int
    point: Point
    since: Point | None = None
    modifier: str = ""
    also: Point | None = None


def mentions(tokens: Sequence[Token]) -> list[Mention]:
    found: list[Mention] = []
    index = 0
    while index < len(tokens):
        mention, after = _mention(tokens, index)
        if mention is None:
            index += 1
            continue
        found.append(mention)
        index = after
    return _shared(found, tokens)


def _mention(tokens: Sequence[Token], index: int) -> tuple[Mention | None, int]:
    point, after = _point(tokens, index, None)
    if point is None:
        return None, index
    since = None
    if _adjacent(tokens, after, point.end, "range"):
        last, beyond = _point(tokens, after + 1, point)
        if last is not None and last.start == tokens[after].end:
            since, point, after = _opening(point, last), last, beyond
    start = since.start if since else point.start
    if after < len(tokens) and tokens[after].kind in _MODIFIERS and tokens[after].start == point.end:
        return Mention(start, tokens[after].end, point, since, tokens[after].kind), after + 1
    return Mention(start, point.end, point, since), after


def _adjacent(tokens: Sequence[Token], index: int, end: int, kind: str) -> bool:
    return index < len(tokens) and tokens[index].kind == kind and tokens[index].start == end


def _opening(first: Point, last: Point) -> Point:
    """Give the first end of a range what only its last end says (3-6月, 2017-2019年)."""
    return first.in_year(last.year) if first.year is None and last.year is not None and first.bare_year else first


def _shared(found: list[Mention], tokens: Sequence[Token]) -> list[Mention]:
    """Let the parts of a list share the ending that only the last one carries (6、12月底前; 3月、6月前)."""
    links = {token.start: token.end for token in tokens if token.kind == "list"}
    shared: list[Mention] = []
    for mention in reversed(found):
        follower = shared[-1] if shared else None
        joined = follower is not None and (links.get(mention.end) == follower.start or _quoted(mention, follower))
        if follower is not None and joined and not mention.modifier and mention.point.grain is follower.point.grain:
            closed = mention.point.closed or follower.point.closed
            point = replace(mention.point, closed=closed)
            shared.append(replace(mention, modifier=follower.modifier, point=point))
        else:
            shared.append(mention)
    return shared[::-1]


def _quoted(mention: Mention, follower: Mention) -> bool:
    """Tell festivals that only their quotation marks part (“五一”“十一”前)."""
    return mention.end == follower.start and mention.point.grain is Grain.FESTIVAL is follower.point.grain


def _point(tokens: Sequence[Token], index: int, before: Point | None) -> tuple[Point | None, int]:
    """Read one point at `index`; `before` is the first end of the range it may close."""
    if index >= len(tokens):
        return None, index
    token = tokens[index]
    if token.kind not in ("year", "yearword"):
        return _without_year(tokens, index, before)
    year = _year(token)
    whole = _with_part(year, token.parts.get("part", ""))
    if whole.closed or whole.grain is not Grain.YEAR:
        whole_end = _adjacent(tokens, index + 1, token.end, "yearend")
        return (replace(whole, end=tokens[index + 1].end), index + 2) if whole_end else (whole, index + 1)
    inner, after = _without_year(tokens, index + 1, None)
    if inner is not None and inner.start == token.end and inner.year is None:
        return replace(inner, start=token.start, year=year.year, offset=year.offset), after
    return whole, index + 1


def _year(token: Token) -> Point:
    if token.kind == "yearword":
        offset = _OFFSETS.get(token.parts["w"], 1)
        return Point(token.start, token.end, Grain.YEAR, offset=offset, name=token.parts["w"])
    if "bare" in token.parts:
        return Point(token.start, token.end, Grain.YEAR, year=int(token.parts["bare"]), bare_year=True)
    year = number(token.parts["y"])
    return Point(token.start, token.end, Grain.YEAR, year=year if year > 100 else 2000 + year)


def _with_part(year: Point, part: str) -> Point:
    """Narrow a year to the part named with it: its end, its middle (年中), its first months (年初)."""
    part = part.removeprefix("年")
    if part in ("底", "末", "终", "内", "全年", "度内"):
        return replace(year, closed=True)
    if part == "中":
        return replace(year, grain=Grain.HALF, nth=1, closed=True, name="年中")
    if part == "初":
        return replace(year, grain=Grain.QUARTER, nth=1, closed=True, name="年初")
    return year


def _without_year(tokens: Sequence[Token], index: int, before: Point | None) -> tuple[Point | None, int]:
    if index >= len(tokens):
        return None, index
    token = tokens[index]
    match token.kind:
        case "month" | "barem":
            return _month(tokens, index)
        case "day":
            return _day_alone(tokens, index, before)
        case "endm":
            return _end_month(token, before), index + 1
    reader = _READERS.get(token.kind)
    return (reader(token) if reader else None), index + 1


def _month(tokens: Sequence[Token], index: int) -> tuple[Point | None, int]:
    token = tokens[index]
    month = number(token.parts["m"])
    if token.kind == "barem":
        return Point(token.start, token.end, Grain.MONTH, month=month), index + 1
    part = token.parts.get("part", "")
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if not part and following and following.kind in ("day", "bared") and following.start == token.end:
        day = number(following.parts["d"])
        name = "农历" if _may_be_lunar(tokens, index, day) else ""
        return Point(token.start, following.end, Grain.DAY, month=month, day=day, name=name), index + 2
    grain, plain = part_of_month(part)
    week = token.parts.get("week", "")
    closed = bool(part or week)
    return Point(token.start, token.end, grain, month=month, part=plain, closed=closed, name=week), index + 1


def _may_be_lunar(tokens: Sequence[Token], index: int, day: int) -> bool:
    """Tell 八月十五 without 日, as likely a day of the lunar calendar, whose months have 30 days at most."""
    month, following = tokens[index], tokens[index + 1]
    listed = index + 2 < len(tokens) and tokens[index + 2].kind == "list"
    chinese = not month.parts["m"][0].isdigit() and not following.parts["d"][0].isdigit()
    return following.kind == "bared" and chinese and not listed and day <= 30


def _day_alone(tokens: Sequence[Token], index: int, before: Point | None) -> tuple[Point | None, int]:
    """Read `31日` after `3月1日-`, or `30日` in `6月15、30日`; a day without a month is no point."""
    month = before.month if before else _listed_month(tokens, index)
    if not month:
        return None, index + 1
    token = tokens[index]
    day = number(token.parts["d"])
    return Point(
        token.start, token.end, Grain.DAY, year=before.year if before else None, month=month, day=day
    ), index + 1


def _listed_month(tokens: Sequence[Token], index: int) -> int:
    while index >= 2 and tokens[index - 1].kind == "list" and tokens[index - 2].kind in ("day", "bared"):
        index -= 2
    month = tokens[index - 1] if index else None
    return number(month.parts["m"]) if month is not None and month.kind == "month" else 0


def _end_month(token: Token, before: Point | None) -> Point | None:
    if before is None or before.grain is not Grain.MONTH or before.year is None:
        return None
    return Point(token.start, token.end, Grain.MONTH, year=before.year, month=int(token.parts["m"]))


def _ymd(token: Token) -> Point | None:
    parts = token.parts
    month = _MONTHS.index(parts["name"]) + 1 if "name" in parts else int(parts["m"])
    day = int(parts["d"])
    if not 1 <= month <= 12 or not 1 <= day <= 39:
        return None
    year = int(parts["y"]) if "y" in parts else None
    return Point(token.start, token.end, Grain.DAY, year=_century(year), month=month, day=day)


def _mdy(token: Token) -> Point | None:
    a, b = int(token.parts["a"]), int(token.parts["b"])
    month, day = (a, b) if a <= 12 else (b, a)
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    year = int(token.parts["y"])
    doubts: tuple[Choice, ...] = ()
    if a <= 12 and b <= 12 and a != b:
        doubts = tuple(Choice(f"{year}-{m:02}-{d:02}", f"{year}年{m}月{d}日") for m, d in ((a, b), (b, a)))
    return Point(token.start, token.end, Grain.DAY, year=year, month=month, day=day, doubts=doubts)


def _century(year: int | None) -> int | None:
    return year + 2000 if year is not None and year < 100 else year


def _ym(token: Token) -> Point:
    parts = token.parts
    month = _MONTHS.index(parts["name"]) + 1 if "name" in parts else int(parts["m"])
    grain, plain = part_of_month(parts.get("part", ""))
    year = _century(int(parts["y"]))
    closed = bool(parts.get("part"))
    return Point(token.start, token.end, grain, year=year, month=month, part=plain, closed=closed)


def _md(token: Token) -> Point:
    return Point(token.start, token.end, Grain.DAY, month=int(token.parts["m"]), day=int(token.parts["d"]))


def _short_day(token: Token) -> Point:
    month, day = int(token.parts["m"]), int(token.parts["d"])
    return Point(token.start, token.end, Grain.DAY, month=month, day=day, name="简写")


def _half(token: Token) -> Point:
    nth = 1 if token.parts["n"] in "上1" else 2
    return Point(token.start, token.end, Grain.HALF, nth=nth, closed="end" in token.parts)


def _quarter(token: Token) -> Point:
    parts = token.parts
    if "upto" in parts:
        return Point(token.start, token.end, Grain.QUARTER, nth=_UPTO[parts["upto"]], closed=True)
    written = _ROMAN.get(parts.get("n", "")) or parts.get("n", "1")
    vague = "季度" + parts["vague"] if "vague" in parts else ""
    return Point(
        token.start, token.end, Grain.QUARTER, nth=number(written), closed="end" in parts or bool(vague), name=vague
    )


def _year_end(token: Token) -> Point:
    word = token.parts["w"]
    return _with_part(Point(token.start, token.end, Grain.YEAR, closed=True, name=word), word)


def _festival(token: Token) -> Point:
    parts = token.parts
    if "day" in parts:
        return Point(
            token.start, token.end, Grain.FESTIVAL, month=int(parts["m"]), day=int(parts["d"]), name=parts["day"]
        )
    name = parts.get("name") or SHORT[parts["short"].replace("·", "")]
    return Point(token.start, token.end, Grain.FESTIVAL, name=name)


def _lunar(token: Token) -> Point:
    """Read a day of the lunar calendar; one whose solar day is not known stays without a date."""
    parts = token.parts
    month = _LUNAR_MONTHS.get(parts["m"]) or number(parts["m"])
    day = number(parts["d"].removeprefix("初")) if "d" in parts else 0
    name = lunar_name(month, day)
    if name:
        year = int(parts["y"]) if "y" in parts else None
        return Point(token.start, token.end, Grain.FESTIVAL, year=year, name=name)
    written = parts["m"] + "月" + (parts.get("d") or parts["part"])
    return Point(token.start, token.end, Grain.EVENT, name=f"农历{written}")


def _anniversary(token: Token) -> Point:
    year, month, day = FOUNDED[token.parts["name"]]
    year += number(token.parts["n"])
    return Point(token.start, token.end, Grain.FESTIVAL, year=year, month=month, day=day, name="周年")


def _event(token: Token) -> Point:
    return Point(token.start, token.end, Grain.EVENT, name=token.parts["name"])


def _five_year(token: Token) -> Point | None:
    if token.parts.get("tail") in ("规划", "纲要", "重点", "项目"):
        return None
    year = 2005 + 5 * number(token.parts["n"])
    closed = "tail" in token.parts
    return Point(token.start, token.end, Grain.YEAR, year=year, closed=closed, name="五年规划")


_READERS = {
    "ymd": _ymd,
    "mdy": _mdy,
    "ym": _ym,
    "md": _md,
    "short": _short_day,
    "half": _half,
    "bareh": _half,
    "quarter": _quarter,
    "bareq": _quarter,
    "yearend": _year_end,
    "festival": _festival,
    "lunar": _lunar,
    "anniversary": _anniversary,
    "event": _event,
    "fiveyear": _five_year,
}
