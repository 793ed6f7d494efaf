"""The office takes a staff list in: sees who is new and known, writes all of it or nothing, and hands out the codes."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from openpyxl import Workbook

from accounts.choices import MembershipRole
from accounts.models import Department, HistoryEntry, Membership, Person, Post, PostHolding, User
from accounts.registering import create_department, create_person, join
from tests.cast import Cast
from tests.query_counts import QueryBaseline

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
ADDRESS = "/people/import/"
HEADS = ("序号", "单位", "姓名", "职务", "手机", "邮箱")


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def paste(office: Client, *rows: str) -> "Answer":
    return office.post(ADDRESS, {"pasted": "\n".join(row.replace("|", "\t") for row in rows)})


def xlsx(rows: Iterable[Sequence[object]], *, merges: Iterable[str] = ()) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for cells in merges:
        sheet.merge_cells(cells)
    stream = io.BytesIO()
    book.save(stream)
    return SimpleUploadedFile("人员名单.xlsx", stream.getvalue())


def docx(rows: Sequence[Sequence[str]], *, merged: tuple[int, int]) -> SimpleUploadedFile:
    document = Document()
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, line in enumerate(rows):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    table.cell(merged[0], 0).merge(table.cell(merged[1], 0))
    stream = io.BytesIO()
    document.save(stream)
    return SimpleUploadedFile("通讯录.docx", stream.getvalue())


def sealed(answer: "Answer") -> str:
    found = re.search(r'name="list" value="([^"]+)"', answer.content.decode())
    assert found is not None, answer.content.decode()
    return found[1]


def confirm(office: Client, answer: "Answer", **said: object) -> "Answer":
    return office.post(ADDRESS, {"list": sealed(answer), **said}, follow=True)


def house() -> tuple[list[Sequence[object]], list[str]]:
    """Return twelve units with 38 people, each unit's cell merged over its people, and two leaders above them."""
    rows: list[Sequence[object]] = [("示例新区工作人员名单",), HEADS]
    rows += [(1, "领导班子", "示例·书记", "党工委书记", "13800000001", "")]
    rows += [(2, None, "示例·副主任甲", "管委会副主任", "13800000002", "")]
    merges = ["A1:F1", "B3:B4"]
    sizes = [4, 4, *[3] * 10]
    for unit, size in enumerate(sizes, start=1):
        first = len(rows) + 1
        for one in range(size):
            number = len(rows) - 1
            duty = ("科长", "副科长", "科员", "")[one]
            named = f"示例第{unit}科" if one == 0 else None
            rows.append((number, named, f"示例·{unit}科{one}", duty, f"138{number:08}", f"p{number}@example.org"))
        merges.append(f"B{first}:B{first + size - 1}")
    return rows, merges


def test_a_house_of_twelve_units_and_forty_people_stands_after_one_list(cast: Cast, office: Client) -> None:
    rows, merges = house()
    before = HistoryEntry.objects.count()
    answer = office.post(ADDRESS, {"file": xlsx(rows, merges=merges)})
    page = answer.content.decode()
    assert "新增 <b>40</b> 人" in page
    assert "新建 <b>12</b> 个单位、<b>2</b> 个岗位" in page
    assert HistoryEntry.objects.count() == before
    assert not Person.objects.filter(name="示例·书记").exists()
    codes = confirm(office, answer, sign_ins="1").content.decode()
    assert Department.objects.filter(organization=cast.organization, name__startswith="示例第").count() == 12
    heads = Membership.objects.filter(department__name__startswith="示例第", role=MembershipRole.HEAD)
    assert heads.count() == 12
    assert Membership.objects.filter(department__name__startswith="示例第").count() == 38
    held = PostHolding.objects.filter(person__name="示例·书记").values_list("post__name", "post__rank")
    assert list(held) == [("党工委书记", "main_leader")]
    assert not Department.objects.filter(name="领导班子").exists()
    assert len(re.findall(r'class="code"', codes)) == 40
    made = Person.objects.get(name="示例·1科0")
    entry = HistoryEntry.objects.get(object_type="person", object_id=made.pk, action="person.created")
    assert (entry.door, entry.user_id) == ("import", cast.office.pk)


