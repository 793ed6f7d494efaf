"""Header roles: the word, its neighbours, and what its cells hold."""

from __future__ import annotations

import pytest

from projects.reading.columns import ColumnFacts, Header, column_roles


def roles(names: str) -> str:
    return "|".join(column_roles([Header(name) for name in names.split("|")]))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "序号|项目名称|项目内容|完成时间|责任领导|责任科室|责任人",
            "no|title|content|deadline|leader|lead_department|owner",
        ),
        ("序 号|分 管 县领导|项 目 名 称|责 任 单 位|要求完成<br>时间", "no|leader|title|lead_department|deadline"),
        ("序号|目标任务|责任单位|责任人|完成时限", "no|content|lead_department|owner|deadline"),
        ("序号|存在问题|整改措施|整改目标|责任人|整改期限", "no|content|measures|target|owner|deadline"),
        ("序号|工作任务|完成标准|完成时间|责任人|督办人", "no|content|target|deadline|owner|ignore"),
        ("序号|任务|责任单位|序时进度|计划完成时间|实际完成时间", "no|content|lead_department|ignore|deadline|ignore"),
        ("序号|项目名称|建设内容|开工时间|竣工时间|责任单位", "no|title|content|ignore|deadline|lead_department"),
        ("指标名称|单位|目标值|责任单位|完成时间", "title|ignore|target|lead_department|deadline"),
        (
            "一级任务|二级任务|三级任务|牵头部门|配合部门|完成时间",
            "category|category|content|lead_department|support_departments|deadline",
        ),
        ("板块|序号|任务名称|具体内容|进展情况|存在问题|下一步打算", "category|no|title|content|progress|note|note"),
    ],
)
def test_a_header_row_gets_its_roles(names: str, expected: str) -> None:
    assert roles(names) == expected


def test_a_responsible_unit_leads_alone_and_supports_beside_a_leading_one() -> None:
    assert roles("序号|工作任务|责任单位|完成时间").split("|")[2] == "lead_department"
    assert roles("序号|工作任务|责任单位|牵头单位").split("|")[2:] == ["support_departments", "lead_department"]


def test_a_merged_task_column_beside_details_is_the_category_and_a_full_one_the_title() -> None:
    headers = [Header("重点工作"), Header("工作内容"), Header("责任单位")]
    merged = [ColumnFacts(merged=True), ColumnFacts(), ColumnFacts()]
    each = [ColumnFacts(each=True), ColumnFacts(each=True), ColumnFacts()]
    assert column_roles(headers, merged)[0] == "category"
    assert column_roles(headers, each)[0] == "title"


def test_quarters_under_a_goal_are_targets_and_ticked_ones_the_deadline() -> None:
    headers = [Header("工作任务"), Header("责任单位"), *(Header(f"{n}季度", "年度目标") for n in "一二三四")]
    ticked = [ColumnFacts(), ColumnFacts(), *[ColumnFacts(ticks=True)] * 4]
    assert column_roles(headers)[2:] == ["target"] * 4
    assert column_roles(headers, ticked)[2:] == ["deadline"] * 4


def test_the_builders_people_are_left_out_beside_the_offices() -> None:
    headers = [
        Header("项目名称"),
        Header("负责人", "项目业主单位"),
        Header("责任人", "挂钩责任单位"),
        Header("单位名称", "挂钩责任单位"),
    ]
    assert column_roles(headers) == ["title", "ignore", "owner", "lead_department"]


def test_a_running_number_without_a_name_is_the_number() -> None:
    headers = [Header("工作任务"), Header(""), Header("具体要求"), Header("责任部门")]
    facts = [ColumnFacts(merged=True), ColumnFacts(running=True), ColumnFacts(), ColumnFacts()]
    assert column_roles(headers, facts) == ["category", "no", "content", "lead_department"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("工作任务|责任单位及责任人|完成时限", "content|lead_department|deadline"),
        ("工作任务|责任单位|牵头部门/负责人|完成时限", "content|lead_department|owner|deadline"),
        ("工作任务|牵头与配合单位|完成时限", "content|lead_department|deadline"),
    ],
)
def test_a_head_of_unit_and_person_leads_unless_another_column_does(names: str, expected: str) -> None:
    assert roles(names) == expected


def test_a_bracket_says_which_duty_a_unit_has_and_which_time_is_past() -> None:
    assert roles("工作任务|责任单位（牵头）|责任单位（配合）|完成时间|完成时间（实际）") == (
        "content|lead_department|support_departments|deadline|ignore"
    )


