"""The item's form with its rows, as one page shows it: empty, as the item stands, as typed, or as its phrases read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, pgettext

from accounts.names import NameTakenError
from projects.choices import InvolvementRole
from projects.editing.aims import PREFIX as AIMS
from projects.editing.aims import aim_initial, aims_form
from projects.editing.forms import PREFIX as STEPS
from projects.editing.forms import ROLE_FIELDS, ItemForm, step_initial, steps_form, words_of
from projects.editing.moving import UnsaidMoveError
from projects.editing.naming import Unknown, UnknownNamesError
from projects.editing.saving import DoneStepError, Said
from projects.editing.typed import Phrases
from projects.importing.diff import TaskSnapshot
from projects.importing.naming import KEEP, NEW
from projects.models import Plan, Task

PHRASES = ("deadline_text", "target_text")
PERSONAL = {InvolvementRole.LEADER, InvolvementRole.OWNER}


@dataclass(frozen=True, slots=True)
class Asked:
    """A name nobody goes by, with what it may mean: values and words."""

    key: str
    name: str
    choices: tuple[tuple[str, str], ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Editor:
    plan: Plan
    form: ItemForm
    steps: Any = None
    aims: Any = None
    task: Task | None = None
    seen: TaskSnapshot | None = None
    asked: Mapping[str, Sequence[Asked]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.steps is None:
            object.__setattr__(self, "steps", steps_form())
        if self.aims is None:
            object.__setattr__(self, "aims", aims_form(year=self.plan.year))

    @classmethod
    def of(
        cls, request: HttpRequest, plan: Plan, *, task: Task | None = None, seen: TaskSnapshot | None = None
    ) -> "Editor":
        """Return what was typed."""
        said = request.POST
        return cls(plan, ItemForm(said), steps_form(said), aims_form(said, year=plan.year), task, seen)

    @classmethod
    def standing(cls, task: Task, seen: TaskSnapshot, *, typed: QueryDict) -> "Editor":
        """Return the item as it stands, with what was typed elsewhere and could not be written there."""
        words = words_of(seen.draft)
        read = "\n".join(words[name].replace("\r\n", "\n").strip() for name in PHRASES).strip()
        brought = {name: typed[name] for name in (*ROLE_FIELDS.values(), "deadline_text") if name in typed}
        form = ItemForm(initial={**words, **brought, "version": seen.version, "read_text": read})
        steps = [
            {**step_initial(step.draft, step.id), "due_on": step.current_on or step.draft.due_on}
            for step in seen.milestones
        ]
        aims = [aim_initial(one.draft, one.id) for one in seen.targets]
        return cls(task.plan, form, steps_form(initial=steps), aims_form(initial=aims, year=task.plan.year), task, seen)

    def valid(self) -> bool:
        checked = [self.form.is_valid(), self.steps.is_valid(), self.aims.is_valid()]
        return all(checked)

    def said(self) -> Said:
        return Said.of(self.form, self.steps, self.aims)

    def with_another(self, which: str) -> "Editor":
        """Return what was typed, not yet judged, with one more empty row of steps or amounts."""
        said = {**dict(self.form.data.items()), "more": ""}
        prefix = AIMS if which == AIMS else STEPS
        total = f"{prefix}-TOTAL_FORMS"
        said[total] = str(min(int(said.get(total, "1") or 1) + 1, 1000))
        form, steps, aims = ItemForm(said), steps_form(said), aims_form(said, year=self.plan.year)
        for one in (form, *steps.forms, *aims.forms):
            one.full_clean()
            one.errors.clear()
        return replace(self, form=form, steps=steps, aims=aims)

    def as_read(self, read: Phrases) -> "Editor":
        """Return the form with steps and amounts as the phrases say now; rows keep who they were by order.

        What no phrase says, the way to an amount and its days, stays with the amount as it stood.
        """
        ids = [step.id for step in self.seen.milestones] if self.seen else []
        standing = list(self.seen.targets) if self.seen else []
        steps = [step_initial(step, ids[at] if at < len(ids) else None) for at, step in enumerate(read.milestones)]
        aims = []
        for at, aim in enumerate(read.targets):
            old = standing[at] if at < len(standing) else None
            kept = replace(aim, **_beyond_words(old.draft)) if old else aim
            aims.append(aim_initial(kept, old.id if old else None))
        self.form.data = {**dict(self.form.data.items()), "read_text": phrases_of(self.form)}
        self.form.is_valid()
        return replace(self, steps=steps_form(initial=steps), aims=aims_form(initial=aims, year=self.plan.year))

    def refused(self, why: Exception) -> "Editor":
        """Return the form saying why it could not be written; of unknown names it asks who is meant."""
        match why:
            case UnknownNamesError():
                return self._asking(why.unknown)
            case NameTakenError():
                said = gettext("“%(name)s”已经是别的单位、分组或岗位的名称，不能新建。") % {"name": why.name}
                self.form.add_error(None, said)
            case DoneStepError():
                self.form.add_error(None, gettext("节点“%(step)s”已经完成，不能删除。") % {"step": why})
            case UnsaidMoveError():
                self._say_unsaid(why.place)
        return self

    def _say_unsaid(self, place: int) -> None:
        rows = [row for row in self.steps.forms if row.said and not row.cleaned_data.get("DELETE")]
        rows[place].add_error("kind", gettext("时限改了，请选是重新下达、延期还是更正。"))

    def _asking(self, unknown: Sequence[Unknown]) -> "Editor":
        asked: dict[str, list[Asked]] = {}
        for one in unknown:
            name = ROLE_FIELDS[one.role]
            asked.setdefault(name, []).append(
                Asked(one.key, one.name, _choices(one), str(self.form.data.get(one.key, "")))
            )
        for name, each in asked.items():
            names = "、".join(one.name for one in each)
            self.form.add_error(name, gettext("名册里没有“%(names)s”，请在下面说明指谁。") % {"names": names})
        return replace(self, asked=asked)


def phrases_of(form: ItemForm) -> str:
    said = (form.data.get(name, "") for name in PHRASES)
    return "\n".join(text.replace("\r\n", "\n").strip() for text in said).strip()


def _beyond_words(draft: Any) -> dict[str, Any]:
    names = ("baseline", "cumulative", "start_on", "due_on", "curve", "horizon_year")
    return {name: getattr(draft, name) for name in names}


def _choices(one: Unknown) -> tuple[tuple[str, str], ...]:
    """Offer the likely ones, the words for many units, a new one, and the words alone."""
    likely = [(f"{each.kind}:{each.id}", each.name) for each in one.likely]
    groups = [(value, gettext("分组：%(name)s") % {"name": name}) for value, name in one.groups]
    if one.role in PERSONAL:
        made = [
            (f"{NEW}:post", gettext("新建岗位“%(name)s”") % {"name": one.name}),
            (f"{NEW}:person", gettext("新建人员“%(name)s”") % {"name": one.name}),
        ]
        groups = []
    else:
        made = [(f"{NEW}:department", gettext("新建单位“%(name)s”") % {"name": one.name})]
    keep = (
        KEEP,
        pgettext("name", "只留原文，不指定责任人") if one.role in PERSONAL else gettext("只留原文，不指定单位"),
    )
    listed = [choice for choice in groups if choice[0] not in dict(likely)]
    return (*likely, *listed, keep, *made)
