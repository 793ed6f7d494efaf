"""Kinds of file: encodings, delimiters, Word, OpenDocument, prose, and what is refused with one clear line."""

from __future__ import annotations

import csv
import io
import json
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest

from projects.reading.child import ReadingRefused, read_file
from projects.reading.model import Reading
from projects.reading.refusals import SENTENCES
from tests.projects.reading.kinds import write_kinds
from tests.projects.reading.sheets import workbook

ROOT = Path(__file__).resolve().parents[3]
HEAD = ["序号", "工作任务", "责任单位", "完成时限"]
ROWS = [HEAD, ["1", "甲，含逗号", "规建局、财政局", "3月底"], ["2", "乙", "财政局", "长期"]]


def essence(reading: Reading) -> list[tuple[object, ...]]:
    return [(task.number, task.content, task.lead, task.support, task.kind) for task in reading.tasks]


EXPECTED = [("1", "甲，含逗号", ("规建局",), ("财政局",), "month_end"), ("2", "乙", ("财政局",), (), "ongoing")]


def table_text(delimiter: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(ROWS)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(table_text().encode(encoding))
    assert essence(read_file(tmp_path / "a.csv", year=2017)) == EXPECTED


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_csv_is_read_with_every_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    (tmp_path / "a.csv").write_text(table_text(delimiter), encoding="utf-8")
    assert essence(read_file(tmp_path / "a.csv", year=2017)) == EXPECTED


def test_pasted_tab_separated_text_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(table_text("\t"), encoding="utf-8")
    assert essence(read_file(tmp_path / "a.txt", year=2017)) == EXPECTED


def test_pasted_cells_keep_the_line_breaks_inside_them(tmp_path: Path) -> None:
    cells = '"{n}"\t"任务{n}，\n第一步\n第二步\n第三步"\t规建局\t"3月底\n前"'
    lines = ["\t".join(HEAD), *(cells.format(n=n) for n in range(1, 4))]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    reading = read_file(tmp_path / "a.txt", year=2017)
    assert reading.source == "pasted"
    assert [task.content for task in reading.tasks] == [f"任务{n}，\n第一步\n第二步\n第三步" for n in (1, 2, 3)]


def test_mixed_encodings_are_refused_at_the_row_where_they_part(tmp_path: Path) -> None:
    lines = [",".join(row) for row in [*ROWS, ["3", "丙", "财政局", "6月"]]]
    (tmp_path / "a.csv").write_bytes(
        b"\n".join(line.encode("gb18030" if place == 2 else "utf-8") for place, line in enumerate(lines))
    )
    with pytest.raises(ReadingRefused, match="第3行") as refused:
        read_file(tmp_path / "a.csv")
    assert refused.value.code == "mixed_encoding"


def test_a_table_in_a_word_document_is_read_with_its_merged_cells_and_the_line_above_as_title(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("2017年重点工作责任分解表")
    table = document.add_table(rows=3, cols=4)
    for row, texts in enumerate(
        [["类别", "工作任务", "责任单位", "完成时限"], ["工业", "甲", "规建局", "3月"], ["", "乙", "", "6月"]]
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 2).merge(table.cell(2, 2))
    document.save(str(tmp_path / "a.docx"))
    reading = read_file(tmp_path / "a.docx")
    assert reading.sheets[0].tables[0].title == "2017年重点工作责任分解表"
    assert [(task.category, task.lead, str(task.milestones[0].due)) for task in reading.tasks] == [
        (("工业",), ("规建局",), "2017-03-31"),
        (("工业",), ("规建局",), "2017-06-30"),
    ]


PROSE = [
    "2017年工作计划",
    "",
    "一、工业",
    "1.做大产业。完成投资3亿元。（牵头单位：经发局；责任单位：规建局、财政局，6月底前完成）",
    "2.招商引资。引进5家企业。",
    "牵头单位：招商办",
    "完成时限：年底前",
    "二、保障措施",
    "加强组织领导。",
]


@pytest.mark.parametrize("kind", ["txt", "docx"])
def test_a_plan_in_prose_is_read_by_its_numbers_brackets_and_lines(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "txt":
        path.write_text("\n".join(PROSE), encoding="utf-8")
    else:
        document = docx.Document()
        for line in PROSE:
            document.add_paragraph(line)
        document.save(str(path))
    reading = read_file(path)
    (table,) = reading.sheets[0].tables
    assert (table.title, table.header_rows) == ("2017年工作计划", ())
    assert [
        (t.row, t.number, t.category, t.title, t.lead, t.support, str(t.milestones[0].due)) for t in table.tasks
    ] == [
        (4, "1", ("一、工业",), "做大产业", ("经发局",), ("规建局", "财政局"), "2017-06-30"),
        (5, "2", ("一、工业",), "招商引资", ("招商办",), (), "2017-12-31"),
    ]
    accounted = {task.row for task in table.tasks} | {skipped.row for skipped in table.skipped}
    assert accounted == {row for row, line in enumerate(PROSE, start=1) if line}


def ods(path: Path, rows: list[list[str]]) -> Path:
    cells = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row)
        + "</table:table-row>"
        for row in rows
    )
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f'<office:document-content{names}><office:body><office:spreadsheet><table:table table:name="表">{cells}</table:table></office:spreadsheet></office:body></office:document-content>'
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", body)
    return path


def test_an_opendocument_sheet_is_read_as_it_is_shown(tmp_path: Path) -> None:
    assert essence(read_file(ods(tmp_path / "a.ods", ROWS), year=2017)) == EXPECTED


def refusal(path: Path) -> str:
    with pytest.raises(ReadingRefused) as refused:
        read_file(path)
    assert refused.value.message.endswith("。")
    assert "\n" not in refused.value.message
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "html_file"),
        ("a.xlsx", b"PK\x03\x04 cut short", "incomplete"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 2000, "damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save_as"),
        ("a.wps", b"anything", "save_as"),
        ("a.et", b"anything", "save_as"),
        ("a.pdf", b"%PDF-1.4", "save_as"),
        ("a.csv", b"%PDF-1.4", "unsupported"),
        ("a.png", b"\x89PNG\r\n", "unsupported"),
        ("a.csv", b"\xff\xff\xfe\x81\n\x80", "unknown_encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_one_plain_sentence(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name) == code


def test_limits_of_size_rows_and_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"1" * (20 * 1024 * 1024 + 1))
    assert refusal(tmp_path / "big.csv") == "file_too_big"
    (tmp_path / "rows.csv").write_text("a,b\n" * 20_001, encoding="utf-8")
    assert refusal(tmp_path / "rows.csv") == "too_many_rows"
    (tmp_path / "columns.csv").write_text("\n".join([",".join(["a"] * 101)] * 2), encoding="utf-8")
    assert refusal(tmp_path / "columns.csv") == "too_many_columns"


