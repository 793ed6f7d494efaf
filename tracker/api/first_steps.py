"""The first calls of a newcomer, as lines for a shell: each stands as it is, after those before it."""

from dataclasses import dataclass
from pathlib import Path

import orjson
from django.utils.translation import gettext

OFFICE, CLERK = (f'-H "Authorization: Bearer ${name}"' for name in ("OFFICE_TOKEN", "CLERK_TOKEN"))
"""Whose call it is: the office's, or that of somebody of a leading unit."""
JSON = "-H 'Content-Type: application/json'"

SEEN = (
    f'ETAG=$(curl -s -D - -o /dev/null "$DUBAN/api/v1/tasks/$TASK/" \\\n  {OFFICE} \\\n'
    "  | sed -n 's/^[Ee][Tt][Aa][Gg]: *\\(.*[^\\r]\\)\\r*$/\\1/p')"
)
"""Takes the item's ETag out of the head of an answer."""

RECEIVER = Path(__file__).with_name("receiver.py")
PLACE = "127.0.0.1:8777"
"""Where the receiver of the steps listens, in the variable RECEIVER."""
CHANGED = (
    "department",
    "help_needed",
    "late",
    "marks",
    "next_step",
    "no_change",
    "problems",
    "review_state",
    "round",
    "sentence",
    "state",
    "values",
)
"""What a new report has."""
EVENTS = '["task.changed", "report.submitted"]'


@dataclass(frozen=True, slots=True)
class Step:
    """What a call is for, the lines, and the status that answers.

    `names` is the variable that takes `member` of the answer, or of the first that the answer lists; `keeps` is the one
    that takes its secret. A step that only takes an ETag prints nothing and has no status.
    """

    words: str
    lines: str
    status: int = 0
    names: str = ""
    member: str = "id"
    keeps: str = ""


def first_steps(year: int) -> list[Step]:
    """Return the calls by which an item of this year is made and changed, a webhook set up, a report given and told."""
    return [*_written(year), *_subscribed(), *_reported(), *_told()]


def receiver() -> str:
    """Return the program that receives and checks what is told."""
    return RECEIVER.read_text(encoding="utf-8")


def sample() -> str:
    """Return what is told of a report, written over several lines."""
    task = {"id": 72, "plan": 3, "number": "40", "title": gettext("示例园区厂房改造"), "state": "issued"}
    data = {
        "task": task,
        "object": {"type": "report", "id": 1328, "version": 1},
        "action": "report.submitted",
        "changed": [*CHANGED],
        "door": "api",
    }
    told = {"id": "history-4067", "type": "report.submitted", "version": "v1", "timestamp": "2026-06-24T01:00:00+00:00"}
    return orjson.dumps({**told, "data": data}, option=orjson.OPT_INDENT_2).decode()


def _written(year: int) -> list[Step]:
    title = gettext("接口试写的事项")
    note = gettext("由接口补充。")
    step = gettext("验收")
    return [
        Step(
            gettext("找今年已下达的责任分解表。"),
            _calls(f'curl -s "$DUBAN/api/v1/plans/?state=issued&year={year}&limit=1"', OFFICE),
            200,
            "PLAN",
        ),
        Step(
            gettext(
                "新建一个事项（督办办公室的令牌）。期限照文件写，由系统读成节点。改了内容再发，要换一个 Idempotency-Key。"
                "这里没有写牵头单位（lead），所以没有人要报送它。"
            ),
            _calls(
                'curl -s -X POST "$DUBAN/api/v1/tasks/"',
                OFFICE,
                JSON,
                "-H 'Idempotency-Key: first-steps-1'",
                f"""-d '{{"plan": '$PLAN', "title": "{title}",\n       "deadline_text": "12月底前完成"}}'""",
            ),
            201,
            "TASK",
        ),
        Step(
            gettext("读它，从回答的头里取 ETag。"),
            SEEN,
        ),
        Step(
            gettext("改它：带上 If-Match。"),
            _calls(
                'curl -s -X PATCH "$DUBAN/api/v1/tasks/$TASK/"',
                OFFICE,
                JSON,
                '-H "If-Match: $ETAG"',
                f"""-d '{{"note": "{note}"}}'""",
            ),
            200,
        ),
        Step(
            gettext("再读一次 ETag，给它加一个节点。"),
            SEEN
            + "\n"
            + _calls(
                'curl -s -X POST "$DUBAN/api/v1/tasks/$TASK/milestones/"',
                OFFICE,
                JSON,
                '-H "If-Match: $ETAG"',
                f"""-d '{{"text": "{step}"}}'""",
            ),
            201,
        ),
    ]


def _subscribed() -> list[Step]:
    return [
        Step(
            gettext("让本机收推送：新建一项推送。密钥只在这次的回答里。"),
            _calls(
                'curl -s -X POST "$DUBAN/api/v1/webhooks/"',
                OFFICE,
                JSON,
                f"""-d '{{"label": "OA", "address": "http://'$RECEIVER'/",\n       "events": {EVENTS}}}'""",
            ),
            201,
            "WEBHOOK",
            keeps="SECRET",
        ),
        Step(
            gettext(
                "把下面“收推送”里的程序存为 receiver.py，在另一个窗口里带着密钥运行，然后试发一条；几秒后它写出 ping。"
            ),
            _calls('curl -s -X POST "$DUBAN/api/v1/webhooks/$WEBHOOK/trials/"', OFFICE),
            201,
        ),
    ]


def _told() -> list[Step]:
    return [
        Step(
            gettext(
                "督办办公室看推送了什么、对方收下没有；receiver.py 一分钟内写出 report.submitted。"
                "原文在 /api/v1/deliveries/{id}/，id 相同。"
            ),
            _calls('curl -s "$DUBAN/api/v1/webhooks/$WEBHOOK/deliveries/"', OFFICE),
            200,
        ),
    ]


def _reported() -> list[Step]:
    sentence = gettext("按计划推进，由接口报送。")
    return [
        Step(
            gettext(
                "牵头单位的人员列出本单位现在要报的。一项也没有，就把 asked=now 换成 state=submitted："
                "还没审核的可以再报。"
            ),
            _calls('curl -s "$DUBAN/api/v1/owed/?whose=mine&asked=now&limit=5"', CLERK),
            200,
            "TASK",
            "task",
        ),
        Step(
            gettext("报这一期的进展。"),
            _calls(
                'curl -s -X POST "$DUBAN/api/v1/tasks/$TASK/reports/"',
                CLERK,
                JSON,
                "-H 'Idempotency-Key: first-steps-2'",
                f"""-d '{{"state": "on_plan", "sentence": "{sentence}"}}'""",
            ),
            201,
        ),
    ]


def _calls(*parts: str) -> str:
    return " \\\n  ".join(parts)
