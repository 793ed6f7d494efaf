"""The headings of a plan, found or made by their path."""

from collections.abc import Iterable

from projects.models import Plan, Section

Path = tuple[str, ...]


def ensure_sections(plan: Plan, paths: Iterable[Path]) -> dict[Path, Section]:
    """Return the heading of every path, making what is missing: one statement a level, whatever the number."""
    found = _existing(plan)
    wanted = dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path) + 1))
    missing = [path for path in wanted if path not in found]
    position = 1 + max((section.position for section in found.values()), default=-1)
    places = {path: position + offset for offset, path in enumerate(missing)}
    for depth in sorted({len(path) for path in missing}):
        level = [path for path in missing if len(path) == depth]
        made = Section.objects.bulk_create(
            Section(
                organization_id=plan.organization_id,
                plan=plan,
                parent=found[path[:-1]] if depth > 1 else None,
                title=path[-1],
                position=places[path],
            )
            for path in level
        )
        found |= dict(zip(level, made, strict=True))
    return found


def _existing(plan: Plan) -> dict[Path, Section]:
    sections = {section.pk: section for section in Section.objects.filter(plan=plan).order_by("position", "pk")}

    def path(section: Section) -> Path:
        above = path(sections[section.parent_id]) if section.parent_id is not None else ()
        return (*above, section.title)

    return {path(section): section for section in sections.values()}