def test_a_schedule_is_the_deadline_only_where_nothing_else_is() -> None:
    assert roles("工作任务|进度安排|责任单位") == "content|deadline|lead_department"
    assert roles("工作任务|进度安排|责任单位|完成时限") == "content|measures|lead_department|deadline"


def test_a_period_with_a_noun_is_what_the_noun_says() -> None:
    assert roles("工作任务|一季度目标|二季度目标|责任单位").split("|")[1:3] == ["target"] * 2
    assert roles("工作任务|一季度工作计划|二季度工作计划|责任单位").split("|")[1:3] == ["measures"] * 2
    assert roles("工作任务|1月完成情况|2月完成情况|责任单位").split("|")[1:3] == ["progress"] * 2
    assert roles("工作任务|年度目标/一季度|年度目标/二季度|责任单位").split("|")[1:3] == ["target"] * 2


def test_quarters_under_a_limit_hold_steps_where_cells_hold_words() -> None:
    headers = [Header("工作任务"), *(Header(f"{n}季度", "完成时限") for n in "一二"), Header("责任单位")]
    assert column_roles(headers)[1:3] == ["deadline"] * 2
    assert column_roles(headers, [ColumnFacts()] * 4)[1:3] == ["measures"] * 2


def test_a_name_before_the_running_number_is_the_group_it_stands_in() -> None:
    assert roles("工程名称|序号|建设任务|责任单位") == "category|no|content|lead_department"
    assert roles("改革任务|序号|改革举措|牵头单位") == "category|no|content|lead_department"


def test_the_contact_of_a_leading_unit_is_in_charge_unless_someone_else_is() -> None:
    assert roles("工作任务|牵头单位|牵头单位联系人")[-5:] == "owner"
    assert roles("工作任务|责任人|牵头单位|牵头单位联系人").endswith("|contact")


def test_who_chases_checks_or_signs_owes_nothing() -> None:
    assert set(roles("督办人|督查单位|审核人|填报人|考核部门|验收人|批示领导").split("|")) == {"ignore"}


def test_what_is_fed_back_is_progress_and_a_project_before_the_number_a_group() -> None:
    assert roles("序号|事项名称|事项内容|截止日期|反馈内容").split("|")[4] == "progress"
    assert roles("项目|序号|工作内容|完成时间").split("|")[0] == "category"


def test_a_named_task_force_leads_unless_a_unit_does() -> None:
    assert roles("序号|专班名称|组长|成员单位|重点任务|完成时限").split("|")[1:4] == [
        "lead_department",
        "leader",
        "support_departments",
    ]
    assert roles("序号|专班名称|工作任务|牵头单位|完成时限").split("|")[1] == "title"


def test_when_someone_complained_is_no_deadline_and_no_measure() -> None:
    assert roles("序号|企业名称|诉求内容|诉求时间|承办部门|办理时限").split("|")[3] == "ignore"


def test_a_problem_with_a_limit_to_solve_it_is_the_task_of_a_named_project() -> None:
    assert roles("序号|项目名称|需协调解决的问题|责任单位|解决时限").split("|")[2] == "content"
    assert roles("序号|项目名称|目前进展|存在问题|责任单位|解决时限").split("|")[3] == "note"


def test_an_indicator_to_create_is_the_task_and_a_task_before_it_is_not() -> None:
    assert roles("序号|创建指标|指标要求|责任部门").split("|")[1:3] == ["content", "target"]
    assert roles("序号|任务名称|前置任务|完成时间").split("|")[2] == "ignore"


@pytest.mark.parametrize(
    ("names", "year", "expected"),
    [
        ("序号|工作内容|2016年完成数|2017年目标|责任单位", None, "no|content|ignore|target|lead_department"),
        ("序号|指标|上年完成情况|本年目标|责任单位", None, "no|content|ignore|target|lead_department"),
        ("序号|工作内容|2016年完成情况|责任单位", 2017, "no|content|ignore|lead_department"),
        ("序号|工作内容|2017年完成情况|责任单位", 2017, "no|content|progress|lead_department"),
        ("序号|指标|2017年目标|2017年完成情况|责任单位", None, "no|content|target|progress|lead_department"),
        ("序号|项目|2017年目标|2017年完成|2018年目标", None, "no|content|target|progress|target"),
    ],
)
def test_what_an_earlier_year_came_to_is_no_progress_of_this_plan(names: str, year: int | None, expected: str) -> None:
    assert "|".join(column_roles([Header(name) for name in names.split("|")], year=year)) == expected
