"""Why something can't be asked or decided, in words for whoever tried, by page or by program."""

from django.utils.translation import gettext

from accounts.days import day_words
from projects.models import Milestone
from tracker.asking import Refusal


def extension_refused(refusal: Refusal, step: Milestone, *, year: int) -> str:
    """Say why no later date, or not this one, can be asked for a step, and what remains."""
    due = day_words(step.current_due_on, year=year) if step.current_due_on else ""
    words = {"step": str(step), "due": due}
    return {
        Refusal.TOO_LATE: gettext(
            "“%(step)s”的时限 %(due)s 已过，不能再申请延期。确需调整的，由督查办重新下达，或请领导批示。"
        ),
        Refusal.WAITING: gettext("“%(step)s”已有一份延期申请在办，等它有了结果再说。"),
        Refusal.NO_DATE: gettext("“%(step)s”没有时限，不用申请延期。"),
        Refusal.STEP_DONE: gettext("“%(step)s”已经完成，不用申请延期。"),
        Refusal.ITEM_NOT_OPEN: gettext("这个事项现在不在办理中，不能申请延期。"),
        Refusal.NOT_LATER: gettext("新时限要晚于现在的时限 %(due)s。"),
        Refusal.NOT_A_WORKDAY: gettext("这一天不是工作日，请改成工作日。"),
    }[refusal] % words


def word_refused(reason: str) -> str:
    """Say why a request for a later date doesn't take the word that was given."""
    return {
        "ended": gettext("没有写入：这份申请已经有了结果。"),
        "not_yours": gettext("没有写入：现在不由您决定。"),
        "item_not_open": gettext("没有写入：这个事项现在不在办理中。"),
        "date_moved": gettext(
            "没有写入：申请以后，这个节点的时限或完成情况变了，不能再照原申请同意；请答复不同意，由单位重新申请。"
        ),
    }[reason]


def closing_refused(refusal: Refusal, left: int) -> str:
    return {
        Refusal.ITEM_NOT_OPEN: gettext("这个事项现在不在办理中，不能申请办结。"),
        Refusal.WAITING: gettext("已有一份办结申请在等督查办核实。"),
        Refusal.LEFT_OPEN: gettext(
            "还有 %(left)d 处节点或指标没有完成。做完并经审核后再申请；不再做的，请督查办写明理由办结。"
        ),
        Refusal.NO_EVIDENCE: gettext("这张表要求办结时附佐证材料，请至少附一份。"),
    }[refusal] % {"left": left}
