"""The small words around a time: what 前 is, what may follow a date of bare numbers, what joins two times."""

from __future__ import annotations

Entry = tuple[str, str]

# The word 前 is "before" only where it does not begin another word (前期, 前三季度, 前提下); 前提出 and 前进点 are 前 and a verb.
# After the end of a time it is nothing else, whatever number or year follows (6月底前年底前, two lines of one cell).
_OTHER_WORDS = r"""
      [期三两四后半沿瞻往景台端来言夕]
    | 提(?=$|[下条是的为之和,，、;；。)）])
    | 进(?=$|[路街镇乡的中方道,，、;；。)）])
    | 置(?!换) | 述(?![职评]) | 列(?![入出支]) | 去(?![除库产]) | 面(?![向试谈]) | 行(?!文) | 线(?![上下]) | 移(?![交送植民])
"""
AFTER_TIME = "(?<=[底末日号旬初])"
NOT_AFTER_TIME = "(?<![底末日号旬初])"


def _tight(pattern: str) -> str:
    """Take the white space out of a pattern, so that it can stand in plain patterns and in written-out ones."""
    return "".join(pattern.split())


BEFORE = _tight(rf"(?: 之前 | 以前 | 前夕 | {AFTER_TIME}前(?=[三两四二年半]) | 前(?!{_OTHER_WORDS}) )")
ABOUT = _tight("(?: 左右 | 前后 | 前[/、或和]后(?![期续]) | 上下(?=$|[,;。、)]|完成|召开|举[办行]) )")

# What may follow 6.30 or 201706 where they are dates and not amounts.
ENDS = _tight(
    rf"""(?= $ | [,，、;；:。.!?)\]"] | {BEFORE} | [-~至到起] | 期间 | 左右 | 前后 | 后(?!期) | 以?内
           | 完成 | 竣工 | 开工 | 投 | 报 | 交 | 启 )"""
)
LINK = "(?:[-~]+|至|到)"
CHAIN = "(?:[-~、,/和及与或]|至|到|以及)"
QUARTER = "[一二三四1-4]"
UNITS = "亿万千百元个家公平米亩吨版号倍兆%"
HAN = r"[\u4e00-\u9fff]"
NOT_AFTER_NUMBER = "(?<![一二三四五六七八九十第])"

# 底, 初 and 中 begin other words too (底层, 初步, 中国).
PART_OF_MONTH = _tight(
    r"""(?: 上中旬 | 中上旬 | 中下旬 | 上旬 | 中旬 | 下旬 | 上半月 | 下半月 | 前半个?月 | 后半个?月 | 月?底(?![座层数板盘部线]) | 月?末
          | 月?初(?![步级中审稿设验选评]) | 月?中(?![国心秋小学央型介期标层药医考共]) )"""
)
END_OF_YEAR = "底(?!数)|末|终(?![于点止考总绩奖盘决测评汇检])"
MIDDLE_OF_YEAR = "中(?![国期央心小考秋型共标介])"
START_OF_YEAR = "初(?![步级])"
PART_OF_YEAR = f"(?:年?(?:{END_OF_YEAR}|内)|年?{MIDDLE_OF_YEAR}|年?{START_OF_YEAR})"
