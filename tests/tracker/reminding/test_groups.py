"""A unit with a robot in its group is told there beside its people, of what the office chose for it."""

from datetime import date

import pytest

from projects.choices import InvolvementRole
from projects.models import Involvement, Milestone, Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.reminding.outlet_story import group
from tests.tracker.reminding.passes import FIVE_BEFORE, ONE_BEFORE, digest, run
from tests.tracker.reminding.test_expanding import more
from tracker.choices import Channel, DeliveryState, GroupOccasion, ReminderState
from tracker.models import Delivery, Outlet, Reminder
from tracker.reminding.claiming import claim_one
from tracker.reminding.forecasting import forecast
from tracker.reminding.holding import hold, key_of
from tracker.reminding.outlets import remove_outlet
from tracker.rounds import open_rounds
from tracker.urging import urge

pytestmark = pytest.mark.django_db
DAY_AFTER, WEEK_AFTER = date(2026, 7, 1), date(2026, 7, 7)


def groups() -> list[Reminder]:
    return list(Reminder.objects.filter(department__isnull=False).order_by("pk"))


def steps() -> list[tuple[str, str]]:
    return [(row.step, row.state) for row in groups()]


def said() -> Delivery:
    return Delivery.objects.get(channel=Channel.DINGTALK_ROBOT)


