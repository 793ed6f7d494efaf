"""Names in cells become parties: found in the directory, or asked about, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from accounts.directory import Candidate, Directory, Found
from projects.choices import InvolvementRole
from projects.drafts import PartyDraft
from projects.importing.diff import same_text
from projects.importing.questions import Choice, Question, Questions

Expected = Literal["department", "post", "person"]

NEW, KEEP = "new", "keep"
"""Create who is named; keep the words and assign nobody."""

EXPECTED: Mapping[InvolvementRole, Expected] = {
    InvolvementRole.LEAD: "department",
    InvolvementRole.SUPPORT: "department",
    InvolvementRole.LEADER: "post",
    InvolvementRole.OWNER: "person",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What one name of one row became; `party` is None where only the words are kept or someone must be made first."""

    party: PartyDraft | None
    make: tuple[Expected, str] | None = None


def name_party(written: str, role: InvolvementRole, *, row: int, directory: Directory, questions: Questions) -> Naming:
    expect = EXPECTED[role]
    found = directory.find(written, expect=expect)
    if found.kind and found.id:
        return Naming(_party(role, written, found.kind, found.id))
    value = questions.ask(_question(written, expect, found), row=row)
    if value == KEEP:
        return Naming(None)
    kind, _, number = value.partition(":")
    if kind == NEW:
        return Naming(None, make=(_expected(number), written))
    return Naming(_party(role, written, kind, int(number)))


def _question(written: str, expect: Expected, found: Found) -> Question:
    likely = [_choice(candidate) for candidate in found.candidates]
    kinds: tuple[Expected, ...] = ("post", "person") if expect == "post" else (expect,)
    return Question(
        key=f"name:{expect}:{same_text(written)}",
        code="ambiguous_name" if len(found.candidates) > 1 and not found.kind else "unknown_name",
        field=expect,
        choices=(*likely, *(Choice(f"{NEW}:{kind}", kind) for kind in kinds), Choice(KEEP, KEEP)),
        fallback=KEEP,
        params={"name": written},
    )


def _choice(candidate: Candidate) -> Choice:
    return Choice(f"{candidate.kind}:{candidate.id}", candidate.name)


def _expected(kind: str) -> Expected:
    match kind:
        case "department" | "post" | "person":
            return kind
        case _:
            raise ValueError(kind)


def _party(role: InvolvementRole, written: str, kind: str, number: int) -> PartyDraft:
    return PartyDraft(
        role=role,
        as_written=written,
        department_id=number if kind == "department" else None,
        group_id=number if kind == "group" else None,
        post_id=number if kind == "post" else None,
        person_id=number if kind == "person" else None,
    )
