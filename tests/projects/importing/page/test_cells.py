"""The sheet's side: columns by letter, cells as written, the words a date was read from set apart."""

from datetime import date

from projects.drafts import MilestoneDraft, TaskDraft
from projects.importing.page.cells import columns_of, gone_cells, sheet_cells
from projects.importing.page.parts import Asked, Segment
from projects.importing.preparing import SheetRow
from projects.reading.model import ReadColumn
from tests.projects.importing.tables import read

COLUMNS = (
    ReadColumn("序号", "no"),
    ReadColumn("工作内容", "content"),
    ReadColumn("目标", "target"),
    ReadColumn("完成时限", "deadline"),
    ReadColumn("牵头单位", "lead_department"),
)
DRAFT = TaskDraft(
    title="修路",
    number="1",
    content="6月底前开工，完成新塘路全线路基路面",
    deadline_text="年底前",
    milestones=(
        MilestoneDraft("开工", "6月底前", date(2026, 6, 30)),
        MilestoneDraft("完工", "年底前", date(2026, 12, 31)),
    ),
)
ROW = SheetRow("表", COLUMNS, read(DRAFT, 3))


def asked(*, impossible: bool) -> Asked:
    return Asked(1, "k", "deadline", "没有这一天", "", (), decided=False, impossible=impossible)


def test_empty_columns_and_headings_make_no_room_but_can_be_given_a_role() -> None:
    shown, hidden = columns_of((*COLUMNS, ReadColumn("板块", "category")), [ROW], {"工作内容"})
    assert [column.letter for column in shown] == ["A", "B", "D"]
    assert [column.label for column in hidden] == ["目标", "牵头单位", "板块"]
    assert [column.chosen for column in shown] == [False, True, False]
    assert [column.span for column in shown] == ["number", "long", "number"]


def test_of_a_table_without_items_every_column_is_shown() -> None:
    shown, hidden = columns_of(COLUMNS, [], ())
    assert (len(shown), hidden) == (5, ())


def test_columns_past_z_have_two_letters() -> None:
    wide = [ReadColumn(f"列{at}", "ignore") for at in range(28)]
    assert [column.letter for column in columns_of(wide, [], ())[0]][-3:] == ["Z", "AA", "AB"]


def test_the_words_of_a_date_are_marked_where_they_stand() -> None:
    shown, _ = columns_of(COLUMNS, [ROW], ())
    cells = sheet_cells(ROW, DRAFT, shown, ())
    assert cells[1] == (Segment("6月底前", "deadline"), Segment("开工，完成新塘路全线路基路面"))
    assert cells[2] == (Segment("年底前", "deadline"),)


def test_a_doubt_and_an_impossible_day_are_marked_as_such() -> None:
    shown, _ = columns_of(COLUMNS, [ROW], ())
    for impossible, mark in ((False, "doubt"), (True, "impossible")):
        cells = sheet_cells(ROW, DRAFT, shown, [asked(impossible=impossible)])
        assert cells[2] == (Segment("年底前", mark),)


def test_an_item_the_table_lacks_stands_in_the_columns_of_its_words() -> None:
    shown, _ = columns_of(COLUMNS, [ROW], ())
    told = ["".join(part.text for part in cell) for cell in gone_cells(DRAFT, shown)]
    assert told == ["1", "6月底前开工，完成新塘路全线路基路面", "年底前"]


def test_an_item_is_named_even_where_no_column_holds_its_words() -> None:
    shown, _ = columns_of((ReadColumn("说明", "note"), ReadColumn("时限", "deadline")), [], ())
    assert "修路" in ["".join(part.text for part in cell) for cell in gone_cells(DRAFT, shown)]
