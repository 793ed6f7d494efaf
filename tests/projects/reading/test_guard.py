"""A file that carries a marking of secrecy is refused wherever the marking stands; words about secrets are not looked at twice."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from projects.reading.child import ReadingRefused, read_file
from projects.reading.guard import open_guarded
from projects.reading.refusals import is_secret
from tests.projects.reading.sheets import workbook

HEAD = ["序号", "工作任务", "责任单位", "完成时限"]
ROWS = [HEAD, ["1", "开展商业秘密保护", "规建局", "3月底"], ["2", "建设机密数据管理系统", "财政局", "长期"]]
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def code_of(path: Path) -> str:
    with pytest.raises(ReadingRefused) as refused:
        read_file(path, year=2026)
    assert is_secret(refused.value.code)
    return refused.value.code


def printed(item: HeaderFooterItem | None) -> HeaderFooterItem:
    assert item is not None
    return item


def hidden_sheet(book: Workbook, _: Worksheet) -> None:
    page = book.create_sheet("附表")
    page.sheet_state = "veryHidden"
    page["C4"] = "秘密★1年"


def in_a_cell(_: Workbook, sheet: Worksheet) -> None:
    sheet["H9"] = "机 密"


def in_a_hidden_row(_: Workbook, sheet: Worksheet) -> None:
    sheet["A5"] = "密级：秘密"
    sheet.row_dimensions[5].hidden = True


def in_the_header(_: Workbook, sheet: Worksheet) -> None:
    printed(sheet.oddHeader).right.text = "机密★3年"


def in_the_footer(_: Workbook, sheet: Worksheet) -> None:
    printed(sheet.evenFooter).left.text = "绝密"


def in_a_comment(_: Workbook, sheet: Worksheet) -> None:
    sheet["A1"].comment = Comment("秘密★", "示例")


def in_the_title(book: Workbook, _: Worksheet) -> None:
    book.properties.title = "2026年要点（秘密）"


def in_the_sheets_name(book: Workbook, _: Worksheet) -> None:
    book.create_sheet("机密")


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (in_a_cell, "secret_cell"),
        (in_a_hidden_row, "secret_cell"),
        (hidden_sheet, "secret_cell"),
        (in_the_header, "secret_header"),
        (in_the_footer, "secret_header"),
        (in_a_comment, "secret_box"),
        (in_the_title, "secret_property"),
        (in_the_sheets_name, "secret_sheet_name"),
    ],
)
def test_a_marked_workbook_is_refused(tmp_path: Path, mark: Callable[[Workbook, Worksheet], None], code: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    mark(book, sheet)
    book.save(tmp_path / "plan.xlsx")
    assert code_of(tmp_path / "plan.xlsx") == code


def test_the_refusal_names_sheet_row_and_column_and_no_word_of_the_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEAD)
    page = book.create_sheet("不外传的名称")
    page["C4"] = "秘密★1年"
    book.save(tmp_path / "plan.xlsx")
    with pytest.raises(ReadingRefused) as refused:
        read_file(tmp_path / "plan.xlsx", year=2026)
    assert refused.value.params == {"level": "秘密", "sheet": 2, "row": 4, "column": 3}
    assert "不外传的名称" not in refused.value.message


def test_words_about_secrets_are_read_wherever_they_stand(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in ROWS:
        sheet.append(row)
    sheet.title = "保密工作"
    printed(sheet.oddHeader).center.text = "国家秘密法宣传"
    sheet["A1"].comment = Comment("商业秘密", "示例")
    book.properties.title = "密级管理"
    book.save(tmp_path / "商业秘密保护.xlsx")
    reading = read_file(tmp_path / "商业秘密保护.xlsx", year=2026, name="商业秘密保护.xlsx")
    assert [task.content for task in reading.tasks] == ["开展商业秘密保护", "建设机密数据管理系统"]


def test_a_marked_file_name_is_refused_before_the_file_is_opened(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(ReadingRefused) as refused:
        open_guarded(tmp_path / "x", name="机密-重点工作.xlsx")
    assert refused.value.code == "secret_name"


def test_a_marked_csv_and_a_marked_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\n".join(",".join(row) for row in [["密级：秘密"], *ROWS]), encoding="gb18030")
    (tmp_path / "b.txt").write_text("机\n密\n2026年工作要点\n一、建设公交站。\n", encoding="utf-8")
    assert (code_of(tmp_path / "a.csv"), code_of(tmp_path / "b.txt")) == ("secret_cell", "secret_line")


def test_a_marked_file_over_a_limit_is_refused_for_its_marking(tmp_path: Path) -> None:
    """A file refused for its size is kept; a secret one must not be."""
    workbook(tmp_path / "a.xlsx", [HEAD, ["1", "甲", "乙", "秘密★1年"], *[["x"] * 101]])
    (tmp_path / "b.csv").write_text("\n".join([*["甲,乙"] * 20_001, "丙,机密"]), encoding="utf-8")
    assert (code_of(tmp_path / "a.xlsx"), code_of(tmp_path / "b.csv")) == ("secret_text", "secret_text")


def document(path: Path, change: Callable[[docx.document.Document], None]) -> Path:
    paper = docx.Document()
    paper.add_paragraph("2026年工作要点")
    paper.add_paragraph("一、开展商业秘密保护，6月底前完成。")
    change(paper)
    paper.save(str(path))
    return path


def header_of_document(paper: docx.document.Document) -> None:
    paper.sections[0].header.paragraphs[0].text = "机密★1年"


def paragraph(paper: docx.document.Document) -> None:
    paper.add_paragraph("密级：机密")


def cell_of_table(paper: docx.document.Document) -> None:
    paper.add_table(1, 2).rows[0].cells[1].text = "秘密"


def text_box(paper: docx.document.Document) -> None:
    box = f"<w:r {W} {V}><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>机</w:t></w:r></w:p><w:p><w:r><w:t>密</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    paper.paragraphs[0]._p.append(parse_xml(box))


def watermark(paper: docx.document.Document) -> None:
    mark = f'<w:r {W} {V}><w:pict><v:shape><v:textpath string="绝密"/></v:shape></w:pict></w:r>'
    paper.sections[0].header.paragraphs[0]._p.append(parse_xml(mark))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (header_of_document, "secret_header"),
        (paragraph, "secret_line"),
        (cell_of_table, "secret_cell"),
        (text_box, "secret_box"),
        (watermark, "secret_header"),
    ],
)
def test_a_marked_document_is_refused(
    tmp_path: Path, change: Callable[[docx.document.Document], None], code: str
) -> None:
    assert code_of(document(tmp_path / "a.docx", change)) == code


def test_a_cell_that_breaks_words_about_secrets_over_two_paragraphs_is_read(tmp_path: Path) -> None:
    def broken(paper: docx.document.Document) -> None:
        cell = paper.add_table(1, 1).rows[0].cells[0]
        cell.text = "商业"
        cell.add_paragraph("秘密")

    reading = read_file(document(tmp_path / "a.docx", broken), year=2026)
    assert reading.tasks


def test_a_marked_open_document_is_refused(tmp_path: Path) -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    content = f'<o:document-content xmlns:o="{office}" xmlns:t="{table}"><o:body><o:spreadsheet><t:table t:name="甲"/></o:spreadsheet></o:body></o:document-content>'
    styles = f'<o:document-styles xmlns:o="{office}" xmlns:x="{text}"><x:p>秘密★</x:p></o:document-styles>'
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as package:
        package.writestr("content.xml", content)
        package.writestr("styles.xml", styles)
    assert code_of(tmp_path / "a.ods") == "secret_header"


@pytest.mark.parametrize("form", ["utf-8", "gb18030"])
def test_the_strings_of_a_binary_workbook_are_looked_through(tmp_path: Path, form: str) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    wide = b"\x14\x00\x0d\x00\x05\x00\x01" + "&C机密★".encode("utf-16-le") + b"\x15\x00"
    (tmp_path / "a.xls").write_bytes(head + wide + "密".encode(form))
    assert code_of(tmp_path / "a.xls") == "secret_text"
