"""Closed vocabularies of what happened since."""

from enum import StrEnum


class RoundState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class OwedState(StrEnum):
    OWED = "owed"
    UNSIGNED = "unsigned"  # reported, waits for the unit's own head
    SUBMITTED = "submitted"  # reported, not yet looked at
    RETURNED = "returned"  # owed again
    ACCEPTED = "accepted"
    WAIVED = "waived"  # the item was suspended, cancelled, closed or withdrawn


STILL_OWED = (OwedState.OWED, OwedState.RETURNED)


class ReportState(StrEnum):
    """What the department says of its work; it never sets the light."""

    ON_PLAN = "on_plan"  # 按计划推进
    SLOW = "slow"  # 偏慢
    BLOCKED = "blocked"  # 有困难需协调
    DONE = "done"  # 已完成


class ReviewState(StrEnum):
    UNSIGNED = "unsigned"  # waits for the unit's head, where the plan asks for a sign-off
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPLACED = "replaced"  # corrected by its unit before the office looked at it


class Decision(StrEnum):
    ACCEPTED = "accepted"
    RETURNED = "returned"


class DraftSource(StrEnum):
    TYPED = "typed"
    SHEET = "sheet"  # a row of the unit's own sheet, uploaded


class PartState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    OBJECTED = "objected"  # the supporting unit says that it isn't its part
    WITHDRAWN = "withdrawn"


class ApprovalStep(StrEnum):
    """Who decides on an extension, in the order a plan's rules name them."""

    HEAD = "head"  # the head of the unit that asks
    LEADER = "leader"  # the item's responsible leader
    MAIN_LEADER = "main_leader"
    OFFICE = "office"


class ExtensionState(StrEnum):
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ObstacleState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class DirectiveState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"  # the unit has answered, the leader or office hasn't looked yet
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class ClosureState(StrEnum):
    ASKED = "asked"
    CLOSED = "closed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class HandoverKind(StrEnum):
    HANDOVER = "handover"
    DELEGATION = "delegation"  # for a time, with an end


class DownloadState(StrEnum):
    WAITING = "waiting"
    BEGUN = "begun"
    MADE = "made"


class DownloadKind(StrEnum):
    LIST = "list"  # the plan as issued, one item a row
    LEDGER = "ledger"  # the office's own table with what happened since
    ITEMS = "items"  # the items a list shows by its filters
    ITEMS_CSV = "items_csv"


class ReceiptState(StrEnum):
    WAITING = "waiting"
    SIGNED = "signed"
    OBJECTED = "objected"  # 异议: not ours
    RELEASED = "released"  # the item is no longer this unit's


class RhythmKind(StrEnum):
    WEEK = "week"
    TEN_DAY = "ten_day"
    HALF_MONTH = "half_month"
    MONTH = "month"
    QUARTER = "quarter"


class SubjectKind(StrEnum):
    MILESTONE = "milestone"
    OWED = "owed"
    REPORT = "report"
    OBSTACLE = "obstacle"
    DIRECTIVE = "directive"
    URGING = "urging"
    PART = "part"
    EXTENSION = "extension"
    CLOSURE = "closure"


class NoticeStep(StrEnum):
    """What happened to a subject that is told at once."""

    RETURNED = "returned"
    RAISED = "raised"
    GIVEN = "given"
    ASKED = "asked"
    AGAIN = "again"  # asked once more, with a line and a new day
    ANSWERED = "answered"
    GRANTED = "granted"
    REFUSED = "refused"
    URGED = "urged"


class ReminderState(StrEnum):
    DUE = "due"
    EXPANDED = "expanded"
    MERGED = "merged"
    HELD = "held"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"


class Channel(StrEnum):
    INBOX = "inbox"
    MAIL = "mail"
    WECOM_ROBOT = "wecom_robot"  # 企业微信, in a unit's group
    DINGTALK_ROBOT = "dingtalk_robot"  # 钉钉
    FEISHU_ROBOT = "feishu_robot"  # 飞书
    WECOM_APP = "wecom_app"  # to one member
    DINGTALK_APP = "dingtalk_app"
    FEISHU_APP = "feishu_app"
    SMS = "sms"
    WEBHOOK = "webhook"  # another system of the office


class SystemEvent(StrEnum):
    """What other systems of the office can be told; the names are those on the wire."""

    TASK_CHANGED = "task.changed"
    REPORT_SUBMITTED = "report.submitted"
    REPORT_ACCEPTED = "report.accepted"
    REPORT_RETURNED = "report.returned"
    LIGHT_TURNED = "light.turned"
    REMINDER_FAILED = "reminder.failed"


class EventSource(StrEnum):
    """Which row an event is told of."""

    HISTORY = "history"
    LIGHT = "light"
    DELIVERY = "delivery"


class GroupOccasion(StrEnum):
    """What is told in a unit's group, as the office chooses for each."""

    AHEAD = "ahead"  # before the day, and on it
    OVERDUE = "overdue"
    OWED = "owed"  # reports
    ASKED = "asked"  # a directive, an urging, an obstacle, a part
    ANSWERED = "answered"  # a report sent back, a decision, an answer


class DeliveryState(StrEnum):
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"  # a try nobody knows the end of, on a channel that doesn't send again by itself
    CANCELLED = "cancelled"
    HELD = "held"  # from a restored backup: it may have been sent already


WAITING = (DeliveryState.READY, DeliveryState.RETRY)
UNSENT = (*WAITING, DeliveryState.SENDING)
"""Those that may be claimed, now or when a lease has ended; the database's index holds just these."""
UNDELIVERED = (DeliveryState.FAILED, DeliveryState.UNKNOWN)


class SettledBy(StrEnum):
    """How the office settled a message that wasn't delivered."""

    TOLD = "told"  # by telephone or in person
    SENT_AGAIN = "sent_again"  # as a new message
    NEEDLESS = "needless"


class AttemptOutcome(StrEnum):
    OPEN = "open"  # under way, or its process was killed and nobody has taken the message over yet
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the lease ended without a word: the other side may have the message


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"


class BulletinState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class BulletinAnnex(StrEnum):
    LAGGING = "lagging"  # what is overdue or behind
    ALL = "all"  # that, and a table of every item


class MeetingState(StrEnum):
    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class AgendaReason(StrEnum):
    """Why an item is on an agenda; of several reasons the first."""

    DECIDED = "decided"  # an earlier meeting decided something that isn't settled
    OVERDUE = "overdue"
    BEHIND = "behind"
    OBSTACLE = "obstacle"  # what blocks it is past its answer day
    ADDED = "added"  # by the office


class PauseReason(StrEnum):
    """Why sending stands still until somebody says that it may go on."""

    BACK = "back"  # the clock shows an earlier time than before
    AHEAD = "ahead"  # it leapt ahead while the service ran
    RESTORED = "restored"  # the database is an older one than was written here


class Trouble(StrEnum):
    """What keeps the installation from its work, by part."""

    PAUSED = "paused"  # sending waits for somebody's word
    HEARTBEAT = "heartbeat"  # beat, the broker or all workers stand still
    CANARY = "canary"  # a message through the broker doesn't come back
    RAISING = "raising"
    TELLING = "telling"
    SENDING = "sending"
    CALENDAR = "calendar"  # the year's list of holidays isn't there; reminders go out all the same
