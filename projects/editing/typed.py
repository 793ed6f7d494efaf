"""What a person types becomes a draft: phrases are read as in a table, nothing is guessed."""

from dataclasses import dataclass
from decimal import Decimal

from projects.drafts import MilestoneDraft, TargetDraft
from projects.importing.drafting import COMPARISONS
from projects.reading.deadlines.reading import read_deadline
from projects.reading.model import Question
from projects.reading.targets import is_level, read_targets


@dataclass(frozen=True, slots=True)
class Phrases:
    """A deadline phrase and an amount as read: `questions` say where the reader is in doubt."""

    kind: str
    milestones: tuple[MilestoneDraft, ...]
    targets: tuple[TargetDraft, ...]
    questions: tuple[Question, ...]


def read_phrases(deadline: str, amounts: str, *, year: int) -> Phrases:
    """Read what was typed under deadline and target; an amount of the deadline's sentence belongs to its step."""
    dated = read_deadline(deadline, year=year)
    own = read_targets(amounts, year=year)
    beside = read_targets(deadline, spans=dated.spans, year=year)
    targets = [*own.targets, *(target for target in beside.targets if target.milestone is not None)]
    return Phrases(
        kind=dated.kind,
        milestones=tuple(
            MilestoneDraft(text=step.text, phrase=step.phrase, due_on=step.due, start_on=step.start)
            for step in dated.milestones
        ),
        targets=tuple(
            TargetDraft(
                name=target.name,
                value=Decimal(str(target.value)),
                unit=target.unit,
                comparison=COMPARISONS[target.comparison],
                cumulative=not is_level(target),
                milestone=target.milestone,
                items=target.items,
            )
            for target in targets
            if target.value is not None
        ),
        questions=(*dated.questions, *own.questions),
    )
