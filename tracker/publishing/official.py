"""The layout of official documents by GB/T 9704-2012 as parts of a .docx: page, type, headings, page numbers, annexes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG_TITLE, HEI, KAI, FANG, SONG = "方正小标宋简体", "黑体", "楷体", "仿宋", "宋体"
FALLBACKS = {
    SONG_TITLE: "小标宋体,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    HEI: "SimHei,微软雅黑,Noto Sans CJK SC",
    KAI: "楷体_GB2312,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    FANG: "仿宋_GB2312,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    SONG: "SimSun,华文宋体,STSong,Noto Serif CJK SC",
}
"""Faces of the standard, and by which others a machine without them sets the text, the nearest first."""

SIZE_2, SIZE_3, SIZE_4, SIZE_5 = Pt(22), Pt(16), Pt(14), Pt(10.5)
LINE = Pt(28.95)
"""22 lines fill the 225 mm between the margins."""
TITLE_LINE = Pt(35)
CHARACTER = 32
"""A 三号 character in twentieths of a point times ten: indents are counted in characters, two of them are 640."""
TIGHTER = "-5"
"""A quarter of a point less between characters, so that 28 stand in the 156 mm of a line."""
PADDING = f'<w:tblCellMar {nsdecls("w")}><w:top w:w="45" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/></w:tblCellMar>'
"""Air over and under the text of a cell, in twentieths of a point."""
RED = RGBColor(0xC0, 0x00, 0x00)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an annex: its head, its width in millimetres, and whether its cells are centred."""

    head: str
    width: float
    centred: bool = False


def official_document(title: str) -> WordDocument:
    """Return an empty document with the standard's page, body type, line and page numbers."""
    document = Document()
    _name_fallbacks(document)
    document.core_properties.title = title
    document.core_properties.author = ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    # The dash of the number stands 7 mm under the text: half a line of 四号 hangs below it.
    section.footer_distance = Mm(25)
    _body(document)
    _number_pages(document)
    return document


def saved(document: WordDocument) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def set_face(run: Run, face: str, *, latin: str = "") -> Run:
    """Set the run's Chinese face and, for letters and figures, `latin` or the same."""
    run.font.name = latin or face
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001 - no public way
    return run


def add_head(document: WordDocument, text: str, *, number: str, issuer: str, day: str) -> None:
    """Put the red head of a serial: its name, the issue's number, who issues it when, and the red line under them."""
    name = _line(document, spacing=Pt(60), align=WD_ALIGN_PARAGRAPH.CENTER)
    run = set_face(name.add_run(text), SONG_TITLE)
    run.font.color.rgb, run.font.size = RED, Pt(44 if len(text) <= 9 else max(22, 400 // len(text)))
    _line(document, number, align=WD_ALIGN_PARAGRAPH.CENTER)
    under = _line(document)
    under.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    under.add_run(f"　{issuer}\t{day}　")
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="18" w:space="4" w:color="C00000"/></w:pBdr>'
    )
    under._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx knows no borders
    _line(document)


def add_title(document: WordDocument, text: str, *, number: str = "") -> None:
    """Put the title in 二号小标宋, the number of a serial without a red head in brackets under it."""
    title = _line(document, spacing=TITLE_LINE, align=WD_ALIGN_PARAGRAPH.CENTER)
    set_face(title.add_run(text), SONG_TITLE).font.size = SIZE_2
    if number:
        set_face(_line(document, align=WD_ALIGN_PARAGRAPH.CENTER).add_run(f"（{number}）"), KAI)
    _line(document)


def add_heading(document: WordDocument, text: str, *, level: int = 1) -> None:
    """Put a heading with its number: 一、 in 黑体, （一） in 楷体."""
    heading = add_paragraph(document)
    heading.paragraph_format.keep_with_next = True
    set_face(heading.add_run(text), HEI if level == 1 else KAI)


def add_paragraph(document: WordDocument, text: str = "") -> Paragraph:
    """Put a paragraph of the body, two characters indented."""
    paragraph = _line(document, text)
    _indent(paragraph, firstLine=2)
    return paragraph


def add_annex_list(document: WordDocument, names: Sequence[str]) -> None:
    """Name the annexes one line under the body, those after the first under the number of the first."""
    _line(document)
    for place, name in enumerate(names, start=1):
        number = f"{place}. " if len(names) > 1 else ""
        paragraph = _line(document, f"附件：{number}{name}" if place == 1 else f"{number}{name}")
        _indent(paragraph, left=2 if place == 1 else 5)


def add_signature(document: WordDocument, issuer: str, day: str) -> None:
    """Put who issues it and the day at the right, the day four characters from the edge, the name centred over it.

    They never stand on a page alone: the end of the text comes along.
    """
    for before in reversed(document.paragraphs):
        before.paragraph_format.keep_with_next = True
        if before.paragraph_format.first_line_indent:
            break
    for text in ("", "", issuer, day):
        paragraph = _line(document, text, align=WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.keep_with_next = text != day
        shift = max(len(day) - len(issuer), 0) / 2 if text == issuer else 0
        _indent(paragraph, right=4 + shift)


def add_annex(
    document: WordDocument, *, label: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]
) -> None:
    """Put an annex on a new page: its label, its title, and a table whose head stands on every page."""
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    set_face(_line(document).add_run(label), HEI)
    head = _line(document, spacing=TITLE_LINE, align=WD_ALIGN_PARAGRAPH.CENTER)
    set_face(head.add_run(title), SONG_TITLE).font.size = SIZE_2
    _line(document, spacing=Pt(12))
    _table(document, columns, rows)
    # A table can't be the last thing of a page that another annex follows: this line carries the break.
    _line(document, spacing=Pt(2))


def add_imprint(document: WordDocument, lines: Sequence[tuple[str, str]]) -> None:
    """Put the imprint (版记) under everything: each a text at the left and one at the right, ruled above and below."""
    for _ in range(2):
        _line(document)
    table = document.add_table(rows=0, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table._tbl.tblPr.append(_rules(inside=("insideH",)))  # noqa: SLF001
    for left, right in lines:
        for cell, text, align in zip(
            table.add_row().cells, (left, right), (WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT), strict=True
        ):
            _cell(cell.paragraphs[0], text, size=SIZE_4, align=align)
        if not right:
            row = table.rows[-1]
            row.cells[0].merge(row.cells[1])


def _body(document: WordDocument) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = FANG, SIZE_3
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), FANG)
    fonts.set(qn("w:hAnsi"), FANG)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), TIGHTER)
    style.element.rPr.append(spacing)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.widow_control = False


