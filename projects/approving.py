"""Who approves that an item stands still or is struck: a leader of the organization, named in the record."""

from datetime import date

from django.utils.translation import gettext

from accounts.choices import PostRank
from accounts.models import PostHolding

LEADING = (PostRank.MAIN_LEADER, PostRank.LEADER)


def approvers(organization_id: int, *, today: date) -> list[PostHolding]:
    """Return who holds a leading post today, in the order of the posts."""
    held = PostHolding.objects.on(today).filter(organization=organization_id, post__rank__in=LEADING)
    return list(held.select_related("post", "person").order_by("post__position", "pk"))


def approver_name(holding: PostHolding) -> str:
    return f"{holding.post.name} {holding.person.name}"


def approved(reason: str, holding: PostHolding) -> str:
    """Return the reason as the record keeps it, with who approved."""
    return gettext("%(reason)s（%(approver)s批准）") % {"reason": reason, "approver": approver_name(holding)}
