"""The words of a bulletin as templates make them from its figures: plain official Chinese, results only, no ranking.

They are the document's content, not a page's: Chinese whatever language a page is read in.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.bulletins.facts import Gathered, ItemFacts
from tracker.bulletins.periods import Period
from tracker.choices import PeriodKind
from tracker.lights import COUNTER_OF, Counter, Light

NAMED = 10
"""Closed items and leaders' lines that are named one by one; of more the number is told."""
LISTED = 30
"""Overdue and behind items that stand in the text; the annex has all of them."""
QUOTED = 80
"""Characters of a unit's own words in the text; the annex has all of them."""

LIGHT_WORDS = {
    Light.CLOSED: "已办结",
    Light.ON_SCHEDULE: "正常推进",
    Light.ONGOING: "长期坚持",
    Light.NOT_STARTED: "未到启动时间",
    Light.DUE_SOON: "临近时限",
    Light.BEHIND: "滞后",
    Light.OVERDUE: "逾期",
}
"""How a bulletin names the lights, in the order it tells them."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """One passage with the figures it says, by what they are of."""

    key: str
    text: str
    values: dict[str, str] = field(default_factory=dict)


def draft(gathered: Gathered) -> tuple[Drafted, ...]:
    """Write every passage, in the order of the document; one that has nothing to say is empty."""
    return tuple(write(gathered) for write in _WRITERS)


def proposed_title(period: Period) -> str:
    return f"关于{period.name}重点工作推进情况的通报"


def issue_words(number: int) -> str:
    return f"第{number}期"


def day_of(day: date) -> str:
    """Write a day in full, as documents date themselves."""
    return f"{day.year}年{day.month}月{day.day}日"


def status_words(light: Light, days_late: int) -> str:
    return f"逾期{days_late}天" if light == Light.OVERDUE and days_late else LIGHT_WORDS[light]


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "0%"


def _opening(found: Gathered) -> Drafted:
    source = f"《{found.plan_title}》" + (f"（{found.document}）" if found.document else "")
    day = day_of(found.as_of)
    text = f"按照{source}，现将{found.period.name}重点工作推进情况通报如下。数据截至{day}。"
    return Drafted("opening", text, {"数据截至": day})


def _overall(found: Gathered) -> Drafted:
    total, lights = len(found.items), found.lights
    values = {"全部": str(total), **{LIGHT_WORDS[light]: str(lights[light]) for light in LIGHT_WORDS}}
    told = "；".join(
        f"{word}{lights[light]}项，占{share(lights[light], total)}"
        for light, word in LIGHT_WORDS.items()
        if lights[light] or COUNTER_OF[light] != Counter.ON_SCHEDULE
    )
    text = f"纳入督查的重点工作共{total}项。其中，{told}。" + _since_before(found)
    if found.suspended:
        values["已中止"] = str(found.suspended)
        text += f"另有{found.suspended}项已中止，不计入。"
    return Drafted("overall", text, values)


def _since_before(found: Gathered) -> str:
    """Tell what changed since the last bulletin; nothing where there is none."""
    if found.before is None:
        return ""
    changed = []
    for light in (Light.CLOSED, Light.BEHIND, Light.OVERDUE):
        more = found.lights[light] - int(found.before["lights"].get(light, 0))
        said = f"{'增加' if more > 0 else '减少'}{abs(more)}项" if more else "持平"
        changed.append(f"{LIGHT_WORDS[light]}{said}")
    return f"与上期通报相比，{'，'.join(changed)}。"


def _done(found: Gathered) -> Drafted:
    closed, figures = found.closed_in, found.figures()
    within = "本月" if found.period.kind == PeriodKind.MONTH else "本季度"
    values = {
        "本期办结": str(len(closed)),
        "完成节点": str(figures["steps_done"]),
        "涉及事项": str(figures["stepped_items"]),
    }
    named = "；".join(f"{_numbered(item)}（{item.units}）" for item in closed[:NAMED])
    text = f"{within}没有事项办结。"
    if closed:
        more = f"等{len(closed)}项" if len(closed) > NAMED else ""
        text = f"{within}办结{len(closed)}项：{named}{more}。"
    if figures["steps_done"]:
        text += f"{within}完成节点{figures['steps_done']}个，涉及事项{figures['stepped_items']}项。"
    return Drafted("done", text, values)


def _lagging(found: Gathered) -> Drafted:
    overdue, behind = found.lights[Light.OVERDUE], found.lights[Light.BEHIND]
    values = {"逾期": str(overdue), "滞后": str(behind)}
    if not overdue + behind:
        return Drafted("lagging", "没有逾期、滞后的事项。", values)
    text = f"逾期{overdue}项，滞后{behind}项。责任单位、时限和原因见附件。原因是责任单位在报送中写明的。"
    return Drafted("lagging", text, values)


def _overdue(found: Gathered) -> Drafted:
    rows = found.lit(Light.OVERDUE)
    values = {f"{_place(item)}逾期天数": str(item.days_late) for item in rows}
    return Drafted("overdue", _listed(rows), values)


def _behind(found: Gathered) -> Drafted:
    rows = found.lit(Light.BEHIND)
    return Drafted("behind", _listed(rows), {f"{_place(item)}差距": item.why for item in rows})


def _listed(rows: Sequence[ItemFacts]) -> str:
    lines = [f"{place}. {_line(item)}" for place, item in enumerate(rows[:LISTED], start=1)]
    if len(rows) > LISTED:
        lines.append(f"其余{len(rows) - LISTED}项见附件。")
    return "\n".join(lines)


def _line(item: ItemFacts) -> str:
    """Write an item with its unit, how it stands and the unit's own words."""
    facts = [status_words(item.light, item.days_late)] if item.days_late else []
    if item.moves:
        facts.append(f"已延期{item.moves}次")
    said = item.problems or item.said
    reason = f"原因：{_short(said)}" if said else "责任单位没有写明原因"
    state = f"{'，'.join(facts)}。" if facts else f"{_ended(_tight(item.why))}" if item.why else ""
    return f"{_numbered(item)}（{item.units}）。{state}{_ended(reason)}"


