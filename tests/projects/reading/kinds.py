"""One small sample table in every kind of file; .xls and .ods stand beside, as an office program saved them."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import docx
import xlsxwriter

from tests.projects.reading.binary_sheets import Cell, binary_workbook

SAMPLES = Path(__file__).parent / "samples"
TITLE = "2017年重点工作责任分解表（样例）"
HEAD = ("类别", "序号", "工作任务", "牵头单位", "配合单位", "完成时限", "备注")
ROWS: tuple[tuple[Cell, ...], ...] = (
    ("工业", 1.0, "新增规上工业企业5家", "经济发展局", "财政局、税务局", "年底前", "投资3.6亿元"),
    ("", 2.0, "建成标准厂房2万平方米", "规划建设局", "", (42916.0, 'yyyy"年"m"月"d"日"'), ""),
    ("", 3.0, "完成设备更新，\n培训200人次", "企业服务中心", "", (42979.0, 'yyyy"年"m"月"'), ""),
    ("民生", 4.0, "新建停车场", "城市管理局", "规划建设局", (2017.1, "0.00"), "√"),
    ("", 5.0, "改造老旧小区3个", "社会事务局", "财政局", "3月份摸底，6月底前开工，11月底前完工", ""),
    ("", 6.0, "常态化开展志愿服务", "党群工作部", "", "长期坚持", ""),
)
SHOWN = {2: "2017年6月30日", 3: "2017年9月", 4: "2017.10"}
FOOTER = "备注：样例，人名、单位均为虚构。"
MERGES = ((0, 0, 0, 6), (2, 0, 4, 0), (5, 0, 7, 0))
KINDS = ("xlsx", "xlsb", "xls", "ods", "csv", "gb18030.csv", "utf-16.csv", "tsv", "docx")


def write_kinds(folder: Path) -> dict[str, Path]:
    """Write every kind into a folder and return the paths by kind."""
    paths = {kind: folder / f"table.{kind}" for kind in KINDS}
    _write_xlsx(paths["xlsx"])
    binary_workbook(paths["xlsb"], [(TITLE,), HEAD, *ROWS, (FOOTER,)], merges=MERGES)
    for kind in ("xls", "ods"):
        shutil.copyfile(SAMPLES / f"table.{kind}", paths[kind])
    for kind, encoding in (("csv", "utf-8-sig"), ("gb18030.csv", "gb18030"), ("utf-16.csv", "utf-16")):
        paths[kind].write_bytes(_delimited(",").encode(encoding))
    paths["tsv"].write_bytes(_delimited("\t").encode())
    _write_docx(paths["docx"])
    return paths


def _write_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("责任分解表")
        for number, row in enumerate([(TITLE,), HEAD, *ROWS, (FOOTER,)]):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_number(number, column, cell[0], book.add_format({"num_format": cell[1]}))
                else:
                    sheet.write(number, column, cell)
        for merge in MERGES:
            sheet.merge_range(*merge, "")
        for (top, left, *_), text in zip(MERGES, (TITLE, "工业", "民生"), strict=True):
            sheet.write(top, left, text)
        hidden = book.add_worksheet("说明")
        hidden.write(0, 0, "内部说明")
        hidden.hide()


def texts() -> list[list[str]]:
    """Return the tasks' cells as a person sees them, categories only where they begin."""
    rows = []
    for number, row in enumerate(ROWS, start=1):
        cells = [str(number), *(str(cell) for cell in row[2:])]
        cells[4] = SHOWN.get(number, cells[4])
        rows.append([str(row[0]), *cells])
    return rows


def _delimited(delimiter: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([[TITLE, *[""] * 6], HEAD, *texts(), [FOOTER, *[""] * 6]])
    return stream.getvalue()


def _write_docx(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(TITLE)
    table = document.add_table(rows=1 + len(ROWS), cols=len(HEAD))
    for row, line in enumerate([HEAD, *texts()]):
        for column, text in enumerate(line):
            table.cell(row, column).text = text
    for top, bottom in ((1, 3), (4, 6)):
        table.cell(top, 0).merge(table.cell(bottom, 0))
    document.add_paragraph(FOOTER)
    document.save(str(path))
