"""A cell is read as its program shows it: every expectation here is what Excel and WPS show."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from projects.reading.sources.formats import Value, is_date_format, shown

JUNE = date(2017, 6, 30)
MORNING = datetime.fromisoformat("2017-06-03T09:05")


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (5.0, None, "5"),
        (0.1, "General", "0.1"),
        (36.310000000000002, "General", "36.31"),
        (110101199003071234.0, "General", "110101199003071232"),
        (2017.1, "0.00", "2017.10"),
        (2.675, "0.00", "2.68"),
        (0.125, "0.00", "0.13"),
        (7.0, "000", "007"),
        (1234567.0, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.2, "0%", "20%"),
        (0.155, "0.0%", "15.5%"),
        (1.5, "0.##", "1.5"),
        (2.0, "0.##", "2"),
        (0.5, "#.##", ".5"),
        (5.0, '0"个"', "5个"),
        (5.0, '"约"0"家"', "约5家"),
        (5.0, 'General"家"', "5家"),
        (3.2, "0.0亿元", "3.2亿元"),
        (36310.0, '0!.0,"万元"', "3.6万元"),
        (363100000.0, '0.00,,"百万"', "363.10百万"),
        (201706.0, "0000-00", "2017-06"),
        (59512345678.0, "0000-0000-0000", "0595-1234-5678"),
        (-5.0, "0", "-5"),
        (-0.4, 'General"亩"', "-0.4亩"),
        (-5.0, "0;(0)", "(5)"),
        (-5.0, "0_ ;[Red]-0 ", "-5"),
        (0.0, '0;-0;"无"', "无"),
        (0.0, "0;-0;", ""),
        (120.0, "[>=100]0;0.0", "120"),
        (1.0, '[=1]"是";[=0]"否";0', "是"),
        (3.0, "[$¥-804]#,##0.00", "¥3.00"),
        (12.0, "[DBNum1][$-804]General", "一十二"),
        (2017.0, "[DBNum1]General", "二千〇一十七"),
        (2017.0, "[DBNum1]0", "二〇一七"),
        (1.1e17, "0.00E+00", "110000000000000000"),
        (0.5, "# ?/?", "0.5"),
        (True, "0", "TRUE"),
        (5.0, "@", "5"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: Value, code: str | None, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (None, "2017/6/30"),
        ("yyyy/m/d", "2017/6/30"),
        ("yyyy-mm-dd", "2017-06-30"),
        ('yyyy"年"m"月"', "2017年6月"),
        ('yyyy"年"m"月"d"日";@', "2017年6月30日"),
        ('m"月"d"日"', "6月30日"),
        ("[$-804]yyyy!年m!月", "2017年6月"),
        ("mmm-yy", "Jun-17"),
        ("d-mmm", "30-Jun"),
        ("m/d", "6/30"),
        ("yyyy.mm", "2017.06"),
        ("[$-F800]dddd, mmmm dd, yyyy", "2017年6月30日"),
        ('yyyy"年"m"月"d"日" aaaa', "2017年6月30日 星期五"),
    ],
)
def test_a_day_is_shown_as_its_format_says(code: str | None, text: str) -> None:
    assert shown(JUNE, code) == text


def test_a_moment_shows_minutes_where_the_format_means_minutes() -> None:
    assert shown(MORNING, "yyyy/m/d h:mm") == "2017/6/3 9:05"
    assert shown(MORNING, "h:mm AM/PM") == "9:05 AM"


@pytest.mark.parametrize("code", ["General", "0.00", 'General"年"', '0"月"', '0!.0,"万"', "#,##0", "@", "[Red]0"])
def test_a_format_of_numbers_is_none_of_days(code: str) -> None:
    assert not is_date_format(code)
