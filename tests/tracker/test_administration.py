"""Whoever looks after the installation sees whether it works; the office sees it without other organizations."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import Organization
from accounts.registering import grant
from projects.importing.batches import open_batch
from tests.access.world import TABLE
from tests.cast import TODAY, Cast, at
from tests.query_counts import QueryBaseline
from tracker.boards.installation import _commit, _released
from tracker.choices import Channel, DeliveryState
from tracker.models import Delivery, Heartbeat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
ADDRESS = "/administration/"
JOBS = ("raise_due", "deliver", "read_waiting_uploads", "worker", "open_rounds", "reconcile")


@pytest.fixture
def office(cast: Cast, client: Client) -> Client:
    client.force_login(cast.office)
    return client


@pytest.fixture
def beating() -> None:
    Heartbeat.objects.bulk_create([Heartbeat(name=name, beat_at=timezone.now()) for name in JOBS])


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
    Heartbeat.objects.filter(name="deliver").update(beat_at=timezone.now() - timedelta(minutes=10))
    Heartbeat.objects.filter(name="open_rounds").update(beat_at=timezone.now() - timedelta(hours=2))
    page = office.get(ADDRESS).content.decode()
    assert "有 1 项定时工作没有按时跑" in page
    assert page.count("没有按时</b>") == 1


def test_a_clock_that_never_ran_is_told(office: Client) -> None:
    page = office.get(ADDRESS).content.decode()
    assert "有 6 项定时工作没有按时跑" in page
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
