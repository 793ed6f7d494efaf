"""What happened since: rounds, reports, reviews, lights and the reminder record."""

from tracker.models.feedback import Feedback
from tracker.models.receipts import Receipt
from tracker.models.reminders import Attempt, Delivery, DeliveryItem, Heartbeat, Reminder
from tracker.models.reports import ItemTick, MilestoneMark, ProgressReport, Review, TargetValue
from tracker.models.rounds import Owed, PlanRules, ReportingRound
from tracker.models.standing import Standing, TargetStanding

__all__ = [
    "Attempt",
    "Delivery",
    "DeliveryItem",
    "Feedback",
    "Heartbeat",
    "ItemTick",
    "MilestoneMark",
    "Owed",
    "PlanRules",
    "ProgressReport",
    "Receipt",
    "Reminder",
    "ReportingRound",
    "Review",
    "Standing",
    "TargetStanding",
    "TargetValue",
]
