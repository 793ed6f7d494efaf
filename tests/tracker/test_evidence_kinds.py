"""What a file is, by its bytes, and the name it is given out under."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracker.evidence_files import (
    HTML,
    PDF,
    PROGRAM,
    SVG,
    broken_type,
    letter,
    old_office,
    package,
    photograph,
    picture,
    table,
)
from tracker.evidence_kinds import MOST_NAME_BYTES, Kind, NotTaken, clean_name, fits, kind_of

PDF_KIND = kind_of(io.BytesIO(PDF))


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (letter("进展"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (table("进展"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (old_office("Root Entry", "WordDocument"), "application/msword"),
        (old_office("Workbook"), "application/vnd.ms-excel"),
        (package(**{"OFD.xml": b"<a/>"}), "application/ofd"),
        (package(mimetype=b"application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
        (picture(), "image/png"),
        (photograph(4000, 3000), "image/jpeg"),
        (b"GIF89a\x01\x00\x01\x00", "image/gif"),
        ("进展顺利。".encode(), "text/plain"),
        ("进展顺利。".encode("gb18030"), "text/plain"),
        (SVG, "application/octet-stream"),
        (HTML, "application/octet-stream"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "application/octet-stream"),
    ],
)
def test_the_kind_is_told_by_the_content(content: bytes, media_type: str) -> None:
    assert kind_of(io.BytesIO(content)).media_type == media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (PROGRAM, "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"\x7fELF" + bytes(60), "program"),
        (package(**{"a.txt": b"a"}), "archive"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"PK\x03\x04cut off", "damaged"),
        (broken_type(), "damaged"),
        (package(**{"[Content_Types].xml": b"", "xl/vbaProject.bin": b"", "xl/workbook.xml": b""}), "macros"),
        (old_office("WordDocument", "_VBA_PROJECT"), "macros"),
        (old_office("EncryptedPackage"), "encrypted"),
        (old_office("Installer"), "unknown"),
        (bytes(range(256)), "unknown"),
        (picture(50_000, 50_000), "picture_too_large"),
        (photograph(50_000, 50_000), "picture_too_large"),
    ],
)
def test_what_is_no_evidence_is_refused_by_its_content(content: bytes, code: str) -> None:
    with pytest.raises(NotTaken) as refused:
        kind_of(io.BytesIO(content))
    assert refused.value.code == code


def test_a_type_that_unpacks_to_far_more_than_was_sent_is_not_unpacked() -> None:
    bomb = io.BytesIO(package(mimetype=bytes(64 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(NotTaken, match="archive"):
            kind_of(bomb)
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("name", "taken"), [("表.pdf", True), ("表", True), ("表.PDF", True), ("表.docx", False), ("表.exe", False)]
)
def test_a_name_must_end_as_its_content_says(name: str, taken: bool) -> None:
    assert fits(name, PDF_KIND) is taken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\b.pdf", "b.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul.pdf"),
        ("照片\u202efdp.exe\u202c.pdf", "照片fdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ('开工"现场".pdf', "开工_现场_.pdf"),
        ("  .pdf", "file.pdf"),
        ("开工现场", "开工现场.pdf"),
        ("", "file.pdf"),
    ],
)
def test_names_are_made_safe(said: str, kept: str) -> None:
    assert clean_name(said, PDF_KIND) == kept


@given(name=st.text(max_size=400), ending=st.sampled_from(["", ".pdf", ".PDF"]))
def test_every_name_becomes_a_short_one_without_folders_or_unseen_signs(name: str, ending: str) -> None:
    kept = clean_name(f"{name}{ending}", Kind("application/pdf", ("pdf",)))
    assert 0 < len(kept.encode()) <= MOST_NAME_BYTES
    assert not set(kept) & set('<>:"/\\|?*\r\n\t\u202e\u200b')
    assert kept.isprintable() or all(sign.isprintable() or ord(sign) > 0x7F for sign in kept)
    assert not kept.startswith(".")
