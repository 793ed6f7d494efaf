"""The sample organizations with their departments, people, posts and sign-ins, read from text."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.choices import DepartmentKind, MembershipRole, PostRank, Role
from seeds.text_format import read_toml, split_lines, split_names

HOLDER = re.compile(r"(?P<person>[^（]+)(?:（(?P<side>[自至]) (?P<month>\d\d)-(?P<day>\d\d)）)?")


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of the sample's year, whichever year that is."""

    month: int
    day: int

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class Department:
    name: str
    kind: DepartmentKind
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Membership:
    department: str
    role: MembershipRole


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    memberships: tuple[Membership, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds a post; without a day it runs from before the year, or goes on."""

    person: str
    since: MonthDay | None
    until: MonthDay | None


@dataclass(frozen=True, slots=True)
class Post:
    name: str
    rank: PostRank
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    person: str
    role: Role | None


@dataclass(frozen=True, slots=True)
class Organization:
    """One organization; departments, posts and people stand in its own order."""

    code: str
    name: str
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    groups: tuple[Group, ...]
    sign_ins: tuple[SignIn, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """The sample: the organization of both tables first, then the one that must see nothing of it."""

    organizations: tuple[Organization, ...]

    def organization(self, code: str) -> Organization:
        return next(each for each in self.organizations if each.code == code)


def load_office() -> Office:
    """Read `seeds/text/office.toml`."""
    return Office(tuple(_organization(text) for text in read_toml("office")["organization"]))


def _organization(text: dict[str, Any]) -> Organization:
    code = text["code"]
    return Organization(
        code=code,
        name=text["name"],
        departments=tuple(
            Department(name, DepartmentKind(kind), tuple(split_names(aliases)))
            for name, kind, aliases in split_lines(text["departments"], 3)
        ),
        people=tuple(
            Person(name, f"{mailbox}@{code}.example", tuple(_membership(each) for each in split_names(units)))
            for name, mailbox, units in split_lines(text["people"], 3)
        ),
        posts=tuple(
            Post(name, PostRank(rank), tuple(_holding(each) for each in split_names(holders)))
            for name, rank, holders in split_lines(text["posts"], 3)
        ),
        groups=tuple(Group(name, tuple(split_names(units))) for name, units in split_lines(text["groups"], 2)),
        sign_ins=tuple(
            SignIn(username, person, Role(role) if role else None)
            for username, person, role in split_lines(text["sign_ins"], 3)
        ),
    )


def _membership(text: str) -> Membership:
    department, role = text.split("：")
    return Membership(department, MembershipRole(role))


def _holding(text: str) -> Holding:
    found = HOLDER.fullmatch(text)
    if found is None:
        raise ValueError(f"not a holder: {text}")
    day = MonthDay(int(found["month"]), int(found["day"])) if found["side"] else None
    return Holding(found["person"], day if found["side"] == "自" else None, day if found["side"] == "至" else None)
