"""A request sent twice under one key acts once and is answered alike."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from accounts.choices import Scope
from projects.models import Plan
from tests.cast import TODAY, Cast, issued_plan, make_cast, task_of
from tests.tracker.api.calling import Program, content, problem, program
from tracker.models import KeptAnswer, ProgressReport
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db
SAID = {"year": 2027, "title": "表"}


def test_the_same_request_under_the_same_key_acts_once_and_is_answered_alike(office: Program) -> None:
    first, again = (office.post("/plans/", SAID, Idempotency_Key="key-1") for _ in range(2))
    assert content(first, 201) == content(again, 201)
    assert [again.headers[name] for name in ("ETag", "Location")] == [first.headers[n] for n in ("ETag", "Location")]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Plan.objects.count() == 1


def test_the_order_of_members_makes_no_other_request(office: Program) -> None:
    office.post("/plans/", b'{"year": 2027, "title": "A"}', Idempotency_Key="k")
    assert office.post("/plans/", b'{ "title": "A", "year": 2027}', Idempotency_Key="k").status_code == 201
    assert Plan.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(office: Program) -> None:
    office.post("/plans/", SAID, Idempotency_Key="key-1")
    answer = office.post("/plans/", SAID | {"title": "另一张"}, Idempotency_Key="key-1")
    assert problem(answer)["type"].endswith("#problem-key_reused")
    assert Plan.objects.count() == 1


def test_keys_belong_to_whoever_sends_them(cast: Cast, office: Program) -> None:
    twin = program(cast, cast.office, [Scope.PLAN])
    office.post("/plans/", SAID, Idempotency_Key="key-1")
    assert twin.post("/plans/", SAID, Idempotency_Key="key-1").headers["Idempotency-Replayed"] == "true"
    KeptAnswer.objects.update(user=cast.clerk)
    assert "Idempotency-Replayed" not in office.post("/plans/", SAID, Idempotency_Key="key-1").headers


def test_a_refused_request_keeps_no_answer_and_may_be_sent_again(cast: Cast, plan: Plan, clerk: Program) -> None:
    path, said = f"/tasks/{task_of(plan, '1').pk}/reports/", {"state": "on_plan", "sentence": "进行中。"}
    assert problem(clerk.post(path, said, Idempotency_Key="key-1"))["status"] == 409
    assert not KeptAnswer.objects.exists()
    open_rounds(today=TODAY)
    assert clerk.post(path, said, Idempotency_Key="key-1").status_code == 201
    assert clerk.post(path, said, Idempotency_Key="key-1").status_code == 201
    assert ProgressReport.objects.count() == 1


def test_a_key_is_forgotten_after_two_days(office: Program) -> None:
    office.post("/plans/", SAID, Idempotency_Key="key-1")
    row = KeptAnswer.objects.get()
    KeptAnswer.objects.update(at=row.at - timedelta(days=3))
    assert office.post("/plans/", SAID | {"title": "新"}, Idempotency_Key="key-1").status_code == 201
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "with space", "长", "x" * 201, "a\tb"])
def test_a_key_is_visible_ascii(office: Program, key: str) -> None:
    assert problem(office.post("/plans/", SAID, Idempotency_Key=key))["status"] == 400


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_under_one_key_one_acts_and_nobody_is_told_otherwise(db: None) -> None:
    cast = make_cast()
    issued_plan(cast)
    programs = [program(cast, cast.office) for _ in range(4)]
    answers: list[tuple[int, bytes]] = []

    def send(one: Program) -> None:
        answer = one.post("/plans/", SAID, Idempotency_Key="same")
        answers.append((answer.status_code, answer.content))
        connection.close()

    threads = [Thread(target=send, args=[one]) for one in programs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Plan.objects.filter(year=2027).count() == 1
    assert {status for status, _ in answers} <= {201, 409}
    assert len({body for status, body in answers if status == 201}) == 1
