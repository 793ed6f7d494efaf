"""The bulletin's Word file keeps the measures of GB/T 9704-2012, and LibreOffice lays it out as an office would print it."""

import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from projects.models import Plan
from tests.cast import TODAY, Cast
from tests.tracker.bulletins.june import begun, redrawn
from tests.tracker.test_page_queries import many_tasks
from tracker.boards.bulletins import bulletin_document
from tracker.choices import BulletinAnnex
from tracker.publishing.bulletin import bulletin_file
from tracker.publishing.pdf import PdfNotMade, pdf_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("business_day")]
POINTS_OF_A4 = (595, 842)


def june(cast: Cast, plan: Plan, **settings: Any) -> bytes:
    row = redrawn(cast, begun(cast, plan), **settings)
    return bulletin_file(bulletin_document(row, today=TODAY))


def opened(word: bytes) -> Any:
    """Return it as python-docx reads it: half of its parts may be missing, and a test that meets that fails."""
    return Document(BytesIO(word))


def face(document: Any, text: str) -> str:
    """Return the Chinese face of the paragraph that begins so."""
    run = next(each for each in document.paragraphs if each.text.startswith(text)).runs[0]
    return str(run._element.rPr.rFonts.get(qn("w:eastAsia")))


def test_the_page_the_type_and_the_line_are_those_of_the_standard(cast: Cast, plan: Plan) -> None:
    document = opened(june(cast, plan))
    section, body = document.sections[0], document.styles["Normal"]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert (body.font.size, body.element.rPr.rFonts.get(qn("w:eastAsia"))) == (Pt(16), "仿宋")
    assert round(body.paragraph_format.line_spacing.pt, 2) == 28.95


def test_title_and_headings_have_their_faces_and_numbers(cast: Cast, plan: Plan) -> None:
    document = opened(june(cast, plan, annex=BulletinAnnex.ALL))
    faces = [face(document, text) for text in ("关于2026年6月", "一、总体情况", "（一）逾期事项", "附件1")]
    assert faces == ["方正小标宋简体", "黑体", "楷体", "黑体"]
    title = next(each for each in document.paragraphs if each.text.startswith("关于2026年6月"))
    assert title.runs[0].font.size == Pt(22)
    headings = [each.text for each in document.paragraphs if re.match("[一二三四五]、", each.text)]
    assert headings == ["一、总体情况", "二、办结情况", "三、逾期和滞后事项", "四、下一步要求"]


def test_faces_a_machine_may_lack_name_their_substitutes(cast: Cast, plan: Plan) -> None:
    parts = {
        part.partname: part.blob.decode()
        for part in opened(june(cast, plan)).part.package.iter_parts()
        if "fontTable" in part.partname
    }
    listed = parts["/word/fontTable.xml"]
    assert re.search('w:name="方正小标宋简体"><w:altName w:val="小标宋体,华文中宋', listed)


def test_the_page_number_stands_outside_on_odd_and_even_pages(cast: Cast, plan: Plan) -> None:
    document = opened(june(cast, plan))
    section = document.sections[0]
    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]
    assert document.settings.odd_and_even_pages_header_footer
    assert [(each.text, each.alignment) for each in (odd, even)] == [("—  —", 2), ("—  —", 0)]
    assert {run.font.size for run in (*odd.runs, *even.runs)} == {Pt(14)}
    assert "PAGE" in odd._p.xml


def test_the_red_head_is_there_only_when_it_was_asked_for(cast: Cast, plan: Plan) -> None:
    assert "（第1期）" in [each.text for each in opened(june(cast, plan)).paragraphs]
    headed = opened(june(cast, plan, masthead="示例开发区督查通报"))
    assert [each.text for each in headed.paragraphs[:2]] == ["示例开发区督查通报", "第1期"]
    assert str(headed.paragraphs[0].runs[0].font.color.rgb) == "C00000"


def test_the_annex_repeats_its_head_and_keeps_rows_whole(cast: Cast, plan: Plan) -> None:
    table = opened(june(cast, plan, annex=BulletinAnnex.ALL)).tables[-1]
    head, *rows = table.rows
    assert head._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(rows) == 3
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert round(sum(cell.width.mm for cell in head.cells)) == 156


@pytest.fixture
def pdf(cast: Cast, plan: Plan, tmp_path: Path) -> Path:
    """Return a long bulletin with everything on it, as LibreOffice prints it."""
    if missing := [name for name in ("soffice", "pdftotext", "pdfinfo") if shutil.which(name) is None]:
        pytest.skip(f"not installed: {missing} (Debian: apt install libreoffice-writer poppler-utils)")
    many_tasks(cast, plan, 60)
    word = june(cast, plan, masthead="示例开发区督查通报", copies="各科室。", annex=BulletinAnnex.ALL)
    path = tmp_path / "bulletin.pdf"
    with pdf_of(word) as made:
        path.write_bytes(made.read())
    return path


def pages_of(pdf: Path) -> list[str]:
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    return [re.sub(r"[ \n]", "", page) for page in told.split("\f") if page.strip()]


def test_printed_it_has_head_text_numbers_and_annexes_whose_heads_repeat(pdf: Path) -> None:
    info = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    size = re.search(r"Page size: +([\d.]+) x ([\d.]+)", info)
    assert size is not None
    assert tuple(round(float(side)) for side in size.groups()) == POINTS_OF_A4
    pages = pages_of(pdf)
    assert pages[0].startswith("示例开发区督查通报第1期示例开发区2026年6月24日关于2026年6月重点工作推进情况的通报")
    assert [page.endswith(f"—{number}—") for number, page in enumerate(pages, start=1)] == [True] * len(pages)
    # No page is left blank between the text and its annexes.
    assert all(len(page) > len("—10—") for page in pages)
    first, second = (next(n for n, page in enumerate(pages) if page.startswith(f"附件{number}")) for number in (1, 2))
    assert "附件：1.逾期和滞后事项清单2.重点工作推进情况一览表" in pages[first - 1]
    assert len(pages) > second + 1, "the second annex is to run over more than a page"
    tables = (*pages[first + 1 : second], *pages[second + 1 :])
    assert [page[:14] for page in tables] == ["序号事项责任单位时限进展状态"] * len(tables)
    assert "分送：各科室。" in pages[-1]


def test_without_libreoffice_no_pdf_is_promised(
    cast: Cast, plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert os.environ["PATH"] == str(tmp_path)
    with pytest.raises(PdfNotMade):
        pdf_of(june(cast, plan, copies="没有人转换过的。"))
