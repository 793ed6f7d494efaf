"""Items that Word numbers by itself are read with the numbers that stand on the page."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph

from projects.reading.child import read_file
from projects.reading.sources.figures_of_lists import figure

Levels = list[tuple[str, str]]


def define(document: Document, number: int, levels: Levels, *, kind: int = 0, start_anew: bool = False) -> None:
    """Define list `number` whose depths count in these forms; lists of one kind go on counting."""
    root = document.part.numbering_part.element
    if not kind:
        kind = 90 + number
        abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{kind}"/>')
        for depth, (form, text) in enumerate(levels):
            abstract.append(
                parse_xml(
                    f'<w:lvl {nsdecls("w")} w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
                    f'<w:lvlText w:val="{text}"/></w:lvl>'
                )
            )
        root.insert(0, abstract)
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if start_anew else ""
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{kind}"/>{anew}</w:num>'))


def numbered(paragraph: Paragraph, number: int, depth: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()
    mark = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", depth), ("w:numId", number)):
        child = OxmlElement(name)
        child.set(qn("w:val"), str(value))
        mark.append(child)
    properties.append(mark)


def table_of(document: Document, *rows: tuple[str, ...]) -> list[list[Paragraph]]:
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    return [[cell.paragraphs[0] for cell in row.cells] for row in table.rows]


HEAD = ("序号", "工作内容", "完成时限", "责任单位")


def test_a_number_column_that_word_fills_has_its_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    define(document, 71, [("decimal", "%1")])
    rows = table_of(document, HEAD, ("", "建学校", "6月底前", "规建局"), ("", "修道路", "年底前", "财政局"))
    for row in rows[1:]:
        numbered(row[0], 71)
    document.save(str(tmp_path / "plan.docx"))
    reading = read_file(tmp_path / "plan.docx", year=2017)
    assert [(task.number, task.content) for task in reading.tasks] == [("1", "建学校"), ("2", "修道路")]


def test_section_rows_that_word_numbers_are_sections_of_the_table(tmp_path: Path) -> None:
    document = docx.Document()
    define(document, 72, [("chineseCounting", "%1、")])
    rows = table_of(
        document,
        HEAD,
        ("城市建设", "", "", ""),
        ("1", "建学校", "6月底前", "规建局"),
        ("招商引资", "", "", ""),
        ("2", "引企业", "年底前", "财政局"),
    )
    numbered(rows[1][0], 72)
    numbered(rows[3][0], 72)
    document.save(str(tmp_path / "plan.docx"))
    reading = read_file(tmp_path / "plan.docx", year=2017)
    assert [task.category for task in reading.tasks] == [("一、城市建设",), ("二、招商引资",)]


def test_prose_that_word_numbers_reads_like_prose_numbered_by_hand(tmp_path: Path) -> None:
    typed = [
        "一、城市建设",
        "1.建设学校3所。（责任单位：规建局；6月底前完成）",
        "2.修道路5条。（责任单位：财政局；年底前完成）",
    ]
    typed += ["二、招商引资", "3.引进企业8家。（责任单位：经发局；9月底前完成）"]
    by_hand, by_word = docx.Document(), docx.Document()
    define(by_word, 73, [("chineseCounting", "%1、")])
    define(by_word, 74, [("decimal", "%1.")])
    for line in ["2017年重点工作要点", *typed]:
        by_hand.add_paragraph(line)
        bare = (
            line.split("、", 1)[1]
            if line[0] in "一二"
            else line.split(".", 1)[1]
            if line[0].isdigit() and "." in line[:2]
            else line
        )
        paragraph = by_word.add_paragraph(bare)
        if bare != line:
            numbered(paragraph, 73 if line[0] in "一二" else 74)
    by_hand.save(str(tmp_path / "hand.docx"))
    by_word.save(str(tmp_path / "word.docx"))
    hand, word = (read_file(tmp_path / f"{name}.docx", year=2017) for name in ("hand", "word"))
    assert [(one.number, one.category, one.lead) for one in word.tasks] == [
        (one.number, one.category, one.lead) for one in hand.tasks
    ]
    assert [one.number for one in word.tasks] == ["1", "2", "3"] or [one.number for one in word.tasks] == [
        "1.",
        "2.",
        "3.",
    ]


def texts(document: Document, tmp_path: Path) -> list[str]:
    document.save(str(tmp_path / "list.docx"))
    reading = read_file(tmp_path / "list.docx", year=2017)
    return [skipped.text for sheet in reading.sheets for skipped in sheet.skipped]


def test_depths_count_under_each_other_and_lists_of_one_kind_go_on_unless_they_start_anew(tmp_path: Path) -> None:
    document = docx.Document()
    define(document, 75, [("decimal", "%1."), ("decimal", "%1.%2")])
    define(document, 76, [], kind=90 + 75)
    define(document, 77, [], kind=90 + 75, start_anew=True)
    rows = table_of(document, *[(f"行{at}", "甲", "乙") for at in range(7)])
    for (first, *_), (number, depth) in zip(
        rows, [(75, 0), (75, 1), (75, 1), (75, 0), (75, 1), (76, 0), (77, 0)], strict=True
    ):
        numbered(first, number, depth)
    shown = [text.split("　")[0] for text in texts(document, tmp_path)]
    assert shown == ["1.行0", "1.1 行1", "1.2 行2", "2.行3", "2.1 行4", "3.行5", "1.行6"]


def test_a_style_may_carry_the_number_and_a_bullet_is_none(tmp_path: Path) -> None:
    document = docx.Document()
    define(document, 78, [("decimalEnclosedCircle", "%1")])
    define(document, 79, [("bullet", "\uf0b7")])
    style = document.styles.add_style("条款", 1)
    style.element.append(parse_xml(f'<w:pPr {nsdecls("w")}><w:numPr><w:numId w:val="78"/></w:numPr></w:pPr>'))
    rows = table_of(document, ("甲项", "一", "二"), ("乙项", "一", "二"), ("丙项", "一", "二"))
    rows[0][0].style = rows[1][0].style = style
    numbered(rows[2][0], 79)
    assert [text.split("　")[0] for text in texts(document, tmp_path)] == ["① 甲项", "② 乙项", "丙项"]


@pytest.mark.parametrize(
    ("form", "number", "written"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 11, "十一"),
        ("japaneseCounting", 20, "二十"),
        ("chineseCounting", 105, "一百零五"),
        ("chineseCounting", 110, "一百一十"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 20, "⑳"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimalFullWidth", 12, "１２"),
        ("upperRoman", 14, "XIV"),
        ("lowerRoman", 4, "iv"),
        ("upperLetter", 28, "BB"),
        ("decimalZero", 7, "07"),
        ("somethingElse", 7, "7"),
    ],
)
def test_counts_are_written_in_the_lists_form(form: str, number: int, written: str) -> None:
    assert figure(number, form) == written


@pytest.mark.parametrize(
    "content", [b"<w:numbering", b"", b'<?xml version="1.0"?><x><num numId="1"/><abstractNum/></x>']
)
def test_a_broken_list_part_numbers_nothing_and_the_text_is_read(content: bytes, tmp_path: Path) -> None:

    document = docx.Document()
    rows = table_of(document, HEAD, ("1", "建学校", "6月底前", "规建局"))
    numbered(rows[1][0], 1)
    document.save(str(tmp_path / "whole.docx"))
    with zipfile.ZipFile(tmp_path / "whole.docx") as old, zipfile.ZipFile(tmp_path / "cut.docx", "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == "word/numbering.xml" else old.read(name))
    assert [task.number for task in read_file(tmp_path / "cut.docx", year=2017).tasks] == ["1"]
