"""What the words of a row say it is when it is no task: annex mark, unit line, note, total, page mark, heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from projects.reading.columns import plain

LONGEST_NAME = 80

_NUMERAL = "一二三四五六七八九十"
_ANNEX = re.compile(r"^附[件表录]?[\d一二三四五六七八九十]*(?:-\d+)?[:：]?$")
_DATE = r"(?:\d{2,4}|[二〇零○一三四五六七八九]{4})年\d{0,2}[一二三四五六七八九十]{0,2}月(?:\d{1,2}日|[一二三四五六七八九十]{1,3}日)?(?:印发|制|填报|更新)?"
_UNIT_LINE = re.compile(
    r"^\(?(?:计量|金额|货币|投资)?单位[:：]"
    r"|^\(?(?:填报|制表|编制|报送|填表|统计|更新|截至|截止|印发|发文|责任)(?:单位|部门|日期|时间|人)(?:[(][^)]{1,6}[)])?[:：]"
    rf"|^\(?(?:截至|截止)?{_DATE}\)?$|^日期[:：]|^\(?(?:单位)?(?:万元|亿元|万平方米|亩)\)?$|^\((?:试行|征求意见稿|草案|送审稿|公开)\)$"
)
_PAGE = re.compile(
    r"^第?\d+页(?:,?共\d+页)?$|^第\d+页[/,、]?共\d+页$|^[-—–一]+\d+[-—–一]+$|^\(?(?:续表|续上表|接上页|接上表|下转第?\d*页|转下页)\)?\d*$"
)
_FOOTER = re.compile(
    r"^[*＊※★]?\(?(?:备注|说明|注意?|附注|填表说明|填报说明|注释|特别说明|备注说明|有关说明|几点说明)(?:[:：]|\d|[(（]|$)"
    r"|^(?:填表人|制表人?|审核人?|填报人|联系人|联系电话|单位负责人|主管|校对|打印|分管领导签[字名]|主要领导签[字名]|负责人签[字名]|签[字发]人?|印章|盖章|抄送|报送|主送|联系方式)[:：]"
)
_FORM_LABEL = re.compile(
    r"^\(?(?:填报|制表|编制|审核|联系|电话|单位负责|日期|时间|签发|签字|负责人签|主管|校对|报送|填表|打印|审批|统计|传真|邮箱|复核|盖章|公章)[^:：]{0,6}[:：]"
)
_REMARK = re.compile(
    r"^(?:请|本表|此表|以[上下](?!旧)|上述|下列|填报时|各(?:单位|部门|科室)[^,，]{0,6}(?:要|应|须|请|于)|\*|※)"
)
_TOTAL = re.compile(
    r"^(?:合计|总计|小计|共计|累计|总合计|全部合计|本页小计|本页合计|[^,，。;；、]{1,8}(?:合计|小计|总计))(?:[(（:：\d].*)?$"
)
_LEVELS = (
    re.compile(
        rf"^第[{_NUMERAL}\d]{{1,3}}(?:部分|篇|章|板块|类|大类|方面)|^[{_NUMERAL}]{{1,3}}(?:大类|板块|类)[:：、]"
    ),
    re.compile(rf"^[{_NUMERAL}]{{1,3}}[、.．:：,，]|^[{_NUMERAL}]{{1,3}}$|^[IVXⅠ-Ⅻ]+[、.．]"),
    re.compile(rf"^[(][{_NUMERAL}]{{1,3}}[)]|^第[{_NUMERAL}]{{1,3}}节|^[㈠-㈩]"),
    re.compile(r"^\d{1,3}[.、．](?!\d)|^\d{1,2}(?:\.\d{1,2})+(?!\d*[%万亿元])"),
)
PART, CHAPTER, SECTION, ITEM = range(4)
_TITLE = re.compile(r"表$|表[(（]|清单|附件|台账|计划|分解|任务书|方案|要点|一览|责任状|汇总")
_DATED_TITLE = re.compile(r"\d{4}年")
_CONTINUED = re.compile(r"[(（]?(?:续表?[一二三四五\d]*|接上[页表])[)）]?$")


def level(text: str) -> int | None:
    """Return how deep a numbered heading stands: 第一部分, 一、, （一）, 1.; None for an unnumbered text."""
    bare = plain(text[:LONGEST_NAME])
    return next((depth for depth, pattern in enumerate(_LEVELS) if pattern.match(bare)), None)


def is_first(text: str) -> bool:
    """Tell the first of a row of numbered headings."""
    return bool(re.match(r"^第?[(]?[一1㈠]", plain(text[:LONGEST_NAME])))


def is_annex(text: str) -> bool:
    return bool(_ANNEX.match(plain(text[:LONGEST_NAME])))


def is_unit_line(text: str) -> bool:
    return len(text) <= LONGEST_NAME and bool(_UNIT_LINE.match(plain(text)))


def is_page_mark(text: str) -> bool:
    return len(text) <= 20 and bool(_PAGE.match(plain(text)))


def is_note(text: str) -> bool:
    """Tell the opening of a note below a table: 备注：, 联系人：."""
    return bool(_FOOTER.match(plain(text[:LONGEST_NAME])))


def is_remark(text: str) -> bool:
    """Tell an instruction to those who fill in the table from the name of a section."""
    return bool(_REMARK.match(plain(text[:LONGEST_NAME])))


def is_form_line(texts: Sequence[str]) -> bool:
    """Tell a row of labels to be filled in: 填报单位：… 填报日期：…."""
    if not (_FORM_LABEL.match(plain(texts[0][:LONGEST_NAME])) or is_unit_line(texts[0])):
        return False
    bare = [plain(text[:LONGEST_NAME]) for text in texts]
    labelled = [bool(_FORM_LABEL.match(text)) for text in bare]
    if all(labelled[place] or is_unit_line(text) for place, text in enumerate(texts)):
        return True
    return labelled[0] and all(
        labelled[place] or (labelled[place - 1] and len(text) <= 20) for place, text in enumerate(bare) if place
    )


def is_total(texts: Sequence[str]) -> bool:
    """Tell a row of sums: 合计 and amounts, at most a short remark beside them."""
    first = plain(texts[0][:LONGEST_NAME])
    return bool(_TOTAL.match(first)) and all(len(text) <= 20 for text in texts[1:])


def is_titled(text: str) -> bool:
    """Tell words that name a table or a document."""
    bare = plain(text[:LONGEST_NAME])
    return bool(_TITLE.search(bare)) and not is_unit_line(text) and level(text) is None


def base_title(text: str) -> str:
    """Return a title without white space and 续."""
    return _CONTINUED.sub("", plain(text))


def choose_title(waiting: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    """Choose the title among the rows above a header: named like a table first, else the last line of words."""
    named = [
        (row, text)
        for row, text in waiting
        if not is_annex(text) and not is_unit_line(text) and not is_page_mark(text) and level(text) is None
    ]
    likely = [pair for pair in named if is_titled(pair[1]) or _DATED_TITLE.search(plain(pair[1]))]
    chosen = likely[:1] or named[-1:]
    return (chosen[0][0], re.sub(r"\s+", "", chosen[0][1])) if chosen else None


def reason(text: str) -> str:
    """Return why a row of one text outside the tasks is no task."""
    if is_annex(text):
        return "附件标记"
    if is_unit_line(text):
        return "单位或日期说明"
    if is_page_mark(text):
        return "页码或续表标记"
    return "表尾说明" if is_note(text) else "表外文字"
