"""Plain text files: which encoding, which delimiter, rows of a table or paragraphs of prose."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

from projects.reading.grid import MAX_CELL, MAX_ROWS, Grid, Workbook, trimmed
from projects.reading.refusals import ReadingRefused
from projects.reading.remarks import Remark

_DELIMITERS = ",\t;|，"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LONGEST_RUN = 200

csv.field_size_limit(4 * MAX_CELL)


def read_text(content: bytes, *, tabular: bool) -> Workbook:
    """Read a .csv or .tsv as one sheet, a .txt as paragraphs unless its lines are tab-separated."""
    text, encoding = decoded(content)
    if tabular:
        return Workbook([delimited(text, "Sheet1")], "csv", encoding)
    if _is_pasted(text):
        return Workbook([delimited(text, "Sheet1", "\t")], "pasted", encoding)
    return Workbook([], "txt", encoding, paragraphs=text.split("\n"))


def _is_pasted(text: str) -> bool:
    """Tell cells copied from a sheet: most rows have several, a row being as long as its quotes say."""
    if "\t" not in text:
        return False
    rows = [row for row in _rows(text, "\t", csv.QUOTE_MINIMAL) if any(row)]
    return len(rows) > 1 and sum(sum(map(bool, row)) > 1 for row in rows) * 2 > len(rows)


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the encoding it was in; refuse what is no text."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _tidy(_strict(content, name)), name
    sample = content[:2000]
    if 0 in sample and (sample.count(0) * 4 > len(sample) or not _is_utf8(content)):
        name = "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
        return _tidy(_strict(content, name)), name
    try:
        return _tidy(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        _refuse_mixture(content)
        return _tidy(_strict(content, "gb18030")), "gb18030"


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ReadingRefused("unknown_encoding", line=line) from error


def _refuse_mixture(content: bytes) -> None:
    kinds = [
        (number, _is_utf8(line)) for number, line in enumerate(content.split(b"\n"), start=1) if not line.isascii()
    ]
    good = sum(kind for _, kind in kinds)
    if good > 1 and good * 4 > len(kinds):
        number = next(number for number, kind in kinds if not kind)
        raise ReadingRefused("mixed_encoding", line=number)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _tidy(text: str) -> str:
    if text.count("\x00") > 0 and not text.replace("\x00", "").strip():
        raise ReadingRefused("not_text")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    odd = sum(unicodedata.category(sign) in ("Co", "Cn", "Cs") for sign in text[:4000])
    if odd * 10 > len(text[:4000]):
        raise ReadingRefused("not_text")
    return text


def delimited(text: str, name: str, delimiter: str = "") -> Grid:
    """Read delimited rows; a quote that never closes is read as a plain sign."""
    sign = delimiter or _delimiter(text)
    rows = _rows(text, sign, csv.QUOTE_MINIMAL)
    remarks: list[Remark] = []
    broken = next(
        (number for number, row in enumerate(rows) if any(cell.count("\n") > _LONGEST_RUN for cell in row)), None
    )
    if broken is not None or (rows and text.count('"') % 2):
        rows = _rows(text, sign, csv.QUOTE_NONE)
        remarks.append(Remark("unclosed_quote", broken))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if len(cell) > MAX_CELL:
                remarks.append(Remark("cell_too_long", number, column, cell[:40], {"limit": MAX_CELL}))
                row[column] = cell[:MAX_CELL]
    return Grid(name, trimmed(name, rows), remarks=remarks)


def _rows(text: str, sign: str, quoting: int) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, quoting=quoting, skipinitialspace=sign != "\t")  # type: ignore[arg-type]
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_ROWS + 1000:
                raise ReadingRefused("too_many_rows", sheet="Sheet1", limit=MAX_ROWS)
    except csv.Error as error:
        raise ReadingRefused("unreadable_line", line=reader.line_num) from error
    return rows


def _delimiter(text: str) -> str:
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.split("\n")[:60] if line.strip()]
    counts = {sign: sorted([line.count(sign) for line in lines] or [0])[len(lines) // 2] for sign in _DELIMITERS}
    head = {sign: max((line.count(sign) for line in lines[:5]), default=0) for sign in _DELIMITERS}
    best = max(
        _DELIMITERS, key=lambda sign: (counts[sign] > 0, counts[sign] if sign != "，" else counts[sign] / 2, head[sign])
    )
    return best if counts[best] or head[best] else ","
