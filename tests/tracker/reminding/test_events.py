"""What other systems of the office are told: which events, once each, in the transaction of their cause."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from jsonschema import Draft202012Validator

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import HistoryEntry, Organization
from accounts.registering import create_organization
from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import ON_PLAN, given, opened_round
from tests.tracker.reminding.passes import FIVE_BEFORE, digest, run, send, time_passes
from tests.webhook_sink import Mode, Sink
from tracker.api.documents import document
from tracker.choices import Channel, DeliveryState, EventSource, SettledBy
from tracker.light_log import note_lights
from tracker.models import Attempt, Delivery, EventDue, Outlet, ReportingRound
from tracker.reminding.claiming import claim_one
from tracker.reminding.events import again, again_since, messages_to, ping, raise_events
from tracker.reminding.failures import not_delivered
from tracker.reminding.settling import send_again, settle
from tracker.reminding.subscribing import EVENTS, Wanted, add_webhook, change_webhook
from tracker.reporting import accept_report

pytestmark = pytest.mark.django_db


class BrokenOffError(Exception):
    pass


@pytest.fixture(autouse=True)
def _described(db: None) -> Iterator[None]:
    """Whatever a story here has told other systems is what the API's schema says they are told."""
    yield
    shapes = document("zh-hans")["webhooks"]
    for message in Delivery.objects.filter(channel=Channel.WEBHOOK):
        told = shapes[message.subject]["post"]["requestBody"]["content"]["application/json"]["schema"]
        Draft202012Validator(told).validate(json.loads(message.body))


def subscribed(
    cast: Cast, sink: Sink, *events: str, mode: str = Mode.TAKE, organization: Organization | None = None
) -> Outlet:
    row, _ = add_webhook(
        organization=organization or cast.organization,
        wanted=Wanted("OA", sink.url(mode), events or EVENTS),
        by=cast.actor(),
        now=at(TODAY),
    )
    return row


@transaction.atomic
def _report_and_break_off(cast: Cast, plan: Plan, june: ReportingRound) -> None:
    given(cast, task_of(plan, "1"), june)
    assert EventDue.objects.filter(source=EventSource.HISTORY).exists()
    raise BrokenOffError


def told(outlet: Outlet) -> list[str]:
    return list(messages_to(outlet).order_by("pk").values_list("subject", flat=True))


