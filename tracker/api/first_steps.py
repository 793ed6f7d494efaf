"""The first calls of a newcomer, as lines for a shell: each stands as it is, after those before it."""

from dataclasses import dataclass

from django.utils.translation import gettext

BEARER = '-H "Authorization: Bearer $TOKEN"'
JSON = "-H 'Content-Type: application/json'"

SEEN = (
    f'ETAG=$(curl -s -D - -o /dev/null "$DUBAN/api/v1/tasks/$TASK/" {BEARER}'
    " | sed -n 's/^[Ee][Tt][Aa][Gg]: *\\(.*[^\\r]\\)\\r*$/\\1/p')"
)
"""Takes the item's ETag out of the head of an answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a call is for, and the lines; `names` is the variable that takes the id from its answer, if any."""

    words: str
    lines: str
    names: str = ""


def first_steps() -> list[Step]:
    """Return the calls by which an item is made, changed, given a step and reported on."""
    return [*_written(), *_reported()]


def _written() -> list[Step]:
    title = gettext("接口试写的事项")
    note = gettext("由接口补充。")
    step = gettext("验收")
    return [
        Step(
            gettext("找一张已下达的责任分解表。"),
            _calls(f'curl -s "$DUBAN/api/v1/plans/?state=issued&limit=1" {BEARER}'),
            "PLAN",
        ),
        Step(
            gettext("新建一个事项（督办办公室的令牌，带“计划”权限）。期限照文件写，由系统读成节点。"),
            _calls(
                f'curl -s -X POST "$DUBAN/api/v1/tasks/" {BEARER}',
                JSON,
                "-H 'Idempotency-Key: first-steps-1'",
                f"""-d '{{"plan": '$PLAN', "title": "{title}", "deadline_text": "9月底前完成"}}'""",
            ),
            "TASK",
        ),
        Step(
            gettext("读它，从回答的头里取 ETag。"),
            SEEN,
        ),
        Step(
            gettext("改它：带上 If-Match。"),
            _calls(
                f'curl -s -X PATCH "$DUBAN/api/v1/tasks/$TASK/" {BEARER}',
                JSON,
                '-H "If-Match: $ETAG"',
                f"""-d '{{"note": "{note}"}}'""",
            ),
        ),
        Step(
            gettext("再读一次 ETag，给它加一个节点。"),
            SEEN
            + "\n"
            + _calls(
                f'curl -s -X POST "$DUBAN/api/v1/tasks/$TASK/milestones/" {BEARER}',
                JSON,
                '-H "If-Match: $ETAG"',
                f"""-d '{{"text": "{step}"}}'""",
            ),
        ),
    ]


def _reported() -> list[Step]:
    sentence = gettext("按计划推进，由接口报送。")
    return [
        Step(
            gettext("报送：换成牵头单位人员的令牌，在列出的事项里找一个本单位牵头的。"),
            _calls(f'curl -s "$DUBAN/api/v1/tasks/?limit=5&fields=title&expand=departments" {BEARER}'),
            "TASK",
        ),
        Step(
            gettext("报这一期的进展。"),
            _calls(
                f'curl -s -X POST "$DUBAN/api/v1/tasks/$TASK/reports/" {BEARER}',
                JSON,
                f"""-d '{{"state": "on_plan", "sentence": "{sentence}"}}'""",
            ),
        ),
    ]


def _calls(*parts: str) -> str:
    return " \\\n  ".join(parts)
