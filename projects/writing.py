"""The rows one operation writes, kept by table so that any number of items costs the same few statements."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Model

from accounts.bulk import insert_rows
from projects.fitting import check_fits
from projects.models import Involvement, Milestone, MilestoneDate, Target, TargetItem, Task
from projects.promise import Aim, Promise, Step

BATCH = 1000
PARENTS_FIRST: tuple[type[Model], ...] = (Task, Involvement, Milestone, MilestoneDate, Target, TargetItem)


@dataclass(slots=True)
class Writing:
    """What to insert, rewrite and remove; `count` grows with every word of it."""

    count: int = 0
    inserts: dict[type[Model], list[Model]] = field(default_factory=lambda: {model: [] for model in PARENTS_FIRST})
    rewrites: dict[type[Model], dict[int, Model]] = field(default_factory=lambda: {each: {} for each in PARENTS_FIRST})
    removals: dict[type[Model], list[int]] = field(default_factory=lambda: {Involvement: [], TargetItem: []})

    def insert(self, *rows: Model) -> None:
        for row in rows:
            self.inserts[type(row)].append(row)
            self.count += 1

    def insert_step(self, step: Step) -> None:
        self.insert(step.milestone, *step.dates)

    def insert_aim(self, aim: Aim) -> None:
        self.insert(aim.target, *aim.items)

    def insert_promise(self, promise: Promise) -> None:
        self.insert(promise.task, *promise.parties)
        for step in promise.steps:
            self.insert_step(step)
        for aim in promise.aims:
            self.insert_aim(aim)

    def rewrite(self, row: Model) -> None:
        self.rewrites[type(row)][row.pk] = row
        self.count += 1

    def remove(self, row: Involvement | TargetItem) -> None:
        self.removals[type(row)].append(row.pk)
        self.count += 1

    def save(self) -> None:
        """Write it all; raise DoesNotFitError before the first row."""
        for model in PARENTS_FIRST:
            check_fits(self.inserts[model])
            check_fits(self.rewrites[model].values())
        for model, removed in self.removals.items():
            if removed:
                model._default_manager.filter(pk__in=removed).delete()
        for model in PARENTS_FIRST:
            insert_rows(model, self.inserts[model])
            _rewrite(model, self.rewrites[model].values())


def _rewrite(model: type[Model], rows: Iterable[Model]) -> None:
    """Rewrite existing rows by upsert: many times faster than an update with a case for every row and column."""
    fields = [each.name for each in model._meta.concrete_fields if not each.primary_key]
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
