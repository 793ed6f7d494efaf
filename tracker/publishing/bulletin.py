"""The bulletin as a .docx in the layout of official documents."""

from tracker.boards.bulletins import Annex, BulletinDocument
from tracker.publishing.official import (
    Column,
    add_annex,
    add_annex_list,
    add_head,
    add_heading,
    add_imprint,
    add_paragraph,
    add_signature,
    add_title,
    official_document,
    saved,
)

LAGGING = (
    Column("序号", 13, centred=True),
    Column("事项", 38),
    Column("责任单位", 26),
    Column("时限", 22, centred=True),
    Column("进展状态", 22, centred=True),
    Column("原因", 35),
)
EVERY = (
    Column("序号", 13, centred=True),
    Column("事项", 40),
    Column("责任单位", 26),
    Column("时限", 22, centred=True),
    Column("进展状态", 22, centred=True),
    Column("最近报送情况", 33),
)
"""Columns of the annexes, 156 mm together."""


def bulletin_file(told: BulletinDocument) -> bytes:
    """Return it as the bytes of a .docx: head, title, text, signature, annexes, imprint."""
    row = told.row
    document = official_document(row.title)
    if row.masthead:
        add_head(document, row.masthead, number=told.issue, issuer=row.issuer, day=told.day)
    add_title(document, row.title, number="" if row.masthead else told.issue)
    for block in told.blocks:
        if block.heading:
            add_heading(document, block.heading, level=block.level)
        for line in block.lines:
            add_paragraph(document, line)
    if told.annexes:
        add_annex_list(document, [annex.title for annex in told.annexes])
    add_signature(document, row.issuer, told.day)
    for annex in told.annexes:
        add_annex(document, label=annex.label, title=annex.title, columns=columns_of(annex), rows=annex.rows)
    if row.copies:
        add_imprint(document, [(f"分送：{row.copies}", ""), (row.issuer, f"{told.day}印发")])
    return saved(document)


def columns_of(annex: Annex) -> tuple[Column, ...]:
    return EVERY if annex.all else LAGGING
