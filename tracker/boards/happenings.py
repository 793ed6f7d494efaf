"""The sentence for every action that history keeps: what happened, in words that need no key.

A new action gets its line in WORDS; `%(name)s` is taken from what the entry keeps, days and rounds in words.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_noop

from accounts.days import day_words
from accounts.models import HistoryEntry
from tracker.choices import ApprovalStep, ReportState
from tracker.sentences import approver_text, round_text, state_text

WORDS: Mapping[str, str] = {
    "task.added": gettext_noop("写入事项"),
    "task.added:carried": gettext_noop("从上年结转"),
    "task.carried": gettext_noop("记为上年事项的延续"),
    "task.issued": gettext_noop("下达事项"),
    "task.changed": gettext_noop("修改事项"),
    "task.steps_marked": gettext_noop("节点完成情况变动"),
    "task.step_issued": gettext_noop("定下节点时限"),
    "task.step_reissued": gettext_noop("节点时限重新下达"),
    "task.step_extended": gettext_noop("节点延期"),
    "task.step_corrected": gettext_noop("更正节点时限"),
    "task.closed": gettext_noop("办结（销号）"),
    "task.reopened": gettext_noop("重新打开"),
    "task.suspended": gettext_noop("中止办理"),
    "task.resumed": gettext_noop("恢复办理"),
    "task.cancelled": gettext_noop("取消事项"),
    "task.withdrawn": gettext_noop("随导入撤回"),
    "task.moved": gettext_noop("调整次序"),
    "task.restored": gettext_noop("撤销，恢复原样"),
    "task.reinstated": gettext_noop("恢复事项"),
    "plan.created": gettext_noop("新建责任分解表"),
    "plan.changed": gettext_noop("修改责任分解表的名称、文号或公开范围"),
    "plan.issued": gettext_noop("下达责任分解表"),
    "plan.archived": gettext_noop("责任分解表归档"),
    "rules.set": gettext_noop("改了本表的规则，自%(valid_from)s起"),
    "rules.withdrawn": gettext_noop("撤回了还没开始的规则，原定自%(valid_from)s起"),
    "round.closed": gettext_noop("关闭%(key)s的报送，数字定下"),
    "round.reopened": gettext_noop("重新打开%(key)s的报送"),
    "round.opened": gettext_noop("打开%(key)s的报送，%(cutoff_on)s截止"),
    "import.opened": gettext_noop("上传表格"),
    "import.read": gettext_noop("读出表格"),
    "import.decided": gettext_noop("答复导入中的问题"),
    "import.decided_as_before": gettext_noop("照上次的答复处理导入中的问题"),
    "import.roles_chosen": gettext_noop("指定表格各列的含义"),
    "import.plan_chosen": gettext_noop("指定导入到哪张责任分解表"),
    "import.discarded": gettext_noop("放弃导入"),
    "import.header_chosen": gettext_noop("指定表头在哪几行"),
    "import.resumed": gettext_noop("重新拾起导入"),
    "import.applied": gettext_noop("写入导入的表格"),
    "import.undone": gettext_noop("撤回导入"),
    "download.asked": gettext_noop("要求生成文件"),
    "feedback.given": gettext_noop("提出意见"),
    "receipt.signed": gettext_noop("%(department)s签收"),
    "receipt.asked_again": gettext_noop("再请%(department)s签收"),
    "receipt.objected": gettext_noop("%(department)s提出异议"),
    "receipt.upheld": gettext_noop("答复%(department)s的异议，不改派"),
    "receipt.redirected": gettext_noop("答复%(department)s的异议，改派给%(to)s"),
    "report.submitted": gettext_noop("%(department)s报送%(round)s进展，%(state)s"),
    "report.submitted:no_change": gettext_noop("%(department)s报送%(round)s进展，本期无变化"),
    "report.signed": gettext_noop("签发%(department)s%(round)s的报送，报到督查办"),
    "report.given_back": gettext_noop("把%(round)s的报送退给%(department)s的经办人"),
    "report.accepted": gettext_noop("%(department)s%(round)s的报送审核通过"),
    "report.returned": gettext_noop("退回%(department)s%(round)s的报送"),
    "report.replaced": gettext_noop("%(department)s%(round)s的报送被后一份替代"),
    "wall_link.made": gettext_noop("做了大屏链接，挂在%(place)s"),
    "calendar_link.made": gettext_noop("做了自己的日历链接"),
    "calendar_link.withdrawn": gettext_noop("停用了自己的日历链接"),
    "wall_link.withdrawn": gettext_noop("撤回大屏链接，原挂在%(place)s"),
    "urging.made": gettext_noop("催办%(department)s"),
    "reminder.held": gettext_noop("暂缓给%(person)s的提醒"),
    "reminder.released": gettext_noop("放行给%(person)s的提醒"),
    "evidence.attached": gettext_noop("附上材料“%(name)s”"),
    "evidence.reported": gettext_noop("随报送附上材料“%(name)s”"),
    "evidence.withdrawn": gettext_noop("撤回材料“%(name)s”"),
    "part.asked": gettext_noop("%(asking_department)s请%(department)s在%(due_on)s前提供配合情况"),
    "part.added": gettext_noop("%(department)s补充本单位的部分"),
    "part.answered": gettext_noop("%(department)s答复配合情况"),
    "part.objected": gettext_noop("%(department)s提出不是本单位的"),
    "part.withdrawn": gettext_noop("撤回向%(department)s的询问，或其补充"),
    "obstacle.raised": gettext_noop("%(department)s提出困难，请%(answerer)s在%(due_on)s前答复"),
    "obstacle.raised:on_behalf": gettext_noop("代%(department)s提出困难，请%(answerer)s在%(due_on)s前答复"),
    "obstacle.answered": gettext_noop("%(answerer)s答复困难"),
    "obstacle.asked_again": gettext_noop("再请%(answerer)s在%(due_on)s前答复困难"),
    "obstacle.withdrawn": gettext_noop("%(department)s撤回困难"),
    "obstacle.handed_over": gettext_noop("困难的答复人变更为%(answering_person)s"),
    "directive.given": gettext_noop("批示，请%(department)s在%(due_on)s前答复"),
    "directive.given:recorded": gettext_noop("代录%(leader)s的批示，请%(department)s在%(due_on)s前答复"),
    "directive.answered": gettext_noop("%(department)s答复%(leader)s的批示"),
    "directive.asked_again": gettext_noop("就%(leader)s的批示再请%(department)s在%(due_on)s前答复"),
    "directive.settled": gettext_noop("%(leader)s的批示办完"),
    "directive.withdrawn": gettext_noop("撤回%(leader)s的批示"),
    "extension.asked": gettext_noop("%(department)s申请“%(milestone_text)s”从%(from_on)s延期到%(to_on)s"),
    "extension.accepted": gettext_noop("%(step)s同意延期到%(to_on)s"),
    "extension.accepted:on_behalf": gettext_noop("督查办代%(step)s同意延期到%(to_on)s"),
    "extension.refused": gettext_noop("%(step)s不同意延期，时限仍是%(from_on)s"),
    "extension.refused:on_behalf": gettext_noop("督查办代%(step)s答复：不同意延期，时限仍是%(from_on)s"),
    "extension.passed_over": gettext_noop("申请人本人担任%(step)s，越过这一步"),
    "extension.left_to_office": gettext_noop("没有别人可以决定，延期申请交督查办"),
    "extension.granted": gettext_noop("延期申请获准，时限改为%(to_on)s"),
    "extension.withdrawn": gettext_noop("延期申请撤回，时限仍是%(from_on)s"),
    "closure.asked": gettext_noop("%(department)s申请办结"),
    "closure.closed": gettext_noop("核实%(department)s的办结申请，办结"),
    "closure.returned": gettext_noop("退回%(department)s的办结申请"),
    "closure.withdrawn": gettext_noop("%(department)s撤回办结申请"),
    "look_back.set": gettext_noop("定下%(due_on)s回头看"),
    "look_back.held": gettext_noop("回头看：成效保持住了"),
    "look_back.failed": gettext_noop("回头看：没有保持住"),
    "look_back.dropped": gettext_noop("已重新打开，不再回头看"),
    "handover.made": gettext_noop("定下交接"),
    "handover.delegated": gettext_noop("定下代办"),
    "handover.done": gettext_noop("完成交接"),
    "handover.ended": gettext_noop("代办结束"),
    "handdown.offered": gettext_noop("交给%(office)s"),
    "handdown.taken": gettext_noop("接收上级交办"),
    "handdown.declined": gettext_noop("退回上级交办"),
    "handdown.withdrawn": gettext_noop("收回交办"),
    "meeting.prepared": gettext_noop("准备调度会"),
    "meeting.opened": gettext_noop("调度会开始，议程定下"),
    "meeting.item_added": gettext_noop("第%(item)s项列入议程"),
    "meeting.item_moved": gettext_noop("调整议程次序"),
    "meeting.item_left_out": gettext_noop("第%(item)s项不上会"),
    "meeting.item_put_back": gettext_noop("第%(item)s项重新上会"),
    "meeting.renewed": gettext_noop("按最新进展重列议程"),
    "meeting.decided": gettext_noop("调度会议定，由%(unit)s办理，%(due_on)s前答复"),
    "meeting.closed": gettext_noop("调度会结束，形成纪要"),
    "meeting.minutes_made": gettext_noop("重新形成纪要"),
    "bulletin.begun": gettext_noop("起草通报"),
    "bulletin.written": gettext_noop("修改通报"),
    "bulletin.redrawn": gettext_noop("更新通报的数字"),
    "bulletin.published": gettext_noop("发布通报"),
    "bulletin.withdrawn": gettext_noop("撤回通报"),
    "delivery.settled": gettext_noop("未送达的已处理"),
    "delivery.replayed": gettext_noop("重发"),
    "delivery.tried": gettext_noop("试发"),
    "pause.released": gettext_noop("核对后恢复发送提醒"),
}
VARIANTS: Mapping[str, tuple[str, str]] = {
    "task.added": ("carried_from", "carried"),
    "report.submitted": ("no_change", "no_change"),
    "obstacle.raised": ("on_behalf", "on_behalf"),
    "extension.accepted": ("on_behalf", "on_behalf"),
    "extension.refused": ("on_behalf", "on_behalf"),
    "directive.given": ("recorder", "recorded"),
}
"""Where an entry keeps the first of these, the line of the second is written."""
SAID: Mapping[str, str] = {
    "report.submitted": "sentence",
    "report.replaced": "sentence",
    "part.added": "answer",
    "part.answered": "answer",
    "part.objected": "answer",
    "part.asked": "question",
    "obstacle.raised": "text",
    "obstacle.answered": "answer",
    "urging.made": "text",
    "directive.given": "text",
    "directive.answered": "answer",
    "meeting.decided": "text",
    "handdown.offered": "word",
    "extension.asked": "progress",
    "closure.asked": "statement",
}
"""What somebody wrote, quoted below the sentence."""
KINDS: Mapping[str, tuple[str, ...]] = {
    "item": ("task", "plan", "plan_rules", "import", "handdown"),
    "report": ("report", "round", "owed", "draft"),
    "evidence": ("evidence",),
    "receipt": ("receipt",),
    "part": ("part", "support_part"),
    "extension": ("extension",),
    "obstacle": ("obstacle",),
    "directive": ("directive",),
    "closing": ("closure", "look_back"),
    "urging": ("urging",),
    "handover": ("handover",),
}
"""What the history is filtered by, and the kinds of objects that each stands for."""

Names = Mapping[tuple[str, int], str]
"""Words for the numbers that entries keep: by the name of the field and the number."""


class _Params(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def happening(entry: HistoryEntry, names: Names, *, year: int) -> str:
    """Write what happened as one sentence without its subject."""
    kept, key = entry.after, entry.action
    field, variant = VARIANTS.get(key, ("", ""))
    if field and kept.get(field):
        key = f"{key}:{variant}"
    words = WORDS.get(key)
    if words is None:
        return gettext("有一次变动")
    return gettext(words) % _Params({name: _word(name, value, names, year) for name, value in kept.items()})


def said(entry: HistoryEntry) -> str:
    """Return what somebody wrote, in their own words."""
    return str(entry.after.get(SAID.get(entry.action, ""), "") or "")


def kind_text(kind: str) -> str:
    """Name what the history is filtered by."""
    return {
        "item": gettext("事项"),
        "report": gettext("报送与审核"),
        "evidence": gettext("材料"),
        "receipt": gettext("签收"),
        "part": gettext("配合"),
        "extension": gettext("延期"),
        "obstacle": gettext("困难"),
        "directive": gettext("批示"),
        "closing": gettext("办结与回头看"),
        "urging": gettext("催办"),
        "handover": gettext("交接"),
    }[kind]


def _word(name: str, value: Any, names: Names, year: int) -> str:
    if value in (None, "", [], {}):
        return "—"
    write = _WRITERS.get(name)
    if write is not None and isinstance(value, str):
        return write(value)
    if isinstance(value, int) and (name, value) in names:
        return names[name, value]
    if isinstance(value, str) and (name.endswith("_on") or name == "valid_from"):
        return day_words(date.fromisoformat(value), year=year)
    return str(value)


def _state(value: str) -> str:
    return state_text(ReportState(value)) if value in set(ReportState) else value


def _step(value: str) -> str:
    return approver_text(ApprovalStep(value)) if value in set(ApprovalStep) else value


_WRITERS: Mapping[str, Callable[[str], str]] = {"round": round_text, "key": round_text, "state": _state, "step": _step}
