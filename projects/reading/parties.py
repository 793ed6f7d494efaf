"""Who answers for a row: units that lead and support, leaders, owners, from its columns and the headings above it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from projects.reading.belonging import unit_first
from projects.reading.clauses import Clauses, read_clauses
from projects.reading.columns import plain, split_remark
from projects.reading.lead_rules import NO_RULE, LeadRule, lead_rule
from projects.reading.model import Choice, Question
from projects.reading.people import read_people
from projects.reading.rows import TaskRow
from projects.reading.sections import Heading
from projects.reading.tabular import Context
from projects.reading.units import UnitsReading, read_supporters, read_units, with_doubt_of_people

_STRONG = re.compile(r"牵头|主办|主责")
_HELPING = re.compile(r"配合|协办|协助|协作|会办|参与|参加|联办|协同|支持")
_MIXED = re.compile(r"领导|责任人|负责|联系人|时限|时间|[年月底季]|长期|持续|\s|[（(]|[示例]")
_MARKED = re.compile(r"牵头|主办|主责|为主|[★☆*▲]")
_NUMBERED = re.compile(r"^\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])")
_LABELLED = re.compile(r"[:：]")

_NOBODY = UnitsReading()


@dataclass(frozen=True, slots=True)
class Parties:
    units: UnitsReading = _NOBODY
    leaders: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    contacts: str = ""
    limits: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def read_parties(row: TaskRow, context: Context) -> Parties:
    """Return the parties of a row; a cell of units may hold its people and its limit too."""
    mixed = [
        read_clauses(text, year=context.year)
        for _, text in context.texts(row, "lead_department")
        if _MIXED.search(text)
    ]
    above = heading_clauses(row.section, context.year)
    units, questions = _units(row, context, above)
    sources = [*mixed, *above]
    leaders = _people(row, context, "leader") or next((one.leaders for one in sources if one.leaders), ())
    owners = _people(row, context, "owner") or next((one.owners for one in sources if one.owners), ())
    limits = next((one.limits for one in mixed if one.limits), ())
    contacts = "；".join(one.contacts for one in mixed if one.contacts)
    return Parties(units, leaders, owners, contacts, limits, questions)


def heading_clauses(section: tuple[Heading, ...], year: int) -> list[Clauses]:
    """Return what the headings above say of parties and limits, the nearest first."""
    if not section:
        return []
    return [found for heading in reversed(section) for found in _in_brackets(heading.text, year)]


@lru_cache(maxsize=512)
def _in_brackets(text: str, year: int) -> tuple[Clauses, ...]:
    insides = [
        match[1] for match in re.finditer(r"[（(【\[]((?:[^（()）【】\[\]]|[（(][^（()）]*[)）])*)[)）】\]]", text)
    ]
    worth = re.compile(r"牵头|责任|负责|配合|主办|领导|单位[:：]|时限|时间[:：]|完成")
    return tuple(read_clauses(inside, year=year) for inside in insides if worth.search(inside))


def _people(row: TaskRow, context: Context, role: str) -> tuple[str, ...]:
    texts = context.texts(row, role)
    if len(texts) == 1:
        return read_people(texts[0][1])
    return tuple(dict.fromkeys(name for _, text in texts for name in read_people(text)))


def _units(row: TaskRow, context: Context, above: list[Clauses]) -> tuple[UnitsReading, tuple[Question, ...]]:
    lead: list[str] = []
    support: list[str] = []
    questions: list[Question] = []
    for place, text in context.texts(row, "lead_department"):
        found = _lead_cell(text, context, place)
        lead += found.lead
        support += found.support
        questions += [*found.questions, *_each_its_own(text, found, row, context)]
    for place, text in context.texts(row, "support_departments"):
        orphan = context.rule.orphan and not lead and not _HELPING.search(context.headers[place].label)
        found = read_units(text, all_lead=True) if orphan else read_supporters(text)
        lead += found.lead if orphan else ()
        support += found.support
        questions += found.questions
    if not lead and not support:
        inherited = next((read_units(one.units) for one in above if one.units), _NOBODY)
        lead, support = list(inherited.lead), list(inherited.support)
    if not lead and not support and not {"lead_department", "support_departments"} & context.places.keys():
        found = _of_owners(row, context)
        lead, support, questions = list(found.lead), list(found.support), [*questions, *found.questions]
    lead = list(dict.fromkeys(lead))
    support = [name for name in dict.fromkeys(support) if name not in lead]
    return UnitsReading(tuple(lead), tuple(support)), tuple(questions)


def _of_owners(row: TaskRow, context: Context) -> UnitsReading:
    """Read the units written behind the people of a table that has no column of units: 陈志强（规建局）、财政局."""
    for _, text in context.texts(row, "owner"):
        if unit_first(text)[1]:
            return with_doubt_of_people(read_units(read_clauses(text, year=context.year).units), unit_first(text)[1])
    return _NOBODY


def _lead_cell(text: str, context: Context, place: int) -> UnitsReading:
    label = plain(context.headers[place].label)
    base, remark = split_remark(label)
    rule = _rule_of(base, remark, context)
    all_lead = rule.every or (bool(_STRONG.search(base)) and not rule.chooses)
    of_people = unit_first(text)[1]
    if _MIXED.search(text):
        text = read_clauses(text, year=context.year).units
    found = read_units(text, all_lead=all_lead)
    if rule.last and not _MARKED.search(text):
        names = (*found.lead, *found.support)
        found = replace(found, lead=names[-1:], support=names[:-1])
    if of_people and not all_lead and not _MARKED.search(text):
        found = with_doubt_of_people(found, of_people)
    if rule.unordered and not rule.chooses and found.support and not _MARKED.search(text):
        names = (*found.lead, *found.support)
        question = Question(
            "unordered_units",
            "lead",
            "表中注明单位排名不分先后，请指定牵头单位。",
            tuple(Choice(name, name) for name in names),
        )
        return UnitsReading(found.lead, found.support, (*found.questions, question))
    return found


def _rule_of(base: str, remark: str, context: Context) -> LeadRule:
    """Return the rule of a column: that of its own bracket first; one of the notes beside other units if it may mean it."""
    own = lead_rule([remark]) if remark else NO_RULE
    beside = context.rule
    if "support_departments" in context.places and not beside.is_about(base):
        beside = replace(beside, first=False, last=False, every=False)
    return own | beside


def _each_its_own(text: str, found: UnitsReading, row: TaskRow, context: Context) -> list[Question]:
    """Ask where each numbered item of the task has a numbered unit of its own."""
    lines = [line for line in text.split("\n") if line.strip()]
    items = [line for _, words in context.texts(row, "content") for line in words.split("\n") if line.strip()]
    paired = len(lines) > 1 and len(lines) == len(items) and bool(found.support)
    if paired and all(_NUMBERED.match(line) for line in (*lines, *items)):
        return [Question("unit_per_item", "lead", "各分项分别写了责任单位，请确认是否各自牵头。")]
    return []
