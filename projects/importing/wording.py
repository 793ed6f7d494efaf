"""The words of the import page: questions, choices and columns as sentences in the user's language."""

from django.utils.translation import gettext

from projects.choices import DateKind
from projects.importing.drafting import AS_READ
from projects.importing.naming import NEW
from projects.importing.preparing import CANCEL, KEEP_TASK
from projects.importing.questions import Choice, Question


def question_text(question: Question) -> str:
    """Return the one sentence that asks; what the reader asks about a cell is already a sentence."""
    match question.code:
        case "unknown_name":
            return gettext("“%(name)s”不在名录里，指谁？") % question.params
        case "ambiguous_name":
            return gettext("“%(name)s”可能指不止一个，指谁？") % question.params
        case "date_changed":
            return gettext("时限由 %(old)s 改为 %(new)s，属于哪一种？") % question.params
        case "dropped_task":
            return gettext("新表里没有第 %(number)s 项“%(title)s”，怎么处理？") % question.params
        case _:
            return question.message or question.code


def choice_label(question: Question, choice: Choice) -> str:
    fixed = {
        f"{NEW}:department": gettext("新建单位"),
        f"{NEW}:post": gettext("新建职务"),
        f"{NEW}:person": gettext("新建人员"),
        AS_READ: gettext("照上面的读法"),
        DateKind.REISSUED: gettext("重新下达"),
        DateKind.EXTENDED: gettext("延期"),
        DateKind.CORRECTED: gettext("更正读法"),
        CANCEL: gettext("取消，报送记录保留"),
    }
    if choice.value == KEEP_TASK:
        return gettext("保留原事项") if question.code == "dropped_task" else gettext("照录，不分派")
    return fixed.get(choice.value, choice.label)


def field_label(field: str) -> str:
    return {
        "number": gettext("序号"),
        "title": gettext("名称"),
        "content": gettext("内容"),
        "category": gettext("板块"),
        "target": gettext("指标"),
        "measures": gettext("措施"),
        "deadline": gettext("时限"),
        "leaders": gettext("责任领导"),
        "lead": gettext("牵头"),
        "support": gettext("配合"),
        "owners": gettext("责任人"),
        "contacts": gettext("联系人"),
        "note": gettext("备注"),
        "extra": gettext("其他"),
    }[field]


def skipped_reason(reason: str) -> str:
    """Return why a row is no item, in words; an unknown reason stands as the reader gave it."""
    return {
        "title": gettext("标题"),
        "header": gettext("表头"),
        "repeated_header": gettext("重复表头"),
        "section": gettext("板块标题"),
        "footer": gettext("页脚说明"),
        "note": gettext("说明"),
        "empty": gettext("空行"),
    }.get(reason, reason)
