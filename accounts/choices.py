"""Closed vocabularies of who is who."""

from enum import StrEnum


class DepartmentKind(StrEnum):
    SECTION = "section"  # 科室
    AREA = "area"  # 片区
    TASK_FORCE = "task_force"  # 专班
    EXTERNAL = "external"  # 外部单位


class MembershipRole(StrEnum):
    CLERK = "clerk"
    HEAD = "head"


class PostRank(StrEnum):
    MAIN_LEADER = "main_leader"
    LEADER = "leader"
    OTHER = "other"


class Role(StrEnum):
    OFFICE = "office"  # 督查办: the plan's administrator
    SYSTEM = "system"  # the system administrator


class Scope(StrEnum):
    """What a token opens of all its user may do."""

    READ = "read"
    REPORT = "report"  # what units say: reports, requests, answers
    PLAN = "plan"  # plans, their items and imports
    OFFICE = "office"  # reviews, decisions, directives, reminders, people


class Door(StrEnum):
    """By which way a change came in."""

    PAGE = "page"
    API = "api"
    IMPORT = "import"
    JOB = "job"
    COMMAND = "command"


def pairs(vocabulary: type[StrEnum]) -> list[tuple[str, str]]:
    """Return what a model field's `choices` wants; the words on pages are chosen in templates."""
    return [(member.value, member.name.lower()) for member in vocabulary]
