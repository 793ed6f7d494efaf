"""The examples of imports: a small table on its way from upload to undo."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.importing.batches import apply_batch, discard_batch, open_batch, preview
from projects.reading.said import row_words
from tests.cast import TODAY, Cast, at
from tests.tracker.api.calling import Program

NAME = "责任分解表.txt"
TABLE = (
    "序号\t工作内容\t完成时限\t责任单位\n1\t建设公交站\t3月底前\t规划建设科\n2\t新建公园一处\t9月31日前\t规划建设科\n"
)
DAY = "due:impossible_day:9月31日前:没有9月31日,暂按9月30日,请核对。"
COLUMN = "工作内容"
HEADER = row_words(TABLE.splitlines()[0].split("\t"))
UPLOAD = "POST /api/v1/imports/"


def upload(office: Program, **headers: str) -> Any:
    return office.upload("/imports/", {"file": SimpleUploadedFile(NAME, TABLE.encode()), "year": "2027"}, **headers)


def brought(cast: Cast, operation: str) -> dict[str, Any]:
    """Have the table uploaded, and written where the operation takes it back; what is asked stays open for those who ask."""
    by, now = cast.actor(), at(TODAY)
    batch = open_batch(
        organization=cast.organization,
        year=2027,
        plan=None,
        file=ContentFile(TABLE.encode()),
        file_name=NAME,
        by=by,
        now=now,
    )
    if operation.endswith(("/apply/", "/undo/")):
        batch.decisions = {DAY: "2027-09-30"}
        batch.save(update_fields=["decisions"])
    mark = preview(batch, by=by).fingerprint
    if operation.endswith("/undo/"):
        apply_batch(batch=batch, by=by, now=now)
    if operation.endswith("/resume/"):
        discard_batch(batch=batch, reason="先放一放。", by=by, now=now)
    return {"batch_id": batch.pk, "fingerprint": mark}


def import_requests(place: dict[str, Any]) -> dict[str, Any]:
    """Return the requests by operation."""
    one, over = "/imports/{batch_id}/", {"If-Match": "{etag}"}
    root = "/api/v1/imports/{batch_id}/"
    return {
        "GET /api/v1/imports/": lambda: ("office", "/imports/?state=previewed", None, {}),
        UPLOAD: lambda: ("office", "/imports/", None, {"Idempotency-Key": "7e0a"}),
        f"GET {root}": lambda: ("office", one, None, {}),
        f"PATCH {root}": lambda: ("office", one, {"decisions": {DAY: "2027-09-30", "row:0": "leave"}}, over),
        f"GET {root}diff/": lambda: ("office", f"{one}diff/?outcome=new", None, {}),
        f"GET {root}questions/": lambda: ("office", f"{one}questions/?state=open", None, {}),
        f"GET {root}columns/": lambda: ("office", f"{one}columns/", None, {}),
        f"PATCH {root}columns/": lambda: ("office", f"{one}columns/", {"roles": {COLUMN: "content"}}, over),
        f"PATCH {root}header/": lambda: ("office", f"{one}header/", {"words": HEADER, "reads_as": "header"}, over),
        f"POST {root}discard/": lambda: (
            "office",
            f"{one}discard/",
            {"reason": "导入的不是定稿。"},
            over | {"Idempotency-Key": "51be"},
        ),
        f"POST {root}resume/": lambda: ("office", f"{one}resume/", {}, over | {"Idempotency-Key": "51bf"}),
        f"POST {root}apply/": lambda: (
            "office",
            f"{one}apply/",
            {"fingerprint": place["fingerprint"]},
            over | {"Idempotency-Key": "51bc"},
        ),
        f"POST {root}undo/": lambda: (
            "office",
            f"{one}undo/",
            {"reason": "导入的不是定稿。"},
            over | {"Idempotency-Key": "51bd"},
        ),
    }
