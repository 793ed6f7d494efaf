"""The API's manual: the schema's operations as a person reads them, and an example that was really sent."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext

from accounts.choices import Scope
from accounts.tokens import scope_name

Document = Mapping[str, Any]

EXAMPLES = Path(__file__).with_name("examples.json")
"""What was asked and answered, by operation; written and held by the tests that send it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a query, a body or an answer; `shape` names the object that it holds, if there is one to look up."""

    name: str
    kind: str
    required: bool
    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    curl: str
    status: int
    answer: str


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[Member, ...]
    body: tuple[Member, ...]
    answer: tuple[Member, ...]
    example: Example | None

    @property
    def anchor(self) -> str:
        return f"{self.method}-{self.path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Addresses about one thing; `words` says to people what it is."""

    name: str
    words: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Inner:
    """An object that stands inside bodies or answers."""

    name: str
    members: tuple[Member, ...]


def chapters(document: Document) -> list[Chapter]:
    """Return the operations by what they are about."""
    known = examples()
    found: defaultdict[str, list[Operation]] = defaultdict(list)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_operation(document, method, path, operation, known))
    words = _chapter_words()
    return [Chapter(name, words[name], tuple(each)) for name, each in found.items()]


def inner_objects(document: Document, told: Iterable[Chapter]) -> list[Inner]:
    """Return the objects that these operations' bodies and answers hold, and those within them, by name."""
    tables = [table for chapter in told for each in chapter.operations for table in (each.body, each.answer)]
    found: dict[str, Inner] = {}
    while names := {member.shape for table in tables for member in table if member.shape} - found.keys():
        found |= {name: Inner(name, tuple(_members(document, {"$ref": f"/{name}"}))) for name in names}
        tables = [found[name].members for name in names]
    return [found[name] for name in sorted(found)]


@cache
def examples() -> Mapping[str, Any]:
    return dict(orjson.loads(EXAMPLES.read_bytes()))


def _chapter_words() -> Mapping[str, str]:
    return {
        "boards": gettext("看板和查找"),
        "closings": gettext("办结"),
        "directives": gettext("批示"),
        "extensions": gettext("延期"),
        "from_above": gettext("上级交办"),
        "hand_downs": gettext("交办下级"),
        "history": gettext("办理记录"),
        "imports": gettext("导入"),
        "milestones": gettext("节点"),
        "obstacles": gettext("困难"),
        "organization": gettext("我、单位和人员"),
        "owed": gettext("应报"),
        "plans": gettext("责任分解表"),
        "record": gettext("提醒和发送记录"),
        "reports": gettext("报送"),
        "reviews": gettext("审核"),
        "targets": gettext("指标"),
        "tasks": gettext("事项"),
        "webhooks": gettext("推送"),
    }


def kinds() -> list[tuple[str, str]]:
    """Return every kind of problem with what it means."""
    return [
        ("invalid", gettext("请求里有写错、多写、漏写的内容；errors 逐条写明")),
        ("parse_error", gettext("不是正确的 JSON")),
        ("bad_request", gettext("请求无法读懂")),
        ("not_authenticated", gettext("没有登录，也没有令牌")),
        ("token_invalid", gettext("令牌不对，或已过期、已撤回")),
        ("scope_missing", gettext("令牌没有这项权限")),
        ("password_first", gettext("用一次性登录码进来的，须先在页面上设定密码")),
        ("permission_denied", gettext("来源校验（CSRF）没有通过")),
        ("not_allowed", gettext("看得到，但不能这样做")),
        ("not_found", gettext("没有，或者看不到")),
        ("no_such_page", gettext("翻页标记不对，或属于另一个列表")),
        ("incomplete", gettext("写了一个参数，缺了与它相连的")),
        ("method_not_allowed", gettext("这个地址不支持这个方法")),
        ("not_acceptable", gettext("只答 application/json")),
        ("unsupported_media_type", gettext("只读 application/json")),
        ("too_large", gettext("内容太大")),
        ("if_match_missing", gettext("写之前没有说明读到的是哪个版本")),
        ("lost", gettext("读过之后别人改了；current 与 yours 并列给出")),
        ("key_reused", gettext("Idempotency-Key 已用在另一个请求上")),
        ("under_way", gettext("同一请求正在办理，按 Retry-After 再问")),
        ("throttled", gettext("请求太频繁，按 Retry-After 再来")),
        ("not_of_this_item", gettext("指标、节点或清单不属于这个事项")),
        ("doubt", gettext("与已知情况不符，须确认")),
        *_kinds_of_items(),
        ("not_known", gettext("那一天的情况没有记录")),
        ("no_such_plan", gettext("没有这张责任分解表，或者已经归档")),
        ("other_year", gettext("责任分解表是另一年度的")),
        ("file_refused", gettext("文件没有读成；errors 写明原因，Location 是它的记录")),
        ("not_previewed", gettext("导入还没有读好，或者已经写入、放弃")),
        ("not_offered", gettext("这个问题不能这样答")),
        ("undecided", gettext("导入还有待决定的问题")),
        ("empty", gettext("表里没有读到事项")),
        ("already_applied", gettext("导入已经写入过")),
        ("not_applied", gettext("导入还没有写入")),
        ("already_undone", gettext("导入已经撤回或放弃")),
        ("not_read", gettext("文件还没有读好")),
        ("refused", gettext("文件没有读成，不能写入")),
        ("archived", gettext("责任分解表已经归档")),
        ("no_record", gettext("导入没有留下撤回所需的记录")),
        ("built_on", gettext("导入之后已有人办理，不能撤回")),
        ("no_round", gettext("现在没有要报送的期次")),
        ("already_accepted", gettext("本期的报送已审核通过")),
        ("round_closed", gettext("本期已经关闭")),
        ("not_waiting", gettext("报送不在待审状态")),
        ("reason_missing", gettext("退回报送要写理由")),
        *_kinds_of_parties(),
        ("day_passed", gettext("答复期限已经过了")),
        ("day_to_come", gettext("这一天还没有到")),
        ("not_extendable", gettext("这个节点不能申请延期，或不能改到这一天；errors 写明原因")),
        ("not_decidable", gettext("延期申请不能再表态；errors 写明原因")),
        ("not_closable", gettext("不能申请办结，或还有没完成的；errors 写明原因")),
        ("not_open", gettext("事项不在办理中，或这件事已经有了结果")),
        *_kinds_of_hand_downs(),
        *_kinds_of_webhooks(),
        ("error", gettext("系统出错，已记入日志")),
    ]


