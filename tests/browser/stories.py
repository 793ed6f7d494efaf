"""A plan in its sixth month: the building unit owes four reports, one of them long overdue."""

from datetime import date
from decimal import Decimal

from projects.choices import InvolvementRole
from projects.drafts import MilestoneDraft, PartyDraft, TargetDraft, TaskDraft
from projects.models import Plan
from projects.planning import add_tasks
from tests.cast import ISSUED_ON, TODAY, Cast, at, issued_plan
from tracker.rounds import open_rounds


def midyear(cast: Cast) -> Plan:
    """Issue the cast's plan with two more items of the building unit, and open June's round."""
    plan = issued_plan(cast)
    office = cast.actor(today=ISSUED_ON)
    add_tasks(plan=plan, drafts=[stops(cast), greenway(cast)], by=office, now=at(ISSUED_ON))
    open_rounds(today=TODAY)
    return plan


def stops(cast: Cast) -> TaskDraft:
    return TaskDraft(
        title="建设公交站",
        number="4",
        category=("一、基础设施", "（二）公交"),
        content="6月底前建成公交站 28 座。",
        target_text="28 座",
        deadline_text="6月底前",
        parties=(PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk),),
        milestones=(MilestoneDraft("建成公交站", "6月底前", date(2026, 6, 30)),),
        targets=(TargetDraft("公交站", Decimal(28), "座", milestone=0),),
    )


def greenway(cast: Cast) -> TaskDraft:
    return TaskDraft(
        title="贯通滨河绿道",
        number="5",
        category=("一、基础设施", "（三）绿道"),
        content="年底前贯通滨河绿道。",
        deadline_text="年底前",
        parties=(PartyDraft(InvolvementRole.LEAD, "规建科", department_id=cast.building.pk),),
        milestones=(MilestoneDraft("贯通", "年底前", date(2026, 12, 31)),),
    )
