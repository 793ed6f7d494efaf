"""Bulletins as pages and documents show them: the list, one laid out, and the items behind each figure as they stood."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.access import Reach, require_office
from accounts.models.among import among
from projects.access import plans_for, tasks_for
from projects.choices import PlanState
from projects.models import Plan
from tracker.access import bulletins_for
from tracker.bulletins.facts import LAGGING
from tracker.bulletins.periods import Period, periods_of
from tracker.bulletins.rewriting import Moved, moved
from tracker.bulletins.wording import day_of, issue_words, share, status_words
from tracker.bulletins.writing import next_number, passage_of, period_of
from tracker.choices import BulletinAnnex, BulletinState, PeriodKind
from tracker.lights import Light
from tracker.models import Bulletin, BulletinItem, BulletinParagraph
from tracker.sentences import light_text

ROWS = 50
HEADINGS: Mapping[str, tuple[int, str]] = {
    "overall": (1, "总体情况"),
    "done": (1, "办结情况"),
    "lagging": (1, "逾期和滞后事项"),
    "overdue": (2, "逾期事项"),
    "behind": (2, "滞后事项"),
    "reporting": (1, "报送情况"),
    "next": (1, "下一步要求"),
}
"""What stands over each paragraph and how deep; the opening has none."""
DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class BulletinLine:
    """A bulletin in the list."""

    row: Bulletin

    @property
    def period(self) -> str:
        return period_text(period_of(self.row))

    @property
    def issue(self) -> str:
        return issue_text(self.row.number) if self.row.number else ""

    @property
    def lights(self) -> Mapping[str, int]:
        return dict(self.row.figures.get("lights", {}))


@dataclass(frozen=True, slots=True)
class Block:
    """A heading with the lines under it; level 0 has no heading."""

    level: int
    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Annex:
    """A table of items behind the text; `all` has a row for every one, else only those that lag."""

    label: str
    title: str
    all: bool
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class BulletinDocument:
    """A bulletin laid out, for the page and for Word alike."""

    row: Bulletin
    number: int
    issue: str
    day: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the bulletin and the key of the list behind it; `light` is drawn where it is one."""

    key: str
    label: str
    number: int
    share: str
    light: str


@dataclass(frozen=True, slots=True)
class Behind:
    """The items behind a figure as they stood; `open` are those whose page the reader may open."""

    figure: Figure
    rows: tuple[BulletinItem, ...]
    open: frozenset[int]


