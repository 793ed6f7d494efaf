"""Filters as links: menus over a list, and figures of a matrix; each keeps the other filters in its address."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from projects.models import Plan
from tracker.boards.filters import COMING, NOT_REPORTED, Choices, Filters
from tracker.boards.overview import Row
from tracker.lights import Counter


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Menu:
    label: str
    narrowed: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    key: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    row: Row
    cells: tuple[Cell, ...]


def menus(url: str, filters: Filters, choices: Choices, plans: Iterable[Plan] = ()) -> list[Menu]:
    """Return the menus of a list at `url`: plan (when there are several), unit, leader's post and section."""
    listed = list(plans)
    made = [_plan_menu(url, filters, listed)] if len(listed) > 1 else []
    for name, rows, everything in (
        ("unit", [(unit.pk, unit.name) for unit in choices.units], gettext("全部单位")),
        ("leader", [(post.pk, post.name) for post in choices.leaders], gettext("全部领导")),
        ("section", [(section.pk, section.title) for section in choices.sections], gettext("全部板块")),
    ):
        if rows:
            made.append(_menu(url, filters, name, rows, everything))
    return made


def _plan_menu(url: str, filters: Filters, plans: list[Plan]) -> Menu:
    entries = tuple(
        Entry(plan.title, f"{url}?{Filters(plan=plan.pk, light=filters.light).but()}", plan.pk == filters.plan)
        for plan in plans
    )
    return Menu(gettext("换一张表"), narrowed=False, entries=entries)


def _menu(url: str, filters: Filters, name: str, rows: list[tuple[int, str]], everything: str) -> Menu:
    chosen, others = getattr(filters, name), _others(url, filters, name)
    entries = [Entry(everything, others, chosen is None)]
    entries += [Entry(label, f"{others}&{name}={key}", chosen == key) for key, label in rows]
    label = next((entry.label for entry in entries if entry.current), everything)
    return Menu(label, narrowed=chosen is not None, entries=tuple(entries))


def matrix(rows: Iterable[Row], filters: Filters, *, by: str, url: str) -> Iterator[MatrixRow]:
    """Yield the rows with their figures as links into the list; `by` is the filter that a row stands for.

    A nought leads nowhere.
    """
    keys, others = (*(counter.value for counter in Counter), NOT_REPORTED), _others(url, filters, by, "light")
    for row in rows:
        numbers = ((key, getattr(row, key)) for key in keys)
        yield MatrixRow(
            row, tuple(Cell(key, n, f"{others}&{by}={row.key}&light={key}" if n else "") for key, n in numbers)
        )


def _others(url: str, filters: Filters, *names: str) -> str:
    """Return the address of all filters but these, to which many links each add their own."""
    return f"{url}?{filters.but(**dict.fromkeys(names))}"


def month_menu(url: str, filters: Filters, year: int) -> Menu:
    """Return the months of a year, by the date an item stands at."""
    months = [
        ("", gettext("全部月份")),
        *((f"{year}-{month:02}", gettext("%d月到期") % month) for month in range(1, 13)),
    ]
    entries = tuple(Entry(label, f"{url}?{filters.but(month=key)}", filters.month == key) for key, label in months)
    label = next((entry.label for entry in entries if entry.current), filters.month)
    return Menu(label, narrowed=bool(filters.month), entries=entries)


def plans_menu(url: str, filters: Filters, plans: Iterable[Plan]) -> Menu:
    """Return all tables, or one of them: units and headings are chosen from one."""
    tables = [(None, gettext("全部表")), *((plan.pk, plan.title) for plan in plans)]
    entries = tuple(
        Entry(label, f"{url}?{filters.but(plan=key, unit=None, leader=None, section=None)}", filters.plan == key)
        for key, label in tables
    )
    label = next((entry.label for entry in entries if entry.current), tables[0][1])
    return Menu(label, narrowed=filters.plan is not None, entries=entries)


def light_menu(url: str, filters: Filters) -> Menu:
    words = [
        ("", gettext("全部灯")),
        (Counter.OVERDUE.value, gettext("逾期")),
        (Counter.ATTENTION.value, gettext("临期 / 滞后")),
        (Counter.ON_SCHEDULE.value, gettext("正常")),
        (Counter.CLOSED.value, gettext("已办结")),
        (NOT_REPORTED, gettext("本期未报送")),
        (COMING, gettext("月底前将逾期")),
    ]
    entries = tuple(Entry(label, f"{url}?{filters.but(light=key)}", filters.light == key) for key, label in words)
    label = next((entry.label for entry in entries if entry.current), words[0][1])
    return Menu(label, narrowed=bool(filters.light), entries=entries)
