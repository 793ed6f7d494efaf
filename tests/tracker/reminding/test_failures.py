"""A message that fails for good is told to the office, once, in its inbox."""

import pytest
from django.test import Client

from accounts.models import Person
from projects.models import Milestone
from tests.cast import Cast, at
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run
from tracker.choices import AttemptOutcome, Channel, DeliveryState
from tracker.models import Delivery
from tracker.reminding.claiming import claim_one
from tracker.reminding.failures import tell_office
from tracker.reminding.marking import Outcome, mark
from tracker.reminding.outbox import deliver_one

pytestmark = pytest.mark.django_db
REFUSED = Outcome(DeliveryState.FAILED, AttemptOutcome.FAILED, "550 no such user")


def notices(cast: Cast) -> list[Delivery]:
    return list(Delivery.objects.filter(channel=Channel.INBOX, person=cast.office.person))


@pytest.fixture
def failed(report_step: Milestone) -> Delivery:
    run(digest(FIVE_BEFORE))
    claim = claim_one(worker="test", today=FIVE_BEFORE)
    assert claim is not None
    assert mark(claim, REFUSED)
    return Delivery.objects.get(channel=Channel.MAIL)


def test_the_office_learns_whose_message_failed_and_why(cast: Cast, failed: Delivery) -> None:
    (notice,) = notices(cast)
    assert notice.subject == "6月23日 发给示例·张三的邮件没有送达"
    assert "原因：550 no such user" in notice.body
    assert f"/reminders/deliveries/{failed.pk}/" in notice.body


def test_it_is_told_once(cast: Cast, failed: Delivery) -> None:
    tell_office(failed, today=FIVE_BEFORE, at=at(FIVE_BEFORE))
    assert len(notices(cast)) == 1


def test_a_try_that_lost_its_lease_tells_nobody(cast: Cast, report_step: Milestone) -> None:
    run(digest(FIVE_BEFORE))
    claim = claim_one(worker="test", today=FIVE_BEFORE)
    assert claim is not None
    Delivery.objects.filter(pk=claim.delivery_id).update(lease_token="another")
    assert not mark(claim, REFUSED)
    assert notices(cast) == []


def test_an_address_that_is_none_is_told_too(cast: Cast, report_step: Milestone) -> None:
    Person.objects.filter(user=cast.clerk).update(email="nobody")
    run(digest(FIVE_BEFORE))
    assert not deliver_one(worker="test", today=FIVE_BEFORE)
    assert "地址：nobody" in notices(cast)[0].body


def test_the_notice_leads_from_the_inbox_to_the_message_that_failed(
    cast: Cast, failed: Delivery, client: Client
) -> None:
    client.force_login(cast.office)
    assert f'<a class="row-title" href="/reminders/deliveries/{failed.pk}/"' in client.get("/inbox/").content.decode()
