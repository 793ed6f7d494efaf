"""The reminder record through the API: the office reads all, everybody their own messages."""

import pytest

from projects.models import Plan
from tests.cast import TODAY, Cast, at, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem
from tests.tracker.reminding.passes import FIVE_BEFORE, THE_DAY, digest, run, send
from tests.tracker.test_page_queries import many_tasks
from tracker.boards.plain_record import DELIVERY_MEMBERS, REMINDER_MEMBERS
from tracker.models import Delivery, Reminder
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
NEXT_DAY = at(TODAY, 0)
"""The day after the first morning begins."""


@pytest.fixture
def told(plan: Plan) -> None:
    """Have told what was due on two mornings; the second one's messages wait."""
    open_rounds(today=FIVE_BEFORE)
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    run(digest(THE_DAY))


@pytest.mark.usefixtures("told")
def test_a_reminder_tells_why_whom_and_by_which_messages(cast: Cast, plan: Plan, office: Program) -> None:
    row = Reminder.objects.filter(step="before-5", person=cast.clerk.person).earliest("pk")
    higher = row.merged_into
    assert higher is not None
    said = content(office.get(f"/reminders/{row.pk}/"))
    assert said.keys() == set(REMINDER_MEMBERS)
    assert (said["task"], said["subject_kind"], said["audience"]) == (task_of(plan, "1").pk, "milestone", "owner")
    assert said["person"] == {"id": cast.clerk.person_id, "name": "示例·张三"}
    assert (said["department"], said["step_word"], said["fate"]) == (None, "前 5 个工作日", "并入同日更高一级的提醒")
    assert (said["merged_into"], said["deliveries"]) == (higher.pk, [])
    told = content(office.get(f"/reminders/{higher.pk}/"))
    assert (told["fate"], told["deliveries"]) == (
        "已提醒",
        [*higher.items.order_by("pk").values_list("delivery", flat=True)],
    )
    assert told["deliveries"]
    assert content(office.get("/reminders/?limit=1"))["items"][0]["id"] == Reminder.objects.latest("pk").pk


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("state=merged", {"state": "merged"}),
        ("task={road}", {"task__number": "1"}),
        ("person={clerk}", {"person__name": "示例·张三"}),
        ("unit={building}", {"person__memberships__department__name": "规划建设科"}),
        ("end=2026-06-23", {"tell_at__lt": NEXT_DAY}),
        ("begin=2026-06-24&end=9999-12-31", {"tell_at__gte": NEXT_DAY}),
    ],
)
def test_reminders_are_filtered_by_what_is_asked(
    cast: Cast, plan: Plan, office: Program, query: str, condition: dict[str, object]
) -> None:
    known = {"road": task_of(plan, "1").pk, "clerk": cast.clerk.person_id, "building": cast.building.pk}
    found = {row["id"] for row in content(office.get(f"/reminders/?limit=100&{query.format(**known)}"))["items"]}
    assert found == set(Reminder.objects.filter(**condition).values_list("pk", flat=True))
    assert 0 < len(found) < Reminder.objects.count()


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("state=sent", {"state": "sent"}),
        ("state=waiting", {"state": "ready"}),
        ("q=张三", {"person__name": "示例·张三"}),
        ("unit={building}", {"person__memberships__department__name": "规划建设科"}),
        ("channel=inbox", {"channel": "inbox"}),
        ("begin=0001-01-01&end=2026-06-23", {"items__reminder__tell_at__lt": NEXT_DAY}),
    ],
)
def test_deliveries_are_filtered_as_on_the_page(
    cast: Cast, office: Program, query: str, condition: dict[str, object]
) -> None:
    path = f"/deliveries/?limit=100&{query.format(building=cast.building.pk)}"
    found = [row["id"] for row in content(office.get(path))["items"]]
    assert found == [*Delivery.objects.filter(**condition).distinct().order_by("-pk").values_list("pk", flat=True)]
    assert 0 < len(found) < Delivery.objects.count()


@pytest.mark.usefixtures("told")
def test_a_message_is_shown_as_it_was_sent_with_every_try(cast: Cast, office: Program) -> None:
    sent = Delivery.objects.filter(state="sent", person=cast.clerk.person, channel="mail").earliest("pk")
    said = content(office.get(f"/deliveries/{sent.pk}/"))
    assert said.keys() == {*DELIVERY_MEMBERS, "body", "attempts"}
    assert (said["body"], said["subject"], said["state_word"]) == (sent.body, sent.subject, "已送达")
    assert [(one["number"], one["outcome"], one["outcome_word"]) for one in said["attempts"]] == [
        (1, "sent", "对方已收下")
    ]
    assert said["reminders"] == [*sent.items.order_by("reminder__tell_at", "pk").values_list("reminder", flat=True)]


@pytest.mark.usefixtures("told")
def test_everybody_reads_their_own_messages_and_only_the_office_the_record(
    cast: Cast, office: Program, clerk: Program, outsider: Program
) -> None:
    own = Delivery.objects.filter(person=cast.clerk.person).earliest("pk")
    other = Delivery.objects.filter(person=cast.head.person).earliest("pk")
    assert content(clerk.get(f"/deliveries/{own.pk}/?fields=subject")) == {"id": own.pk, "subject": own.subject}
    for stranger in (clerk.get(f"/deliveries/{other.pk}/"), outsider.get(f"/deliveries/{own.pk}/")):
        assert problem(stranger)["status"] == 404
    for path in ("/deliveries/", "/reminders/", f"/reminders/{Reminder.objects.latest('pk').pk}/"):
        assert problem(clerk.get(path))["status"] == 403
    assert problem(office.get("/reminders/0/"))["status"] == 404


@pytest.mark.usefixtures("told")
def test_pages_of_the_record_go_back_in_time_without_a_gap(office: Program) -> None:
    seen: list[int] = []
    following: str | None = "/reminders/?limit=2&fields=step"
    while following:
        page = content(office.get(following))
        seen += [row["id"] for row in page["items"]]
        following = page["next"]
    assert seen == list(Reminder.objects.order_by("-pk").values_list("pk", flat=True))
    assert len(seen) > 4


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("state=lost", {"state": "invalid_choice"}),
        ("begin=24.6.2026", {"begin": "invalid"}),
        ("page=2", {"page": "unknown"}),
    ],
)
def test_what_the_record_is_not_asked_is_refused_by_name(office: Program, query: str, wrong: dict[str, str]) -> None:
    for path in ("/deliveries/", "/reminders/"):
        assert codes(office.get(f"{path}?{query}")) == wrong


@pytest.mark.parametrize("size", [10, 60])
@pytest.mark.parametrize("address", ["/reminders/?limit=100", "/deliveries/?limit=100", "/deliveries/{delivery}/"])
def test_the_record_asks_equally_often_whatever_its_length(
    cast: Cast, plan: Plan, office: Program, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    many_tasks(cast, plan, size)
    run(digest(FIVE_BEFORE))
    send(FIVE_BEFORE)
    path = address.format(delivery=Delivery.objects.filter(state="sent").latest("pk").pk)
    office.get(path)
    with assert_query_baseline(f"api office {address}"):
        answer = office.get(path)
    assert answer.status_code == 200
