"""Closed vocabularies of what was promised."""

from enum import StrEnum


class PlanState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    ARCHIVED = "archived"


class TaskState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


COUNTED_STATES = (TaskState.ISSUED, TaskState.CLOSED)
"""What a board counts as "all" (DESIGN §3, Light)."""


class InvolvementRole(StrEnum):
    LEAD = "lead"
    SUPPORT = "support"
    LEADER = "leader"
    OWNER = "owner"
    ANSWERER = "answerer"
    DELEGATE = "delegate"


class DateKind(StrEnum):
    ISSUED = "issued"
    REISSUED = "reissued"
    EXTENDED = "extended"
    CORRECTED = "corrected"


class Comparison(StrEnum):
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


class HandDownState(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class BatchState(StrEnum):
    OPENED = "opened"  # stored, not yet read
    PREVIEWED = "previewed"
    APPLIED = "applied"
    UNDONE = "undone"
    REFUSED = "refused"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    DROPPED = "dropped"
    SKIPPED = "skipped"


class RememberedKind(StrEnum):
    """What an answer given once is about."""

    ROLE = "role"  # a column of one layout
    NAME = "name"  # a name in a cell
    PHRASE = "phrase"  # words in doubt, with what was asked about them
