"""What happened since: rounds, reports, reviews, lights and the reminder record."""

from tracker.models.api import KeptAnswer
from tracker.models.bulletins import Bulletin, BulletinItem, BulletinParagraph
from tracker.models.calendar_links import CalendarLink
from tracker.models.clocks import ClockState, Pause
from tracker.models.closures import Closure, LookBack
from tracker.models.directives import Directive
from tracker.models.downloads import Download
from tracker.models.drafts import ReportDraft
from tracker.models.events import EventDue
from tracker.models.evidence import EvidenceFile
from tracker.models.extensions import Extension, ExtensionDecision
from tracker.models.feedback import Feedback
from tracker.models.handovers import Handover, HandoverItem
from tracker.models.light_changes import LightChange, LightsNoted
from tracker.models.meetings import AgendaItem, Decision, DecisionDraft, Meeting, Minutes
from tracker.models.obstacles import Obstacle
from tracker.models.outlets import ChannelPreference, Outlet, Pace, PersonAddress
from tracker.models.parts import SupportPart
from tracker.models.receipts import Receipt
from tracker.models.reminders import Attempt, Delivery, DeliveryItem, Heartbeat, Reminder
from tracker.models.reports import ItemTick, MilestoneMark, ProgressReport, Review, TargetValue
from tracker.models.rounds import Owed, PlanRules, ReportingRound, RoundLists
from tracker.models.search import ItemText, ReportText, TextDue
from tracker.models.standing import Standing, TargetStanding
from tracker.models.urgings import Urging
from tracker.models.wall_links import WallLink

__all__ = [
    "AgendaItem",
    "Attempt",
    "Bulletin",
    "BulletinItem",
    "BulletinParagraph",
    "CalendarLink",
    "ChannelPreference",
    "ClockState",
    "Closure",
    "Decision",
    "DecisionDraft",
    "Delivery",
    "DeliveryItem",
    "Directive",
    "Download",
    "EventDue",
    "EvidenceFile",
    "Extension",
    "ExtensionDecision",
    "Feedback",
    "Handover",
    "HandoverItem",
    "Heartbeat",
    "ItemText",
    "ItemTick",
    "KeptAnswer",
    "LightChange",
    "LightsNoted",
    "LookBack",
    "Meeting",
    "MilestoneMark",
    "Minutes",
    "Obstacle",
    "Outlet",
    "Owed",
    "Pace",
    "Pause",
    "PersonAddress",
    "PlanRules",
    "ProgressReport",
    "Receipt",
    "Reminder",
    "ReportDraft",
    "ReportText",
    "ReportingRound",
    "Review",
    "RoundLists",
    "Standing",
    "SupportPart",
    "TargetStanding",
    "TargetValue",
    "TextDue",
    "Urging",
    "WallLink",
]
