"""The handover sheet (交接单): what went from whom to whom, to be signed by three."""

from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tracker.boards.handovers import Duty, HandoverSheet

TITLE, BODY = Pt(22), Pt(12)


def handover_document(sheet: HandoverSheet) -> bytes:
    """Return it as a .docx."""
    document = Document()
    _page(document)
    row = sheet.line.row
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head = title.add_run(gettext("工作委托单") if sheet.line.delegation else gettext("工作交接单"))
    head.bold, head.font.size = True, TITLE
    words = {"giver": row.giver_name, "taker": row.taker_name, "on": row.on, "until": sheet.line.last_day}
    said = gettext("%(giver)s 自 %(on)s 起将下列工作移交给 %(taker)s。")
    if sheet.line.delegation:
        said = gettext("%(giver)s 的工作自 %(on)s 起至 %(until)s 由 %(taker)s 代办。")
    document.add_paragraph(said % words)
    document.add_paragraph(gettext("原因或依据：%(reason)s") % {"reason": row.reason})
    _items(document, sheet.items)
    for heading, duties in (
        (gettext("岗位"), sheet.posts),
        (gettext("单位"), sheet.units),
        (gettext("等本人答复的协调事项"), sheet.questions),
    ):
        if duties:
            document.add_paragraph(heading).runs[0].bold = True
            for duty in duties:
                document.add_paragraph(duty.item.words, style="List Bullet")
    document.add_paragraph()
    document.add_paragraph(gettext("移交人：　　　　　　　接收人：　　　　　　　监交人：　　　　　　　日期："))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(28),
        Mm(26),
        Mm(37),
        Mm(35),
    )
    style = document.styles["Normal"]
    style.font.name, style.font.size = "FangSong", BODY
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")


def _items(document: WordDocument, duties: Sequence[Duty]) -> None:
    if not duties:
        return
    heads = (gettext("序号"), gettext("事项"), gettext("时限"), gettext("现状"), gettext("最近报送"))
    table = document.add_table(rows=1, cols=len(heads))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for duty in duties:
        for cell, text in zip(table.add_row().cells, _cells(duty), strict=True):
            cell.text = text


def _cells(duty: Duty) -> tuple[str, ...]:
    line = duty.line
    if line is None:
        return "", duty.item.words, "", "", ""
    said = line.last.sentence if line.last else ""
    return line.task.number, line.task.title, line.due_words, line.light_word, said