def test_a_groups_reminder_names_the_unit_and_no_person(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    run(digest(FIVE_BEFORE))
    (row,) = groups()
    assert (row.recipient, row.department, row.person) == (f"department:{cast.building.pk}", cast.building, None)
    assert row.state == ReminderState.EXPANDED


def test_the_people_are_told_as_ever(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    run(digest(FIVE_BEFORE))
    assert Reminder.objects.filter(person=cast.clerk.person, state=ReminderState.EXPANDED).count() == 1
    assert {row.channel for row in Delivery.objects.all()} == {"inbox", "mail", "dingtalk_robot"}
    assert not Delivery.objects.filter(channel=Channel.INBOX, department__isnull=False).exists()


def test_a_second_pass_tells_the_group_nothing_more(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    run(digest(FIVE_BEFORE))
    run(at(FIVE_BEFORE, 9))
    assert steps() == [("before-5", "expanded")]


def test_a_group_gets_one_digest_a_day_for_everything(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    more(cast, 3)
    run(digest(FIVE_BEFORE))
    assert said().bundle == "2026-06-23"
    assert said().items.count() == 4


def test_after_downtime_the_owner_is_told_before_the_group(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    run(digest(ONE_BEFORE))
    assert steps() == [("before-5", "merged"), ("before-1", "due")]
    assert Reminder.objects.get(person=cast.clerk.person, step="before-1").state == ReminderState.EXPANDED
    run(at(ONE_BEFORE, 9, 30))
    assert steps() == [("before-5", "merged"), ("before-1", "expanded")]


def test_a_group_hears_of_what_its_own_people_owe_and_not_of_what_goes_on_to_leaders(
    cast: Cast, report_step: Milestone
) -> None:
    group(cast)
    for day in (FIVE_BEFORE, ONE_BEFORE, date(2026, 6, 30), DAY_AFTER, date(2026, 7, 3), WEEK_AFTER):
        run(digest(day))
    assert Reminder.objects.filter(person__isnull=False, step="after-7").exists()
    assert not Reminder.objects.filter(department__isnull=False, step="after-7").exists()
    assert ("after-1", "expanded") in steps()


@pytest.mark.parametrize(
    ("tells", "told"),
    [
        ((), []),
        ((GroupOccasion.AHEAD,), ["before-5", "before-1", "day"]),
        ((GroupOccasion.OVERDUE,), ["after-1", "after-3"]),
        ((GroupOccasion.AHEAD, GroupOccasion.OVERDUE), ["before-5", "before-1", "day", "after-1", "after-3"]),
    ],
)
def test_only_what_was_chosen_is_told_in_a_group(
    cast: Cast, report_step: Milestone, tells: tuple[GroupOccasion, ...], told: list[str]
) -> None:
    group(cast, tells=tells)
    for day in (FIVE_BEFORE, ONE_BEFORE, date(2026, 6, 30), DAY_AFTER, date(2026, 7, 3)):
        run(digest(day))
    assert [row.step for row in groups() if row.state == ReminderState.EXPANDED] == told


def test_a_group_is_told_of_reports_owed(cast: Cast, plan: Plan) -> None:
    group(cast, tells=(GroupOccasion.OWED,))
    open_rounds(today=TODAY)
    run(digest(TODAY))
    assert {row.subject_kind for row in groups()} == {"owed"}


def test_what_is_said_to_people_stays_out_of_the_group_unless_chosen(cast: Cast, plan: Plan) -> None:
    group(cast)
    group(cast, channel=Channel.WECOM_ROBOT, tells=())
    urged(cast, plan, "first")
    assert groups() == []
    Outlet.objects.update(tells=[GroupOccasion.ASKED.value])
    urged(cast, plan, "second")
    assert steps() == [("urged", "due")]


def urged(cast: Cast, plan: Plan, token: str) -> None:
    urge(
        task=task_of(plan, "1"),
        department=cast.building,
        text="请抓紧。",
        by=cast.actor(),
        now=at(TODAY),
        token=token,
    )


def test_a_group_taken_out_of_use_is_told_nothing_more_and_the_record_says_so(
    cast: Cast, report_step: Milestone
) -> None:
    outlet = group(cast)
    run(digest(FIVE_BEFORE))
    remove_outlet(outlet=outlet, version=1, by=cast.actor(), now=at(FIVE_BEFORE))
    while claim_one(worker="test", today=FIVE_BEFORE):
        pass
    assert (said().state, said().last_error) == (DeliveryState.CANCELLED, "outlet_removed")
    Reminder.objects.filter(department__isnull=False).update(state=ReminderState.DUE)
    run(at(FIVE_BEFORE, 10))
    assert [(row.state, row.reason) for row in groups()] == [("suppressed", "no_group")]


def test_a_unit_that_is_no_more_has_no_group(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    cast.building.dissolved_on = FIVE_BEFORE
    cast.building.save(update_fields=["dissolved_on"])
    run(digest(FIVE_BEFORE))
    assert groups() == []


def test_a_groups_message_says_who_must_do_what_by_when(cast: Cast, report_step: Milestone) -> None:
    outlet = group(cast)
    Involvement.objects.create(
        organization=cast.organization, task=report_step.task, role=InvolvementRole.OWNER, person=cast.clerk.person
    )
    run(digest(FIVE_BEFORE))
    Delivery.objects.exclude(outlet=outlet).update(state=DeliveryState.SENT)
    claim = claim_one(worker="test", today=FIVE_BEFORE)
    assert claim is not None
    assert "规划建设科有 1 件事" in claim.message.body
    assert "新塘路建设" in claim.message.body
    assert "6月30日到期，还有 7 天（示例·张三）" in claim.message.body
    assert "/items/" in claim.message.body


def test_of_many_items_a_group_hears_the_first_ten_and_how_many_more(cast: Cast, report_step: Milestone) -> None:
    outlet = group(cast)
    more(cast, 12)
    run(digest(FIVE_BEFORE))
    Delivery.objects.exclude(outlet=outlet).update(state=DeliveryState.SENT)
    claim = claim_one(worker="test", today=FIVE_BEFORE)
    assert claim is not None
    lines = claim.message.body.splitlines()
    assert len(lines) == 13
    assert "另有 3 件没有列出。" in lines


def test_no_secret_stands_in_the_record(cast: Cast, report_step: Milestone) -> None:
    outlet = group(cast)
    run(digest(FIVE_BEFORE))
    assert said().address == f"outlet:{outlet.pk}"
    assert "geheim" not in outlet.settings_sealed
    kept = [str(row.__dict__) for row in Delivery.objects.all()]
    assert not any("geheim" in row for row in kept)


def test_tomorrows_notice_to_a_group_can_be_held(cast: Cast, report_step: Milestone) -> None:
    group(cast)
    since, until = at(FIVE_BEFORE, 8), at(FIVE_BEFORE, 9)
    coming = forecast(since=since, until=until, organization_id=cast.organization.pk)
    (key,) = [key_of(row) for row in coming if row.department_id]
    hold(keys=[key], until=until, reason="等等", organization_id=cast.organization.pk, by=cast.actor(), now=since)
    run(digest(FIVE_BEFORE))
    assert steps() == [("before-5", "held")]
