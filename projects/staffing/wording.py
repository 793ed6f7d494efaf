"""The words of the staff list's page: what becomes of a row, and why one is left out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from accounts.choices import MembershipRole
from projects.reading.staff import StaffProblem
from projects.staffing.deciding import Line

ROLES = {MembershipRole.HEAD: gettext_lazy("负责人"), MembershipRole.CLERK: gettext_lazy("经办人")}
FACTS = {"mobile": gettext_lazy("手机"), "email": gettext_lazy("邮箱")}
PROBLEMS: Mapping[str, Promise] = {
    "no_name": gettext_lazy("没有姓名：%(value)s"),
    "no_unit": gettext_lazy("%(value)s没有写单位"),
    "several_names": gettext_lazy("一格里有几个人，请一人一行：%(value)s"),
    "several_units": gettext_lazy("一格里有几个单位，请一个单位一行：%(value)s"),
    "too_long": gettext_lazy("文字过长：%(value)s"),
    "doubled": gettext_lazy("%(value)s在同一单位写了两次"),
    "doubled_mobile": gettext_lazy("手机号 %(value)s 上面已写给另一个人"),
    "doubled_username": gettext_lazy("用户名 %(value)s 上面已写给另一个人"),
    "mobile_taken": gettext_lazy("手机号现在记在%(value)s名下，请核对"),
    "unit_is_group": gettext_lazy("“%(value)s”是一个分组，请写具体单位"),
    "unit_gone": gettext_lazy("“%(value)s”已撤销，请写现在的单位"),
    "ambiguous_unit": gettext_lazy("“%(value)s”可能指不止一个单位，请写全称"),
    "bad_mobile": gettext_lazy("电话“%(value)s”读不懂，先不记"),
    "bad_mail": gettext_lazy("邮箱“%(value)s”写法不对，先不记"),
    "bad_username": gettext_lazy("用户名“%(value)s”只能用文字、数字和 . @ + - _，改用别的"),
    "username_taken": gettext_lazy("用户名“%(value)s”已有人用，改用别的"),
}


def problem_sentence(problem: StaffProblem) -> str:
    return str(PROBLEMS[problem.code]) % {"value": problem.value}


def effects(line: Line) -> list[str]:
    """Return what is done for a row, in the order it is done."""
    said = [gettext("新增人员")] if line.is_new else []
    if line.role and line.was:
        said.append(gettext("由%(old)s改为%(new)s") % {"old": ROLES[line.was], "new": ROLES[line.role]})
    elif line.role:
        said.append(gettext("加入，%(role)s") % {"role": ROLES[line.role]})
    said += [gettext("任“%(post)s”") % {"post": post.name} for post in line.posts]
    for name, old, new in line.changes:
        if old:
            said.append(gettext("%(fact)s由 %(old)s 改为 %(new)s") % {"fact": FACTS[name], "old": old, "new": new})
        else:
            said.append(gettext("补记%(fact)s %(new)s") % {"fact": FACTS[name], "new": new})
    return said
