"""Items that stand in no row of the table: put below the one before them, under the heading they belong to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from projects.exporting.changing import PEOPLE, TEXTS, units_by_column
from projects.exporting.orders import Added
from projects.exporting.promised import Promised
from projects.exporting.source import Place, Source, Table


def added_rows(
    items: Iterable[Promised], source: Source, texts: Mapping[int, tuple[str, ...]]
) -> dict[str, list[Added]]:
    """Return the rows to be put in, by sheet, in the plan's order."""
    listed = list(items)
    ends = _ends(listed, source)
    found: defaultdict[str, list[Added]] = defaultdict(list)
    before: Promised | None = None
    headed: dict[Place, tuple[str, ...]] = {}
    for item in listed:
        if item.pk in source.rows:
            before = item
            continue
        if item.cancelled:
            continue
        after = ends.get(item.category) or _below(before, source)
        table = source.table(after)
        if table is None:
            continue
        apart = len(table.columns("category"))
        above = headed.get(after, _category_at(after, listed, source))
        path, own = _split(item.category, apart)
        headed[after] = item.category
        found[after[0]].append(
            Added(
                after[1],
                _new_headings(path, _split(above, apart)[0]),
                _cells(item, table, own),
                texts[item.pk],
                tuple(table.columns("category")) if above == item.category else (),
            )
        )
    return dict(found)


def _ends(items: Iterable[Promised], source: Source) -> dict[tuple[str, ...], Place]:
    """Return the last row of each heading."""
    ends: dict[tuple[str, ...], Place] = {}
    for item in items:
        if (place := source.rows.get(item.pk)) is not None:
            last = place[0], source.last[place]
            ends[item.category] = max(ends.get(item.category, last), last)
    return ends


def _below(before: Promised | None, source: Source) -> Place:
    """Return the row below which an item of a new heading comes: the item's before it, else the table's last."""
    if before is not None:
        place = source.rows[before.pk]
        return place[0], source.last[place]
    name, tables = next(iter(source.tables.items()))
    return name, source.last.get((name, tables[-1].last), tables[-1].last)


def _category_at(place: Place, items: Iterable[Promised], source: Source) -> tuple[str, ...]:
    standing = (item.category for item in items if (at := source.rows.get(item.pk)) and source.last[at] == place[1])
    return next(standing, ())


def _split(category: tuple[str, ...], columns: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the headings that are rows of their own, and those that stand in columns."""
    return (category[:-columns], category[-columns:]) if columns else (category, ())


def _new_headings(path: tuple[str, ...], above: tuple[str, ...]) -> tuple[str, ...]:
    same = next((at for at, (own, other) in enumerate(zip(path, above, strict=False)) if own != other), None)
    start = min(len(path), len(above)) if same is None else same
    return path[start:]


def _cells(item: Promised, table: Table, own: tuple[str, ...]) -> dict[int, str]:
    task = item.promise.task
    said = {role: str(getattr(task, name)) for name, role in TEXTS.items()}
    said |= {column: "、".join(item.names.get(role, ())) for role, column in PEOPLE.items()}
    said |= {"deadline": item.deadline} | dict(units_by_column(item, table))
    if not table.columns("title") and not said["content"]:
        said["content"] = task.title
    if not table.columns("content"):
        said["title"] = task.content or task.title
    cells = {columns[0]: text for role, text in said.items() if text and (columns := table.columns(role))}
    cells |= dict(zip(table.columns("category")[-len(own) :], own, strict=False)) if own else {}
    ignored = {table.labels[column - 1]: column for column in table.columns("ignore")}
    return cells | {ignored[label]: text for label, text in item.extra.items() if label in ignored}
