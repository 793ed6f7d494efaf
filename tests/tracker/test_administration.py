"""Whoever looks after the installation sees whether it works; the office sees it without other organizations."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.clock import database_now
from accounts.founding import CircleError, change_organization
from accounts.models import HistoryEntry, Organization
from accounts.registering import create_organization, grant
from config.schedule import JOBS
from projects.importing.batches import open_batch
from tests.access.world import TABLE
from tests.cast import PASSWORD, TODAY, Cast, at
from tests.query_counts import QueryBaseline
from tracker.boards.installation import _commit, _released
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery, Heartbeat
from tracker.views.administration import JOBS as WORDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
ADDRESS = "/administration/"
BEATS = tuple("worker" if job.name == "heartbeat" else job.name for job in JOBS)


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


@pytest.fixture
def beating() -> None:
    Heartbeat.objects.bulk_create([Heartbeat(name=name, beat_at=database_now()) for name in BEATS])


def failed_messages(organization: Organization, number: int) -> None:
    now = timezone.now()
    Delivery.objects.bulk_create(
        [
            Delivery(
                organization=organization,
                recipient=f"p{place}",
                channel=Channel.INBOX,
                address="x",
                address_hash=f"{organization.pk}-{place}",
                bundle="d",
                state=DeliveryState.FAILED,
                next_try_at=now,
                message_id=f"{organization.pk}-{place}@example.org",
                created_at=now,
            )
            for place in range(number)
        ]
    )


@pytest.mark.usefixtures("beating")
def test_a_beating_clock_is_well_and_a_stopped_one_is_told(office: Client) -> None:
    assert "一切正常" in office.get(ADDRESS).content.decode()
    Heartbeat.objects.filter(name="deliver").update(beat_at=database_now() - timedelta(minutes=10))
    Heartbeat.objects.filter(name="open_rounds").update(beat_at=database_now() - timedelta(hours=2))
    page = office.get(ADDRESS).content.decode()
    assert "有 1 项定时工作没有按时跑" in page
    assert page.count("没有按时</b>") == 1


def test_a_clock_that_never_ran_is_told(office: Client) -> None:
    page = office.get(ADDRESS).content.decode()
    assert f"有 {len(JOBS)} 项定时工作没有按时跑" in page
    assert "还没有跑过" in page


@pytest.mark.usefixtures("beating")
def test_the_office_sees_its_own_failures_and_files_and_no_other_organization(cast: Cast, office: Client) -> None:
    theirs = cast.outsider.organization
    assert theirs is not None
    failed_messages(cast.organization, 2)
    failed_messages(theirs, 5)
    open_batch(
        organization=cast.organization,
        year=2026,
        plan=None,
        file=ContentFile(TABLE.encode()),
        file_name="示例.txt",
        by=cast.actor(),
        now=at(TODAY),
    )
    page = office.get(ADDRESS).content.decode()
    assert '<a href="/reminders/?state=failed">2</a>' in page
    assert "<dt>导入的原表</dt><dd>1</dd>" in page
    assert theirs.name not in page


@pytest.mark.usefixtures("beating")
def test_the_systems_administrator_sees_every_organization_with_its_counts(cast: Cast, client: Client) -> None:
    theirs = cast.outsider.organization
    assert theirs is not None
    failed_messages(theirs, 5)
    grant(user=cast.clerk, organization=cast.organization, role=Role.SYSTEM, from_on=None, by=cast.actor())
    client.force_login(cast.clerk)
    page = client.get(ADDRESS).content.decode()
    assert theirs.name in page
    assert "有 <b>5</b> 条提醒没有送到" in page
    assert "state=failed" not in page
    assert f'href="{ADDRESS}"' in client.get("/items/").content.decode()


@pytest.fixture
def keeper(cast: Cast, client: Client) -> Client:
    """Whoever looks after the installation, who acts for no office."""
    grant(user=cast.clerk, organization=cast.organization, role=Role.SYSTEM, from_on=None, by=cast.actor())
    client.force_login(cast.clerk)
    return client


def test_an_organization_is_made_with_a_code_by_which_its_office_comes_in(cast: Cast, keeper: Client) -> None:
    said = {"name": "示例新区", "code": "xinqu", "parent": cast.organization.pk, "office_name": "示例·新人"}
    page = keeper.post(f"{ADDRESS}organizations/add/", {**said, "username": "xinren"})
    assert page.status_code == 200
    code = re.findall(r'<b class="code">([\w-]+)</b>', page.content.decode())[0]
    made = Organization.objects.get(code="xinqu")
    assert (made.name, made.parent) == ("示例新区", cast.organization)
    said_of = HistoryEntry.objects.filter(organization=made, user=cast.clerk).values_list("action", flat=True)
    assert {"organization.created", "person.created", "user.created", "user.granted"} <= set(said_of)
    theirs = Client()
    theirs.post("/accounts/login/", {"username": "xinren", "password": code})
    theirs.post("/accounts/password/choose/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert theirs.get("/people/units/add/").status_code == 200
    assert theirs.get(ADDRESS).status_code == 200
    assert theirs.get(f"{ADDRESS}organizations/{made.pk}/").status_code == 403


def test_a_second_press_makes_no_second_organization(cast: Cast, keeper: Client) -> None:
    said = {"name": "示例新区", "code": "xinqu", "office_name": "示例·新人", "username": "xinren"}
    keeper.post(f"{ADDRESS}organizations/add/", said)
    again = keeper.post(f"{ADDRESS}organizations/add/", said)
    assert again.status_code == 422
    assert "已有这个代码的机构" in again.content.decode()
    assert Organization.objects.filter(name="示例新区").count() == 1


def test_a_lost_code_is_handed_out_again_to_the_office_and_to_nobody_else(cast: Cast, keeper: Client) -> None:
    address = f"{ADDRESS}organizations/{cast.organization.pk}/"
    assert "示例·督办员" in keeper.get(address).content.decode()
    page = keeper.post(f"{address}code/", {"user": cast.office.pk}).content.decode()
    assert re.search(r'<b class="code">[\w-]{14}</b>', page)
    assert keeper.post(f"{address}code/", {"user": cast.head.pk}).status_code == 404


def test_an_organization_is_renamed_over_the_version_that_was_seen(cast: Cast, keeper: Client) -> None:
    address = f"{ADDRESS}organizations/{cast.organization.pk}/"
    version = Organization.objects.get(pk=cast.organization.pk).version
    assert keeper.post(address, {"version": version, "name": "示例高新区"}).status_code == 302
    lost = keeper.post(address, {"version": version, "name": "示例老区"})
    assert lost.status_code == 409
    assert "<td>示例高新区</td><td>示例老区</td>" in lost.content.decode()
    assert Organization.objects.get(pk=cast.organization.pk).name == "示例高新区"


def test_no_organization_stands_below_itself(cast: Cast) -> None:
    by = cast.actor()
    below = create_organization(code="xia", name="示例下级", parent=cast.organization, by=by)
    with pytest.raises(CircleError):
        change_organization(organization=cast.organization, version=1, name="示例", parent=below, by=by)


def test_the_office_makes_no_organizations(office: Client) -> None:
    assert office.get(f"{ADDRESS}organizations/add/").status_code == 403


def test_messages_that_failed_are_listed_and_others_stay_closed(cast: Cast, office: Client, keeper: Client) -> None:
    theirs = cast.outsider.organization
    assert theirs is not None
    failed_messages(theirs, 12)
    Delivery.objects.update(last_error="信箱不存在")
    page = keeper.get(ADDRESS).content.decode()
    assert page.count("由该机构督查办看") == 10
    assert "信箱不存在" not in page
    failed_messages(cast.organization, 1)
    Delivery.objects.update(last_error="信箱不存在")
    keeper.force_login(cast.office)
    page = keeper.get(ADDRESS).content.decode()
    assert page.count("信箱不存在") == 1
    assert theirs.name not in page


def test_the_first_organization_is_made_from_the_command_line(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["found_organization", "kfq", "示例开发区", "--person", "示例·甲", "--username", "jia", "--system"]
    call_command(*said)
    code = re.findall(r"登录码 ([\w-]{14})", capsys.readouterr().out)[0]
    client = Client()
    client.post("/accounts/login/", {"username": "jia", "password": code})
    client.post("/accounts/password/choose/", {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert client.get(f"{ADDRESS}organizations/add/").status_code == 200
    with pytest.raises(CommandError):
        call_command(*said)


def test_others_see_neither_page_nor_link(cast: Cast, client: Client) -> None:
    client.force_login(cast.leader)
    assert client.get(ADDRESS).status_code == 403
    assert ADDRESS not in client.get("/items/").content.decode()


def test_the_version_is_the_newest_heading_and_the_commit_checked_out(tmp_path: Path) -> None:
    changes = tmp_path / "CHANGELOG.md"
    assert _released(changes) == ""
    changes.write_text("# Changes\n\n## 1.2.0\n\n- x\n\n## 1.1.0\n", encoding="utf-8")
    assert _released(changes) == "1.2.0"
    assert _commit(tmp_path / ".git") == ""
    git = tmp_path / ".git"
    git.mkdir()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text("# pack-refs\n0123456789abcdef refs/heads/main\n")
    assert _commit(git) == "0123456789"
    (git / "HEAD").write_text("fedcba9876543210\n")
    assert _commit(git) == "fedcba9876"


@pytest.mark.parametrize("size", [10, 500])
def test_the_page_asks_equally_often_however_many_organizations_there_are(
    cast: Cast, client: Client, size: int, assert_query_baseline: QueryBaseline
) -> None:
    grant(user=cast.office, organization=cast.organization, role=Role.SYSTEM, from_on=None, by=cast.actor())
    Organization.objects.bulk_create([Organization(code=f"o{n}", name=f"示例机构{n}") for n in range(size)])
    failed_messages(cast.organization, size)
    client.force_login(cast.office)
    client.get(ADDRESS)
    with assert_query_baseline("page system /administration/"):
        assert client.get(ADDRESS).status_code == 200


def test_every_job_is_called_by_words() -> None:
    assert {job.name for job in JOBS} == set(WORDS)
