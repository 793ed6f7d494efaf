"""A staff list as offices keep it: heads in many words, merged or sectioned units, and rows that say too little."""

from projects.reading.shown import Shown
from projects.reading.staff import StaffList, read_staff


def read(*rows: str, name: str = "Sheet1") -> StaffList:
    return read_staff([Shown(name, tuple(tuple(row.split("|")) for row in rows))])


def people(staff: StaffList) -> list[tuple[str, str]]:
    return [(row.name, row.unit) for row in staff.rows]


def codes(staff: StaffList) -> list[tuple[int, str, bool]]:
    return [(problem.row, problem.code, problem.fatal) for problem in staff.problems]


def test_heads_are_known_in_the_words_offices_use() -> None:
    staff = read(
        "示例开发区工作人员通讯录||||||",
        "序号|所在科室|姓　名|职务/岗位|办公电话|手机号码|电子邮箱",
        "1|办公室|示例·甲|主任|05580001|138 0000 0001|jia@example.org",
    )
    (row,) = staff.rows
    assert (row.row, row.name, row.unit, row.duty) == (3, "示例·甲", "办公室", "主任")
    assert (row.mobile, row.email) == ("13800000001", "jia@example.org")
    assert staff.problems == ()


def test_a_unit_written_once_holds_for_the_rows_below_it() -> None:
    staff = read("单位|姓名", "办公室|示例·甲", "|示例·乙", "财务科|示例·丙")
    assert people(staff) == [("示例·甲", "办公室"), ("示例·乙", "办公室"), ("示例·丙", "财务科")]


def test_where_each_row_names_its_unit_one_without_has_forgotten_it() -> None:
    staff = read("单位|姓名", "办公室|示例·甲", "办公室|示例·乙", "|示例·丙")
    assert people(staff) == [("示例·甲", "办公室"), ("示例·乙", "办公室")]
    assert codes(staff) == [(4, "no_unit", True)]


def test_a_row_over_its_people_names_their_unit_and_heads_may_come_again() -> None:
    staff = read(
        "姓名|职务|电话",
        "一、办公室（2人）||",
        "示例·甲|主任|",
        "示例·乙|科员|",
        "姓名|电话|职务",
        "二、财务科||",
        "示例·丙|13800000003|科长",
        "合计|3|",
        "填表人：示例·甲||",
    )
    assert people(staff) == [("示例·甲", "办公室"), ("示例·乙", "办公室"), ("示例·丙", "财务科")]
    assert (staff.rows[2].duty, staff.rows[2].mobile) == ("科长", "13800000003")
    assert staff.problems == ()


def test_heads_in_two_rows_are_one_head() -> None:
    staff = read("姓名|单位|联系方式|", "||手机|邮箱", "示例·甲|办公室|13800000001|jia@example.org")
    assert [(row.mobile, row.email) for row in staff.rows] == [("13800000001", "jia@example.org")]
    assert staff.problems == ()


def test_a_sheet_called_like_a_unit_is_that_unit() -> None:
    assert people(read("姓名|职务", "示例·甲|科长", name="财务科")) == [("示例·甲", "财务科")]


def test_rows_that_say_too_little_are_left_out_with_the_reason() -> None:
    staff = read(
        "姓名|单位|手机|邮箱|账号",
        "示例·甲|办公室|13800000001|jia@example.org|jia",
        "|办公室|13800000002||",
        "示例·甲|办公室|||",
        "示例·乙|办公室|13800000001||",
        "示例·丙|办公室|||jia",
        "示例·丁、示例·戊|办公室|||",
        "示例·己|办公室、财务科|||",
    )
    assert people(staff) == [("示例·甲", "办公室")]
    assert codes(staff) == [
        (3, "no_name", True),
        (4, "doubled", True),
        (5, "doubled_mobile", True),
        (6, "doubled_username", True),
        (7, "several_names", True),
        (8, "several_units", True),
    ]


def test_a_bad_mail_telephone_or_sign_in_name_is_dropped_and_the_person_kept() -> None:
    staff = read("姓名|单位|手机|邮箱|账号", "示例·甲|办公室|内线转接|jia#example.org|a b")
    (row,) = staff.rows
    assert (row.mobile, row.email, row.username) == ("", "", "")
    assert codes(staff) == [(2, "bad_mobile", False), (2, "bad_mail", False), (2, "bad_username", False)]


def test_someone_in_two_units_with_one_mobile_is_one_person_in_both() -> None:
    staff = read("姓名|单位|手机", "示例·甲|办公室|13800000001", "示例·甲|财务科|13800000001")
    assert people(staff) == [("示例·甲", "办公室"), ("示例·甲", "财务科")]


def test_a_sheet_without_heads_is_no_list() -> None:
    assert not read("示例·甲|办公室", "示例·乙|财务科").found
