"""The days of festivals and congresses that deadlines lean on, 2000 to 2050."""

from __future__ import annotations

import re
from datetime import date, timedelta

# Year, then month and day of 春节, 端午, 七夕, 中秋, 重阳 (lunar calendar) and 清明 (solar term), Beijing time.
_MOVING = """
2000 0205 0606 0806 0912 1006 0404
2001 0124 0625 0825 1001 1025 0405
2002 0212 0615 0815 0921 1014 0405
2003 0201 0604 0804 0911 1004 0405
2004 0122 0622 0822 0928 1022 0404
2005 0209 0611 0811 0918 1011 0405
2006 0129 0531 0731 1006 1030 0405
2007 0218 0619 0819 0925 1019 0405
2008 0207 0608 0807 0914 1007 0404
2009 0126 0528 0826 1003 1026 0404
2010 0214 0616 0816 0922 1016 0405
2011 0203 0606 0806 0912 1005 0405
2012 0123 0623 0823 0930 1023 0404
2013 0210 0612 0813 0919 1013 0404
2014 0131 0602 0802 0908 1002 0405
2015 0219 0620 0820 0927 1021 0405
2016 0208 0609 0809 0915 1009 0404
2017 0128 0530 0828 1004 1028 0404
2018 0216 0618 0817 0924 1017 0405
2019 0205 0607 0807 0913 1007 0405
2020 0125 0625 0825 1001 1025 0404
2021 0212 0614 0814 0921 1014 0404
2022 0201 0603 0804 0910 1004 0405
2023 0122 0622 0822 0929 1023 0405
2024 0210 0610 0810 0917 1011 0404
2025 0129 0531 0829 1006 1029 0404
2026 0217 0619 0819 0925 1018 0405
2027 0206 0609 0808 0915 1008 0405
2028 0126 0528 0826 1003 1026 0404
2029 0213 0616 0816 0922 1016 0404
2030 0203 0605 0805 0912 1005 0405
2031 0123 0624 0824 1001 1024 0405
2032 0211 0612 0812 0919 1012 0404
2033 0131 0601 0801 0908 1001 0404
2034 0219 0620 0820 0927 1020 0405
2035 0208 0610 0810 0916 1009 0405
2036 0128 0530 0828 1004 1027 0404
2037 0215 0618 0817 0924 1017 0404
2038 0204 0607 0807 0913 1007 0405
2039 0124 0527 0826 1002 1026 0405
2040 0212 0614 0814 0920 1014 0404
2041 0201 0603 0803 0910 1003 0404
2042 0122 0622 0822 0928 1022 0404
2043 0210 0611 0811 0917 1011 0405
2044 0130 0531 0731 1005 1029 0404
2045 0217 0619 0819 0925 1018 0404
2046 0206 0608 0808 0915 1008 0404
2047 0126 0529 0827 1004 1027 0405
2048 0214 0615 0816 0922 1016 0404
2049 0202 0604 0805 0911 1005 0404
2050 0123 0623 0823 0930 1024 0404
"""
_SHORTEST_MONTH = 29
MOVING = ("春节", "端午", "七夕", "中秋", "重阳", "清明")

_FIXED = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "植树节": (3, 12),
    "劳动节": (5, 1),
    "青年节": (5, 4),
    "护士节": (5, 12),
    "儿童节": (6, 1),
    "环境日": (6, 5),
    "高考": (6, 7),
    "建党节": (7, 1),
    "建军节": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "消防日": (11, 9),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "圣诞": (12, 25),
}

# Days of note: only 前 behind one makes it a limit, else it is what a campaign is called (国际禁毒日宣传).
_OF_NOTE = {
    "警察节": (1, 10),
    "消费者权益日": (3, 15),
    "世界水日": (3, 22),
    "国家安全教育日": (4, 15),
    "世界地球日": (4, 22),
    "世界读书日": (4, 23),
    "防灾减灾日": (5, 12),
    "中国旅游日": (5, 19),
    "科技工作者日": (5, 30),
    "世界无烟日": (5, 31),
    "全国爱眼日": (6, 6),
    "全国土地日": (6, 25),
    "国际禁毒日": (6, 26),
    "医师节": (8, 19),
    "烈士纪念日": (9, 30),
    "记者节": (11, 8),
    "世界艾滋病日": (12, 1),
    "国际残疾人日": (12, 3),
    "宪法日": (12, 4),
    "国家公祭日": (12, 13),
}

_EVENTS = {
    "十七大": date(2007, 10, 15),
    "十八大": date(2012, 11, 8),
    "十九大": date(2017, 10, 18),
    "二十大": date(2022, 10, 16),
}

# Short names of fixed days; they are also parts of other words, so the lexer wants a sign that the day is meant.
SHORT = {
    "三八": "妇女节",
    "五一": "劳动节",
    "五四": "青年节",
    "六一": "儿童节",
    "七一": "建党节",
    "八一": "建军节",
    "十一": "国庆",
}

# What a numbered anniversary counts from: the year, the month and the day.
FOUNDED = {
    "中国共产党": (1921, 7, 1),
    "建党": (1921, 7, 1),
    "建军": (1927, 8, 1),
    "新中国": (1949, 10, 1),
    "中华人民共和国": (1949, 10, 1),
    "建国": (1949, 10, 1),
    "国庆": (1949, 10, 1),
    "五四运动": (1919, 5, 4),
    "抗战胜利": (1945, 9, 3),
    "香港回归": (1997, 7, 1),
    "澳门回归": (1999, 12, 20),
}

_LUNAR = {(5, 5): "端午", (7, 7): "七夕", (8, 15): "中秋", (9, 9): "重阳"}

_SAME = {"农历新年": "春节", "农历年": "春节", "过年": "春节", "新年": "元旦", "大年初一": "春节", "正月初一": "春节"}

NAMES = (*MOVING, "元宵", "正月十五", "除夕", "大年三十", *_SAME, *_FIXED)
NAMES_OF_NOTE = tuple(_OF_NOTE)


def _moving_days() -> dict[tuple[str, int], date]:
    days: dict[tuple[str, int], date] = {}
    for line in _MOVING.split("\n")[1:-1]:
        year, *marks = line.split()
        for name, mark in zip(MOVING, marks, strict=True):
            days[name, int(year)] = date(int(year), int(mark[:2]), int(mark[2:]))
    return days


_DAYS = _moving_days()


def festival_day(name: str, year: int) -> date | None:
    """Return the day a festival begins in that year; None outside 2000 to 2050."""
    name = _SAME.get(name, name)
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _OF_NOTE:
        return date(year, *_OF_NOTE[name])
    if name in ("元宵", "正月十五"):
        spring = _DAYS.get(("春节", year))
        return spring + timedelta(days=14) if spring else None
    if name.startswith("正月"):
        spring = _DAYS.get(("春节", year))
        return spring + timedelta(days=int(name.removeprefix("正月")) - 1) if spring else None
    if name in ("除夕", "大年三十"):
        spring = _DAYS.get(("春节", year))
        return spring - timedelta(days=1) if spring else None
    return _DAYS.get((name, year))


def lunar_name(month: int, day: int) -> str:
    """Return the name by which `festival_day` knows a day of the lunar calendar; empty for one not known here."""
    return f"正月{day}" if month == 1 and day <= _SHORTEST_MONTH else _LUNAR.get((month, day), "")


def event_day(name: str) -> date | None:
    """Return the day a party congress opened; None for one whose day is not known here."""
    return _EVENTS.get(re.sub("^党的", "", name))