def test_a_report_is_told_with_what_it_is_about(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    road = task_of(plan, "1")
    report = given(cast, road, opened_round(plan))
    raise_events()
    (message,) = messages_to(row)
    entry = HistoryEntry.objects.get(action="report.submitted")
    said = json.loads(message.body)
    assert (said["id"], said["type"], said["version"]) == (f"history-{entry.pk}", "report.submitted", "v1")
    assert said["data"]["task"]["title"] == road.title
    assert said["data"]["object"]["id"] == report.pk
    assert said["data"]["door"] == entry.door


def test_of_a_review_only_the_answer_is_told_as_changed(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted", "report.accepted")
    report = given(cast, task_of(plan, "1"), opened_round(plan))
    accept_report(report=report, by=cast.actor(), now=at(TODAY))
    raise_events()
    submitted, accepted = (json.loads(message.body)["data"] for message in messages_to(row).order_by("pk"))
    assert {"sentence", "state", "review_state"} <= {*submitted["changed"]}
    assert accepted["changed"] == ["review_state"]
    assert accepted["object"]["version"] == 2


def test_a_change_that_is_undone_tells_nothing(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    june = opened_round(plan)
    with pytest.raises(BrokenOffError):
        _report_and_break_off(cast, plan, june)
    raise_events()
    assert told(row) == []


def test_a_second_pass_and_a_second_cause_add_nothing(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    given(cast, task_of(plan, "1"), opened_round(plan))
    raise_events()
    entry = HistoryEntry.objects.get(action="report.submitted")
    EventDue.objects.create(organization=cast.organization, source=EventSource.HISTORY, source_id=entry.pk)
    raise_events()
    assert told(row) == ["report.submitted"]
    assert not EventDue.objects.exists()


def test_only_what_was_asked_for_and_only_of_the_own_office(cast: Cast, plan: Plan, sink: Sink) -> None:
    other = create_organization(name="邻区管委会", code="linqu", by=cast.actor())
    lights = subscribed(cast, sink, "light.turned")
    foreign = subscribed(cast, sink, organization=other)
    given(cast, task_of(plan, "1"), opened_round(plan))
    raise_events()
    assert (told(lights), told(foreign)) == ([], [])


def test_a_light_that_turns_is_told_and_a_first_one_is_not(cast: Cast, report_step: Milestone, sink: Sink) -> None:
    row = subscribed(cast, sink, "light.turned")
    note_lights(today=TODAY)
    raise_events()
    assert told(row) == []
    note_lights(today=TODAY + timedelta(days=60))
    raise_events()
    said = [json.loads(each.body)["data"] for each in messages_to(row)]
    assert report_step.task_id in {each["task"]["id"] for each in said if each["light"] == "overdue"}
    assert all(each["was"] and each["was"] != each["light"] for each in said)


def test_a_reminder_that_failed_is_told_and_a_webhook_s_own_failure_is_not(
    cast: Cast, report_step: Milestone, sink: Sink
) -> None:
    row = subscribed(cast, sink, "reminder.failed")
    run(digest(FIVE_BEFORE))
    mail = Delivery.objects.filter(channel=Channel.MAIL).first()
    assert mail is not None
    mail.state, mail.last_error = DeliveryState.FAILED, "550"
    mail.save(update_fields=["state", "last_error"])
    not_delivered(mail, today=FIVE_BEFORE, at=digest(FIVE_BEFORE))
    raise_events()
    (message,) = messages_to(row)
    assert json.loads(message.body)["data"]["delivery"] == mail.pk
    not_delivered(message, today=FIVE_BEFORE, at=digest(FIVE_BEFORE))
    assert not EventDue.objects.exists()


def test_it_goes_out_once_and_the_record_says_so(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    given(cast, task_of(plan, "1"), opened_round(plan))
    raise_events()
    send(TODAY)
    send(TODAY)
    (message,) = messages_to(row)
    (kept,) = sink.requests()
    assert kept.body == message.body
    assert (message.state, message.provider_ref) == (DeliveryState.SENT, kept.json()["id"])
    assert Attempt.objects.filter(delivery=message).count() == 1


def test_an_abandoned_try_goes_out_again_under_the_same_id(cast: Cast, sink: Sink) -> None:
    message = ping(outlet=subscribed(cast, sink), by=cast.actor())
    claim = claim_one(worker="killed", today=TODAY)
    assert claim is not None
    time_passes(timedelta(hours=1))
    send(TODAY)
    message.refresh_from_db()
    assert message.state == DeliveryState.SENT
    assert [each.outcome for each in message.attempts.order_by("number")] == ["unknown", "sent"]
    assert sink.requests()[0].body == claim.message.body


def test_a_refusal_waits_for_another_try(cast: Cast, sink: Sink) -> None:
    message = ping(outlet=subscribed(cast, sink, mode=Mode.PERMANENT), by=cast.actor())
    send(TODAY)
    message.refresh_from_db()
    assert message.state == DeliveryState.RETRY
    assert message.next_try_at > message.created_at


def test_gone_switches_it_off_and_the_office_reads_why(cast: Cast, sink: Sink) -> None:
    row = subscribed(cast, sink, mode=Mode.GONE)
    message, waiting = ping(outlet=row, by=cast.actor()), ping(outlet=row, by=cast.actor())
    send(TODAY)
    message.refresh_from_db()
    waiting.refresh_from_db()
    row.refresh_from_db()
    assert (message.state, waiting.state, row.active) == (DeliveryState.FAILED, DeliveryState.CANCELLED, False)
    assert HistoryEntry.objects.get(action="outlet.removed").door == Door.JOB
    notice = Delivery.objects.get(channel=Channel.INBOX, person=cast.office.person, bundle=f"f{message.pk}")
    assert "410" in notice.body


def test_a_replay_has_the_event_s_id_and_words(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    given(cast, task_of(plan, "1"), opened_round(plan))
    raise_events()
    send(TODAY)
    since = messages_to(row).get().created_at
    for begin, count in ((since + timedelta(seconds=1), 0), (since, 1), (since, 1)):
        assert len(again_since(outlet=row, since=begin, by=cast.actor()).messages) == count
    send(TODAY)
    first, *others = sink.requests()
    assert [kept.body for kept in others] == [first.body, first.body]
    assert {kept.headers["webhook-id"] for kept in (first, *others)} == {first.json()["id"]}


def test_so_many_are_sent_again_at_once_and_the_rest_is_counted(cast: Cast, sink: Sink) -> None:
    row = subscribed(cast, sink)
    first, second, third = (ping(outlet=row, by=cast.actor()) for _ in range(3))
    messages_to(row).update(state=DeliveryState.SENT)
    waiting = ping(outlet=row, by=cast.actor())
    done = again_since(outlet=row, since=first.created_at, by=cast.actor(), most=2)
    assert ([each.stands_for for each in done.messages], done.left, done.last) == ([first, second], 1, second.pk)
    done = again_since(outlet=row, since=first.created_at, after=done.last, by=cast.actor(), most=2)
    assert ([each.stands_for for each in done.messages], done.left) == ([third], 0)
    assert not waiting.stand_ins.exists()


def test_history_says_who_wanted_a_trial_and_a_replay_and_who_settled_it(cast: Cast, sink: Sink) -> None:
    message = ping(outlet=subscribed(cast, sink), by=cast.actor())
    replay = again(delivery=message, by=cast.actor(cast.leader))
    Delivery.objects.filter(pk=replay.pk).update(state=DeliveryState.FAILED)
    settle(delivery=replay, how=SettledBy.NEEDLESS, word="", by=cast.actor(), now=at(TODAY))
    entries = HistoryEntry.objects.filter(object_type="delivery").order_by("object_id", "object_version")
    assert list(entries.values_list("object_id", "object_version", "action", "user__username")) == [
        (message.pk, 1, "delivery.tried", "office"),
        (replay.pk, 1, "delivery.replayed", "leader"),
        (replay.pk, 2, "delivery.settled", "office"),
    ]
    assert entries.get(action="delivery.replayed").after["stands_for"] == message.pk


def test_one_that_failed_is_sent_again_from_the_undelivered_list(cast: Cast, sink: Sink) -> None:
    message = ping(outlet=subscribed(cast, sink), by=cast.actor())
    Delivery.objects.filter(pk=message.pk).update(state=DeliveryState.FAILED)
    told = send_again(delivery=message, word="", today=TODAY, by=cast.actor(), now=at(TODAY))
    message.refresh_from_db()
    assert (told.body, message.settled_how) == (message.body, SettledBy.SENT_AGAIN)


def test_a_new_secret_signs_what_still_waits(cast: Cast, sink: Sink) -> None:
    row = subscribed(cast, sink)
    ping(outlet=row, by=cast.actor())
    wanted = Wanted("OA", "", EVENTS)
    by = Actor(cast.office, Door.PAGE, TODAY)
    _, none = change_webhook(outlet=row, wanted=wanted, version=1, by=by, now=at(TODAY))
    _, secret = change_webhook(outlet=row, wanted=wanted, version=2, by=by, now=at(TODAY), renew=True)
    assert (none, secret[:6]) == ("", "whsec_")
    claim = claim_one(worker="test", today=TODAY)
    assert claim is not None
    assert claim.message.outlet["secret"] == secret
    assert claim.message.outlet["url"] == sink.url()
    said = HistoryEntry.objects.filter(object_type="outlet").values_list("after", flat=True)
    assert secret not in json.dumps(list(said))


def test_a_milestone_s_mark_is_a_change_of_its_item(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "task.changed")
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(position=0).pk: TODAY}, by=cast.actor(), now=at(TODAY))
    raise_events()
    assert {json.loads(each.body)["data"]["task"]["id"] for each in messages_to(row)} == {road.pk}


def test_of_a_change_what_changed_is_told_and_of_what_was_made_everything(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "task.changed", "report.submitted")
    road = task_of(plan, "1")
    mark_milestones(task=road, done={road.milestones.get(position=0).pk: TODAY}, by=cast.actor(), now=at(TODAY))
    given(cast, road, opened_round(plan))
    raise_events()
    said = {each["type"]: each["data"] for each in (json.loads(message.body) for message in messages_to(row))}
    assert said["task.changed"]["changed"] == ["milestones"]
    assert {"sentence", "state"} <= set(said["report.submitted"]["changed"])


def test_a_report_in_the_place_of_another_is_one_event(cast: Cast, plan: Plan, sink: Sink) -> None:
    row = subscribed(cast, sink, "report.submitted")
    june = opened_round(plan)
    given(cast, task_of(plan, "1"), june)
    second = given(cast, task_of(plan, "1"), june, replace(ON_PLAN, sentence="改过再报。"), token="again")
    assert HistoryEntry.objects.filter(action="report.replaced").exists()
    raise_events()
    first, last = (json.loads(each.body)["data"]["object"]["id"] for each in messages_to(row).order_by("pk"))
    assert (first != second.pk, last) == (True, second.pk)