def test_whoever_is_handed_a_slip_signs_in_with_it(office: Client) -> None:
    answer = paste(
        office, "姓名|单位|手机|账号", "示例·甲|新科|13900000001|jia", "示例·乙|新科|13900000002|", "示例·丙|新科||"
    )
    codes = confirm(office, answer, sign_ins="1").content.decode()
    said = dict(zip(("jia", "13900000002", "s001"), re.findall(r'class="code">([A-Z2-9-]+)<', codes), strict=True))
    for username, code in said.items():
        entered = Client().post("/accounts/login/", {"username": username, "password": code})
        assert entered.headers["Location"] == "/accounts/password/choose/"
    assert not User.objects.get(username="jia").has_usable_password()


def test_the_same_list_again_changes_nothing(office: Client) -> None:
    rows, merges = house()
    confirm(office, office.post(ADDRESS, {"file": xlsx(rows, merges=merges)}), sign_ins="1")
    written = HistoryEntry.objects.count()
    answer = office.post(ADDRESS, {"file": xlsx(rows, merges=merges)})
    page = answer.content.decode()
    assert "新增 <b>0</b> 人，更新 <b>0</b> 人，不变 <b>40</b> 人" in page
    assert "确认写入" not in page
    confirm(office, answer, sign_ins="1")
    assert HistoryEntry.objects.count() == written


def test_confirming_twice_is_refused_and_shows_how_things_stand(office: Client) -> None:
    answer = paste(office, "姓名|单位", "示例·甲|新科", "示例·乙|新科")
    confirm(office, answer)
    again = confirm(office, answer)
    assert again.status_code == 409
    assert "不变 <b>2</b> 人" in again.content.decode()
    assert Person.objects.filter(name="示例·甲").count() == 1


def test_a_list_changed_on_its_way_is_not_taken(office: Client) -> None:
    answer = paste(office, "姓名|单位", "示例·甲|新科")
    done = office.post(ADDRESS, {"list": sealed(answer)[:-2] + "xx"}, follow=True)
    assert "请重新上传" in done.content.decode()
    assert not Person.objects.filter(name="示例·甲").exists()


def test_each_wanting_row_is_named_and_the_others_are_written(cast: Cast, office: Client) -> None:
    create_person(organization=cast.organization, name="示例·在册", mobile="13900000009", by=cast.actor())
    answer = paste(
        office,
        "单位|姓名|手机|邮箱",
        "规建科|示例·甲|13900000001|jia@example.org",
        "规建科||13900000002|",
        "规建科|示例·甲||",
        "规建科|示例·乙||不是邮箱",
        "各科室|示例·丙||",
        "规建科|示例·丁|13900000009|",
        "|示例·戊||",
    )
    page = answer.content.decode()
    told = re.findall(r'<td class="no">(\d+)</td><td>([^<]*)</td><td class="beside">(<b class="bad">)?', page)
    assert [(row, bool(bad)) for row, _, bad in told] == [
        ("3", True),
        ("4", True),
        ("5", False),
        ("6", True),
        ("7", True),
        ("8", True),
    ]
    assert "示例·甲在同一单位写了两次" in page
    assert "手机号现在记在示例·在册名下" in page
    confirm(office, answer)
    joined = Membership.objects.filter(department=cast.building, person__name__in=["示例·甲", "示例·乙"])
    assert joined.count() == 2
    assert not Person.objects.filter(name__in=["示例·丙", "示例·丁", "示例·戊"]).exists()


def test_who_is_known_is_changed_and_never_doubled(cast: Cast, office: Client) -> None:
    answer = paste(office, "单位|姓名|职务|手机", "规划建设科|示例·张三|科长|13900000001")
    page = answer.content.decode()
    assert "由经办人改为负责人" in page
    assert "补记手机 13900000001" in page
    confirm(office, answer)
    (person,) = Person.objects.filter(organization=cast.organization, name="示例·张三")
    assert person.mobile == "13900000001"
    assert Membership.objects.get(person=person, role=MembershipRole.HEAD).from_on is not None
    assert Membership.objects.get(person=person, role=MembershipRole.CLERK).to_on is not None


def test_a_duty_changed_and_changed_back_on_one_day_is_settled_at_once(office: Client) -> None:
    for duty in ("科长", "科员"):
        confirm(office, paste(office, "单位|姓名|职务", f"新科|示例·甲|{duty}"))
        assert "不变 <b>1</b> 人" in paste(office, "单位|姓名|职务", f"新科|示例·甲|{duty}").content.decode()
    roles = Membership.objects.filter(person__name="示例·甲", to_on__isnull=True).values_list("role", flat=True)
    assert list(roles) == ["clerk"]


