"""A responsibility table of any size as an office would lay it out, the same bytes of meaning every time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from operator import attrgetter
from pathlib import Path

import xlsxwriter

COLUMNS = (
    "重点工作",
    "序号",
    "任务名称",
    "具体任务",
    "目标任务",
    "完成时限",
    "责任领导",
    "牵头单位",
    "配合单位",
    "责任人",
)
TITLE = "示例经济开发区年度重点工作责任分解表"
ROWS_A_HEADING, HEADINGS_A_SECTION = 8, 6
DIGITS = "零一二三四五六七八九"

UNITS = (
    "党政办公室", "党群工作科", "经济发展科", "招商服务科", "规划建设科", "财政金融科", "行政审批科", "安监环保科", "城市管理科", "社会事务科",
    "创新发展科", "企业服务中心", "土地储备中心", "大数据中心", "人力资源科", "政策法规科", "统计监测科", "外事商务科", "应急管理科", "综合执法大队",
    "东湖片区办", "西岭片区办", "电商园片区办", "高新产业园办", "市场监管分局", "自然资源分局", "生态环境分局", "税务分局",
)  # fmt: skip
POSTS = (
    "主任",
    *(f"分管{work}副主任" for work in ("经济", "建设", "招商", "财金", "审批", "安全", "城管", "党群", "社会", "科技")),
)
PEOPLE = tuple(f"示例·{family}{given}" for family, given in product("赵钱孙李周吴郑王冯陈", "甲乙丙丁戊己"))

PLACES = tuple(
    f"{name}{kind}"
    for name in ["东湖", "西岭", "南塘", "北桥", "新港", "金沙", "银河", "青石", "白云", "龙泉"]
    for kind in ("片区", "街道", "园区", "社区", "组团")
)
SUBJECTS = (
    "标准厂房", "雨污管网", "数字车间", "人才公寓", "公共停车场", "电商直播基地", "研发平台", "冷链仓储", "中小学校舍", "老旧小区改造",
    "口袋公园", "充电设施", "智慧安监", "政务驿站", "养老服务站", "光伏屋顶", "河道整治", "农贸市场改造", "职工书屋", "路灯节能改造",
    "招商专班", "企业上市培育", "技能培训", "惠企政策兑现", "重点项目攻坚", "固废处置", "消防站点", "志愿服务", "信用修复", "园区道路",
    "集中供热", "技术改造", "外贸展会", "跨境电商", "知识产权服务", "银企对接", "绿色工厂", "安全巡查", "专利导航", "社区食堂",
)  # fmt: skip
ACTIONS = ("新建", "提升", "扩面", "验收", "推广")
MEASURES = (
    "明确时间表和路线图，按月调度，存在问题列入台账销号管理",
    "落实属地责任，逐户走访摸底，形成清单并动态更新",
    "组织现场踏勘和方案比选，同步办理用地、环评等前期手续",
    "建立联席会议机制，每月通报进展，重大事项报管委会研究",
    "引入第三方评估，完善考核办法，确保资金使用规范",
)
TARGETS = (
    "完成投资{amount}亿元以上", "新增企业{amount}家", "", "建成{amount}个点位", "举办活动不少于{amount}场", "", "覆盖率{share}%以上",
    "服务企业{amount}家、培训{more}人次", "形成制度文件并启用", "投诉量控制在{amount}件以内",
)  # fmt: skip
DEADLINES = (
    "年底前",
    "3月底前确定选址，6月底前报批，年底前动工",
    "6月底前",
    "4月底前完成摸底，9月底前全部完成",
    "全年",
    "5月中旬前完成方案，8月底前进场施工，10月底前完工，12月底前通过验收",
    "9月30日前",
    "常态化",
    "上半年完成过半，年底前全面完成",
    "2月底前制定方案，11月底前完成",
    "7月10日前",
    "每季度末",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One item; `heading` and `section` are those it stands under."""

    section: str
    heading: str
    cells: tuple[str | int, ...]


def rows(count: int) -> Iterator[Row]:
    """Yield items that all differ in their words, in an order that never changes."""
    subjects = list(product(ACTIONS, SUBJECTS, PLACES))
    for at in range(count):
        # A step that shares no factor with their number: neighbours differ in subject, action and place.
        action, subject, place = subjects[at * 4_127 % len(subjects)]
        edition = at // len(subjects)
        title = f"{place}{subject}{action}" + (f"（{edition + 1}期）" if edition else "")
        heading = at // ROWS_A_HEADING
        section = heading // HEADINGS_A_SECTION
        yield Row(
            section=f"{_numeral(section)}、{SUBJECTS[section % len(SUBJECTS)]}与{SUBJECTS[(section + 7) % len(SUBJECTS)]}专项行动",
            heading=f"{heading % HEADINGS_A_SECTION + 1}.抓实{SUBJECTS[heading % len(SUBJECTS)]}",
            cells=(at + 1, title, *_words(at, title), *_parties(at)),
        )


def _words(at: int, title: str) -> tuple[str, str, str]:
    target = TARGETS[at % len(TARGETS)].format(amount=at % 37 + 3, more=at % 90 + 10, share=at % 30 + 70)
    return f"推进{title}，{MEASURES[at % len(MEASURES)]}", target, DEADLINES[at % len(DEADLINES)]


def _parties(at: int) -> tuple[str, str, str, str]:
    support = [UNITS[(at + step) % len(UNITS)] for step in (7, 13, 19)[: at % 4]]
    return POSTS[at % len(POSTS)], UNITS[at % len(UNITS)], "、".join(support), PEOPLE[at % len(PEOPLE)]


def _numeral(number: int) -> str:
    """Return 一, 十, 二十三, 一百零五: the ordinal of a heading, `number` counted from 0 and under 999."""
    hundreds, rest = divmod(number + 1, 100)
    tens, ones = divmod(rest, 10)
    return "".join(
        (
            f"{DIGITS[hundreds]}百" if hundreds else "",
            "零" if hundreds and ones and not tens else "",
            "" if not tens else "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十",
            DIGITS[ones] if ones else "",
        )
    )


def write_workbook(path: Path, items: Iterable[Row]) -> None:
    """Write the table: a title, section lines across, headings merged in the first column, one item a row."""
    with xlsxwriter.Workbook(path) as book:
        sheet, last = book.add_worksheet("责任分解表"), len(COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, TITLE)
        sheet.write_row(1, 0, COLUMNS)
        at = 2
        for section, of_section in groupby(items, key=attrgetter("section")):
            sheet.merge_range(at, 0, at, last, section)
            at += 1
            for heading, of_heading in groupby(of_section, key=attrgetter("heading")):
                first = at
                for row in of_heading:
                    sheet.write_row(at, 1, row.cells)
                    at += 1
                if at - first > 1:
                    sheet.merge_range(first, 0, at - 1, 0, heading)
                else:
                    sheet.write(first, 0, heading)
