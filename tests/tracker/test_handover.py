"""What one person does becomes another's in one operation, from a day or for a time, and nothing done before moves."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from docx import Document

from accounts.choices import Door
from accounts.history import Actor
from accounts.models import HistoryEntry, Membership, Person, PostHolding, User
from projects.choices import InvolvementRole
from projects.models import Involvement, Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.visits import report, signed_in
from tracker.boards.timeline import events
from tracker.choices import ObstacleState, ReminderState, SubjectKind
from tracker.handover import NotHandedOver, carry_out_due, delegate, duties_of, end_early, hand_over
from tracker.models import Handover, Obstacle, Reminder
from tracker.reminding.theirs import HANDED_ON
from tracker.reporting import return_report
from tracker.rounds import open_rounds
from tracker.urging import urge

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]

TOMORROW = TODAY + timedelta(days=1)
ALL = {"tasks", "holdings", "memberships", "obstacles"}


def person(user: User) -> Person:
    assert user.person is not None
    return user.person


def owned(plan: Plan, number: str, user: User) -> Involvement:
    task = task_of(plan, number)
    return Involvement.objects.create(
        organization_id=task.organization_id,
        task=task,
        role=InvolvementRole.OWNER,
        person=person(user),
        as_written=person(user).name,
        position=9,
    )


def owners(plan: Plan, number: str, *, today: date = TODAY) -> set[str]:
    rows = Involvement.objects.on(today).filter(task=task_of(plan, number), role=InvolvementRole.OWNER)
    return set(rows.values_list("person__name", flat=True))


def everything(giver: Person) -> dict[str, list[int]]:
    duties = duties_of(giver, today=TODAY)
    return {name: [row.pk for row in getattr(duties, name)] for name in ALL}


def give(cast: Cast, **said: object) -> Handover:
    giver, taker = person(cast.clerk), person(cast.economy_clerk)
    kept = {
        "on": TODAY,
        "wanted": everything(giver),
        "leaves": False,
        "reason": "轮岗",
        "token": "one",
        "by": cast.actor(),
        "now": at(TODAY),
    }
    return hand_over(giver=giver, taker=taker, **{**kept, **said})  # type: ignore[arg-type]


def asked_of(cast: Cast, plan: Plan) -> Obstacle:
    return Obstacle.objects.create(
        organization=cast.organization,
        task=task_of(plan, "2"),
        department=cast.economy,
        author_name="示例·李四",
        text="供地批文没有下来",
        raised_on=TODAY,
        raised_at=at(TODAY),
        answering_person=person(cast.clerk),
        due_on=TODAY + timedelta(days=7),
        token="asked",
    )


def test_history_shows_who_went_and_who_came(cast: Cast, plan: Plan) -> None:
    owned(plan, "1", cast.clerk)
    give(cast)
    entry = HistoryEntry.objects.filter(task_id=task_of(plan, "1").pk, action="task.changed").latest("pk")
    (change,) = (each for each in events([entry], today=TODAY)[0].changes if each.label == "责任单位与人员")
    assert (change.old, change.new) == (person(cast.clerk).name, person(cast.economy_clerk).name)


def test_items_units_and_questions_pass_and_old_reports_keep_the_old_name(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    owned(plan, "1", cast.clerk)
    said, asked = report(cast, plan, "1"), asked_of(cast, plan)
    give(cast)
    assert owners(plan, "1") == {"示例·李四"}
    taker = cast.reach(cast.economy_clerk)
    assert cast.building.pk in taker.departments
    assert cast.building.pk not in cast.reach(cast.clerk).departments
    asked.refresh_from_db()
    assert (asked.answering_person, asked.cycle, asked.state) == (person(cast.economy_clerk), 2, ObstacleState.OPEN)
    said.refresh_from_db()
    assert said.author_name == "示例·张三"
    noted = set(HistoryEntry.objects.filter(object_type="handover").values_list("action", flat=True))
    assert noted == {"handover.made", "handover.done"}


def test_what_is_not_ticked_stays(cast: Cast, plan: Plan) -> None:
    owned(plan, "1", cast.clerk)
    owned(plan, "2", cast.clerk)
    give(cast, wanted={"tasks": [task_of(plan, "2").pk]})
    assert (owners(plan, "1"), owners(plan, "2")) == ({"示例·张三"}, {"示例·李四"})
    assert cast.building.pk in cast.reach(cast.clerk).departments


def test_a_post_passes_with_its_day(cast: Cast, plan: Plan) -> None:
    giver, taker = person(cast.deputy), person(cast.head)
    hand_over(
        giver=giver,
        taker=taker,
        on=TODAY,
        wanted=everything(giver),
        leaves=False,
        reason="分工调整",
        token="post",
        by=cast.actor(),
        now=at(TODAY),
    )
    rows = (
        PostHolding.objects.filter(post=cast.deputy_post).order_by("pk").values_list("person__name", "from_on", "to_on")
    )
    assert list(rows)[1:] == [("示例·科长", TODAY, None)]
    assert rows[0][2] == TODAY - timedelta(days=1)


def test_a_later_day_waits_for_the_clock_and_is_carried_out_once(cast: Cast, plan: Plan) -> None:
    owned(plan, "1", cast.clerk)
    made = give(cast, on=TOMORROW)
    assert owners(plan, "1") == {"示例·张三"}
    by = Actor(None, Door.JOB, TODAY)
    assert carry_out_due(by=by, now=at(TODAY)) == 0
    by = Actor(None, Door.JOB, TOMORROW)
    assert carry_out_due(by=by, now=at(TOMORROW)) == 1
    assert carry_out_due(by=by, now=at(TOMORROW)) == 0
    assert owners(plan, "1", today=TOMORROW) == {"示例·李四"}
    made.refresh_from_db()
    assert made.done_at == at(TOMORROW)


def test_whoever_is_to_answer_from_now_on_is_told_what_is_asked(cast: Cast, plan: Plan) -> None:
    asked = asked_of(cast, plan)
    give(cast)
    asked.refresh_from_db()
    told = Reminder.objects.get(subject_kind=SubjectKind.OBSTACLE, subject_id=asked.pk)
    assert (told.person, told.cycle) == (person(cast.economy_clerk), asked.cycle)


EVENING = at(TODAY, 19)
"""Quiet hours: what is said then waits till the morning."""


def told_of(kind: SubjectKind) -> set[tuple[Person | None, str, str]]:
    return {(row.person, row.state, row.reason) for row in Reminder.objects.filter(subject_kind=kind)}


def urged_at_night(cast: Cast, plan: Plan) -> None:
    urge(task=task_of(plan, "1"), department=cast.building, text="请报。", by=cast.actor(), now=EVENING, token="night")


def test_what_waits_to_be_told_goes_to_whoever_takes_the_part_over_and_no_more_to_who_gave_it(
    cast: Cast, plan: Plan
) -> None:
    urged_at_night(cast, plan)
    give(cast, now=EVENING)
    assert told_of(SubjectKind.URGING) == {
        (person(cast.clerk), ReminderState.CANCELLED, HANDED_ON),
        (person(cast.economy_clerk), ReminderState.DUE, ""),
        (person(cast.head), ReminderState.DUE, ""),
    }


def test_what_waits_for_a_report_s_writer_goes_over_with_the_unit(cast: Cast, plan: Plan) -> None:
    open_rounds(today=TODAY)
    return_report(report=report(cast, plan, "1"), reason="请附件。", by=cast.actor(), now=EVENING)
    give(cast, now=EVENING)
    assert told_of(SubjectKind.REPORT) == {
        (person(cast.clerk), ReminderState.CANCELLED, HANDED_ON),
        (person(cast.economy_clerk), ReminderState.DUE, ""),
    }


def test_what_waits_stays_with_who_keeps_the_part(cast: Cast, plan: Plan) -> None:
    owned(plan, "2", cast.clerk)
    urged_at_night(cast, plan)
    before = told_of(SubjectKind.URGING)
    give(cast, wanted={"tasks": [task_of(plan, "2").pk]}, now=EVENING)
    assert told_of(SubjectKind.URGING) == before


def test_a_waiting_handover_called_off_moves_nothing(cast: Cast, plan: Plan) -> None:
    owned(plan, "1", cast.clerk)
    made = give(cast, on=TOMORROW)
    end_early(handover=made, version=made.version, by=cast.actor())
    assert carry_out_due(by=Actor(None, Door.JOB, TOMORROW), now=at(TOMORROW)) == 0
    assert owners(plan, "1", today=TOMORROW) == {"示例·张三"}
    with pytest.raises(NotHandedOver, match="over"):
        end_early(handover=made, version=made.version + 1, by=cast.actor())


def test_whoever_leaves_can_sign_in_no_more(cast: Cast, plan: Plan) -> None:
    give(cast, leaves=True)
    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active
    assert person(cast.clerk).memberships.filter(to_on__isnull=True).count() == 0


def test_the_same_form_twice_hands_over_once(cast: Cast, plan: Plan) -> None:
    assert give(cast).pk == give(cast).pk
    assert Handover.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "reason"),
    [({"on": TODAY - timedelta(days=1)}, "past"), ({"wanted": {}}, "nothing")],
)
def test_what_cannot_be_handed_over_is_refused(cast: Cast, plan: Plan, said: dict[str, object], reason: str) -> None:
    with pytest.raises(NotHandedOver, match=reason):
        give(cast, **said)
    assert not Handover.objects.exists()


def test_a_delegate_acts_for_the_time_and_no_longer(cast: Cast, plan: Plan) -> None:
    until = TODAY + timedelta(days=10)
    giver, taker = person(cast.head), person(cast.economy_clerk)
    made = delegate(
        giver=giver, taker=taker, on=TOMORROW, until=until, reason="休假", token="two", by=cast.actor(), now=at(TODAY)
    )
    assert cast.building.pk not in cast.reach(cast.economy_clerk).departments
    for day in (TOMORROW, until):
        assert cast.building.pk in cast.reach(cast.economy_clerk, today=day).headed
        assert cast.building.pk in cast.reach(cast.head, today=day).headed
    assert cast.building.pk not in cast.reach(cast.economy_clerk, today=until + timedelta(days=1)).departments
    end_early(handover=made, version=made.version, by=cast.actor(today=TOMORROW))
    assert cast.building.pk in cast.reach(cast.economy_clerk, today=TOMORROW).departments
    assert cast.building.pk not in cast.reach(cast.economy_clerk, today=TOMORROW + timedelta(days=1)).departments


def test_the_office_hands_over_on_the_pages_and_prints_the_sheet(cast: Cast, plan: Plan, client: Client) -> None:
    owned(plan, "1", cast.clerk)
    signed_in(client, cast.office)
    giver = person(cast.clerk)
    opened = client.get("/handovers/of/", {"giver": giver.pk})
    page = client.get(opened["Location"])
    assert task_of(plan, "1").title in page.content.decode()
    form = page.context["form"]
    said = {
        "token": form["token"].value(),
        "kind": "handover",
        "taker": person(cast.economy_clerk).pk,
        "on": TODAY.isoformat(),
        "reason": "轮岗",
        "tasks": [task_of(plan, "1").pk],
    }
    refused = client.post(opened["Location"], {**said, "reason": ""})
    assert refused.status_code == 422
    assert "checked" in refused.content.decode()
    done = client.post(opened["Location"], said)
    assert "示例·张三已移交给示例·李四" in client.get(done["Location"]).content.decode()
    sheet = Document(BytesIO(client.get(f"{done['Location']}sheet.docx").content))
    assert [cell.text for cell in sheet.tables[0].rows[1].cells][:2] == ["1", task_of(plan, "1").title]
    assert "示例·张三 自 2026-06-24 起将下列工作移交给 示例·李四。" in [row.text for row in sheet.paragraphs]


def test_a_clerk_hands_nothing_over(cast: Cast, plan: Plan, client: Client) -> None:
    signed_in(client, cast.clerk)
    assert client.get("/handovers/").status_code == 403
    assert client.get(f"/handovers/add/{person(cast.head).pk}/").status_code == 403


def test_the_record_asks_as_often_for_many_handovers(
    cast: Cast, plan: Plan, client: Client, assert_query_baseline: QueryBaseline
) -> None:
    signed_in(client, cast.office)
    give(cast, wanted={}, leaves=True)
    with assert_query_baseline("handovers"):
        client.get("/handovers/")
    Handover.objects.bulk_create(
        Handover(
            organization=cast.organization,
            kind="delegation",
            giver=person(cast.head),
            taker=person(cast.office),
            giver_name="示例·科长",
            taker_name="示例·督办员",
            on=TODAY,
            until=TODAY,
            reason="出差",
            at=at(TODAY),
            token=f"many-{number}",
        )
        for number in range(40)
    )
    with assert_query_baseline("handovers"):
        client.get("/handovers/")


def test_done_steps_stay_with_the_item(cast: Cast, plan: Plan) -> None:
    owned(plan, "1", cast.clerk)
    task = task_of(plan, "1")
    step = task.milestones.get(position=0)
    mark_milestones(task=task, done={step.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    give(cast)
    step.refresh_from_db()
    assert step.done_on == TODAY
    assert Membership.objects.filter(person=person(cast.economy_clerk), department=cast.economy).exists()