def _line(
    document: WordDocument,
    text: str = "",
    *,
    spacing: Pt = LINE,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
) -> Paragraph:
    paragraph = document.add_paragraph(text)
    paragraph.alignment = align
    if spacing != LINE:
        paragraph.paragraph_format.line_spacing = spacing
    return paragraph


def _indent(paragraph: Paragraph, **characters: float) -> None:
    """Indent by characters, which follow the size of the type; the twips beside them are for programs without that."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()  # noqa: SLF001 - python-docx knows lengths only
    for name, number in characters.items():
        indent.set(qn(f"w:{name}Chars"), str(round(number * 100)))
        indent.set(qn(f"w:{name}"), str(round(number * CHARACTER * 10)))


def _number_pages(document: WordDocument) -> None:
    """Write the page number as — 1 — in 四号 half-width figures, at the outer side: right on odd pages, left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, align, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT, "right"),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, "left"),
    ):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.line_spacing = Pt(18)
        _indent(paragraph, **{side: 1})
        for part in ("— ", "PAGE", " —"):
            run = set_face(paragraph.add_run("" if part == "PAGE" else part), SONG)
            run.font.size = SIZE_4
            if part == "PAGE":
                _field(run, part)


def _field(run: Run, name: str) -> None:
    for kind in ("begin", None, "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = name
        run._r.append(element)  # noqa: SLF001 - python-docx knows no fields


def _table(document: WordDocument, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(columns))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    table._tbl.tblPr.append(_rules(inside=("left", "right", "insideH", "insideV")))  # noqa: SLF001
    table._tbl.tblPr.append(parse_xml(PADDING))  # noqa: SLF001
    head = table.rows[0]
    for cell, column in zip(head.cells, columns, strict=True):
        run = set_face(_cell(cell.paragraphs[0], "", align=WD_ALIGN_PARAGRAPH.CENTER).add_run(column.head), HEI)
        run.font.size = SIZE_5
    _on_row(head, "w:tblHeader", "w:cantSplit")
    for texts in rows:
        row = table.add_row()
        _on_row(row, "w:cantSplit")
        # `row.cells` is looked up afresh at each call: once a row is enough.
        for cell, column, text in zip(row.cells, columns, texts, strict=True):
            _cell(cell.paragraphs[0], text, align=_side(column))
    for place, column in enumerate(columns):
        table.columns[place].width = Mm(column.width)
    for row in table.rows:
        for cell, column in zip(row.cells, columns, strict=True):
            cell.width = Mm(column.width)
            cell.vertical_alignment = 1


def _side(column: Column) -> WD_ALIGN_PARAGRAPH:
    return WD_ALIGN_PARAGRAPH.CENTER if column.centred else WD_ALIGN_PARAGRAPH.LEFT


def _cell(paragraph: Paragraph, text: str, *, align: WD_ALIGN_PARAGRAPH, size: Pt = SIZE_5) -> Paragraph:
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(size.pt * 1.4)
    if text:
        paragraph.add_run(text).font.size = size
    return paragraph


def _on_row(row: object, *names: str) -> None:
    properties = row._tr.get_or_add_trPr()  # type: ignore[attr-defined]  # noqa: SLF001 - no public way
    for name in names:
        properties.append(OxmlElement(name))


def _rules(*, inside: Iterable[str]) -> object:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{8 if side in {"top", "bottom"} else 4}" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        if side in {"top", "bottom", *inside}
    )
    return parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>")


def _name_fallbacks(document: WordDocument) -> None:
    """Write the list of faces with their substitutes, for machines that lack those of the standard."""
    faces = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{names}"/></w:font>' for face, names in FALLBACKS.items()
    )
    text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{faces}</w:fonts>'
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = text.encode()  # noqa: SLF001 - python-docx carries the list as it found it
