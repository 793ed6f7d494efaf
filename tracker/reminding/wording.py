"""What is told at once, in one sentence each, and the page on which to act upon it."""

from datetime import date

from django.utils.translation import gettext

from accounts.days import day_words
from tracker.choices import NoticeStep, SubjectKind
from tracker.models import Reminder
from tracker.reminding.channels.protocol import one_line
from tracker.sentences import round_text


def notice_line(reminder: Reminder, *, today: date) -> str:
    """Return the one sentence of a notice: who asks or says what of which item, in their own words."""
    told, params = (SubjectKind(reminder.subject_kind), NoticeStep(reminder.step)), reminder.params
    words = {name: one_line(str(params.get(name, ""))) for name in ("who", "unit", "said", "step")}
    words["item"] = item_words(params["number"], one_line(params["title"]))
    words["node"] = step_words(words["step"])
    words["round"] = round_text(params["round"]) if "round" in params else ""
    words["day"] = day_words(date.fromisoformat(params["day"]), year=today.year) if "day" in params else ""
    return _sentence(told) % words


def item_words(number: str, title: str) -> str:
    words = gettext("第%(number)s项“%(title)s”") if number else gettext("“%(title)s”")
    return words % {"number": number, "title": title}


def step_words(step: str) -> str:
    return gettext("节点“%(step)s”") % {"step": step} if step else ""


def place_of(reminder: Reminder) -> str:
    """Return the path of the page where the recipient acts."""
    task, number = reminder.task_id, reminder.subject_id
    match reminder.subject_kind:
        case SubjectKind.REPORT:
            owed = reminder.params.get("owed")
            return f"/items/{task}/report/?owed={owed}" if owed else f"/items/{task}/report/"
        case SubjectKind.OBSTACLE:
            return f"/obstacles/{number}/"
        case SubjectKind.DIRECTIVE:
            return f"/directives/{number}/"
        case SubjectKind.PART:
            return f"/items/{task}/parts/"
        case SubjectKind.EXTENSION:
            return f"/extensions/{number}/"
        case SubjectKind.CLOSURE:
            return f"/closings/{number}/"
    return f"/items/{task}/"


def _sentence(told: tuple[SubjectKind, NoticeStep]) -> str:
    sentences = {
        (SubjectKind.REPORT, NoticeStep.RETURNED): gettext(
            "%(item)s%(round)s的报送已退回，请补充后再报：“%(said)s”（%(who)s）"
        ),
        (SubjectKind.OBSTACLE, NoticeStep.RAISED): gettext(
            "%(unit)s请协调%(item)s的困难，请在%(day)s前答复：“%(said)s”"
        ),
        (SubjectKind.OBSTACLE, NoticeStep.AGAIN): gettext(
            "%(unit)s再请协调%(item)s的困难，请在%(day)s前答复：“%(said)s”"
        ),
        (SubjectKind.OBSTACLE, NoticeStep.ANSWERED): gettext("%(item)s的困难有了答复：“%(said)s”（%(who)s）"),
        (SubjectKind.DIRECTIVE, NoticeStep.GIVEN): gettext(
            "%(who)s批示%(item)s，请%(unit)s在%(day)s前答复：“%(said)s”"
        ),
        (SubjectKind.DIRECTIVE, NoticeStep.AGAIN): gettext(
            "%(who)s对%(item)s的批示，请%(unit)s在%(day)s前再答复：“%(said)s”"
        ),
        (SubjectKind.DIRECTIVE, NoticeStep.ANSWERED): gettext("%(unit)s答复了%(who)s对%(item)s的批示：“%(said)s”"),
        (SubjectKind.URGING, NoticeStep.URGED): gettext("督查办催办%(item)s：“%(said)s”（%(who)s）"),
        (SubjectKind.PART, NoticeStep.ASKED): gettext(
            "%(unit)s请配合%(item)s，请在%(day)s前写明本单位的部分：“%(said)s”"
        ),
        (SubjectKind.EXTENSION, NoticeStep.GRANTED): gettext("%(item)s%(node)s同意延期到%(day)s（%(who)s）"),
        (SubjectKind.EXTENSION, NoticeStep.REFUSED): gettext(
            "%(item)s%(node)s没有同意延期，仍按%(day)s办：“%(said)s”（%(who)s）"
        ),
        (SubjectKind.CLOSURE, NoticeStep.RETURNED): gettext(
            "%(item)s的办结申请已退回，请补充后再提：“%(said)s”（%(who)s）"
        ),
    }
    return sentences[told]
