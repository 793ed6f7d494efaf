"""What a duty in a staff list makes of someone: head or clerk of the unit, or holder of a leading post."""

import re
from dataclasses import dataclass

from accounts.choices import MembershipRole, PostRank

_LEADERS = re.compile(r"(?:领导|班子|班子成员|领导成员|领导班子成员)$|^(?:党工委|管委会|党委|党组|工委)$")
_PARTS = re.compile(r"[、,，;；/]|兼任?")
_ABOVE_UNITS = re.compile(r"分管|^(?:党工委|管委会|党委|党组|工委|常务)")
_OFFICE_HOLDER = re.compile(r"^副?(?:主任|书记)$")
_LED_BY_CHIEF = re.compile(r"(?:科|股|处)$")
"""Units whose own head is called a 长: a 主任 or 书记 who stands among their people is of the house's leaders."""
_MAIN = re.compile(r"(?:主任|书记|主席|董事长|总经理|局长|部长|院长|校长|区长|县长|市长|镇长|乡长)$")
_SECOND = re.compile(r"副|分管|协助|常务|纪|委员")
_CLERK = re.compile(
    r"副|科员|干事|办事员|工作人员|经办|联络员|会计|出纳|内勤|专员|专干|干部|助理|职员|文员|秘书|司机|借调|聘用"
)
_HEAD = re.compile(r"负责人|主持|.长$|主任$|书记$|经理$|主席$")


@dataclass(frozen=True, slots=True)
class Duty:
    """`role` is None where the words say neither head nor clerk; `posts` are leading posts with their rank."""

    role: MembershipRole | None
    posts: tuple[tuple[str, PostRank], ...] = ()


def is_of_leaders(unit: str) -> bool:
    """Tell the heading over the leaders of the house, which is no unit that could owe anything."""
    return _LEADERS.search(unit) is not None


def read_duty(duty: str, *, unit: str) -> Duty:
    parts = [part for part in _PARTS.split(duty) if part]
    if is_of_leaders(unit):
        return Duty(None, tuple((part, _rank(part)) for part in parts))
    posts = [part for part in parts if _is_leading(part, unit)]
    roles = [role for part in parts if part not in posts and (role := _role(part))]
    role = MembershipRole.HEAD if MembershipRole.HEAD in roles else next(iter(roles), None)
    return Duty(role, tuple((part, _rank(part)) for part in posts))


def _is_leading(part: str, unit: str) -> bool:
    if _ABOVE_UNITS.search(part):
        return True
    return _OFFICE_HOLDER.match(part) is not None and _LED_BY_CHIEF.search(unit) is not None


def _rank(part: str) -> PostRank:
    if _SECOND.search(part):
        return PostRank.LEADER
    return PostRank.MAIN_LEADER if _MAIN.search(part) else PostRank.OTHER


def _role(part: str) -> MembershipRole | None:
    if "主持" in part:
        return MembershipRole.HEAD
    if _CLERK.search(part):
        return MembershipRole.CLERK
    return MembershipRole.HEAD if _HEAD.search(part) else None
