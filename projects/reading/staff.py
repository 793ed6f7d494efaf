"""A staff list read from shown cells: who is in which unit, with which duty, telephone, mail and sign-in name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from projects.reading.shown import Shown

LABELS: Mapping[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "人员", "人员姓名", "联络员", "联系人", "经办人"),
    "unit": (
        *("单位", "科室", "部门", "处室", "单位名称", "部门名称", "科室名称", "所在单位", "工作单位"),
        *("所在科室", "所在部门", "所属部门", "所属科室", "所属单位", "责任单位"),
    ),
    "duty": ("职务", "岗位", "职位", "身份", "角色", "现任职务", "职务职级", "职称职务"),
    "mobile": ("手机", "手机号", "手机号码", "移动电话", "联系手机", "电话", "联系电话", "联系方式", "电话号码"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "e-mail", "mail"),
    "username": ("用户名", "账号", "帐号", "登录名", "登录账号", "登录帐号", "账户"),
    "note": ("备注", "说明"),
    "number": ("序号", "编号", "排序", "序"),
}
_ROLES = {label: role for role, labels in LABELS.items() for label in labels}
_FURNITURE = re.compile(
    r"^(?:合计|小计|总计|共计)|^(?:注|备注|说明|填表|填报|制表|审核|联系人|日期|时间|单位负责人)[^:：]{0,4}[:：]"
)
_UNIT = re.compile(
    r"(?:科|室|局|办|处|部|所|站|队|委|会|院|校|组|厅|中心|公司|集团|街道|社区|片区|专班|指挥部|班子|领导|乡|镇|村|县|区|市)$"
)
_NUMBERING = re.compile(r"^(?:[(（]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十\d]+[部分章、])\s*")
_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_SEVERAL = re.compile(r"[、,，;；/／\n]")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_TELEPHONE = re.compile(r"^\d{3,4}-?\d{7,8}$|^\d{3,8}$")
_MAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$", re.ASCII)
_USERNAME = re.compile(r"^[\w.@+-]+$")
_LONGEST = {"name": 100, "unit": 200, "username": 150}
_NO_PEOPLE = frozenset(("姓名", "合计", "小计", "总计", "无", "空缺", "待定", "/", "-", "—"))


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person as one row states it; `row` counts from 1 as on the sheet."""

    sheet: str
    row: int
    name: str
    unit: str
    duty: str = ""
    mobile: str = ""
    email: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class StaffProblem:
    """Why a row is left out, or (`fatal` is false) what of it is; `value` is what stands there."""

    sheet: str
    row: int
    code: str
    value: str = ""
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class StaffList:
    rows: tuple[StaffRow, ...]
    problems: tuple[StaffProblem, ...]
    found: bool


@dataclass(slots=True)
class _Sheet:
    """What is known while going down a sheet."""

    name: str
    columns: dict[str, int]
    written_out: bool
    unit: str
    rows: list[StaffRow] = field(default_factory=list)
    problems: list[StaffProblem] = field(default_factory=list)

    def refuse(self, row: int, code: str, value: str = "", *, fatal: bool = True) -> None:
        self.problems.append(StaffProblem(self.name, row, code, value[:80], fatal))


def read_staff(sheets: Sequence[Shown]) -> StaffList:
    """Read every sheet that has a row of heads with the names' among them; doubled rows are left out with a word."""
    rows: list[StaffRow] = []
    problems: list[StaffProblem] = []
    found = False
    for sheet in sheets:
        read = _sheet(sheet)
        if read is not None:
            found = True
            rows += read.rows
            problems += read.problems
    kept, doubled = _without_doubles(rows)
    order = {sheet.name: place for place, sheet in enumerate(sheets)}
    in_order = sorted([*problems, *doubled], key=lambda problem: (order[problem.sheet], problem.row))
    return StaffList(tuple(kept), tuple(in_order), found)


def _sheet(shown: Shown) -> _Sheet | None:
    at, columns = next(((at, heads) for at, row in enumerate(shown.rows) if (heads := _heads(row))), (0, {}))
    if not columns:
        return None
    state = _Sheet(shown.name, columns, written_out=False, unit=shown.name if _UNIT.search(shown.name) else "")
    state.written_out = _is_written_out(shown.rows[at + 1 :], columns)
    for number, row in enumerate(shown.rows[at + 1 :], start=at + 2):
        heads = _heads(row)
        if heads:
            state.columns = heads
        elif below := _second_heads(row):
            state.columns |= below
        elif any(map(str.strip, row)):
            _row(state, number, row)
    return state


def _heads(row: Sequence[str]) -> dict[str, int]:
    """Return the columns by role where the row is one of heads: the name's, and at least one more."""
    found: dict[str, int] = {}
    for place, text in enumerate(row):
        role = _role(text)
        if role and (role not in found or (role == "mobile" and "手机" in text and "手机" not in row[found[role]])):
            found[role] = place
    return found if "name" in found and len(found) > 1 else {}


def _second_heads(row: Sequence[str]) -> dict[str, int]:
    """Return the columns of a row of nothing but heads: under 联系方式 stand 手机 and 邮箱."""
    roles = {place: _role(text) for place, text in enumerate(row) if text.strip()}
    return {role: place for place, role in roles.items()} if len(roles) > 1 and all(roles.values()) else {}


