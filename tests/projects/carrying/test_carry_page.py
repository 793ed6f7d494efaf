"""The office carries last year's items over through the page; nobody else does."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.choices import Role
from accounts.registering import grant
from projects.carry_views import ANSWERS
from projects.models import Milestone, Plan, Task
from projects.planning import add_tasks, create_plan, issue_plan
from tests.cast import ISSUED_ON, Cast, at, road, task_of
from tests.projects.carrying.conftest import NEW_YEAR
from tests.query_counts import QueryBaseline

KEPT = (*ANSWERS, "from", "fingerprint")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _january(settings: Settings) -> None:
    settings.BUSINESS_DAY_SHIFT = (NEW_YEAR - timezone.localtime().date()).days


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


def fields(html: str) -> dict[str, str]:
    """Return what a browser would send of the page's form without a touch."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        kind, name = (re.search(rf'{key}="([^"]*)"', tag) for key in ("type", "name"))
        value = re.search(r'value="([^"]*)"', tag)
        if (
            name
            and name[1].startswith(KEPT)
            and (not kind or kind[1] not in ("radio", "checkbox") or " checked" in tag)
        ):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def test_the_office_carries_items_over_in_three_steps(office: Client, source: Plan, following: Plan) -> None:
    page = office.get(f"/plans/{following.pk}/carry-over/")
    assert page.status_code == 200
    hall = Milestone.objects.get(task=task_of(source, "4"))
    typed = fields(page.content.decode()) | {f"due:{hall.pk}": "2027-05-20", "act": "preview"}
    preview = office.post(f"/plans/{following.pk}/carry-over/", typed)
    assert "5月20日前" in preview.content.decode()
    assert Task.objects.filter(plan=following).count() == 1
    answer = office.post(
        f"/plans/{following.pk}/carry-over/", fields(preview.content.decode()) | {"act": "apply"}, follow=True
    )
    assert "新增 3 项，关联 1 项" in answer.content.decode()
    carried = Task.objects.filter(plan=following, carried_from__plan=source)
    assert sorted(carried.values_list("number", "carried_from__number")) == [
        ("10", "1"),
        ("11", "3"),
        ("12", "4"),
        ("9", "2"),
    ]


def test_a_day_that_is_missing_is_asked_for_at_its_step(office: Client, source: Plan, following: Plan) -> None:
    typed = fields(office.get(f"/plans/{following.pk}/carry-over/").content.decode())
    answer = office.post(f"/plans/{following.pk}/carry-over/", typed | {"act": "preview"})
    hall = Milestone.objects.get(task=task_of(source, "4"))
    assert answer.status_code == 422
    assert f'id="due:{hall.pk}-error"' in answer.content.decode()
    assert answer.content.decode().count("field-error") == 1


def test_what_was_typed_is_there_again_after_going_back(office: Client, source: Plan, following: Plan) -> None:
    hall = Milestone.objects.get(task=task_of(source, "4"))
    typed = fields(office.get(f"/plans/{following.pk}/carry-over/").content.decode())
    typed |= {f"due:{hall.pk}": "2027-05-20", f"do:{task_of(source, '3').pk}": "leave"}
    preview = office.post(f"/plans/{following.pk}/carry-over/", typed | {"act": "preview"}).content.decode()
    back = office.post(f"/plans/{following.pk}/carry-over/", fields(preview) | {"act": "edit"})
    assert fields(back.content.decode()) == typed


def test_a_second_confirmation_writes_nothing(office: Client, source: Plan, following: Plan) -> None:
    hall = Milestone.objects.get(task=task_of(source, "4"))
    typed = fields(office.get(f"/plans/{following.pk}/carry-over/").content.decode()) | {f"due:{hall.pk}": "2027-05-20"}
    preview = office.post(f"/plans/{following.pk}/carry-over/", typed | {"act": "preview"}).content.decode()
    for status in (302, 409):
        answer = office.post(f"/plans/{following.pk}/carry-over/", fields(preview) | {"act": "apply"})
        assert answer.status_code == status
    assert Task.objects.filter(plan=following).count() == 4


