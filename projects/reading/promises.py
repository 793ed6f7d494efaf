"""The measurable promises of a text: each clause with an amount or a day, under the sentence it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from projects.reading.deadlines import DeadlineReading, read_deadline
from projects.reading.model import Question, ReadMilestone, ReadTarget
from projects.reading.targets import read_targets

_OPEN, _CLOSE = "（(【[“《「", "）)】]”》」"
_ATTRIBUTE = re.compile(
    r"^(?:并)?(?:总投资|投资额|同比|环比|比增|(?:实现)?(?:同比)?(?:增长|增幅|增速|下降|提高)|涉及|总?建筑面积|占地|用地|总面积|较上?年|比上年|达到?|不低于|不少于|突破|力争达到)"
)
_BARE_DEED = re.compile(
    r"^(?:力争|争取|确保|并|全部|全面|基本|实现|正式)*(?:建成|完成|投入(?:使用|运营|运行)|投用|竣工|完工|开工|动工|交付|投产|启用|运营|运行|验收|达产|通车|开放|上线|封顶|建设|使用|入驻|销号|整改|投效|见效|达效)+(?:到位)?$"
)
_PAST = re.compile(r"已(?:经)?(?:完成|建成|实现|达到?|累计)|去年|上年(?!度)|截至(?:目前|去年|上年)|过去")
_QUALIFIER = re.compile(
    r"\d+(?:\.\d+)?(?:人|岁|[万亿]?元|平方米|亩|千瓦)(?:及?以上|以下|以内)(?:的)?[\u4e00-\u9fff]{1,8}$"
)
_RHETORIC = re.compile(r"提升$|方面$|突破$|转变$|到位$|坚持$|维护$|确保$|着力$|覆盖$|提高$|落实")
_OPENING = re.compile(r"^(?:其中|并且|并|同时|以及|此外|另外)[，,：:]?")


@dataclass(frozen=True, slots=True)
class Promise:
    title: str
    sentence: str
    deadline: DeadlineReading
    targets: tuple[ReadTarget, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Part:
    """Some clauses of a sentence that make one promise, or none."""

    start: int
    end: int
    deadline: DeadlineReading
    targets: list[ReadTarget]
    questions: list[Question]

    @property
    def measured(self) -> bool:
        return bool(self.targets) or bool(self.deadline.due)


def find_promises(text: str, *, year: int) -> tuple[list[Promise], list[str]]:
    """Return the promises of a text in order, and the sentences that hold none."""
    found: list[Promise] = []
    rest: list[str] = []
    for sentence in sentences(text):
        promises = _of_sentence(sentence, year)
        found += promises
        if not promises:
            rest.append(sentence)
    return found, rest


def sentences(text: str) -> list[str]:
    return [part for start, end in _cut(text, "。；;！!\n") if (part := text[start:end].strip(" 。；;！!\n\u3000"))]


def _cut(text: str, marks: str) -> list[tuple[int, int]]:
    """Return the parts of a text between marks that stand outside brackets and quotation marks."""
    parts: list[tuple[int, int]] = []
    depth = start = 0
    for place, sign in enumerate(text):
        depth = max(0, depth + (sign in _OPEN) - (sign in _CLOSE))
        if sign in marks and (depth == 0 or sign == "\n"):
            parts.append((start, place))
            start = place + 1
            depth = 0
    return [*parts, (start, len(text))]


def _of_sentence(sentence: str, year: int) -> list[Promise]:
    spans = [span for span in _cut(sentence, "，,") if sentence[span[0] : span[1]].strip()]
    parts = _joined(sentence, [_part(sentence, span, year) for span in spans])
    promises = []
    for part in parts:
        if part.measured:
            title = _OPENING.sub("", sentence[part.start : part.end].strip(" ，,"))
            index = 0 if part.deadline.milestones else None
            targets = tuple(replace(target, milestone=index) for target in part.targets)
            promises.append(Promise(title, sentence, part.deadline, targets, tuple(part.questions)))
    return promises


def _part(sentence: str, span: tuple[int, int], year: int) -> _Part:
    clause = sentence[span[0] : span[1]]
    nothing = read_deadline("", year=year)
    if _PAST.search(clause):
        return _Part(*span, nothing, [], [])
    reading = read_targets(clause)
    own = list(reading.targets)
    if _QUALIFIER.search(clause) or re.search(r"\d+人以上(?:企业|单位|园区)", clause):
        own = [target for target in own if target.unit not in ("人", "元", "万元", "亿元", "平方米", "亩")]
    own = [target for target in own if not (target.unit in ("个", "项", "条") and _RHETORIC.search(target.name))]
    deadline = read_deadline(clause, year=year, shown=True)
    questions = [*(deadline.questions if deadline.due else ()), *(reading.questions if own else ())]
    return _Part(*span, deadline if deadline.due else nothing, own, questions)


def _joined(sentence: str, parts: list[_Part]) -> list[_Part]:
    """Put an attribute to the clause it belongs to, a bare deed to what is done, and let a leading time hold on."""
    whole: list[_Part] = []
    leading: ReadMilestone | None = None
    for part in parts:
        clause = sentence[part.start : part.end].strip()
        last = whole[-1] if whole else None
        dated = bool(part.deadline.due)
        if last and last.measured and not dated and part.targets and _ATTRIBUTE.match(clause):
            last.end = part.end
            last.targets += part.targets
            last.questions += part.questions
            continue
        if last and last.targets and not last.deadline.due and dated and not part.targets and _is_bare(part):
            last.end, last.deadline = part.end, part.deadline
            last.questions += part.questions
            continue
        if dated:
            leading = _leading(clause, part.deadline)
        elif leading is not None and part.targets:
            step = replace(leading, text=clause)
            part.deadline = replace(_single(clause, step), kind=whole[-1].deadline.kind if whole else "date")
        whole.append(part)
    return whole


def _is_bare(part: _Part) -> bool:
    return all(_BARE_DEED.match(step.text) or not step.text for step in part.deadline.milestones)


def _leading(clause: str, deadline: DeadlineReading) -> ReadMilestone | None:
    """Return the step whose time opens its clause, and so holds for what follows in the sentence."""
    if len(deadline.milestones) != 1:
        return None
    step = deadline.milestones[0]
    return step if 0 <= clause.find(step.phrase) <= 4 else None


def _single(clause: str, step: ReadMilestone) -> DeadlineReading:
    return DeadlineReading(clause, "date", (step,), (), ((0, len(clause)),))