def _kinds_of_parties() -> list[tuple[str, str]]:
    """Return what an answer is refused for that doesn't say whose it is, or whom it asks."""
    return [
        ("unit_unclear", gettext("要写明以哪个单位的名义，或由哪个单位答复")),
        ("leader_unclear", gettext("要写明是哪位领导的批示")),
        ("answerer_unclear", gettext("要写明请谁答复：一个别的单位，或一个有账号的人")),
    ]


def _kinds_of_hand_downs() -> list[tuple[str, str]]:
    return [
        ("not_a_child", gettext("只能交给直接下级机构；errors 写明哪个不是")),
        ("handed_already", gettext("有的机构已经有这个事项，待接收或已接收；errors 写明是哪个")),
        ("no_such_unit", gettext("没有这个单位，或者已经撤销")),
    ]


def _kinds_of_webhooks() -> list[tuple[str, str]]:
    return [
        ("address_refused", gettext("接收网址不能用；errors 写明原因")),
        ("webhook_withdrawn", gettext("推送已经停用")),
        ("seal_broken", gettext("推送的设置打不开，要向 secrets/ 要一个新密钥")),
        ("still_waiting", gettext("消息还在排队，不用重发")),
    ]


def _kinds_of_items() -> list[tuple[str, str]]:
    """Return what an item, a step or an amount may be refused for."""
    return [
        ("item_invalid", gettext("事项、节点或指标写得不成立；errors 逐条写明")),
        ("unknown_names", gettext("名册里没有的名称；errors 里有 meanings 的键和可以答的值")),
        ("name_taken", gettext("要新建的单位或岗位，名称已经有了")),
        ("already_there", gettext("序号、事项、内容和时限都相同的事项已经在表里；没写序号的另编新号，不算相同")),
        ("kind_missing", gettext("改了时限，没有写是重新下达、延期还是更正")),
        ("phrase_doubtful", gettext("期限或目标的文字可以有几种读法；请写 milestones 和 targets")),
        ("step_done", gettext("已经完成的节点不能删除")),
        ("not_issued", gettext("事项没有下达，或已中止、办结")),
    ]


def _operation(document: Document, method: str, path: str, told: Document, known: Mapping[str, Any]) -> Operation:
    sent: Document = next(iter(told.get("requestBody", {}).get("content", {}).values()), {"schema": {}})["schema"]
    answered = next(iter(told["responses"].items()))[1].get("content", {}).get("application/json", {}).get("schema", {})
    one = known.get(f"{method.upper()} {path}")
    return Operation(
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        scope=" / ".join(str(scope_name(Scope(name))) for each in told["security"] for name in each.get("token", ())),
        parameters=tuple(
            Member(each["name"], _kind(each["schema"]), each.get("required", False), each.get("description", ""))
            for each in told.get("parameters", ())
            if each["in"] != "path"
        ),
        body=tuple(_members(document, sent)),
        answer=tuple(_members(document, answered)),
        example=Example(_curl(one), one["status"], _pretty(one["answer"])) if one else None,
    )


def _members(document: Document, schema: Document) -> Iterator[Member]:
    shape = _resolved(document, schema)
    for name, member in shape.get("properties", {}).items():
        required = name in shape.get("required", ())
        yield Member(name, _kind(member), required, member.get("description", ""), _inner(document, member))


def _inner(document: Document, schema: Document) -> str:
    """Name the object that a member is, or that it lists."""
    for each in (schema, schema.get("items", {}), *schema.get("oneOf", ())):
        if "$ref" in each and "properties" in _resolved(document, each):
            return str(each["$ref"].rpartition("/")[2])
    return ""


def _resolved(document: Document, schema: Document) -> Document:
    """Follow a reference to what it names."""
    if "$ref" not in schema:
        return schema
    found: Document = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def _kind(schema: Document) -> str:
    """Name a type shortly: words of a closed list, what a list holds, or the type with its format."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if words := schema.get("enum"):
        return " | ".join("null" if word is None else str(word) for word in words)
    if alternatives := schema.get("oneOf"):
        return " | ".join(_kind(each) for each in alternatives)
    kind = schema.get("type", "")
    if kind == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    named = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if longest := schema.get("maxLength"):
        return f"{named} ≤ {longest}"
    return f"{named} ({schema['format']})" if schema.get("format") not in {None, "int64"} else named


def _curl(one: Mapping[str, Any]) -> str:
    parts = ["curl", *(["-X", one["method"]] if one["method"] != "GET" else []), f"$DUBAN{one['path']}"]
    written = " ".join(f'"{part}"' if part.startswith("$") else part for part in parts)
    lines = [written, '-H "Authorization: Bearer $TOKEN"']
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in one["headers"].items()]
    lines += [f"-F {shlex.quote(f'{name}={value}')}" for name, value in one.get("form", {}).items()]
    if one["body"] is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(orjson.dumps(one['body']).decode())}"]
    return " \\\n  ".join(lines)


def _pretty(answer: Any) -> str:
    return "" if answer is None else orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode()
