"""Word files as PDF by LibreOffice, where it is installed; nothing here needs it."""

import shutil
import subprocess
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import IO
from zipfile import ZipFile

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 60
FOLDER = "pdf"
_one_at_a_time = Lock()
"""One conversion takes hundreds of megabytes; a second one in this process waits."""


class PdfNotMade(Exception):
    """LibreOffice isn't there, took too long, or left no file."""


def makes_pdf() -> bool:
    return _program() is not None


def pdf_of(word: bytes) -> IO[bytes]:
    """Return the .docx as an open PDF, made once for the same text and kept. Raise PdfNotMade."""
    kept = f"{FOLDER}/{_text_of(word)}.pdf"
    if not default_storage.exists(kept):
        made = _made(word)
        if not default_storage.exists(kept):
            default_storage.save(kept, ContentFile(made))
    return default_storage.open(kept)


def _program() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def _text_of(word: bytes) -> str:
    """Return the digest of what the file says: its archive also holds the time of its making."""
    with ZipFile(BytesIO(word)) as archive:
        return sha256(archive.read("word/document.xml")).hexdigest()


def _made(word: bytes) -> bytes:
    program = _program()
    if program is None or not _one_at_a_time.acquire(timeout=SECONDS):
        raise PdfNotMade
    try:
        return _converted(program, word)
    finally:
        _one_at_a_time.release()


def _converted(program: str, word: bytes) -> bytes:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bulletin.docx").write_bytes(word)
        # A profile of its own: two LibreOffices with one profile refuse each other.
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", name, "bulletin.docx"]
        try:
            subprocess.run(command, cwd=folder, timeout=SECONDS, check=True, capture_output=True)
            return (folder / "bulletin.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise PdfNotMade from error
