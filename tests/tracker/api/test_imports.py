"""Imports through the API: a table is uploaded, compared, decided on, written once, and taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.choices import BatchState, PlanState
from projects.importing.receiving import read_waiting_uploads
from projects.models import ImportBatch, Plan, Task
from projects.planning import archive_plan
from tests.cast import TODAY, Cast, at, make_plan, task_of
from tests.query_counts import QueryBaseline
from tests.tracker.api.calling import Program, codes, content, problem
from tests.tracker.visits import report
from tracker.api import imports
from tracker.models import KeptAnswer
from tracker.rounds import open_rounds

pytestmark = pytest.mark.django_db

HEADER = "序号\t工作内容\t完成时限\t责任单位"
STOP = "1\t建设公交站\t3月底前\t规划建设科"
PARK = "2\t新建公园一处\t9月31日前\t规划建设科"
DAY = "due:impossible_day:9月31日前:没有9月31日,暂按9月30日,请核对。"


def table(*rows: str, name: str = "示例.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([HEADER, *rows, ""]).encode())


def uploaded(office: Program, *rows: str, **form: Any) -> dict[str, Any]:
    said: dict[str, Any] = content(office.upload("/imports/", {"file": table(*rows), **({"year": "2026"} | form)}), 201)
    return said


def tag(office: Program, number: int) -> str:
    return office.get(f"/imports/{number}/").headers["ETag"]


def test_a_usual_table_is_read_at_once_and_says_what_it_would_write(cast: Cast, office: Program) -> None:
    answer = office.upload("/imports/", {"file": table(STOP, PARK), "year": "2026"})
    said = content(answer, 201)
    assert (said["state"], said["file_name"], said["plan"], said["refusal"]) == ("previewed", "示例.txt", None, None)
    assert (said["counts"]["rows"], said["counts"]["new"], said["undecided"]) == (2, 2, 1)
    assert content(office.get(answer.headers["Location"])) == said
    assert not Task.objects.exists()


def test_a_long_table_is_kept_and_read_by_the_clock(
    cast: Cast, office: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "AT_ONCE_BYTES", 10)
    said = uploaded(office, STOP)
    assert (said["state"], said["counts"], said["fingerprint"]) == ("opened", None, None)
    assert problem(office.get(f"/imports/{said['id']}/diff/"))["type"].endswith("#problem-not_previewed")
    assert read_waiting_uploads(now=at(TODAY) + timedelta(days=1)) == 1
    assert content(office.get(f"/imports/{said['id']}/"))["state"] == "previewed"


@pytest.mark.parametrize(
    ("name", "body", "code", "why"),
    [
        ("空.txt", "只有一句话。", "no_table", "没有认出表头"),
        ("坏.xlsx", "PK\x03\x04x", "incomplete", "已损坏"),
        ("机密.txt", HEADER, "secret_name", "密级"),
    ],
)
def test_a_refused_file_is_a_problem_that_says_why_and_stays_on_record(
    cast: Cast, office: Program, name: str, body: str, code: str, why: str
) -> None:
    answer = office.upload("/imports/", {"file": SimpleUploadedFile(name, body.encode()), "year": "2026"})
    said = problem(answer)
    assert (said["status"], codes(answer)) == (422, {"file": code})
    assert why in said["detail"]
    kept = content(office.get(answer.headers["Location"]))
    assert (kept["state"], kept["refusal"]) == ("refused", {"code": code, "text": said["detail"]})
    assert bool(ImportBatch.objects.get(pk=kept["id"]).file) is (code != "secret_name")


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"year": "2026"}, {"file": "required"}),
        ({"file": STOP}, {"file": "invalid"}),
        ({"file": table(STOP), "year": "26"}, {"year": "min_value"}),
        ({"file": table(STOP), "year": "2026", "colour": "red"}, {"colour": "unknown"}),
        ({"file": SimpleUploadedFile("空.txt", b""), "year": "2026"}, {"file": "empty"}),
    ],
)
def test_a_form_that_is_not_right_is_refused_by_name(
    cast: Cast, office: Program, form: dict[str, Any], wrong: dict[str, str]
) -> None:
    assert codes(office.upload("/imports/", form)) == wrong
    assert not ImportBatch.objects.exists()


def test_a_table_is_for_a_plan_that_is_open_and_of_its_year(cast: Cast, plan: Plan, office: Program) -> None:
    assert uploaded(office, STOP, plan=str(plan.pk))["plan"] == plan.pk
    archived = make_plan(cast)
    archive_plan(plan=archived, by=cast.actor(), reason="年终")
    for form, wrong in (
        ({"plan": str(plan.pk), "year": "2027"}, {"year": "other_year"}),
        ({"plan": str(archived.pk)}, {"plan": "no_such_plan"}),
        ({"plan": "0"}, {"plan": "no_such_plan"}),
        ({}, {"year": "incomplete"}),
    ):
        answer = office.upload("/imports/", {"file": table(STOP), **form})
        assert (problem(answer)["status"], codes(answer)) == (422, wrong)
    assert ImportBatch.objects.count() == 1


def test_an_upload_is_a_form_and_never_json(office: Program) -> None:
    assert problem(office.post("/imports/", {"year": 2026}))["status"] == 415


def test_one_key_uploads_once_and_another_file_under_it_is_refused(office: Program) -> None:
    first, again = (
        office.upload("/imports/", {"file": table(STOP), "year": "2026"}, Idempotency_Key="u") for _ in range(2)
    )
    assert content(first, 201) == content(again, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = office.upload("/imports/", {"file": table(PARK), "year": "2026"}, Idempotency_Key="u")
    assert problem(other)["type"].endswith("#problem-key_reused")
    assert ImportBatch.objects.count() == 1


def test_the_difference_tells_each_row_and_what_the_table_no_longer_has(
    cast: Cast, plan: Plan, office: Program
) -> None:
    changed = task_of(plan, "1")
    batch = uploaded(office, f"1\t{changed.content}，加一座桥\t3月底前\t规划建设科", plan=str(plan.pk))
    first, *dropped = content(office.get(f"/imports/{batch['id']}/diff/"))["items"]
    assert (first["id"], first["row"], first["task"], first["outcome"]) == (0, 2, changed.pk, "changed")
    told = {one["field"]: one for one in first["changes"]}
    assert told["content"] == {
        "field": "content",
        "old": changed.content,
        "new": f"{changed.content}，加一座桥",
        "left": False,
    }
    assert [(row["outcome"], row["row"]) for row in dropped] == [("dropped", None)] * 2
    assert [row["id"] for row in content(office.get(f"/imports/{batch['id']}/diff/?outcome=dropped"))["items"]] == [
        1,
        2,
    ]


def test_pages_of_the_difference_follow_each_other(office: Program) -> None:
    batch = uploaded(office, *(f"{n}\t建设第{n}座公交站\t6月底前\t规划建设科" for n in range(1, 8)))
    seen: list[int] = []
    following: str | None = f"/imports/{batch['id']}/diff/?limit=3"
    while following:
        page = content(office.get(following))
        seen += [row["id"] for row in page["items"]]
        following = page["next"]
    assert seen == list(range(7))


def test_open_questions_are_decided_over_the_version_that_was_seen(office: Program) -> None:
    batch = uploaded(office, STOP, PARK)
    path = f"/imports/{batch['id']}/"
    (question,) = content(office.get(f"{path}questions/?state=open"))["items"]
    assert (question["key"], question["rows"], question["chosen"]) == (DAY, [1], None)
    assert "9月31日" in question["text"]
    assert question["other_day"]
    assert question["options"][0].keys() == {"value", "label"}
    assert content(office.get(f"{path}diff/"))["items"][1]["questions"] == [DAY]
    decided = office.patch(path, {"decisions": {DAY: "2026-09-29"}}, If_Match=tag(office, batch["id"]))
    assert (content(decided)["undecided"], content(decided)["version"]) == (0, batch["version"] + 1)
    assert content(office.get(f"{path}questions/?state=open"))["items"] == []
    assert content(office.get(f"{path}questions/?state=decided"))["items"][0]["chosen"] == "2026-09-29"
    back = office.patch(path, {"decisions": {DAY: ""}}, If_Match=decided.headers["ETag"])
    assert content(back)["undecided"] == 1


def test_rows_columns_and_matches_are_decided_unasked(cast: Cast, plan: Plan, office: Program) -> None:
    road = task_of(plan, "1")
    batch = uploaded(office, f"1\t{road.content}，加一座桥\t3月底前\t规划建设科", STOP, plan=str(plan.pk))
    path = f"/imports/{batch['id']}/"
    said = {f"field:{road.pk}:content": "leave", "row:1": "leave"}
    left = content(office.patch(path, {"decisions": said}, If_Match=tag(office, batch["id"])))
    assert (left["counts"]["refused"], left["counts"]["new"]) == (1, 0)
    first, second, *_ = content(office.get(f"{path}diff/"))["items"]
    assert [one["left"] for one in first["changes"] if one["field"] == "content"] == [True]
    assert second["left"]
    office.patch(path, {"decisions": {"match:0": "new", "row:1": ""}}, If_Match=tag(office, batch["id"]))
    rows = content(office.get(f"{path}diff/?outcome=new"))["items"]
    assert [row["id"] for row in rows] == [0, 1]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (DAY, "2026-9-31"),
        (DAY, "whatever"),
        ("name:department:没有的", "new:department"),
        ("row:2", "leave"),
        ("row:0", "burn"),
        ("row:٠", "leave"),
        ("row:" + "9" * 5000, "leave"),
        ("match:0", "999999"),
        ("merge:0", "0"),
        ("role:序号", "title"),
        ("field:1:title", "take"),
    ],
)
def test_what_no_page_offers_is_refused_by_its_key(office: Program, key: str, value: str) -> None:
    batch = uploaded(office, STOP, PARK)
    answer = office.patch(f"/imports/{batch['id']}/", {"decisions": {key: value}}, If_Match=tag(office, batch["id"]))
    assert (problem(answer)["status"], codes(answer)) == (422, {f"decisions.{key}": "not_offered"})
    assert ImportBatch.objects.get().decisions == {}


def test_a_decision_names_the_version_and_is_lost_over_another(office: Program) -> None:
    batch = uploaded(office, STOP, PARK)
    path, seen = f"/imports/{batch['id']}/", tag(office, batch["id"])
    assert problem(office.patch(path, {"decisions": {}}))["status"] == 428
    office.patch(path, {"decisions": {DAY: "2026-09-29"}}, If_Match=seen)
    late = {"decisions": {DAY: "2026-09-28"}}
    said = problem(office.patch(path, late, If_Match=seen))
    assert (said["status"], said["current"]["undecided"], said["yours"]) == (412, 0, late)
    assert ImportBatch.objects.get().decisions == {DAY: "2026-09-29"}


def test_a_table_with_open_questions_is_not_written_and_they_are_named(office: Program) -> None:
    batch = uploaded(office, STOP, PARK)
    answer = office.post(
        f"/imports/{batch['id']}/apply/",
        {"fingerprint": batch["fingerprint"]},
        If_Match=tag(office, batch["id"]),
    )
    assert (problem(answer)["status"], codes(answer)) == (422, {f"decisions.{DAY}": "undecided"})
    assert not Plan.objects.exists()


def test_a_table_is_written_once_under_one_key(office: Program) -> None:
    batch = uploaded(office, STOP)
    path, seen = f"/imports/{batch['id']}/apply/", tag(office, batch["id"])
    sent = {"fingerprint": batch["fingerprint"]}
    first, again = (office.post(path, sent, If_Match=seen, Idempotency_Key="a") for _ in range(2))
    said = content(first)
    assert (said["state"], said["counts"]["new"], said["fingerprint"]) == ("applied", 1, None)
    assert content(again) == said
    assert again.headers["Idempotency-Replayed"] == "true"
    assert [*Task.objects.values_list("plan", "title")] == [(said["plan"], "建设公交站")]
    assert KeptAnswer.objects.count() == 1
    lost = problem(office.post(path, sent, If_Match=seen))
    assert (lost["status"], lost["current"]["state"]) == (412, "applied")
    refused = office.post(path, sent, If_Match=tag(office, batch["id"]))
    assert (problem(refused)["status"], problem(refused)["type"].rpartition("-")[2]) == (409, "already_applied")
    assert Task.objects.count() == 1


def test_what_was_seen_of_the_plan_is_what_is_written_over(cast: Cast, office: Program) -> None:
    plan = make_plan(cast)
    batch = uploaded(office, STOP, plan=str(plan.pk))
    path, seen = f"/imports/{batch['id']}/apply/", tag(office, batch["id"])
    assert problem(office.post(path, {"fingerprint": batch["fingerprint"]}))["status"] == 428
    assert codes(office.post(path, {}, If_Match=seen)) == {"fingerprint": "required"}
    said = problem(office.post(path, {"fingerprint": "of another plan"}, If_Match=seen))
    assert (said["status"], said["current"]["fingerprint"]) == (412, batch["fingerprint"])
    assert ImportBatch.objects.get().state == BatchState.PREVIEWED


def applied(office: Program, *rows: str, **form: Any) -> dict[str, Any]:
    batch = uploaded(office, *rows, **form)
    kept = {
        f"drop:{row['task']}": "keep"
        for row in content(office.get(f"/imports/{batch['id']}/diff/"))["items"]
        if row["outcome"] == "dropped"
    }
    if kept:
        office.patch(f"/imports/{batch['id']}/", {"decisions": kept}, If_Match=tag(office, batch["id"]))
    now = content(office.get(f"/imports/{batch['id']}/"))
    said: dict[str, Any] = content(
        office.post(
            f"/imports/{batch['id']}/apply/",
            {"fingerprint": now["fingerprint"]},
            If_Match=tag(office, batch["id"]),
        )
    )
    return said


def test_an_import_is_taken_back_once_with_its_reason(office: Program) -> None:
    done = applied(office, STOP)
    path, seen = f"/imports/{done['id']}/undo/", tag(office, done["id"])
    assert codes(office.post(path, {"reason": " "}, If_Match=seen)) == {"reason": "blank"}
    first, again = (office.post(path, {"reason": "导错了"}, If_Match=seen, Idempotency_Key="z") for _ in range(2))
    said = content(first)
    assert (said["state"], said["undo_reason"], content(again)) == ("undone", "导错了", said)
    assert Task.objects.get().state == "withdrawn"
    assert Plan.objects.get().state == PlanState.ARCHIVED
    later = office.post(path, {"reason": "再来"}, If_Match=tag(office, done["id"]))
    assert problem(later)["type"].endswith("#problem-already_undone")


def test_an_import_on_which_others_have_built_is_not_taken_back_and_says_who(
    cast: Cast, plan: Plan, office: Program
) -> None:
    done = applied(office, "9\t建设公交站\t12月底前\t规划建设科", plan=str(plan.pk))
    open_rounds(today=TODAY)
    made = task_of(plan, "9")
    report(cast, plan, "9")
    answer = office.post(f"/imports/{done['id']}/undo/", {"reason": "导错了"}, If_Match=tag(office, done["id"]))
    said = problem(answer)
    assert (said["status"], said["type"].rpartition("-")[2]) == (409, "built_on")
    assert {fault["field"] for fault in said["errors"]} == {f"tasks.{made.pk}"}
    assert "示例·张三" in said["errors"][-1]["reason"]
    assert ImportBatch.objects.get().state == BatchState.APPLIED


def test_imports_are_listed_newest_first_and_by_state(office: Program) -> None:
    first, second = uploaded(office, STOP), applied(office, STOP)
    listed = content(office.get("/imports/"))["items"]
    assert [row["id"] for row in listed] == [second["id"], first["id"]]
    assert content(office.get("/imports/?state=applied&fields=state"))["items"] == [
        {"id": second["id"], "state": "applied"}
    ]
    assert content(office.get(f"/imports/?plan={second['plan']}&limit=1"))["next"] is None


def test_imports_are_the_offices_own(cast: Cast, office: Program, clerk: Program, outsider: Program) -> None:
    batch = uploaded(office, STOP)
    path, body = f"/imports/{batch['id']}/", {"fingerprint": "x"}
    for stranger in (clerk, outsider):
        for answer in (
            stranger.get("/imports/"),
            stranger.upload("/imports/", {"file": table(STOP), "year": "2026"}),
            stranger.get(path),
            stranger.get(f"{path}diff/"),
            stranger.patch(path, {"decisions": {}}, If_Match='"1-0"'),
            stranger.post(f"{path}apply/", body, If_Match='"1-0"'),
            stranger.post(f"{path}undo/", body, If_Match='"1-0"'),
        ):
            assert problem(answer)["status"] == 403
    assert problem(office.get("/imports/0/"))["status"] == 404
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("path", ["", "{id}/", "{id}/diff/", "{id}/questions/"])
def test_what_imports_are_not_asked_is_refused_by_name(office: Program, path: str) -> None:
    batch = uploaded(office, STOP)
    assert codes(office.get(f"/imports/{path.format(id=batch['id'])}?colour=red")) == {"colour": "unknown"}


@pytest.mark.parametrize("size", [3, 60])
@pytest.mark.parametrize("address", ["", "{id}/", "{id}/diff/?limit=100", "{id}/questions/?limit=100"])
def test_imports_ask_equally_often_whatever_the_table_holds(
    office: Program, assert_query_baseline: QueryBaseline, size: int, address: str
) -> None:
    batch = uploaded(office, *(f"{n}\t建设第{n}座公交站\t9月31日前\t规划建设科" for n in range(size)))
    path = f"/imports/{address.format(id=batch['id'])}"
    office.get(path)
    with assert_query_baseline(f"api office /imports/{address}"):
        answer = office.get(path)
    assert answer.status_code == 200
