"""Names in cells become parties: found in the directory, or asked about, never guessed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from accounts.directory import Candidate, Directory, Found
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft
from projects.importing.questions import Choice, Question, Questions, spelled
from projects.reading.model import ReadTask
from projects.reading.unit_words import is_group

Expected = Literal["department", "post", "person"]

NEW, KEEP = "new", "keep"
"""Create who is named; keep the words and assign nobody."""

UNKNOWN, AMBIGUOUS = "unknown_name", "ambiguous_name"
"""Nobody goes by that name, or several do."""

EXPECTED: Mapping[InvolvementRole, Expected] = {
    InvolvementRole.LEAD: "department",
    InvolvementRole.SUPPORT: "department",
    InvolvementRole.LEADER: "post",
    InvolvementRole.OWNER: "person",
}

_OFFICE = re.compile(
    r"(?:书记|主任|局长|县长|区长|市长|镇长|乡长|科长|处长|组长|队长|所长|院长|主席|领导|秘书长|经理|总监|专员|长|员)$"
)
_PERSON = re.compile(r"^(?:.{0,6}[·•])?[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff]{1,8}[·•][\u4e00-\u9fff·•]{1,12}$")
_COLLECTIVE = re.compile(
    r"^(?:全?[省市州区县镇乡])?(?:各|有关|相关|其他|其它|所有|全体)|(?:有关|相关|各)(?:单位|部门|科室|方面)$|等$"
)
UNBORN = 0
LONGEST_NAME = 150
"""Characters of a written name that stand in its key."""


@dataclass(frozen=True, slots=True)
class Naming:
    """What one name of one row became; `party` is None where only the words are kept.

    Who must be made first has no number yet: its party carries UNBORN, and `make` says who it is.
    """

    party: PartyDraft | None
    make: tuple[Expected, str] | None = None


def meet_names(directory: Directory, tasks: Iterable[ReadTask]) -> None:
    """Tell the directory of all names in a table before the first is looked up."""
    names: dict[Expected, set[str]] = {"department": set(), "post": set(), "person": set()}
    for task in tasks:
        names["department"].update(task.lead, task.support)
        names["post"].update(task.leaders)
        names["person"].update(task.owners)
    for expect, written in names.items():
        directory.meet(written, expect=expect)


def name_party(written: str, role: InvolvementRole, *, row: int, directory: Directory, questions: Questions) -> Naming:
    expect = EXPECTED[role]
    found = directory.find(written, expect=expect)
    if found.kind and found.id:
        return Naming(_party(role, written, found.kind, found.id))
    key = _key(written, expect)
    value = questions.again(key, row=row)
    if value is None:
        value = questions.ask(_question(key, written, expect, found, directory), row=row)
    if value == KEEP:
        return Naming(None)
    kind, _, number = value.partition(":")
    if kind == NEW:
        made = _expected(number)
        return Naming(_party(role, written, made, UNBORN), make=(made, written))
    return Naming(_party(role, written, kind, int(number)))


def propose_all(questions: Iterable[Question]) -> Mapping[str, str]:
    """Return the decisions that create every unknown unit, post and person that is like nobody in the directory.

    Where a name is like someone's, or several go by it, a person has to say who is meant.
    """
    return {
        question.key: question.proposal
        for question in questions
        if question.code == UNKNOWN and not question.decided and question.proposal.startswith(f"{NEW}:")
    }


def is_collective(written: str) -> bool:
    """Say whether a name means several who aren't named: 各街道, 有关单位. It is never proposed as a new unit."""
    return bool(_COLLECTIVE.search(written)) or is_group(written)


@lru_cache(maxsize=4096)
def _key(written: str, expect: Expected) -> str:
    return f"name:{expect}:{spelled(written, LONGEST_NAME)}"


def _question(key: str, written: str, expect: Expected, found: Found, directory: Directory) -> Question:
    likely = [_choice(candidate) for candidate in found.candidates]
    kinds = _kinds(written, expect)
    return Question(
        key=key,
        code=AMBIGUOUS if found.ambiguous else UNKNOWN,
        field=expect,
        choices=(*likely, *(Choice(f"{NEW}:{kind}", kind) for kind in kinds), Choice(KEEP, KEEP)),
        fallback=KEEP,
        params={"name": written},
        others=directory.values,
        proposal=likely[0].value if likely else KEEP if is_collective(written) else f"{NEW}:{kinds[0]}",
    )


def _kinds(written: str, expect: Expected) -> tuple[Expected, ...]:
    """Return as what the name may be created, the likelier first: a leader's column names posts and people alike."""
    if expect == "department":
        return ("department",)
    if expect == "person" and not _OFFICE.search(written):
        return ("person", "post")
    personal = _PERSON.match(written) and not _OFFICE.search(written)
    return ("person", "post") if personal else ("post", "person")


def _choice(candidate: Candidate) -> Choice:
    return Choice(f"{candidate.kind}:{candidate.id}", candidate.name)


def _expected(kind: str) -> Expected:
    match kind:
        case "department" | "post" | "person":
            return kind
        case _:
            raise ValueError(kind)


@lru_cache(maxsize=16_384)
def _party(role: InvolvementRole, written: str, kind: str, number: int) -> PartyDraft:
    return PartyDraft(
        role=role,
        as_written=written,
        department_id=number if kind == "department" else None,
        group_id=number if kind == "group" else None,
        post_id=number if kind == "post" else None,
        person_id=number if kind == "person" else None,
    )