def test_someone_a_table_named_is_the_one_who_gets_a_unit(cast: Cast, office: Client) -> None:
    named = create_person(organization=cast.organization, name="示例·表上", by=cast.actor())
    confirm(office, paste(office, "单位|姓名", "经济发展科|示例·表上"))
    assert Membership.objects.filter(department=cast.economy, person=named).count() == 1
    assert Person.objects.filter(name="示例·表上").count() == 1


@pytest.mark.parametrize("is_same", [True, False])
def test_of_a_namesake_elsewhere_the_office_says_whether_it_is_the_same(
    cast: Cast, office: Client, *, is_same: bool
) -> None:
    answer = paste(office, "单位|姓名", "经济发展科|示例·张三")
    assert "就是规划建设科的示例·张三" in answer.content.decode()
    known = Person.objects.get(organization=cast.organization, name="示例·张三")
    confirm(office, answer, **{"same-0": known.pk if is_same else ""})
    assert Person.objects.filter(name="示例·张三").count() == (1 if is_same else 2)
    assert Membership.objects.filter(person=known, department=cast.economy).exists() is is_same


def test_a_mobile_ties_one_person_to_a_second_unit(cast: Cast, office: Client) -> None:
    person = create_person(organization=cast.organization, name="示例·甲", mobile="13900000001", by=cast.actor())
    join(person=person, department=cast.building, role=MembershipRole.CLERK, from_on=None, by=cast.actor())
    confirm(office, paste(office, "单位|姓名|手机", "经济发展科|示例·甲|13900000001"))
    assert set(person.memberships.values_list("department_id", flat=True)) == {cast.building.pk, cast.economy.pk}


def test_a_post_that_stands_is_held_and_not_made_again(cast: Cast, office: Client) -> None:
    confirm(office, paste(office, "单位|姓名|职务", "领导班子|示例·新主任|主任"))
    assert Post.objects.filter(organization=cast.organization, name="主任").count() == 1
    assert cast.director.holdings.filter(person__name="示例·新主任").exists()


def test_all_is_written_or_nothing(cast: Cast, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = paste(office, "单位|姓名|账号", "新科|示例·甲|jia", "新科|示例·乙|yi")
    create_department(organization=cast.organization, name="新科", by=cast.actor())
    again = confirm(office, answer, sign_ins="1")
    assert again.status_code == 409
    assert "没有写入" in again.content.decode()
    assert not Person.objects.filter(name="示例·甲").exists()
    assert not User.objects.filter(username="jia").exists()


def test_what_is_no_list_is_refused_with_a_reason(office: Client) -> None:
    none = paste(office, "今天|开会", "明天|放假")
    assert none.status_code == 422
    assert "没有认出表头" in none.content.decode()
    marked = paste(office, "机密★5年|", "姓名|单位", "示例·甲|办公室")
    assert marked.status_code == 422
    assert "机密" in marked.content.decode()


def test_a_list_from_a_word_document_or_an_old_export_is_read_alike(office: Client) -> None:
    rows = [("科室", "姓 名", "岗位"), ("新科", "示例·甲", "科长"), ("", "示例·乙", "科员"), ("另科", "示例·丙", "")]
    text = "\r\n".join(",".join(row) for row in rows)
    files = [docx(rows, merged=(1, 2)), SimpleUploadedFile("名单.csv", text.encode("gb18030"))]
    pages = [office.post(ADDRESS, {"file": file}).content.decode() for file in files]
    told = [re.findall(r'<td class="beside">(新科|另科)</td><td class="beside">([^<]*)</td>', page) for page in pages]
    assert told == [[("新科", "科长"), ("新科", "科员"), ("另科", "")]] * 2


def test_the_lists_of_people_lead_to_the_import(office: Client) -> None:
    for address in ("/people/", "/people/persons/"):
        assert f'href="{ADDRESS}"' in office.get(address).content.decode()


@pytest.mark.parametrize("size", [10, 500])
def test_the_preview_asks_equally_often_whatever_the_lists_length(
    office: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    rows = [f"示例{n % 12}科|示例·{n}号|科员|139{n:08}" for n in range(size)]
    with assert_query_baseline("page office staff list preview"):
        assert paste(office, "单位|姓名|职务|手机", *rows).status_code == 200
