"""The office keeps units, people, posts, groups and sign-ins by the pages alone, and everything is on record."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.access import reach_of
from accounts.choices import Role
from accounts.directory import Directory
from accounts.models import (
    Department,
    DepartmentGroup,
    HistoryEntry,
    Membership,
    Person,
    Post,
    PostUnit,
    RoleGrant,
    SignInCode,
    User,
)
from accounts.registering import grant
from tests.cast import PASSWORD, TODAY, Cast
from tests.query_counts import QueryBaseline

pytestmark = pytest.mark.django_db
DAY = TODAY.isoformat()


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def unit_form(unit: Department, **said: object) -> dict[str, object]:
    return {"version": unit.version, "name": unit.name, "kind": unit.kind, "position": 0, "aliases": "", **said}


def actions(kind: str, number: int) -> list[str]:
    entries = HistoryEntry.objects.filter(object_type=kind, object_id=number).order_by("pk")
    return list(entries.values_list("action", flat=True))


def test_a_unit_is_added_and_found_by_its_other_names(cast: Cast, office: Client) -> None:
    office.post(
        "/people/units/add/", {"name": "示例统计科", "kind": "section", "position": 4, "aliases": "统计科\n示统科"}
    )
    made = Department.objects.get(name="示例统计科")
    assert sorted(made.aliases.values_list("name", flat=True)) == ["示统科", "统计科"]
    found = Directory.load(cast.organization.pk, today=TODAY).find("统计科", expect="department")
    assert (found.kind, found.id) == ("department", made.pk)
    assert "示例统计科" in office.get("/people/").content.decode()
    assert actions("department", made.pk) == ["department.created"]


def test_a_renamed_unit_is_still_found_by_its_old_name(cast: Cast, office: Client) -> None:
    office.post(f"/people/units/{cast.economy.pk}/", unit_form(cast.economy, name="经济促进科"))
    found = Directory.load(cast.organization.pk, today=TODAY).find("经济发展科", expect="department")
    assert found.id == cast.economy.pk
    page = office.get(f"/people/units/{cast.economy.pk}/").content.decode()
    assert "名称由“经济发展科”改为“经济促进科”" in page


def test_a_name_in_use_is_refused_and_what_was_typed_stays(cast: Cast, office: Client) -> None:
    answer = office.post("/people/units/add/", {"name": "招商科", "kind": "area", "position": 7, "aliases": "别的"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "已有单位、别名、分组或岗位在用" in page
    assert 'value="招商科"' in page
    assert "别的" in page
    assert not Department.objects.filter(name="招商科").exists()


def test_a_unit_never_stands_below_itself(cast: Cast, office: Client) -> None:
    office.post(f"/people/units/{cast.economy.pk}/", unit_form(cast.economy, parent=cast.building.pk))
    answer = office.post(f"/people/units/{cast.building.pk}/", unit_form(cast.building, parent=cast.economy.pk))
    assert answer.status_code == 422
    assert "不能放在自己或下级单位之下" in answer.content.decode()


def test_the_second_editor_sees_both_values_and_keeps_the_typing(cast: Cast, office: Client) -> None:
    seen = unit_form(cast.economy)
    office.post(f"/people/units/{cast.economy.pk}/", {**seen, "name": "经济促进科"})
    answer = office.post(f"/people/units/{cast.economy.pk}/", {**seen, "name": "经济服务科"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "<td>经济促进科</td><td>经济服务科</td>" in page
    assert 'value="经济服务科"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    office.post(f"/people/units/{cast.economy.pk}/", {**seen, "name": "经济服务科", "version": version[1]})
    cast.economy.refresh_from_db()
    assert cast.economy.name == "经济服务科"


def test_someone_without_mail_signs_in_with_a_code_and_chooses_a_password(cast: Cast, office: Client) -> None:
    office.post(
        "/people/persons/add/",
        {"name": "示例·新来的", "department": cast.economy.pk, "role": "clerk", "from_on": DAY},
    )
    person = Person.objects.get(name="示例·新来的")
    page = office.post(f"/people/persons/{person.pk}/sign-in/", {"username": "xinlai"}).content.decode()
    shown = re.search(r'class="code">([A-Z2-9-]+)<', page)
    assert shown is not None
    code = shown[1]
    stranger = Client()
    typed = code.lower().replace("-", " ")
    answer = stranger.post("/accounts/login/", {"username": "xinlai", "password": typed})
    assert answer.headers["Location"] == "/accounts/password/choose/"
    assert stranger.get("/mine/").headers["Location"] == "/accounts/password/choose/"
    chosen = "Yige-xin-de-mima-9"
    done = stranger.post("/accounts/password/choose/", {"new_password1": chosen, "new_password2": chosen})
    assert done.headers["Location"] == "/"
    assert stranger.get("/items/").status_code == 200
    assert Client().post("/accounts/login/", {"username": "xinlai", "password": code}).status_code == 200
    assert Client().post("/accounts/login/", {"username": "xinlai", "password": chosen}).status_code == 302
    assert code not in str(list(SignInCode.objects.values())) + str(list(HistoryEntry.objects.values()))


def test_a_code_is_good_for_a_week_and_only_the_newest_one(cast: Cast, office: Client) -> None:
    person = cast.clerk.person
    assert person is not None
    codes = []
    for _ in range(2):
        page = office.post(f"/people/persons/{person.pk}/code/").content.decode()
        shown = re.search(r'class="code">([A-Z2-9-]+)<', page)
        assert shown is not None
        codes.append(shown[1])
    assert Client().post("/accounts/login/", {"username": "clerk", "password": codes[0]}).status_code == 200
    SignInCode.objects.filter(used_at__isnull=True).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post("/accounts/login/", {"username": "clerk", "password": codes[1]}).status_code == 200
    assert Client().post("/accounts/login/", {"username": "clerk", "password": PASSWORD}).status_code == 302


def test_whoever_leaves_is_signed_out_for_good_and_the_name_stays(cast: Cast, office: Client) -> None:
    person = cast.clerk.person
    assert person is not None
    office.post(f"/people/persons/{person.pk}/leave/", {"on": DAY})
    assert not User.objects.get(pk=cast.clerk.pk).is_active
    assert list(Membership.objects.filter(person=person).values_list("to_on", flat=True)) == [TODAY]
    assert "离职" in office.get(f"/people/persons/{person.pk}/").content.decode()
    assert "person.left" in actions("person", person.pk)


def test_a_post_passes_from_one_holder_to_the_next(cast: Cast, office: Client) -> None:
    holding = cast.deputy_post.holdings.get()
    office.post(f"/people/holdings/{holding.pk}/end/", {"on": "2026-06-30"})
    head = cast.head.person
    assert head is not None
    office.post(f"/people/posts/{cast.deputy_post.pk}/hold/", {"person": head.pk, "from_on": "2026-07-01"})
    held = cast.deputy_post.holdings.order_by("pk").values_list("person__name", "to_on")
    assert [(name, str(day) if day else None) for name, day in held] == [
        ("示例·副主任", "2026-06-30"),
        ("示例·科长", None),
    ]


def test_a_groups_members_change_from_a_day_and_the_days_before_stay(cast: Cast, office: Client) -> None:
    group = cast.everyone
    office.post(
        f"/people/groups/{group.pk}/",
        {
            "version": group.version,
            "name": "各科室",
            "departments": [cast.building.pk, cast.economy.pk],
            "on": "2026-07-01",
        },
    )
    rows = {row.department_id: row.to_on for row in group.members.all()}
    assert str(rows[cast.investment.pk]) == "2026-06-30"
    assert rows[cast.building.pk] is None


def test_a_new_group_and_a_new_post_can_be_named_in_a_table(cast: Cast, office: Client) -> None:
    office.post(
        "/people/groups/add/", {"name": "各片区", "departments": [cast.building.pk, cast.economy.pk], "on": DAY}
    )
    office.post("/people/posts/add/", {"name": "分管招商副主任", "rank": "leader", "position": 3})
    assert DepartmentGroup.objects.get(name="各片区").members.count() == 2
    directory = Directory.load(cast.organization.pk, today=TODAY)
    assert directory.find("分管招商副主任", expect="post").id == Post.objects.get(name="分管招商副主任").pk


def test_only_who_looks_after_the_installation_hands_that_on(cast: Cast, office: Client) -> None:
    clerk = cast.clerk.person
    assert clerk is not None
    address = f"/people/persons/{clerk.pk}/"
    assert "系统管理" not in office.get(address).content.decode()
    assert office.post(f"{address}role/", {"role": "system"}).status_code == 403
    grant(user=cast.office, organization=cast.organization, role=Role.SYSTEM, from_on=None, by=cast.actor())
    assert "系统管理" in office.get(address).content.decode()
    office.post(f"{address}role/", {"role": "system"})
    assert RoleGrant.objects.filter(user=cast.clerk, role="system", to_on__isnull=True).exists()


def test_nobody_takes_the_office_from_themselves(cast: Cast, office: Client) -> None:
    me, clerk = cast.office.person, cast.clerk.person
    assert me is not None
    assert clerk is not None
    office.post(f"/people/persons/{me.pk}/role/", {"role": "office"})
    assert RoleGrant.objects.filter(user=cast.office, to_on__isnull=True).exists()
    office.post(f"/people/persons/{clerk.pk}/role/", {"role": "office"})
    assert RoleGrant.objects.filter(user=cast.clerk, role="office", to_on__isnull=True).exists()
    office.post(f"/people/persons/{clerk.pk}/role/", {"role": "office"})
    assert not RoleGrant.objects.filter(user=cast.clerk, role="office", to_on__isnull=True).exists()
    assert actions("user", cast.clerk.pk)[-2:] == ["user.granted", "user.revoked"]


def test_another_organizations_people_are_not_there(cast: Cast, office: Client) -> None:
    theirs = cast.outsider.person
    assert theirs is not None
    assert office.get(f"/people/persons/{theirs.pk}/").status_code == 404
    assert office.post(f"/people/persons/{theirs.pk}/code/").status_code == 404
    assert "示例·外区人" not in office.get("/people/persons/").content.decode()


@pytest.mark.parametrize("size", [10, 500])
@pytest.mark.parametrize("address", ["/people/", "/people/persons/", "/people/posts/", "/people/groups/"])
def test_the_lists_ask_equally_often_whatever_their_length(
    cast: Cast, office: Client, size: int, address: str, assert_query_baseline: QueryBaseline
) -> None:
    zone = cast.organization
    Department.objects.bulk_create([Department(organization=zone, name=f"示例{n}科") for n in range(size)])
    people = Person.objects.bulk_create([Person(organization=zone, name=f"示例·{n}号") for n in range(size)])
    Post.objects.bulk_create([Post(organization=zone, name=f"岗位{n}") for n in range(size)])
    DepartmentGroup.objects.bulk_create([DepartmentGroup(organization=zone, name=f"各{n}") for n in range(size)])
    Membership.objects.bulk_create(
        [Membership(organization=zone, person=person, department=cast.building) for person in people]
    )
    with assert_query_baseline(f"page office {address}"):
        assert office.get(address).status_code == 200


def test_a_post_answers_for_several_units_from_the_day_it_is_said(cast: Cast, office: Client) -> None:
    post, today = cast.deputy_post, timezone.localdate()
    before = reach_of(cast.deputy, today=today).below
    said = {"version": post.version, "name": post.name, "rank": "leader", "position": 1}
    office.post(f"/people/posts/{post.pk}/", {**said, "departments": [cast.economy.pk, cast.investment.pk]})
    assert reach_of(cast.deputy, today=today).below == {cast.economy.pk, cast.investment.pk}
    assert reach_of(cast.deputy, today=today - timedelta(days=1)).below == before == {cast.building.pk}
    assert "经济发展科、招商服务科" in office.get("/people/posts/").content.decode()
    entry = HistoryEntry.objects.filter(object_type="post", object_id=post.pk).latest("pk")
    assert entry.before["units"] == [cast.building.pk]
    assert "所管单位" in office.get(f"/people/posts/{post.pk}/").content.decode()
    post.refresh_from_db()
    office.post(f"/people/posts/{post.pk}/", {**said, "version": post.version, "departments": []})
    assert reach_of(cast.deputy, today=today).below == frozenset()
    assert list(PostUnit.objects.filter(post=post).values_list("department", flat=True)) == [cast.building.pk]
