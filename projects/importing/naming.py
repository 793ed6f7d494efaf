"""Names in cells become parties: found in the directory, or asked about, never guessed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from accounts.directory import Candidate, Found
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft
from projects.importing.questions import Choice, Question, Questions
from projects.importing.table_names import SAME, Expected, TableNames, is_collective, name_key

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
UNBORN = 0


@dataclass(frozen=True, slots=True)
class Naming:
    """What one name of one row became; `party` is None where only the words are kept.

    Who must be made first has no number yet: its party carries UNBORN, and `make` says who it is.
    """

    party: PartyDraft | None
    make: tuple[Expected, str] | None = None


def name_party(written: str, role: InvolvementRole, *, row: int, names: TableNames, questions: Questions) -> Naming:
    expect = EXPECTED[role]
    found = names.directory.find(written, expect=expect)
    if found.kind and found.id:
        return Naming(_party(role, written, found.kind, found.id))
    value = _ask(written, expect, row=row, names=names, questions=questions)
    return whom(value, role, written, row=row, names=names, questions=questions)


def whom(
    value: str, role: InvolvementRole, written: str, *, row: int, names: TableNames, questions: Questions
) -> Naming:
    """Return who is meant by an answer; for another name of the table that name's own answer is asked for."""
    name, value = written, names.now(value)
    if value.startswith(SAME):
        expect, name = names.own[value]
        value = _ask(name, expect, row=row, names=names, questions=questions)
    if value == KEEP:
        return Naming(None)
    kind, _, number = value.partition(":")
    if kind == NEW:
        made = _expected(number)
        return Naming(_party(role, written, made, UNBORN), make=(made, name))
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


def settled(questions: Iterable[Question], names: TableNames) -> tuple[Question, ...]:
    """Return the questions with answers that hold beyond this table: who goes by a name instead of the name."""
    return tuple(one if one.chosen is None else replace(one, chosen=names.now(one.chosen)) for one in questions)


def _ask(written: str, expect: Expected, *, row: int, names: TableNames, questions: Questions) -> str:
    key = name_key(written, expect)
    value = questions.again(key, row=row)
    if value is None:
        found = names.directory.find(written, expect=expect)
        value = questions.ask(_question(key, written, expect, found, names), row=row)
    return value


def _question(key: str, written: str, expect: Expected, found: Found, names: TableNames) -> Question:
    longer = (Choice(value, names.label(value)) for value in names.longer_forms(written, expect))
    likely = [*(_choice(candidate) for candidate in found.candidates), *longer]
    kinds = _kinds(written, expect)
    return Question(
        key=key,
        code=AMBIGUOUS if found.ambiguous else UNKNOWN,
        field=expect,
        choices=(*likely, *(Choice(f"{NEW}:{kind}", kind) for kind in kinds), Choice(KEEP, KEEP)),
        fallback=KEEP,
        params={"name": written},
        others=names.values,
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
