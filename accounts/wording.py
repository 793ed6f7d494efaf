"""What happened to a unit, person, post, group or sign-in, in a few words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from accounts.models import HistoryEntry

ACTS = {
    "created": gettext_lazy("添加"),
    "changed": gettext_lazy("修改"),
    "dissolved": gettext_lazy("撤并"),
    "joined": gettext_lazy("加入单位"),
    "parted": gettext_lazy("离开单位"),
    "held": gettext_lazy("任职"),
    "left": gettext_lazy("离任"),
    "granted": gettext_lazy("授予权限"),
    "revoked": gettext_lazy("收回权限"),
    "code_handed_out": gettext_lazy("发登录码"),
    "password_changed": gettext_lazy("改密码"),
    "activated": gettext_lazy("恢复登录"),
    "deactivated": gettext_lazy("停用登录"),
}
FIELDS = {
    "name": gettext_lazy("名称"),
    "kind": gettext_lazy("类别"),
    "position": gettext_lazy("排序"),
    "parent": gettext_lazy("上级单位"),
    "aliases": gettext_lazy("别名"),
    "email": gettext_lazy("邮箱"),
    "mobile": gettext_lazy("手机"),
    "rank": gettext_lazy("层级"),
    "department": gettext_lazy("单位"),
    "departments": gettext_lazy("成员单位"),
    "units": gettext_lazy("所管单位"),
}
IN_WORDS = ("name", "aliases", "email", "mobile", "position")
"""Fields whose values are words themselves; of the others, which are keys, only the field is named."""


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    who: str
    said: str
    reason: str


def event(entry: HistoryEntry) -> Event:
    verb = entry.action.rpartition(".")[2]
    act = gettext("离职") if entry.action == "person.left" else str(ACTS.get(verb, entry.action))
    changes = "；".join(_changes(entry.before, entry.after))
    return Event(entry.at, entry.actor_name, f"{act}：{changes}" if changes else act, entry.reason)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for name, label in FIELDS.items():
        if name not in before or before[name] == after.get(name):
            continue
        if name in IN_WORDS:
            yield gettext("%(field)s由“%(old)s”改为“%(new)s”") % {
                "field": label,
                "old": _word(before[name]),
                "new": _word(after.get(name)),
            }
        else:
            yield str(label)


def _word(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
