"""The words of the import page: questions, choices and columns as sentences in the user's language."""

from datetime import date

from django.conf import settings
from django.utils.translation import get_language, gettext, gettext_noop

from accounts.days import day_words
from projects.choices import DateKind
from projects.importing.amending import AS_READ, LEAVE_OPEN, NOBODY
from projects.importing.decisions import REFUSED
from projects.importing.doubts import BOTH, CANCEL, DROP_PART, KEEP_DATE, KEEP_PART, LEAVE_ONE
from projects.importing.naming import NEW
from projects.importing.questions import Choice, Question
from projects.importing.reader_words import doubt_sentence, skipped_sentence
from projects.importing.table_names import SAME

LONGEST_WORDS = 60


def question_text(question: Question) -> str:
    """Return the one sentence that asks; what the reader asks about a cell is already a sentence."""
    match question.code:
        case "unknown_name":
            return gettext("“%(name)s”不在名录里，指谁？") % question.params
        case "ambiguous_name":
            return gettext("“%(name)s”可能指不止一个，指谁？") % question.params
        case "missing_lead":
            return gettext("没有写明责任单位，由谁牵头？")
        case "own_lead":
            return gettext("牵头改为谁？")
        case "own_support":
            return gettext("配合改为哪些单位？")
        case "own_deadline":
            return gettext("“%(words)s”的时限改为哪一天？") % question.params
        case "date_changed":
            days = {name: _day(question.params[name]) for name in ("old", "new")}
            return gettext("时限由 %(old)s 改为 %(new)s，属于哪一种？") % days
        case "same_as_row":
            return gettext("与 %(row)s 行内容相同，是否重复？") % question.params
        case "dropped_task":
            return gettext("新表里没有第 %(number)s 项“%(title)s”，怎么处理？") % question.params
        case "dropped_step":
            return gettext("新表里没有已完成的节点“%(part)s”，怎么处理？") % question.params
        case "dropped_target":
            return gettext("新表里没有已有完成数的指标“%(part)s”，怎么处理？") % question.params
        case _:
            return _doubt(question)


def _doubt(question: Question) -> str:
    """Return what the reader asks, after the words of the cell: in Chinese its own sentence, elsewhere the kind."""
    own = get_language() == settings.LANGUAGE_CODE and question.message
    sentence, words = own or doubt_kind(question), short(question.params.get("words", ""))
    return f"“{words}” {sentence}" if words and words not in sentence else sentence


def short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= LONGEST_WORDS else f"{plain[:LONGEST_WORDS]}…"


def doubt_kind(question: Question) -> str:
    """Return the kind of doubt the reader had, without the words it was about."""
    return doubt_sentence(question.code) or question.message or question.code


def _day(text: str) -> str:
    return day_words(date.fromisoformat(text)) if text else gettext("没有日期")


def choice_label(question: Question, choice: Choice) -> str:
    fixed = {
        f"{NEW}:department": gettext("新建单位"),
        f"{NEW}:post": gettext("新建职务"),
        f"{NEW}:person": gettext("新建人员"),
        NOBODY: gettext("没有配合单位"),
        LEAVE_OPEN: gettext("先空着，下达前再补"),
        AS_READ: gettext("照上面的读法"),
        DateKind.REISSUED: gettext("重新下达"),
        DateKind.EXTENDED: gettext("延期"),
        DateKind.CORRECTED: gettext("原来读错了，现在改正"),
        KEEP_DATE: gettext("保留现行时限"),
        BOTH: gettext("不重复，两项都要"),
        LEAVE_ONE: gettext("重复，这一行不要"),
        CANCEL: gettext("取消，报送记录保留"),
        DROP_PART: gettext("去掉，报送记录保留"),
    }
    if choice.value == KEEP_PART:
        kept = {
            "dropped_task": gettext("保留原事项"),
            "dropped_step": gettext("保留这个节点"),
            "dropped_target": gettext("保留这项指标"),
        }
        return kept.get(question.code, gettext("照录，不分派"))
    if choice.value.startswith(SAME):
        return gettext("同表内的“%(name)s”") % {"name": choice.label}
    return fixed.get(choice.value, choice.label)


def group_label(question: Question) -> str:
    """Return what questions like this one are about, as a heading over them."""
    names = {
        "department": gettext("名录里没有的单位"),
        "post": gettext("名录里没有的责任领导"),
        "person": gettext("名录里没有的人员"),
    }
    kinds = {
        "ambiguous_name": gettext("不止一个可能的名称"),
        "missing_lead": gettext("没有写明责任单位"),
        "own_deadline": gettext("您要改的时限"),
        "own_lead": gettext("您要改的牵头单位"),
        "own_support": gettext("您要改的配合单位"),
        "date_changed": gettext("改了的时限"),
        "same_as_row": gettext("与前面内容相同的行"),
        "dropped_task": gettext("新表没有的事项"),
        "dropped_step": gettext("新表没有的已完成节点"),
        "dropped_target": gettext("新表没有的、已有完成数的指标"),
    }
    if question.code == "unknown_name":
        return names.get(question.field, gettext("名录里没有的名称"))
    if question.code in kinds:
        return kinds[question.code]
    if question.field == "deadline":
        return gettext("读不准的时限：%(kind)s") % {"kind": doubt_kind(question)}
    return gettext("读不准的地方：%(kind)s") % {"kind": doubt_kind(question)}


FIELDS = {
    "number": gettext_noop("序号"),
    "title": gettext_noop("名称"),
    "content": gettext_noop("内容"),
    "category": gettext_noop("板块"),
    "target": gettext_noop("指标"),
    "measures": gettext_noop("措施"),
    "deadline": gettext_noop("时限"),
    "leaders": gettext_noop("责任领导"),
    "lead": gettext_noop("牵头"),
    "support": gettext_noop("配合"),
    "owners": gettext_noop("责任人"),
    "contacts": gettext_noop("联系人"),
    "note": gettext_noop("备注"),
    "extra": gettext_noop("其他"),
}


def field_label(field: str) -> str:
    return gettext(FIELDS[field])


def skipped_reason(reason: str) -> str:
    """Return why a row is no item, in the user's language."""
    decided = {
        REFUSED: gettext("核对时决定不写入"),
        CANCEL: gettext("新表里没有，已取消"),
        KEEP_PART: gettext("新表里没有，保留原事项"),
    }
    return decided.get(reason) or skipped_sentence(reason)


def happening(action: str) -> str:
    """Return what was done to an item since its import, by the action of the history entry."""
    words = {
        "task.issued": gettext("下达"),
        "task.changed": gettext("修改"),
        "task.steps_marked": gettext("标记节点完成"),
        "task.closed": gettext("办结"),
        "task.reopened": gettext("取消办结"),
        "task.cancelled": gettext("取消"),
        "task.withdrawn": gettext("撤回"),
        "task.reinstated": gettext("恢复"),
        "task.restored": gettext("恢复"),
        "report.submitted": gettext("报送"),
        "report.accepted": gettext("审核通过"),
        "report.returned": gettext("退回"),
    }
    kinds = {
        "task": gettext("修改"),
        "report": gettext("报送"),
    }
    return words.get(action) or kinds.get(action.partition(".")[0]) or gettext("后续办理")
