"""The names of steps, audiences, channels and states, as the reminder record shows them."""

from collections.abc import Iterable

from django.utils.translation import gettext, ngettext

from tracker.choices import AttemptOutcome, Channel, DeliveryState, NoticeStep, ReminderState, SubjectKind
from tracker.reminding.due import Audience, ReminderRules
from tracker.reminding.notices import KINDS


def step_name(step: str, *, subject_kind: str) -> str:
    """Name a step by its code: before-5, day, after-3, weekly-2; or what happened, where that is told at once."""
    if subject_kind in KINDS:
        return _notice_name(SubjectKind(subject_kind), NoticeStep(step))
    kind, _, number = step.partition("-")
    count = int(number or 0)
    match kind:
        case "before":
            return ngettext("前 %(n)d 个工作日", "前 %(n)d 个工作日", count) % {"n": count}
        case "after":
            if subject_kind == SubjectKind.OWED:
                return ngettext("截止后 %(n)d 天", "截止后 %(n)d 天", count) % {"n": count}
            return ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", count) % {"n": count}
        case "weekly":
            return gettext("每周，第 %(n)d 次") % {"n": count}
    return gettext("当天")


def _notice_name(kind: SubjectKind, step: NoticeStep) -> str:
    names = {
        (SubjectKind.REPORT, NoticeStep.RETURNED): gettext("报送退回"),
        (SubjectKind.OBSTACLE, NoticeStep.RAISED): gettext("请协调"),
        (SubjectKind.OBSTACLE, NoticeStep.AGAIN): gettext("再请协调"),
        (SubjectKind.OBSTACLE, NoticeStep.ANSWERED): gettext("困难有答复"),
        (SubjectKind.DIRECTIVE, NoticeStep.GIVEN): gettext("批示"),
        (SubjectKind.DIRECTIVE, NoticeStep.AGAIN): gettext("批示再问"),
        (SubjectKind.DIRECTIVE, NoticeStep.ANSWERED): gettext("批示有答复"),
        (SubjectKind.URGING, NoticeStep.URGED): gettext("催办"),
        (SubjectKind.PART, NoticeStep.ASKED): gettext("请配合"),
        (SubjectKind.EXTENSION, NoticeStep.GRANTED): gettext("同意延期"),
        (SubjectKind.EXTENSION, NoticeStep.REFUSED): gettext("未同意延期"),
        (SubjectKind.CLOSURE, NoticeStep.RETURNED): gettext("办结申请退回"),
    }
    return names[kind, step]


def audience_name(audience: str) -> str:
    names = {
        Audience.OWNER: gettext("责任人"),
        Audience.HEAD: gettext("科室负责人"),
        Audience.LEADER: gettext("责任领导"),
        Audience.MAIN_LEADER: gettext("主要领导"),
        Audience.OFFICE: gettext("督查办"),
        Audience.GROUP: gettext("单位群"),
        Audience.LATE_GROUP: gettext("单位群"),
    }
    return names[Audience(audience)]


def channel_name(channel: str) -> str:
    names = {
        Channel.INBOX: gettext("站内"),
        Channel.MAIL: gettext("邮件"),
        Channel.WECOM_ROBOT: gettext("企业微信群"),
        Channel.DINGTALK_ROBOT: gettext("钉钉群"),
        Channel.FEISHU_ROBOT: gettext("飞书群"),
        Channel.WECOM_APP: gettext("企业微信"),
        Channel.DINGTALK_APP: gettext("钉钉"),
        Channel.FEISHU_APP: gettext("飞书"),
        Channel.SMS: gettext("短信"),
        Channel.WEBHOOK: gettext("其他系统"),
    }
    return names[Channel(channel)]


def delivery_state_name(state: str) -> str:
    names = {
        DeliveryState.READY: gettext("待发"),
        DeliveryState.SENDING: gettext("发送中"),
        DeliveryState.SENT: gettext("已送达"),
        DeliveryState.RETRY: gettext("重试中"),
        DeliveryState.FAILED: gettext("失败"),
        DeliveryState.UNKNOWN: gettext("不知是否送达"),
        DeliveryState.CANCELLED: gettext("未发"),
        DeliveryState.HELD: gettext("待核对"),
    }
    return names[DeliveryState(state)]