@dataclass(frozen=True, slots=True)
class EditedParagraph:
    """A paragraph to write on; `moved` are the figures that changed under words from a hand."""

    row: BulletinParagraph
    heading: str
    moved: tuple[Moved, ...]

    @property
    def lines(self) -> int:
        """Return how high its box is."""
        return min(1 + sum(1 + len(line) // 70 for line in self.row.text.splitlines()), 24)


def period_text(period: Period) -> str:
    """Name a period as the reader's language does; in the document itself it is named in the document's."""
    if period.kind == PeriodKind.MONTH:
        return date_format(period.starts_on, "YEAR_MONTH_FORMAT")
    quarter = (gettext("一季度"), gettext("二季度"), gettext("三季度"), gettext("四季度"))[
        period.ends_on.month // 3 - 1
    ]
    return gettext("%(year)d年第%(quarter)s") % {"year": period.ends_on.year, "quarter": quarter}


def issue_text(number: int) -> str:
    return gettext("第%(number)d期") % {"number": number}


def bulletins(reach: Reach, *, number: int = 1, today: date) -> tuple[list[BulletinLine], Page[Bulletin]]:
    """Return one page of those this reach reads, the latest period first."""
    rows = bulletins_for(reach, today=today).order_by("-ends_on", "-starts_on", "-pk")
    page = Paginator(rows, ROWS).get_page(number)
    return [BulletinLine(row) for row in page.object_list], page


def plans_to_tell_of(reach: Reach, *, today: date) -> QuerySet[Plan]:
    """Return the issued plans a bulletin can be of; only the office writes one."""
    require_office(reach)
    return plans_for(reach, today=today).filter(state=PlanState.ISSUED).order_by("-year", "-pk")


def periods_to_tell_of(plan: Plan, *, today: date) -> tuple[Period, ...]:
    return periods_of(plan.year, since=plan.issued_on or today, today=today)


def edited_paragraphs(row: Bulletin) -> tuple[EditedParagraph, ...]:
    return tuple(
        EditedParagraph(each, HEADINGS.get(each.key, (0, ""))[1] or gettext("开头"), moved(passage_of(each)))
        for each in row.paragraphs.order_by("position")
    )


def bulletin_document(row: Bulletin, *, today: date) -> BulletinDocument:
    """Lay the bulletin out, in a fixed number of queries; a draft wears the number and day it would have today."""
    number = row.number or next_number(row.organization_id, today.year) or 1
    return BulletinDocument(
        row=row,
        number=number,
        issue=issue_words(number),
        day=day_of(row.published_on or today),
        blocks=_blocks(row),
        annexes=_annexes(row),
    )


def _blocks(row: Bulletin) -> tuple[Block, ...]:
    """Lay out what has something to say, its headings numbered on their levels."""
    blocks, first, second = [], 0, 0
    for paragraph in row.paragraphs.order_by("position"):
        level, heading = HEADINGS.get(paragraph.key, (0, ""))
        lines = tuple(line.strip() for line in paragraph.text.splitlines() if line.strip())
        if not lines:
            continue
        if level == 1:
            first, second = first + 1, 0
            heading = f"{DIGITS[first - 1]}、{heading}"
        elif level == 2:
            second += 1
            heading = f"（{DIGITS[second - 1]}）{heading}"
        blocks.append(Block(level, heading, lines))
    return tuple(blocks)


def _annexes(row: Bulletin) -> tuple[Annex, ...]:
    items = list(row.items.order_by("position"))
    lagging = sorted(
        (item for item in items if item.light in LAGGING),
        key=lambda item: (Light(item.light).gravity, -item.days_late, item.position),
    )
    tables = [(False, "逾期和滞后事项清单", lagging)] if lagging else []
    if row.annex == BulletinAnnex.ALL:
        tables.append((True, "重点工作推进情况一览表", items))
    return tuple(
        Annex(
            label=f"附件{place if len(tables) > 1 else ''}",
            title=title,
            all=every,
            rows=tuple(_cells(item, row, every=every) for item in listed),
        )
        for place, (every, title, listed) in enumerate(tables, start=1)
    )


def _cells(item: BulletinItem, row: Bulletin, *, every: bool) -> tuple[str, ...]:
    said = item.said if every else item.problems or item.said or item.why
    state = status_words(Light(item.light), item.days_late)
    if item.moves and not every:
        state += f"（已延期{item.moves}次）"
    return item.number, item.title, item.units, due_words(item, row), state, said


def due_words(item: BulletinItem, row: Bulletin) -> str:
    if item.due_on is None:
        return ""
    short = f"{item.due_on.month}月{item.due_on.day}日"
    return short if item.due_on.year == row.as_of.year else f"{item.due_on.year}年{short}"


def figures_of(row: Bulletin) -> tuple[Figure, ...]:
    """Return the bulletin's figures in the order a board has them, then what was done and what is missing."""
    kept: dict[str, Any] = row.figures
    total = kept["total"]
    lit = (
        Figure(light.value, light_text(light), kept["lights"][light], share(kept["lights"][light], total), light.value)
        for light in Light
    )
    return (
        Figure("all", gettext("全部"), total, "", ""),
        *lit,
        Figure("closed_in", gettext("本期办结"), kept["closed_in"], "", ""),
        Figure("stepped", gettext("本期完成节点的"), kept["stepped_items"], "", ""),
        Figure("not_reported", gettext("未报送"), len({*_lacking_items(row)}), "", "miss"),
    )


def _lacking_items(row: Bulletin) -> QuerySet[BulletinItem, int]:
    return row.items.exclude(lacking=[]).values_list("pk", flat=True)


def behind(row: Bulletin, key: str, reach: Reach, *, today: date) -> Behind:
    """Return the items a figure counts, in a fixed number of queries; an unknown figure counts all."""
    figures = {figure.key: figure for figure in figures_of(row)}
    figure = figures.get(key, figures["all"])
    special = {
        "all": Q(),
        "closed_in": Q(closed_in=True),
        "stepped": Q(steps_done__gt=0),
        "not_reported": ~Q(lacking=[]),
    }
    rows = tuple(row.items.filter(special.get(figure.key) or Q(light=figure.key)).order_by("-days_late", "position"))
    if figure.key == "all":
        rows = tuple(row.items.order_by("position"))
    seen = tasks_for(reach, today=today).filter(among("pk", [item.task_id for item in rows]))
    return Behind(figure, rows, frozenset(seen.values_list("pk", flat=True)))


def may_write(reach: Reach, row: Bulletin) -> bool:
    """Say whether the reader writes on it: the office, while it is a draft."""
    return reach.office and row.state == BulletinState.DRAFT
