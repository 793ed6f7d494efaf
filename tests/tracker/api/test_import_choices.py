"""How a table is read, said through the API: columns, header rows, and a table put aside and taken up again."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.models import Task
from tests.tracker.api.calling import Program, codes, content, problem

pytestmark = pytest.mark.django_db

DOUBTFUL = """序号,工作任务,经办,完成时限,牵头单位
1,新建停车场,规划建设科,9月底前,规划建设科
2,修缮桥梁,经济发展科,年底前,经济发展科
"""
UNNAMED = """编码,事儿,什么时候,谁
1,新建停车场,9月底前,规划建设科
2,修缮桥梁,年底前,经济发展科
"""


def uploaded(office: Program, table: str) -> Any:
    return office.upload("/imports/", {"file": SimpleUploadedFile("表.csv", table.encode()), "year": "2027"})


def columns(office: Program, batch: int) -> dict[str, str]:
    heads = content(office.get(f"/imports/{batch}/columns/"))["items"]
    return {column["name"]: column["role"] for head in heads for column in head["columns"]}


def test_a_column_is_given_another_role_and_the_table_is_read_by_it(office: Program) -> None:
    answer = uploaded(office, DOUBTFUL)
    batch = content(answer, 201)["id"]
    before = columns(office, batch)
    assert before["经办"] != "support_departments"
    path = f"/imports/{batch}/columns/"
    said = {"roles": {"经办": "support_departments"}}
    assert problem(office.patch(path, said))["status"] == 428
    read = office.patch(path, said, If_Match=answer.headers["ETag"])
    assert content(read)["version"] == content(answer, 201)["version"] + 1
    assert columns(office, batch)["经办"] == "support_departments"
    assert problem(office.patch(path, said, If_Match=answer.headers["ETag"]))["status"] == 412
    back = office.patch(path, {"roles": {"经办": ""}}, If_Match=read.headers["ETag"])
    assert (content(back)["state"], columns(office, batch)) == ("previewed", before)


def test_a_column_that_is_not_there_and_a_role_nobody_knows_are_refused(office: Program) -> None:
    answer = uploaded(office, DOUBTFUL)
    path = f"/imports/{content(answer, 201)['id']}/columns/"
    seen = answer.headers["ETag"]
    assert codes(office.patch(path, {"roles": {"没有这列": "title"}}, If_Match=seen)) == {
        "roles.没有这列": "not_offered"
    }
    assert problem(office.patch(path, {"roles": {"经办": "king"}}, If_Match=seen))["status"] == 400


def test_a_file_without_a_known_header_is_read_once_a_row_is_said_to_be_it(office: Program) -> None:
    refused = uploaded(office, UNNAMED)
    assert problem(refused)["errors"][0]["code"] == "no_table"
    one = office.get(refused.headers["Location"])
    batch = content(one)["id"]
    (head,) = (row for row in content(office.get(f"/imports/{batch}/columns/"))["items"] if "事儿" in row["text"])
    path = f"/imports/{batch}/header/"
    assert codes(office.patch(path, {"words": "别的", "reads_as": "header"}, If_Match=one.headers["ETag"])) == {
        "words": "not_offered"
    }
    read = office.patch(path, {"words": head["words"], "reads_as": "header"}, If_Match=one.headers["ETag"])
    assert content(read)["state"] == "previewed"
    named = {"事儿": "title", "什么时候": "deadline", "谁": "lead_department"}
    read = office.patch(f"/imports/{batch}/columns/", {"roles": named}, If_Match=read.headers["ETag"])
    assert (content(read)["counts"]["new"], content(read)["undecided"]) == (2, 0)
    written = office.post(
        f"/imports/{batch}/apply/", {"fingerprint": content(read)["fingerprint"]}, If_Match=read.headers["ETag"]
    )
    assert content(written)["state"] == "applied"
    assert set(Task.objects.filter(plan=content(written)["plan"]).values_list("title", flat=True)) == {
        "新建停车场",
        "修缮桥梁",
    }
    undone = office.post(f"/imports/{batch}/undo/", {"reason": "不是定稿"}, If_Match=written.headers["ETag"])
    assert content(undone)["state"] == "undone"
    assert problem(office.get(f"/imports/{batch}/columns/"))["status"] == 404


def test_a_table_is_put_aside_with_a_reason_and_taken_up_again(office: Program) -> None:
    answer = uploaded(office, DOUBTFUL)
    path = f"/imports/{content(answer, 201)['id']}/"
    aside = office.post(
        f"{path}discard/", {"reason": "不是定稿"}, If_Match=answer.headers["ETag"], Idempotency_Key="d1"
    )
    assert (content(aside)["state"], content(aside)["undo_reason"]) == ("undone", "不是定稿")
    again = office.post(
        f"{path}discard/", {"reason": "不是定稿"}, If_Match=answer.headers["ETag"], Idempotency_Key="d1"
    )
    assert again.content == aside.content
    assert problem(office.post(f"{path}discard/", {"reason": "又"}, If_Match=aside.headers["ETag"]))["status"] == 409
    assert problem(office.post(f"{path}resume/", {}, If_Match=answer.headers["ETag"]))["status"] == 412
    resumed = office.post(f"{path}resume/", {}, If_Match=aside.headers["ETag"])
    assert content(resumed)["state"] == "previewed"
    assert problem(office.post(f"{path}resume/", {}, If_Match=resumed.headers["ETag"]))["status"] == 409
