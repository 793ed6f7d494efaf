"""What generated tables are made of: units, sample people, deeds, limits, each with its true reading."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

UNITS = [
    "规建局",
    "经发局",
    "财政局",
    "国土分局",
    "执法中队",
    "党政办",
    "社会事务科",
    "招商中心",
    "安监站",
    "市场监管局",
    "投资公司",
    "征迁办",
    "统计站",
    "人社局",
    "教育局",
    "卫健局",
    "交警大队",
    "供电公司",
    "水务集团",
    "环保分局",
    "税务局",
    "城管办",
    "信访办",
    "农业农村局",
    "文旅局",
    "各科室",
    "各街道",
    "各片区",
    "食品园办公室",
    "新塘园办公室",
    "区直各部门",
]
PEOPLE = ["王样", "李示范", "陈例", "张样本", "周示例", "吴样", "郑例", "林示范", "黄样本", "许示例", "蔡样", "庄例"]
POSTS = ("分管副主任", "科室科长", "片园区主任", "网格管理员")
DEEDS = (
    "推进标准化厂房建设",
    "完善企业服务机制",
    "实施道路改造提升",
    "开展安全生产专项整治",
    "推动重点企业增资扩产",
    "抓好信访积案化解",
    "加强干部队伍建设，落实谈心谈话制度",
    "建设党群活动中心；完善配套设施",
    "落实减税降费政策",
    "新增规上工业企业5家",
    "改造老旧小区3个，惠及居民800户",
    "完成28座公交站、3个公厕建设",
    "打造特色街区",
    "引导企业参加境内外知名展会",
    "编制产业发展规划\n征求各方意见",
    "说明会筹备与组织",
    "累计完成投资6亿元",
    "合计培训职工300人次",
    "备案管理工作规范化",
    "报送统计数据质量提升",
)
TITLES = tuple(
    f"{name}项目"
    for name in [
        "滨江路",
        "食品城",
        "学府小学",
        "科创园",
        "水系连通",
        "智慧停车",
        "人才公寓",
        "体育馆",
        "敬老院",
        "变电站",
    ]
)
SECTIONS = ("工业经济", "项目建设", "城市管理", "民生事业", "党的建设", "改革创新", "安全生产")
AREAS = ("食品园", "新塘园", "安东园", "五里园", "时尚园")


@dataclass(frozen=True, slots=True)
class Written:
    """A cell as written and its true names or days."""

    text: str
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()


def limit(random: Random, year: int) -> Written:
    """Return a deadline as offices write them, with its days."""
    month = random.randint(1, 12)
    last = f"{year}-{month:02}-{last_day(year, month):02}"
    day = random.randint(1, 28)
    choices = [
        Written(f"{month}月底前", (last,)),
        Written(f"{month}月底", (last,)),
        Written(f"{month}月份", (last,)),
        Written(f"{year}年{month}月", (last,)),
        Written(f"{month}月{day}日前", (f"{year}-{month:02}-{day:02}",)),
        Written(f"{year}年{month}月{day}日", (f"{year}-{month:02}-{day:02}",)),
        Written("上半年", (f"{year}-06-30",)),
        Written("年底前", (f"{year}-12-31",)),
        Written("全年", (f"{year}-12-31",)),
        Written("第三季度", (f"{year}-09-30",)),
        Written(f"3月份确定选址，6月底前报批，{month if month > 6 else 11}月底前开工", _steps(year, month)),
        Written("长期坚持"),
        Written("持续推进"),
        Written("3-6月", (f"{year}-06-30",)),
    ]
    return random.choice(choices)


def _steps(year: int, month: int) -> tuple[str, ...]:
    end = month if month > 6 else 11
    return (f"{year}-03-31", f"{year}-06-30", f"{year}-{end:02}-{last_day(year, end):02}")


def last_day(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 else 28
    return 30 if month in (4, 6, 9, 11) else 31


def units(random: Random) -> Written:
    """Return a cell of 责任单位: who leads, who supports."""
    one, two, three = random.sample(UNITS, 3)
    return random.choice(
        [
            Written(one, (one,)),
            Written(one, (one,)),
            Written(f"{one}、{two}", (one,), (two,)),
            Written(f"{one}，{two}、{three}", (one,), (two, three)),
            Written(f"{one}\n{two}", (one,), (two,)),
            Written(f"{two}、{one}（牵头）", (one,), (two,)),
            Written(f"{one}牵头，{two}、{three}配合", (one,), (two, three)),
            Written(f"牵头单位：{one}；配合单位：{two}", (one,), (two,)),
            Written(f"{one}会同{two}", (one,), (two,)),
            Written(f"{one}、{two}分别牵头", (one, two)),
        ]
    )


def names(random: Random, *, upto: int = 2) -> Written:
    chosen = random.sample(PEOPLE, random.randint(1, upto))
    if random.random() < 0.15:
        post = random.choice(POSTS)
        return Written(post, (post,))
    return Written(random.choice(["、", "、", "\n"]).join(chosen), tuple(chosen))


def several_units(random: Random, least: int = 0) -> Written:
    """Return a cell of a column whose header names the part: 牵头单位, 配合单位."""
    chosen = random.sample(UNITS, random.randint(least, 3))
    return Written("、".join(chosen) or random.choice(["/", "—", ""]), tuple(chosen))
