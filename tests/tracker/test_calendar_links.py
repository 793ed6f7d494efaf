"""One's own calendar: a link that only its secret opens, and one entry a day of what concerns the person."""

from datetime import date, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.access import reach_of
from accounts.models import HistoryEntry, User
from projects.models import Milestone, Plan
from projects.planning import mark_milestones
from tests.cast import TODAY, Cast, at, task_of
from tests.tracker.accounts import opened_round
from tests.tracker.visits import signed_in
from tracker.boards.calendar import days_of
from tracker.calendar_links import make_calendar_link, user_of, withdraw_calendar_link
from tracker.models import CalendarLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]


def linked(cast: Cast, user: User) -> str:
    return make_calendar_link(user=user, by=cast.actor(user), now=at(TODAY))


def read(client: Client, secret: str) -> dict[date, tuple[str, str]]:
    """Return title and text of each entry by its day."""
    answer = client.get(f"/feeds/{secret}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    made = Calendar.from_ical(answer.content)
    return {entry.start: (str(entry["summary"]), str(entry["description"])) for entry in made.events}


def test_only_the_secrets_digest_is_kept(cast: Cast) -> None:
    secret = linked(cast, cast.clerk)
    kept = [str(value) for value in CalendarLink.objects.values_list()[0]]
    kept += [str(entry.after) for entry in HistoryEntry.objects.filter(object_type="calendar_link")]
    assert not any(secret in value for value in kept)
    assert user_of(secret) == cast.clerk


def test_a_new_link_ends_the_one_before_and_a_withdrawn_one_opens_nothing(cast: Cast, client: Client) -> None:
    first, second = linked(cast, cast.clerk), linked(cast, cast.clerk)
    assert client.get(f"/feeds/{first}.ics").status_code == 404
    assert client.get(f"/feeds/{second}.ics").status_code == 200
    assert withdraw_calendar_link(user=cast.clerk, by=cast.actor(cast.clerk))
    assert client.get(f"/feeds/{second}.ics").status_code == 404
    assert not withdraw_calendar_link(user=cast.clerk, by=cast.actor(cast.clerk))


def test_a_closed_sign_in_has_no_calendar(cast: Cast, client: Client) -> None:
    secret = linked(cast, cast.clerk)
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    assert client.get(f"/feeds/{secret}.ics").status_code == 404


def test_a_day_is_one_entry_with_all_its_steps_and_their_links(cast: Cast, plan: Plan, client: Client) -> None:
    found = read(client, linked(cast, cast.clerk))
    steps = Milestone.objects.filter(task=task_of(plan, "1"), done_on__isnull=True)
    for step in steps:
        assert step.current_due_on is not None
        title, text = found[step.current_due_on]
        assert "到期" in title
        assert f"/items/{step.task_id}/" in text
        assert step.text in text


def test_what_is_done_is_no_longer_in_it(cast: Cast, plan: Plan, client: Client) -> None:
    secret, step = linked(cast, cast.clerk), task_of(plan, "1").milestones.order_by("position")[0]
    due_on = step.current_due_on
    assert due_on is not None
    assert step.text in read(client, secret)[due_on][1]
    mark_milestones(task=step.task, done={step.pk: TODAY}, by=cast.actor(), now=at(TODAY))
    assert step.text not in read(client, secret).get(due_on, ("", ""))[1]


def test_a_clerk_reads_what_the_own_unit_leads_and_the_office_everything(cast: Cast, plan: Plan) -> None:
    def items(user: User) -> set[int]:
        days = days_of(reach_of(user, today=TODAY), today=TODAY).due
        return {step.task_id for day in days for step in day.steps}

    everything = set(Milestone.objects.filter(task__plan=plan).values_list("task", flat=True))
    led = items(cast.clerk)
    assert items(cast.office) == everything
    assert led < everything
    assert task_of(plan, "1").pk in led
    assert not items(cast.outsider)


def test_the_day_of_the_cut_off_says_how_many_reports_are_owed(cast: Cast, plan: Plan, client: Client) -> None:
    current = opened_round(plan)
    title, text = read(client, linked(cast, cast.clerk))[current.cutoff_on]
    assert "报送截止" in title
    assert text.endswith("/mine/")


def test_the_page_makes_a_link_shows_it_once_and_withdraws_it(cast: Cast, client: Client) -> None:
    visit = signed_in(client, cast.clerk)
    made = visit.post("/reminders/mine/calendar/").content.decode()
    assert "/feeds/" in made
    secret = made.partition("/feeds/")[2].partition(".ics")[0]
    assert user_of(secret) == cast.clerk
    assert secret not in visit.get("/reminders/mine/calendar/").content.decode()
    assert visit.post("/reminders/mine/calendar/withdraw/").status_code == 302
    assert user_of(secret) is None


def test_an_entry_keeps_its_name_so_that_a_program_replaces_it(cast: Cast, plan: Plan, client: Client) -> None:
    secret = linked(cast, cast.clerk)
    first, again = (Calendar.from_ical(client.get(f"/feeds/{secret}.ics").content) for _ in range(2))
    names = [str(entry["uid"]) for entry in first.events]
    assert names == [str(entry["uid"]) for entry in again.events]
    assert len(set(names)) == len(names) > 0
    assert all(entry.end - entry.start == timedelta(days=1) for entry in first.events)
