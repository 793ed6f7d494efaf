"""The vocabulary of header cells: which words make a column what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

GENERIC = "task"


@dataclass(frozen=True, slots=True)
class Sign:
    """What a header says alone; `rank` orders rivals, `weak` says that a parent header may know better."""

    role: str
    name: str
    rank: int = 0
    weak: bool = False
    strong: bool = False
    period: bool = False


_UNIT = r"(?:单位|部门|科室|处室|委室|股室|站办|站所|科所|机构|主体|岗位|专班|组室|属地|镇街|镇办|局办|局室|口|方)"

# Order matters: the first pattern found decides. The number orders rivals for the same role.
_RULES: tuple[tuple[str, int, str], ...] = (
    ("no", 0, r"^(?:序号?|编号|项次|号|№|No\.?|NO\.?|.{0,6}(?:编号|序号)|督办号|任务号|项目号|文号)$"),
    (
        "ignore",
        0,
        r"督[办查导促].{0,2}(?:人|员|领导|单位|部门|科室|责任人)|催办|发送人|跟踪.*[人员]|审核人|审批人|填报人|填表人|制表|制作",
    ),
    (
        "ignore",
        0,
        r"逾期|序时|提醒|提示|%|占比|比例|完成率|百分|进度率|排名|得分|扣分|分值|评分|权重|标准分|检查方式|考核方式|计分",
    ),
    (
        "ignore",
        0,
        r"^(?:关注|创建.*|上级知晓|附件|年份|月份|年度|日期|签收.*|下达.*|交办(?:时间|日期)|立项.*|优先级|密级|级别)$",
    ),
    (
        "ignore",
        0,
        r"(?:实际|实完|已).*(?:时间|日期|工期)|(?:开始|启动|开工|动工|起始|下发|发文).{0,2}(?:填报)?(?:时间|日期|年月)$",
    ),
    ("deadline", 3, r"时限|期限|限期|截[止至].*(?:时间|日期)|到期|时间要求|办结时间"),
    ("ignore", 0, r"填报(?:日期|时间)"),
    ("target", 0, r"节点目标|形象进度目标|目标进度|预期"),
    (
        "deadline",
        2,
        r"(?:计划|要求|预计|建议|拟定?|应|目标).{0,3}(?:完成|办结|竣工|整改|销号|验收|投产|决策).{0,2}(?:时间|日期|年月|月份|节点)|拟决策时间",
    ),
    (
        "deadline",
        1,
        r"时间节点|节点时间|时间安排|时间进度|进度时间|起止|(?:完成|办结|竣工|整改|解决|落实|销号|上报|报送|投产|交付|验收|实施|推进|计划|工作)(?:的)?(?:时间|日期|年月|月份|节点|时点)",
    ),
    ("deadline", 0, r"^(?:时间|完成|节点|时点|工期|建设工期|建设年限|时间表|进度节点)$"),
    ("schedule", 0, r"进度(?:安排|要求|计划)|工作进度$|推进计划|实施计划|序时安排"),
    ("status", 0, r"是否|状态|销号情况|与否|亮灯|灯色|完成标识"),
    ("note", 0, r"备注|说明|原因|^注$|存在.{0,2}问题|困难|^问题$|意见|下[一]?步"),
    (
        "progress",
        0,
        r"情况|进展|^(?:年初|开工|本月|累计|实际|已).*完成|累计完成|^完成(?:投资|产值|数|量|额)|目前进度|当前进度|形象进度$|^进度$|完成进度|(?:办理|推进|工作|落实|执行|实施|整改)(?:进度|结果|进程)|结果$|成效$",
    ),
    ("leader", 0, r"领导(?!小组|干部)|包保人|分管.{0,3}(?:长|主任|书记|负责人)|责任[市县区]长"),
    ("owner", 0, r"(?:牵头|责任|主办|承办).{0,2}单位联[系络]人"),
    ("owner", 0, r"^(?:责任人|负责人|经办人)(?:及|、|和|/|与)"),
    ("contact", 0, r"联系|联络|电话|手机|传真|邮箱"),
    ("support_departments", 0, r"配合|协办|协助|协作|会办|参与|参加|联办|协同|支持单位"),
    (
        "owner",
        0,
        r"(?:责任|负责|经办|承办|具体|落实|主办|牵头|办理|包抓|主管|实施)(?:人员?|者)|责任岗位人|挂钩干部|项目经理|^姓名$",
    ),
    ("strong_lead", 2, rf"(?:牵头|主办|主责|总负责).*{_UNIT}|^(?:牵头|主办|主责)$"),
    ("lead_department", -1, rf"(?:业主|施工|监理|代建|设计|勘察|建设|用地|申报|投资).*{_UNIT}|业主"),
    ("lead_department", 2, rf"(?:责任|承办|负责|落实|承担|挂钩|主管|办理|执行|实施|整改|分管).*{_UNIT}|责任分工|分工"),
    ("lead_department", 0, rf"^(?:.{{0,4}}{_UNIT}|科室名称|单位名称|部门名称)$"),
    (
        "category",
        0,
        r"类别|类型|分类|板块|领域|大类|小类|来源|区块|标段|^方面|级指标|章节|篇章|所属|条线|系列|[一二三]级(?:任务|目录|分类)",
    ),
    ("measures", 0, r"措施|举措|^安排$|工作安排|考核要点|考核内容|路径|办法|步骤|抓手|方法|做法"),
    ("target", 0, r"^(?:计划|年度|全年|本年|年).*(?:投资|产值|数量|任务数)|总投资|投资(?:额|总额|规模|计划)$|计划投资"),
    ("target", 0, r"目标(?!与任务)|指标(?!名称)|预期|成果|质量要求|(?:完成|验收|工作)标准|效果|完成要求"),
    ("title", 0, r"名称|标题|题目|决策项目|比武项目|^重[点大]项目$|项目名"),
    (
        "content",
        0,
        r"内容|具体(?:要求|任务|事项|工作|项目)|工作要求|分解|细化|细项|子任务|议定事项|督办事项|问题|承担的|任务及要求|描述|事项要求|^要求$",
    ),
    (GENERIC, 0, r"任务|事项|工作|项目|要点|实事|重点"),
)
_COMPILED = tuple((role, rank, re.compile(pattern, re.IGNORECASE)) for role, rank, pattern in _RULES)
_UNDER_PARENT = re.compile(r"^(?:单位名称|部门名称|名称|姓名|职务|单位|部门|完成|时间|节点|负责人|目标|任务|内容)$")


_WORDS = re.compile(r"[\u4e00-\u9fff№]|^NO", re.IGNORECASE)


def known_sign(name: str) -> Sign | None:
    """Return what a plain header without remarks says by itself; None for words that are no header's."""
    if _WORDS.search(name):
        for role, rank, pattern in _COMPILED:
            if pattern.search(name):
                return Sign(role, name, rank, weak=bool(_UNDER_PARENT.match(name)))
    return None


def sign_of(name: str) -> Sign:
    return known_sign(name) or Sign("ignore", name)