def test_both_items_name_each_other(office: Client, source: Plan, following: Plan) -> None:
    hall = Milestone.objects.get(task=task_of(source, "4"))
    typed = fields(office.get(f"/plans/{following.pk}/carry-over/").content.decode()) | {f"due:{hall.pk}": "2027-05-20"}
    preview = office.post(f"/plans/{following.pk}/carry-over/", typed | {"act": "preview"}).content.decode()
    office.post(f"/plans/{following.pk}/carry-over/", fields(preview) | {"act": "apply"})
    old, new = task_of(source, "1"), task_of(following, "10")
    assert f'href="/items/{new.pk}/"' in office.get(f"/items/{old.pk}/").content.decode()
    assert f'href="/items/{old.pk}/"' in office.get(f"/items/{new.pk}/").content.decode()
    assert f'href="/items/{new.pk}/"' in office.get(f"/plans/{source.pk}/").content.decode()
    assert f'href="/items/{old.pk}/"' in office.get(f"/plans/{following.pk}/").content.decode()


def test_a_link_leads_nobody_where_they_see_nothing(cast: Cast, client: Client, source: Plan, following: Plan) -> None:
    """The new item is a draft: whoever sees the old one doesn't learn of it."""
    old = task_of(source, "1")
    draft = add_tasks(plan=following, drafts=[road(cast)], by=cast.actor(), now=at(NEW_YEAR))[0]
    Task.objects.filter(pk=draft.pk).update(carried_from=old)
    client.force_login(cast.clerk)
    for address in (f"/items/{old.pk}/", f"/plans/{source.pk}/"):
        assert f"/items/{draft.pk}/" not in client.get(address).content.decode()


def test_a_year_without_an_earlier_plan_says_so(office: Client, plan: Plan) -> None:
    assert "没有可以结转的表" in office.get(f"/plans/{plan.pk}/carry-over/").content.decode()


def test_only_the_office_carries_over(cast: Cast, client: Client, source: Plan, following: Plan) -> None:
    add_tasks(plan=following, drafts=[road(cast)], by=cast.actor(), now=at(NEW_YEAR))
    issue_plan(plan=following, on=NEW_YEAR, by=cast.actor(), now=at(NEW_YEAR))
    for user, status in ((cast.clerk, 403), (cast.head, 403), (cast.leader, 403), (cast.outsider, 404)):
        client.force_login(user)
        assert client.get(f"/plans/{following.pk}/carry-over/").status_code == status
        assert client.post(f"/plans/{following.pk}/carry-over/", {"act": "apply"}).status_code == status


def test_another_organizations_office_finds_no_such_plan(
    cast: Cast, client: Client, source: Plan, following: Plan
) -> None:
    assert cast.outsider.organization is not None
    grant(user=cast.outsider, organization=cast.outsider.organization, role=Role.OFFICE, from_on=None, by=cast.actor())
    theirs = create_plan(
        organization=cast.outsider.organization, year=2027, title="外区的表", by=cast.actor(), now=at(NEW_YEAR)
    )
    client.force_login(cast.outsider)
    assert client.get(f"/plans/{following.pk}/carry-over/").status_code == 404
    assert client.get(f"/plans/{theirs.pk}/carry-over/?from={source.pk}").status_code == 404


@pytest.mark.parametrize("rows", [10, 500])
def test_the_page_takes_the_same_queries_at_10_and_at_500_items(
    rows: int, cast: Cast, office: Client, following: Plan, assert_query_baseline: QueryBaseline
) -> None:
    by, now = cast.actor(today=ISSUED_ON), at(ISSUED_ON)
    long = create_plan(organization=cast.organization, year=2026, title="长表", by=by, now=now)
    add_tasks(plan=long, drafts=[road(cast)] * rows, by=by, now=now)
    issue_plan(plan=long, on=ISSUED_ON, by=by, now=now)
    with assert_query_baseline("page office /plans/{plan}/carry-over/"):
        page = office.get(f"/plans/{following.pk}/carry-over/?from={long.pk}")
    assert len(page.context["proposed"].proposals) == rows
    sent = fields(page.content.decode()) | {"act": "preview"}
    assert office.post(f"/plans/{following.pk}/carry-over/", sent).status_code == 200