def _role(text: str) -> str:
    plain = _ASIDE.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))).strip("*:：").casefold()
    return next((_ROLES[part] for part in [plain, *re.split(r"[/、及或和]", plain)] if part in _ROLES), "")


def _is_written_out(rows: Sequence[Sequence[str]], columns: Mapping[str, int]) -> bool:
    """Tell whether each row names its unit; then a row without one has forgotten it, else it means the one above."""
    units = [_cell(row, columns, "unit") for row in rows if _cell(row, columns, "name")]
    return any(one and one == other for one, other in pairwise(units))


def _cell(row: Sequence[str], columns: Mapping[str, int], role: str) -> str:
    place = columns.get(role)
    text = row[place] if place is not None and place < len(row) else ""
    return _HAN_GAP.sub("", unicodedata.normalize("NFKC", text).strip())


def _row(state: _Sheet, number: int, row: Sequence[str]) -> None:
    name = _ASIDE.sub("", _cell(row, state.columns, "name")).strip()
    texts = [text.strip() for text in row if text.strip()]
    alone = len(texts) == 1
    if _FURNITURE.match(texts[0]) or name in _NO_PEOPLE:
        return
    if alone and (name != _HAN_GAP.sub("", texts[0]) or "unit" not in state.columns or _UNIT.search(name)):
        _section(state, texts[0])
        return
    written = _cell(row, state.columns, "unit")
    if written:
        state.unit = written
    elif state.written_out and "unit" in state.columns:
        state.unit = ""
    if not name:
        if any(_cell(row, state.columns, role) for role in ("duty", "mobile", "email", "username")):
            state.refuse(number, "no_name", "、".join(texts))
        return
    person = StaffRow(state.name, number, name, state.unit, re.sub(r"\s+", "", _cell(row, state.columns, "duty")))
    if _is_sound(state, person):
        state.rows.append(_with_contacts(state, person, row))


def _section(state: _Sheet, text: str) -> None:
    """Take the unit a row over its people names; other words across the sheet say nothing of them."""
    said = _ASIDE.sub("", _NUMBERING.sub("", _HAN_GAP.sub("", text))).strip(" :：")
    if _UNIT.search(said) and len(said) <= _LONGEST["unit"]:
        state.unit = said


def _is_sound(state: _Sheet, person: StaffRow) -> bool:
    for role, text in (("name", person.name), ("unit", person.unit)):
        if len(text) > _LONGEST[role] or len(person.duty) > _LONGEST["unit"]:
            state.refuse(person.row, "too_long", text)
        elif not text:
            state.refuse(person.row, "no_unit", person.name)
        elif _SEVERAL.search(text):
            state.refuse(person.row, f"several_{role}s", text)
        else:
            continue
        return False
    return True


def _with_contacts(state: _Sheet, person: StaffRow, row: Sequence[str]) -> StaffRow:
    said = {role: _cell(row, state.columns, role) for role in ("mobile", "email", "username")}
    mobile = _telephone(said["mobile"])
    if said["mobile"] and not mobile:
        state.refuse(person.row, "bad_mobile", said["mobile"], fatal=False)
    email = said["email"]
    if email and not _MAIL.match(email):
        state.refuse(person.row, "bad_mail", email, fatal=False)
        email = ""
    username = said["username"]
    if username and (not _USERNAME.match(username) or len(username) > _LONGEST["username"]):
        state.refuse(person.row, "bad_username", username, fatal=False)
        username = ""
    return replace(person, mobile=mobile, email=email, username=username)


def _telephone(text: str) -> str:
    """Return the mobile number in a cell, else the one other telephone; empty where it is neither."""
    plain = re.sub(r"(?<=\d)[\s-]+(?=\d)", "", text)
    found = _MOBILE.search(plain)
    if found:
        return found[0]
    return text.replace(" ", "") if _TELEPHONE.match(text.replace(" ", "")) else ""


def _without_doubles(rows: Sequence[StaffRow]) -> tuple[list[StaffRow], list[StaffProblem]]:
    """Leave out who stands twice in a unit, and whoever has the mobile or the sign-in name of someone else above."""
    kept: list[StaffRow] = []
    problems: list[StaffProblem] = []
    members: set[tuple[str, str]] = set()
    owners: dict[tuple[str, str], str] = {}
    for row in rows:
        own = [("doubled_mobile", row.mobile if is_mobile(row.mobile) else ""), ("doubled_username", row.username)]
        others = [(code, value) for code, value in own if value and owners.get((code, value), row.name) != row.name]
        if (row.name, row.unit) in members:
            others.insert(0, ("doubled", row.name))
        if others:
            problems.append(StaffProblem(row.sheet, row.row, *others[0]))
            continue
        members.add((row.name, row.unit))
        owners |= {pair: row.name for pair in own if pair[1]}
        kept.append(row)
    return kept, problems


def is_mobile(text: str) -> bool:
    """Tell a mobile number, which is one person's, from an office telephone, which many share."""
    return _MOBILE.fullmatch(text) is not None