def _reporting(found: Gathered) -> Drafted:
    if found.cutoff_on is None or not found.owed:
        return Drafted("reporting", "")
    figures = found.figures()
    came = found.owed - found.lacking
    values = {"应报": str(found.owed), "已报": str(came), "未报送": str(found.lacking)}
    values |= {unit: f"{number}项" for unit, number in figures["units"]}
    text = f"本期应报送{found.owed}项次，已报送{came}项次。"
    if not found.lacking:
        return Drafted("reporting", f"{text}各单位均已报送。", values)
    units = "、".join(f"{unit}（{number}项）" for unit, number in figures["units"])
    until = f"报送截止日为{found.cutoff_on.month}月{found.cutoff_on.day}日，"
    verb = "尚未报送" if found.as_of <= found.cutoff_on else "逾期未报送"
    return Drafted("reporting", f"{text}{until}{verb}{found.lacking}项次：{units}。", values)


def _next(found: Gathered) -> Drafted:
    """Ask for what the figures ask for, then what leaders wrote."""
    lights, lines = found.lights, []
    if lights[Light.OVERDUE] + lights[Light.BEHIND]:
        lines.append(
            "逾期和滞后事项的责任单位要逐项明确补救措施和完成日期，在下一期报送中写明；确需调整时限的，按程序申请。"
        )
    if lights[Light.DUE_SOON]:
        lines.append(f"临近时限的{lights[Light.DUE_SOON]}项，责任单位要对照时限抓紧办理，办不完的在到期前申请延期。")
    if found.lacking:
        lines.append("还没有报送的单位要抓紧补报。")
    lines += [
        f"第{row.number}项，{row.leader}批示：{_ended(row.text)}请{row.unit}于{row.due_on.month}月{row.due_on.day}日前答复。"
        for row in found.asked[:NAMED]
    ]
    if len(found.asked) > NAMED:
        lines.append(f"另有领导批示{len(found.asked) - NAMED}条，请有关单位按期答复。")
    if not lines:
        lines = ["请各责任单位继续按时限推进，按期报送。"]
    text = "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1)) if len(lines) > 1 else lines[0]
    values = {"临近时限": str(lights[Light.DUE_SOON]), "未办结的批示": str(len(found.asked))}
    return Drafted("next", text, values)


_WRITERS: tuple[Callable[[Gathered], Drafted], ...] = (
    _opening,
    _overall,
    _done,
    _lagging,
    _overdue,
    _behind,
    _reporting,
    _next,
)


def _place(item: ItemFacts) -> str:
    return f"第{item.number}项" if item.number else f"“{item.title}”"


def _numbered(item: ItemFacts) -> str:
    return f"{_place(item)}{item.title}" if item.number else f"“{item.title}”"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else f"{line[:QUOTED]}……"


def _tight(text: str) -> str:
    """Leave out the spaces that pages put around figures: documents have none."""
    return re.sub(r"(?<=[0-9]) (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) (?=[0-9])", "", text)


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "……")) else f"{text}。"
