"""Cells and brackets that name units, people and a limit together, and the rules of who leads."""

from __future__ import annotations

import pytest

from projects.reading.clauses import Clauses, heading_limit, read_clauses
from projects.reading.lead_rules import LeadRule, lead_rule
from projects.reading.units import read_units


@pytest.mark.parametrize(
    ("text", "lead", "support", "others"),
    [
        (
            "（分管副省长、协管副秘书长负责，省发改委牵头，省财政厅配合，6月底前完成）",
            ("省发改委",),
            ("省财政厅",),
            (("分管副省长", "协管副秘书长"), (), ("6月底前完成",)),
        ),
        (
            "责任领导：王样；责任单位：工信局、工商局；责任人：刘示例",
            ("工信局",),
            ("工商局",),
            (("王样",), ("刘示例",), ()),
        ),
        ("规建局 王样 6月底前", ("规建局",), (), ((), ("王样",), ("6月底前",))),
        ("规建局（王样）、财政局", ("规建局",), ("财政局",), ((), ("王样",), ())),
        ("税务局，长期坚持", ("税务局",), (), ((), (), ("长期坚持",))),
        ("市发改委6月底前完成", ("市发改委",), (), ((), (), ("6月底前",))),
        ("牵头单位：发改局；完成时限：10月", ("发改局",), (), ((), (), ("10月",))),
        ("各县（市、区）政府", ("各县（市、区）政府",), (), ((), (), ())),
        ("由规建局牵头，财政局、征迁办配合", ("规建局",), ("财政局", "征迁办"), ((), (), ())),
    ],
)
def test_units_people_and_limits_of_one_cell_go_where_they_belong(
    text: str, lead: tuple[str, ...], support: tuple[str, ...], others: tuple[tuple[str, ...], ...]
) -> None:
    found = read_clauses(text, year=2017)
    units = read_units(found.units)
    assert (units.lead, units.support) == (lead, support)
    assert (found.leaders, found.owners, found.limits) == others


def test_steps_with_their_days_stay_together_as_one_limit() -> None:
    found = read_clauses("规建局牵头，3月份确定选址，6月底前报批", year=2017)
    assert found == Clauses(units="规建局牵头", limits=("3月份确定选址，6月底前报批",))


@pytest.mark.parametrize(
    ("note", "rule"),
    [
        ("备注：列第一位的责任单位为牵头单位或汇总单位。", LeadRule(first=True)),
        ("除标注“分别牵头”外，列第一位的为牵头单位", LeadRule(first=True)),
        ("注：责任单位中排在首位的为牵头单位", LeadRule(first=True)),
        ("说明：1.无牵头单位的，责任单位即为牵头单位。", LeadRule(orphan=True)),
        ("未明确牵头单位的，责任单位为牵头单位", LeadRule(orphan=True)),
        ("责任单位排名不分先后", LeadRule(unordered=True)),
        ("备注：主责部门列多个单位的，第一个为牵头；经办人联系方式另附。", LeadRule(first=True)),
        ("排第一位的为牵头单位", LeadRule(first=True)),
        ("列首位的为牵头", LeadRule(first=True)),
        ("排名第一的为牵头单位", LeadRule(first=True)),
        ("责任部门有两个以上的，由第一个部门牵头", LeadRule(first=True)),
        ("列多个单位的，除标注“分别牵头”外，第一个为牵头", LeadRule(first=True)),
        ("主责部门列多个单位的，均为牵头单位", LeadRule(every=True)),
        ("多个单位的，最后一个为牵头单位", LeadRule(last=True)),
        ("第一位的不作为牵头单位", LeadRule()),
        ("6月底前的任务由规建局牵头", LeadRule()),
        ("牵头单位为第一责任单位", LeadRule()),
        ("各牵头单位每月25日前报送进展", LeadRule()),
        ("第一批任务由发改局牵头", LeadRule()),
    ],
)
def test_a_note_may_say_who_leads(note: str, rule: LeadRule) -> None:
    assert lead_rule([note]) == rule


@pytest.mark.parametrize(
    ("heading", "limit"),
    [
        ("一、一季度", "一季度"),
        ("（三）6月底前完成的事项", "6月底前完成"),
        ("二、2017年城建", None),
        ("三、工业", None),
    ],
)
def test_a_heading_that_is_only_a_time_is_a_limit(heading: str, limit: str | None) -> None:
    found = heading_limit(heading, year=2017)
    assert (found and found[0]) == limit