def attempt_outcome_name(outcome: str) -> str:
    names = {
        AttemptOutcome.OPEN: gettext("还没有结果"),
        AttemptOutcome.SENT: gettext("对方已收下"),
        AttemptOutcome.RETRY: gettext("没有收下，再试"),
        AttemptOutcome.FAILED: gettext("退回"),
        AttemptOutcome.UNKNOWN: gettext("中断，可能已发出一次"),
    }
    return names[AttemptOutcome(outcome)]


def attempt_detail(detail: str) -> str:
    """Say why in our words where the reason is ours; what the other side answered stays as it is."""
    ours = {
        "lease_ended": gettext("系统中途停了，没来得及记下对方是否收下，所以再发；对方可能收到不止一封，编号相同"),
        "given_back": gettext("轮到它时来不及发，放回重排"),
        "restored": gettext("数据库从备份恢复，对方是否收下没有记录"),
    }
    return ours.get(detail, detail)


def reminder_fate(state: str, reason: str) -> str:
    """Say what became of a reminder, and why where it wasn't told."""
    reasons = {
        "answered": gettext("已办理或已报送，自动取消"),
        "no_sign_in": gettext("收件人没有可用的账号"),
        "no_group": gettext("单位的群提醒已停用"),
        "before_issue": gettext("下达之前已过，只作记录"),
        "told_on_return": gettext("退回时已告知，只作记录"),
        "withdrawn": gettext("已撤回，自动取消"),
        "overtaken": gettext("收件人已收到更高一级的提醒，不再发"),
        "item_ended": gettext("事项已办结、中止或撤销，自动取消"),
        "handed_on": gettext("已交由他人办理，改为提醒现在的负责人"),
        "later_asked": gettext("延期申请审批中，暂不提醒"),
        "new_date": gettext("日期已变，改按新日期提醒"),
        "restored": gettext("数据库从备份恢复，等督查办核对"),
        "dropped": gettext("督查办核对后不再发"),
    }
    states = {
        ReminderState.DUE: gettext("待发"),
        ReminderState.EXPANDED: gettext("已提醒"),
        ReminderState.MERGED: gettext("并入同日更高一级的提醒"),
        ReminderState.HELD: gettext("已暂缓"),
        ReminderState.CANCELLED: gettext("已取消"),
        ReminderState.SUPERSEDED: gettext("日期已变，改按新日期提醒"),
        ReminderState.SUPPRESSED: gettext("不发"),
    }
    return reasons.get(reason) or states[ReminderState(state)]


def ahead_rule(rules: ReminderRules) -> str:
    return gettext("时限前 %(days)s 个工作日和当天") % {"days": _numbers(rules.before_days)}


def notice_rule(rules: ReminderRules) -> str:
    begin, end = f"{rules.quiet_to:%H:%M}", f"{rules.quiet_from:%H:%M}"
    return gettext("工作日 %(begin)s 至 %(end)s 即时发，每小时合并成一条") % {"begin": begin, "end": end}


def owed_rule(rules: ReminderRules) -> str:
    before, after = _numbers(rules.report_before_days), _numbers(rules.report_after_days)
    return gettext("截止前 %(before)s 个工作日，截止后 %(after)s 天") % {"before": before, "after": after}


def overdue_rule(rules: ReminderRules) -> str:
    rungs = [
        gettext("%(days)d 天报%(whom)s") % {"days": days, "whom": gettext("、").join(map(audience_name, whom))}
        for days, whom in sorted(rules.ladder)
    ]
    return gettext("逾期 %(rungs)s，以后每 %(days)d 天一次") % {
        "rungs": gettext("，").join(rungs),
        "days": rules.weekly_days,
    }


def _numbers(days: Iterable[int]) -> str:
    return gettext("、").join(str(day) for day in sorted(days, reverse=True))
