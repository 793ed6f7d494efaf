"""What makes a few words the name of a unit, of a group of units, of a person or of a post."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ENDS = """
局 委 办 科 室 处 所 站 队 中心 公司 院 会 组 部 厅 区 县 市 州 街道 镇 乡 村 居 府 单位 部门 专班 署 馆 台 社 校 厂 联 机关 企业 园 中学 小学 大学 基金
行 股 支部 总支 平台 指挥 基地 农场 林场 港 海关 联盟 镇街 党组 班子 口岸 矿 司 大厅 窗口 监狱 协 代表处 政府 庭 片 集团 机构
"""
# Two characters that are a unit all the same; any other short word needs a third.
_SHORT = """
工会 团委 纪委 法院 妇联 残联 文联 科协 侨联 党委 安办 编办 府办 党办 人办 区委 市委 县委 省委 州委 村委 居委 政府 监委 台办 侨办 外办 综办 镇街 乡镇 人大 政协 海关 海事 税务 公安
"""
# Words that end like a unit and are none.
_NO_UNITS = """
社会 农村 乡村 城镇 干部 园区 企业 学校 街道 社区 机关 城市 会计 财会 全部 内部 外部 机会 城区 市区 山区 辖区 小区 军队 部队 社会组织 校园 家园 田园 公园 组织部门
"""
# A plural that may follow 和 or 及 without a name of its own.
_PLURALS = "学校 医院 企业 社区 街道 乡镇 镇街 园区 片区 银行 村居 村 镇 部门 单位 科室"

SUFFIXES = tuple(_ENDS.split())
PLURALS = frozenset(_PLURALS.split())
_SHORT_UNITS = frozenset(_SHORT.split())
_NO_UNIT_ENDS = ("社会", "城乡", "农村", "乡村", "城镇", "干部", "城市", "会计", "财会", "社会组织")
_NONE = frozenset(_NO_UNITS.split())
_GROUP = re.compile(
    r"^(?:(?:区|市|县|省|州|局|委|办|院|镇|街道)?(?:直|属|级|管)?(?:驻.)?(?:各|有关|相关|其他|其它|全体|全区|全市|全县|全局|全办|全镇|所有)|县各|市各|区各"
    r"|(?:区|市|县|省|州|局)(?:直|属)(?=(?:机关|部门|单位|企业|企事业|学校)))"
)
_NOTHING = re.compile(
    r"^(?:[-/\\~－—―–无×xX*.、。，,\s]*|暂无|没有|N/?A|未定|待定|暂定|另定|不涉及|不适用|略|同上|同前|如上|待(?:补充|明确|确定|落实|报)|见附件.*|详见.*)$"
)
_POST = re.compile(
    r"(?:副?(?:主任|书记|科长|局长|市长|县长|区长|州长|省长|镇长|乡长|部长|处长|院长|校长|组长|站长|所长|队长|股长|室长|行长|台长|馆长|园长|村长|总经理|经理|秘书长|董事长|理事长|会长|社长|主席|厅长|检察长|指挥长?)"
    r"|(?:区|市|县|省|州|镇|局|院|校|科室|分管|主要|责任|挂钩|牵头|包保|联系|协管|班子)领导|常委|委员|政委|调研员|专员|助理|负责人|责任人|联系人|联络员|经办人|承办人|网格员|同志)$"
)
_DUTY = re.compile(r"责任人|负责人|联系人|联络员|经办人|分管|电话|具体|负责|承担|短号|手机")
_RULE = re.compile(r"为牵头|列第一|排名|排第一|排在|第一个|第一位|牵头单位为|下同")
_DATELIKE = re.compile(
    r"\d+月|[一二三四五六七八九十]+月|年底|年内|季度|半年|^(?:19|20)\d\d(?:年|[./-]|$)|时限|完成$|^(?:长期|持续|常态|全年|逐年|每[年月季周])"
)
_PHONE = re.compile(
    r"^(?:联系)?(?:电话|手机|传真)?[:：]?[\d\-－ ()（）转]{7,}$|^(?:联系)?(?:电话|手机|传真)|^(?:联系人|责任人|负责人|经办人|联络员)"
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪庄柯颜俞倪严章鲁葛毕聂丛焦向柳邢岳梅莫庞路温欧"
    "阮齐左申翁祝涂樊兰关伍詹游饶闫盛裴巫岑连骆牛宁甘祁耿纪舒桂"
)
_HAN = re.compile(r"[\u4e00-\u9fff×*]+")
_FOREIGN = re.compile(r"[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,8}){1,3}")
COMPOUND = ("欧阳", "诸葛", "上官", "司马", "司徒", "东方", "端木", "皇甫", "尉迟", "令狐", "慕容", "长孙", "夏侯")
# Short names of departments that could pass for a person's name, or that stand between spaces.
_FIELDS = re.compile(
    r"[规经发财政建设农林水利商务文旅教体卫健审统税安监应急环保国土自然资房管城交通民宗侨台司法公检纪组宣编社保障电力供消防招质工信科技团妇联残档史志气象邮烟盐网投融产业园区镇街村路桥]"
)
_GIVEN = frozenset("建国文海林民志保利信")


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def bare(name: str) -> str:
    """Return a name without a bracket at its end and without any inside."""
    return re.sub(r"[（(][^（）()]*[）)]", "", name) if "（" in name or "(" in name else name


def is_nothing(text: str) -> bool:
    return (len(text) < 8 or text[0] in "见详") and _NOTHING.match(folded(text)) is not None


def is_group(name: str) -> bool:
    if not name:
        return False
    return len(name) >= (2 if name[0] == "各" else 3) and _GROUP.match(name) is not None


def ends_as_unit(name: str) -> bool:
    short = bare(name)
    return short.endswith(SUFFIXES) and not short.endswith(_NO_UNIT_ENDS)


@lru_cache(maxsize=8192)
def is_whole(name: str) -> bool:
    """Tell a name that stands by itself from the front of a longer one (发展 和改革局, 老干部 与老龄科)."""
    short = bare(name).strip()
    if is_group(short) or short in _SHORT_UNITS:
        return True
    return len(short) >= 3 and short.endswith(SUFFIXES) and short not in _NONE and not short.endswith(_NO_UNIT_ENDS)


def is_field(name: str) -> bool:
    """Tell a department named by its field alone (公安, 财政, 住建)."""
    return 2 <= len(name) <= 4 and all(_FIELDS.match(sign) for sign in name)


@lru_cache(maxsize=8192)
def is_unit(name: str) -> bool:
    """Tell a unit from a person, a post, a date or a dash."""
    short = bare(name)
    if not short or is_nothing(short) or _DATELIKE.search(short) or "示例" in short or _PHONE.match(short):
        return False
    return re.search(r"[^\W\d_]", short) is not None and not _POST.search(short) and not is_person(short)


def is_post(name: str) -> bool:
    return _POST.search(name) is not None


def is_person(name: str) -> bool:
    """Tell the name of a person: a known surname, two or three characters, no word of an office."""
    if "示例" in name or _FOREIGN.fullmatch(name):
        return True
    if not _HAN.fullmatch(name):
        return False
    if name.startswith(COMPOUND):
        return 3 <= len(name) <= 4 and not name.endswith(SUFFIXES)
    if not name or name[0] not in SURNAMES or not 2 <= len(name) <= 3 or name.endswith(SUFFIXES):
        return False
    # 建 and 国 stand in names as well; 文教卫 and 金融 are fields all through.
    named = not is_field(name) or _GIVEN.issuperset(name[1:]) if len(name) == 3 else not _FIELDS.search(name[1:])
    return named and not _POST.search(name)


def is_aside(inside: str) -> bool:
    """Tell a bracket that belongs to no name: a person, a duty, a date, a rule."""
    if not inside:
        return True
    if inside[0] == "按" or _DUTY.match(inside) or _RULE.search(inside) or _DATELIKE.search(inside) or "示例" in inside:
        return True
    if _POST.search(inside) or _PHONE.match(inside):
        return True
    return is_person(re.sub(r"[\d\-－ ]{5,}$", "", inside))