def test_a_zip_bomb_a_path_that_climbs_out_and_an_entity_are_refused(tmp_path: Path) -> None:
    for name, member, content, code in (
        ("bomb", "xl/sheet.xml", b"0" * (201 * 1024 * 1024), "too_big_unpacked"),
        ("climb", "../../evil.xml", b"<a/>", "unsafe_path"),
        ("entity", "xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "unsafe_entities"),
        ("wide", "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x []><x/>'.encode("utf-16"), "unsafe_entities"),
    ):
        with zipfile.ZipFile(tmp_path / f"{name}.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr(member, content)
        assert refusal(tmp_path / f"{name}.xlsx") == code


def test_an_old_workbook_whose_sectors_run_in_circles_is_refused_at_once(tmp_path: Path) -> None:
    content = bytearray(write_kinds(tmp_path)["xls"].read_bytes())
    table = (struct.unpack_from("<I", content, 76)[0] + 1) * 512
    for sector in range(20):
        struct.pack_into("<I", content, table + 4 * sector, sector)
    (tmp_path / "a.xls").write_bytes(content)
    begun = time.monotonic()
    assert refusal(tmp_path / "a.xls") == "damaged"
    assert time.monotonic() - begun < 2


def test_a_refusal_says_the_same_by_its_code_and_parameters(tmp_path: Path) -> None:
    (tmp_path / "a.wps").write_bytes(b"x")
    with pytest.raises(ReadingRefused) as refused:
        read_file(tmp_path / "a.wps")
    assert (refused.value.code, refused.value.params) == ("save_as", {"suffix": ".wps", "target": ".docx"})
    assert refused.value.message == SENTENCES["save_as"].format(**refused.value.params)


def test_a_workbook_is_known_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ROWS)
    path.rename(tmp_path / "a.xls")
    assert essence(read_file(tmp_path / "a.xls", year=2017)) == EXPECTED


def test_control_and_direction_signs_are_stripped(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("序号,工作任务,责任单位\n1,\u202e甲\u200b乙\x01,规建局\n", encoding="utf-8")
    assert read_file(tmp_path / "a.csv").tasks[0].content == "甲乙"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "projects.reading", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_module_prints_one_json_object_and_exits_2_with_one_line_on_refusal(tmp_path: Path) -> None:
    done = run(str(workbook(tmp_path / "a.xlsx", ROWS)), "--year", "2017")
    printed = json.loads(done.stdout)
    assert (done.returncode, set(printed)) == (0, {"sheets", "problems"})
    task = printed["sheets"][0]["tables"][0]["tasks"][0]
    assert list(task) == [
        "row",
        "number",
        "category",
        "title",
        "content",
        "deadline_text",
        "kind",
        "milestones",
        "leaders",
        "lead",
        "support",
        "owners",
        "contacts",
        "targets",
        "measures",
        "progress",
        "status",
        "note",
        "extra",
    ]
    (tmp_path / "a.doc").write_bytes(b"x")
    refused = run(str(tmp_path / "a.doc"))
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.xlsx") == "missing"
